//! One ingest request: its objects are read and committed chunk by chunk, so that memory does not
//! depend on their number. Nothing more is done once the request is dropped.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use flow::{Accepted, Intake, RejectionQuota};
use ingest::{Options, SentObjects, Taken};
use model::shortened;
use serde::Serialize;
use tokio::time::{Instant, timeout, timeout_at};
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;

/// The maximum number of objects of a request.
const OBJECTS_MAX: usize = 250_000;
/// The number of objects above which those of other requests overtake the objects of a request.
const FRESH_MAX: usize = 64;
/// The maximum number of objects that are committed together. No chunk has another object after
/// this many bytes.
const CHUNK_OBJECTS: usize = 500;
const CHUNK_BYTES: usize = 1 << 20;
/// The number of bytes above which a body is read on a thread of its own, because reading would
/// block other requests. Handing over less takes longer than reading it.
const INLINE_BYTES_MAX: usize = 16 << 10;
/// The time after which no other chunk begins.
const CHUNKS_MAX: Duration = Duration::from_secs(20);
/// The time within which the last chunk must be durable. The gate ends a request after 30 seconds.
const COMMIT_MAX: Duration = Duration::from_secs(26);
const CLOSE_MAX: Duration = Duration::from_secs(2);
/// The maximum number of rejections that the receipt lists.
const REJECTED_SHOWN: usize = 100;
const REASON_BYTES_MAX: usize = 500;
/// The maximum number of notes that the receipt lists.
const NOTES_SHOWN: usize = 100;
/// The number of seconds after which a sender should send the rest of a request.
const RETRY_AFTER_S: u32 = 2;

/// The result of an ingest request. Everything counted here is durable.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// The number of new objects, which are now processed.
    accepted: usize,
    /// The number of duplicates, which have no effect.
    duplicates: usize,
    /// The first 100 rejected objects with their reasons. The first 1,000 of a request are kept as
    /// dead letters, and one more letter has the number of the others.
    rejected: Vec<NotTaken>,
    /// The number of rejected objects.
    rejected_count: usize,
    /// The first 100 notes on parts of objects that are ignored.
    notes: Vec<ObjectNote>,
    /// The number of notes.
    note_count: usize,
    /// The line, or the position in the array, of the first object that was not processed: send it
    /// and those after it again. Null if the whole request was processed.
    resume_at: Option<u64>,
    /// The number of seconds to wait before the rest is sent; null if there is no rest.
    retry_after_s: Option<u32>,
    /// The reason why there is a rest; null if there is none.
    stopped: Option<String>,
}

/// A rejected object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotTaken {
    /// Its line, or its position in the array, from 1.
    line: u64,
    /// The cause and the remedy.
    reason: String,
}

/// A part of an object that is ignored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectNote {
    /// The object's line, or its position in the array, from 1.
    line: u64,
    /// The kind of note and the part: `unknown_feature: "salary"`.
    note: String,
}

/// The fate of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ObjectFate {
    /// It is new, durable, and now processed.
    Accepted,
    /// It was taken in before; it has no effect.
    Duplicate,
    /// It was rejected, with a reason.
    Rejected,
}

/// The outcome of one object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectOutcome {
    /// Its line, or its position in the array, from 1.
    line: u64,
    /// What became of it.
    outcome: ObjectFate,
    /// The id of the capture; null if the object was rejected.
    id: Option<String>,
    /// The cause and the remedy; null unless the object was rejected.
    reason: Option<String>,
    /// Notes on the parts of it that are ignored; missing if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl ObjectOutcome {
    fn rejected(line: u64, cause: &str) -> Self {
        let reason = shortened(cause, REASON_BYTES_MAX).into_owned();
        let (outcome, id, notes) = (ObjectFate::Rejected, None, Vec::new());
        Self { line, outcome, id, reason: Some(reason), notes }
    }

    fn of(line: u64, accepted: Accepted, notes: Vec<String>) -> Self {
        let (outcome, id) = match accepted {
            Accepted::New(id) => (ObjectFate::Accepted, id),
            Accepted::Duplicate(id) => (ObjectFate::Duplicate, id),
            Accepted::Refused(cause) => return Self::rejected(line, &cause),
        };
        Self { line, outcome, id: Some(id.to_string()), reason: None, notes }
    }
}

/// A request in progress.
pub(crate) struct Ingestion {
    intake: Intake,
    /// Whether the body is small enough to be read between two requests.
    is_small: bool,
    /// The objects that remain; none if the request has stopped.
    objects: Option<SentObjects>,
    quota: RejectionQuota,
    receipt: Receipt,
    begun: Instant,
}

impl Ingestion {
    /// Begins to ingest a body.
    ///
    /// # Errors
    /// A problem if the body has too many objects; nothing of it is ingested then.
    pub(crate) async fn begin(app: App, body: Bytes) -> Result<Self, Problem> {
        let options = Options::at(app.inner.context.now());
        let is_small = body.len() <= INLINE_BYTES_MAX;
        // Even counting the objects of ten megabytes would block other requests.
        let counted = computed(is_small, move || {
            let objects = SentObjects::new("webhook", body, options);
            (objects.count_up_to(OBJECTS_MAX + 1), objects)
        });
        let (count, objects) = counted.await?;
        if count > OBJECTS_MAX {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body has more than 250,000 objects; send them in several requests",
            ));
        }
        let intake = &app.inner.intake;
        let intake = if count > FRESH_MAX { intake.for_backfill() } else { intake.clone() };
        Ok(Self {
            intake,
            is_small,
            objects: Some(objects),
            quota: RejectionQuota::default(),
            receipt: Receipt::default(),
            begun: Instant::now(),
        })
    }

    /// Returns the time at which the request must have ended.
    pub(crate) fn deadline(&self) -> Instant {
        self.begun + COMMIT_MAX + CLOSE_MAX
    }

    /// Reads the next chunk and makes it durable. Returns the outcomes of its objects, in order;
    /// `None` after the last chunk, or if the request stops before its end.
    ///
    /// # Errors
    /// A problem if nothing at all could be ingested.
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Vec<ObjectOutcome>>, Problem> {
        let chunk = self.read().await?;
        let Some(first) = chunk.first().map(|(line, _)| *line) else { return Ok(None) };
        let deadline = self.begun + COMMIT_MAX;
        let committed = timeout_at(deadline, self.commit(chunk)).await;
        let slow = "storing the objects takes too long; send the rest again later";
        match committed.unwrap_or_else(|_| Err(Problem::busy(slow))) {
            Ok(outcomes) => {
                self.receipt.count(&outcomes);
                Ok(Some(outcomes))
            }
            Err(problem) if self.receipt.is_empty() => Err(problem),
            Err(problem) => {
                self.objects = None;
                self.receipt.stop(first, problem);
                Ok(None)
            }
        }
    }

    /// Reports whether nothing of the request can be used: every object was read and rejected.
    pub(crate) fn is_unusable(&self) -> bool {
        let is_at_end = self.objects.as_ref().is_none_or(|objects| objects.count_up_to(1) == 0);
        is_at_end && self.receipt.unusable().is_some()
    }

    /// Ends the request, and returns its receipt.
    pub(crate) async fn finish(self) -> Receipt {
        let closed = timeout(CLOSE_MAX, self.intake.close_quota(&self.quota)).await;
        match closed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "cannot keep the summary of rejections"),
            Err(_) => tracing::warn!("keeping the summary of rejections takes too long"),
        }
        self.receipt
    }

    async fn read(&mut self) -> Result<Vec<(u64, Taken)>, Problem> {
        let Some(mut objects) = self.objects.take() else { return Ok(Vec::new()) };
        let read = computed(self.is_small, move || {
            let chunk = objects.read(CHUNK_OBJECTS, CHUNK_BYTES);
            (objects, chunk)
        });
        let (objects, chunk) = read.await?;
        self.objects = Some(objects);
        Ok(chunk)
    }

    async fn commit(&mut self, chunk: Vec<(u64, Taken)>) -> Result<Vec<ObjectOutcome>, Problem> {
        let intake = &self.intake;
        if self.begun.elapsed() >= CHUNKS_MAX {
            return Err(Problem::busy("the time for one request has passed; send the rest again"));
        }
        if intake.is_full().await? {
            return Err(Problem::busy("too many records are waiting; retry in a moment"));
        }
        let mut outcomes = Vec::with_capacity(chunk.len());
        let (mut lines, mut captures, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
        for (line, taken) in chunk {
            match taken {
                Taken::Record(capture) => {
                    let notes = capture.notes.iter();
                    let notes = notes.map(|note| format!("{}: {}", note.code, note.detail));
                    lines.push((line, notes.collect::<Vec<_>>()));
                    captures.push(*capture);
                }
                Taken::Rejected(one) => {
                    outcomes.push(ObjectOutcome::rejected(line, &one.cause));
                    rejected.push(one);
                }
                Taken::Noted(_) => {}
            }
        }
        let accepted = intake.accept_part(captures, rejected, &mut self.quota).await?;
        let accepted = lines.into_iter().zip(accepted);
        let outcome_of = |((line, notes), accepted)| ObjectOutcome::of(line, accepted, notes);
        outcomes.extend(accepted.map(outcome_of));
        outcomes.sort_by_key(|outcome| outcome.line);
        Ok(outcomes)
    }
}

/// Runs work here if it is small, otherwise on a thread that may block.
async fn computed<T: Send + 'static>(
    is_small: bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    if is_small {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::inside(&error))
}

impl Receipt {
    fn is_empty(&self) -> bool {
        self.accepted + self.duplicates + self.rejected_count == 0
    }

    fn count(&mut self, outcomes: &[ObjectOutcome]) {
        for outcome in outcomes {
            self.note_count += outcome.notes.len();
            let left = NOTES_SHOWN.saturating_sub(self.notes.len());
            let notes = outcome.notes.iter().take(left).cloned();
            self.notes.extend(notes.map(|note| ObjectNote { line: outcome.line, note }));
            match outcome.outcome {
                ObjectFate::Accepted => self.accepted += 1,
                ObjectFate::Duplicate => self.duplicates += 1,
                ObjectFate::Rejected => {
                    self.rejected_count += 1;
                    if self.rejected.len() < REJECTED_SHOWN {
                        let reason = outcome.reason.clone().unwrap_or_default();
                        self.rejected.push(NotTaken { line: outcome.line, reason });
                    }
                }
            }
        }
    }

    /// Describes a request of which nothing can be used: every object was rejected, and no rest
    /// remains. `None` for any other.
    pub(crate) fn unusable(&self) -> Option<String> {
        let is_unusable = self.accepted + self.duplicates == 0
            && self.rejected_count > 0
            && self.stopped.is_none();
        let first = self.rejected.first().filter(|_| is_unusable)?;
        let objects = match self.rejected_count {
            1 => "the object".to_owned(),
            count => format!("each of the {count} objects"),
        };
        Some(format!("{objects} was rejected; line {}: {}", first.line, first.reason))
    }

    fn stop(&mut self, at: u64, problem: Problem) {
        self.resume_at = Some(at);
        self.retry_after_s = Some(RETRY_AFTER_S);
        self.stopped = Some(problem.into_detail());
    }
}

//! Intake: makes captures durable and sends their records. The first producer of the journey.
//!
//! The order guarantees durability: first the bytes are on disk, then one transaction commits the
//! row and the outgoing record, and only then is the capture acknowledged.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{BACKFILL_PRODUCER, Notifier, PRODUCER};
use ingest::{Capture, ReadLimits, Rejected};
use model::{Clock as _, DeadLetter, RawEvent, RawId, SystemClock, Topic};
use store::Result;
use store::blob::{Entry, SegmentKind};
use store::db::{Outgoing, RawRow, Urgency};
use store::log::RECORD_BYTES_MAX;

use crate::context::Context;
use crate::journey_engine::{EngineStatus, JourneyEngine};
use crate::owner;
use crate::rejections::RejectionQuota;

/// The outcome of one capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Stored, and its record sent.
    New(RawId),
    /// Stored before; nothing happens.
    Duplicate(RawId),
    /// Refused; kept as a dead letter in `dead.ingest` with its cause.
    Refused(String),
}

/// The intake, which accepts captures.
#[derive(Clone)]
pub struct Intake {
    is_backfill: bool,
    context: Arc<Context>,
    notifier: Notifier,
    status: Arc<EngineStatus>,
}

impl Intake {
    /// Creates the intake of a running engine.
    pub fn new(engine: &JourneyEngine) -> Self {
        Self {
            is_backfill: false,
            context: Arc::clone(engine.context()),
            notifier: engine.notifier().clone(),
            status: Arc::clone(engine.pulse()),
        }
    }

    /// Returns an intake for many captures that are not urgent. They are as durable when they are
    /// accepted, but those of other intakes overtake them on their way to the stages.
    pub fn for_backfill(&self) -> Self {
        Self { is_backfill: true, ..self.clone() }
    }

    /// Makes captures durable and sends their records. They are durable when it returns.
    ///
    /// # Errors
    /// When a store fails; then none of the captures is acknowledged.
    pub async fn accept(&self, captures: Vec<Capture>) -> Result<Vec<Accepted>> {
        let (outcomes, refused) = self.store(captures).await?;
        self.reject(refused).await?;
        Ok(outcomes)
    }

    /// Accepts a part of a longer input, of which `rejected` could not be read. All rejections are
    /// counted, but only as many as the input's quota permits become dead letters.
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    pub async fn accept_part(
        &self,
        captures: Vec<Capture>,
        mut rejected: Vec<Rejected>,
        quota: &mut RejectionQuota,
    ) -> Result<Vec<Accepted>> {
        let (outcomes, refused) = self.store(captures).await?;
        rejected.extend(refused);
        // Last, because it is the only part that is stored again if the input is repeated.
        let count = rejected.len();
        self.keep(quota.admit(rejected)).await?;
        self.count_rejected(count).await?;
        Ok(outcomes)
    }

    /// Keeps the summary of the rejections of an input that exceeded its quota, if there were any.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn close_quota(&self, quota: &RejectionQuota) -> Result<()> {
        self.keep(quota.summary().into_iter().collect()).await
    }

    /// Returns whether so many records are waiting that no more should be taken in. The number is
    /// at most a second old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_full(&self) -> Result<bool> {
        let waiting = self.status.backlog().waiting(&self.context).await?;
        Ok(waiting > self.context.limits.waiting_max)
    }

    /// Stores captures and sends their records. Returns their outcomes, and the refused ones.
    async fn store(&self, captures: Vec<Capture>) -> Result<(Vec<Accepted>, Vec<Rejected>)> {
        if captures.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let stored = self.stored_ids(&captures).await?;
        let mut outcomes = Vec::with_capacity(captures.len());
        let mut entries = Vec::new();
        let mut ready = Vec::new();
        let mut refused = Vec::new();
        let mut seen = stored;
        for capture in captures {
            if !seen.insert(capture.raw) {
                outcomes.push(Accepted::Duplicate(capture.raw));
                continue;
            }
            match owner::of(capture.kind, &capture.url, &capture.block) {
                Ok(owner) => {
                    outcomes.push(Accepted::New(capture.raw));
                    let (owner, kind) = (self.context.id_of(&owner), capture.kind);
                    ready.push((
                        capture.raw,
                        capture.url.clone(),
                        owner,
                        kind,
                        capture.observed,
                        capture.snapshot_hash,
                    ));
                    entries.push(capture.into_entry());
                }
                Err(cause) => {
                    outcomes.push(Accepted::Refused(cause.clone()));
                    let origin = format!("{} observed {}", capture.url, capture.observed);
                    let mut kept = capture.block;
                    kept.truncate(ReadLimits::default().kept_bytes_max);
                    refused.push(Rejected { origin, cause, kept });
                }
            }
        }
        if !entries.is_empty() {
            let taken_at = SystemClock.now();
            let blobs = self.context.blobs.append(SegmentKind::Raw, entries).await?;
            let rows = ready.into_iter().zip(blobs).map(|(ready, blob)| {
                let (id, url, owner, kind, observed, snapshot_hash) = ready;
                RawRow { id, kind, url, owner, blob, snapshot_hash, observed, taken: taken_at }
            });
            self.insert(rows.collect()).await?;
        }
        let duplicates =
            outcomes.iter().filter(|outcome| matches!(outcome, Accepted::Duplicate(_))).count();
        let new = outcomes.iter().filter(|outcome| matches!(outcome, Accepted::New(_))).count();
        self.status.meter().taken_in(new, duplicates);
        self.status.backlog().add(new);
        self.count("ingest.duplicate", duplicates).await?;
        Ok((outcomes, refused))
    }

    async fn stored_ids(&self, captures: &[Capture]) -> Result<BTreeSet<RawId>> {
        let ids: Vec<RawId> = captures.iter().map(|capture| capture.raw).collect();
        self.context
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let stored = tx.has_raws(&ids).await?;
                    let stored = ids.into_iter().zip(stored).filter(|(_, is_known)| *is_known);
                    Ok(stored.map(|(id, _)| id).collect())
                })
            })
            .await
    }

    async fn insert(&self, rows: Vec<RawRow>) -> Result<()> {
        let is_backfill = self.is_backfill;
        let waits = self
            .context
            .db
            .write(Urgency::Urgent, move |tx| {
                Box::pin(async move {
                    // Another intake may have added some since the check for duplicates.
                    let added = tx.add_raws(&rows).await?;
                    let new = rows.iter().filter(|row| added.contains(&row.id));
                    let outgoing = new.map(raw_event).collect::<Result<Vec<Outgoing>>>()?;
                    let count = i64::try_from(outgoing.len()).unwrap_or(i64::MAX);
                    tx.count("ingest.accepted", count);
                    if is_backfill {
                        tx.send_later(BACKFILL_PRODUCER, outgoing).await?;
                        return Ok(true);
                    }
                    tx.send(PRODUCER, outgoing).await
                })
            })
            .await?;
        if waits {
            self.notifier.notify();
        }
        Ok(())
    }

    /// Stores rejected input as dead letters in `dead.ingest`, each with its cause.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn reject(&self, rejected: Vec<Rejected>) -> Result<()> {
        let count = rejected.len();
        self.keep(rejected).await?;
        self.count_rejected(count).await
    }

    async fn count_rejected(&self, count: usize) -> Result<()> {
        self.status.meter().rejected(count);
        self.count("ingest.rejected", count).await
    }

    /// Stores dead letters of `ingest`, each cut to a size that the log accepts.
    async fn keep(&self, rejected: Vec<Rejected>) -> Result<()> {
        if rejected.is_empty() {
            return Ok(());
        }
        let now = self.context.now();
        let entries: Vec<Option<Entry>> =
            rejected.iter().map(|rejected| rejected.entry(now)).collect();
        let has_bytes: Vec<bool> = entries.iter().map(Option::is_some).collect();
        let written = entries.into_iter().flatten().collect();
        let mut blobs = self.context.blobs.append(SegmentKind::Kept, written).await?.into_iter();
        let mut outgoing = Vec::with_capacity(rejected.len());
        for (rejected, has_bytes) in rejected.into_iter().zip(has_bytes) {
            let dead_letter = DeadLetter {
                stage: "ingest".to_owned(),
                origin: rejected.origin,
                cause: rejected.cause,
                attempts: 1,
                record: None,
                excerpt: None,
                kept: if has_bytes { blobs.next() } else { None },
                at: now,
            };
            outgoing.push(Outgoing {
                topic: Topic::dead("ingest"),
                key: String::new(),
                event: now,
                payload: dead_letter.encode_within(RECORD_BYTES_MAX)?,
            });
        }
        let sent = self.context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.send(PRODUCER, outgoing).await })
        });
        if sent.await? {
            self.notifier.notify();
        }
        Ok(())
    }

    /// Wakes the relay after a record was put into the outbox.
    pub fn nudge(&self) {
        self.notifier.notify();
    }

    /// Adds to a counter; does nothing for zero.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, name: &'static str, increment: usize) -> Result<()> {
        let increment = i64::try_from(increment).unwrap_or(i64::MAX);
        if increment == 0 {
            return Ok(());
        }
        self.context
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    tx.count(name, increment);
                    Ok(())
                })
            })
            .await
    }
}

fn raw_event(row: &RawRow) -> Result<Outgoing> {
    let record = RawEvent {
        raw: row.id,
        owner: row.owner,
        kind: row.kind,
        blob: row.blob.clone(),
        snapshot_hash: row.snapshot_hash,
        observed: row.observed,
    };
    Ok(Outgoing {
        topic: Topic::RawEvents.name().to_owned(),
        key: row.owner.to_string(),
        event: row.observed,
        payload: model::encode(&record)?,
    })
}

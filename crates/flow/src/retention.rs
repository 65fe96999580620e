//! Retention: finished jobs, records of the log and, on request, raw pages are deleted after a while,
//! in small steps. No result depends on them, so the canonical hash is the same with and without.
//!
//! The log is cut behind everything that reads it: each stage, the search index and the live stream.
//! What they have all read is kept for some days, so that clients of the stream can resume. The age of records is known from marks:
//! the ends of the log on earlier days. The log of a cluster is cut by its broker.

mod raw_segments;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use engine::StageInfo;
use model::{Clock as _, SystemClock, Timestamp, Topic};
use serde::{Deserialize, Serialize};
use store::Result;
use store::blob::BlobStore;
use store::db::{Db, Urgency};
use store::log::EventLog;
use store::search::SearchIndex;
use tokio::time::Instant;

use crate::context::{Context, RetentionLimits};
use crate::search;
use raw_segments::RawSegments;

/// The database setting that holds the marks.
const MARKS: &str = "retention.log";
/// The number of rows that one transaction deletes.
const CHUNK: i64 = 500;
const CHUNK_RECORDS: u64 = 500;
const DAY_US: i64 = 86_400_000_000;

/// What the next run of the daily job would delete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deletable {
    /// The number of finished jobs.
    pub jobs: u64,
    /// The number of records of the log.
    pub log_records: u64,
    /// The size of segments of raw pages, in bytes.
    pub raw_bytes: u64,
}

/// The ends of the log at a time, by topic and partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LogMark {
    at: Timestamp,
    ends: BTreeMap<String, Vec<u64>>,
}

/// Records of a partition to delete: those from `first` up to `to`, which stays.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cut {
    topic: Topic,
    partition: u32,
    first: u64,
    to: u64,
}

/// The next record of each partition of `signals.detected` that the live stream of this process
/// reads; none without a stream. A clone is the same.
#[derive(Clone, Default)]
pub(crate) struct Streamed(Arc<Mutex<Option<Vec<u64>>>>);

impl Streamed {
    pub(crate) fn set(&self, next: Vec<u64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
    }

    fn get(&self) -> Option<Vec<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Deletes what is older than the limits.
pub(crate) struct Retention {
    db: Db,
    log: Arc<dyn EventLog>,
    blobs: Arc<dyn BlobStore>,
    search: Option<Arc<dyn SearchIndex>>,
    /// The stages, each of which reads a topic.
    stages: Vec<StageInfo>,
    streamed: Streamed,
    limits: RetentionLimits,
}

impl Retention {
    pub(crate) fn new(context: &Context, stages: &[StageInfo], streamed: &Streamed) -> Self {
        Self {
            db: context.db.clone(),
            log: Arc::clone(&context.log),
            blobs: Arc::clone(&context.blobs),
            search: context.search.clone(),
            stages: stages.to_vec(),
            streamed: streamed.clone(),
            limits: context.limits.retention,
        }
    }

    /// Counts what would be deleted now.
    pub(crate) async fn deletable(&self, now: Timestamp) -> Result<Deletable> {
        let mut deletable = Deletable::default();
        if let Some(before) = self.jobs_before(now) {
            let count = self.db.read(move |tx| Box::pin(tx.finished_job_count(before)));
            deletable.jobs = u64::try_from(count.await?).unwrap_or(0);
        }
        let cuts = self.cuts(now).await?;
        deletable.log_records = cuts.iter().map(|cut| cut.to - cut.first).sum();
        if let Some(before) = self.raw_before() {
            let segments = self.raw_segments().expired(before).await?;
            deletable.raw_bytes = segments.iter().map(|segment| segment.bytes).sum();
        }
        Ok(deletable)
    }

    fn jobs_before(&self, now: Timestamp) -> Option<Timestamp> {
        days_before(now, self.limits.jobs_days)
    }

    fn log_before(&self, now: Timestamp) -> Option<Timestamp> {
        // A log that others share has a retention of its own.
        if self.db.is_shared() { None } else { days_before(now, self.limits.log_days) }
    }

    fn raw_before(&self) -> Option<Timestamp> {
        // A process of a cluster cannot know whether another one still writes a segment.
        if self.db.is_shared() {
            return None;
        }
        days_before(SystemClock.now(), self.limits.raw_days)
    }

    fn raw_segments(&self) -> RawSegments<'_> {
        RawSegments { db: &self.db, log: &*self.log, blobs: &self.blobs, stages: &self.stages }
    }

    /// Deletes segments of raw pages that nothing needs.
    pub(crate) async fn delete_raw_segments(&self) -> Result<()> {
        match self.raw_before() {
            Some(before) => self.raw_segments().delete(before).await,
            None => Ok(()),
        }
    }

    /// Deletes finished jobs until none is too old. Returns false if the deadline came before.
    pub(crate) async fn delete_jobs(&self, now: Timestamp, deadline: Instant) -> Result<bool> {
        let Some(before) = self.jobs_before(now) else { return Ok(true) };
        loop {
            let write = self.db.write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    let dated = tx.date_finished_jobs(now, CHUNK).await?;
                    Ok(dated.max(tx.delete_finished_jobs(before, CHUNK).await?))
                })
            });
            if write.await? < CHUNK.unsigned_abs() {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
        }
    }

    /// Stores where the log ends now, and forgets the marks that are no longer needed.
    pub(crate) async fn mark_log(&self, now: Timestamp) -> Result<()> {
        let Some(before) = self.log_before(now) else { return Ok(()) };
        let mut ends = BTreeMap::new();
        for topic in Topic::ALL {
            let bounds = self.log.bounds(topic.name()).await?;
            ends.insert(topic.name().to_owned(), bounds.iter().map(|range| range.next).collect());
        }
        let mut marks = self.marks().await?;
        // A mark from after now, or beyond the end, is from another log or from another clock.
        marks.retain(|mark| mark.at < now && is_within(&mark.ends, &ends));
        let needed = marks.iter().rposition(|mark| mark.at <= before).unwrap_or(0);
        marks.drain(..needed);
        marks.push(LogMark { at: now, ends });
        let marks = serde_json::to_string(&marks)?;
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.set_setting(MARKS, &marks).await })
        });
        write.await
    }

    /// Cuts the log. Returns false if the deadline came before the end.
    pub(crate) async fn cut_log(&self, now: Timestamp, deadline: Instant) -> Result<bool> {
        for Cut { topic, partition, first, to } in self.cuts(now).await? {
            let mut position = first;
            while position < to {
                if Instant::now() >= deadline {
                    return Ok(false);
                }
                position = to.min(position + CHUNK_RECORDS);
                self.log.truncate_before(topic.name(), partition, position).await?;
            }
        }
        Ok(true)
    }

    /// Computes the records that are old enough and that everything has read.
    async fn cuts(&self, now: Timestamp) -> Result<Vec<Cut>> {
        let Some(before) = self.log_before(now) else { return Ok(Vec::new()) };
        let marks = self.marks().await?;
        let Some(mark) = marks.iter().rfind(|mark| mark.at <= before) else {
            return Ok(Vec::new());
        };
        let positions = self.db.read(|tx| Box::pin(tx.positions())).await?;
        // The readers that are no stages, by topic.
        let mut others: Vec<(String, Vec<u64>)> = Vec::new();
        if let Some(index) = &self.search {
            others.extend(search::indexed(&**index).await?.unwrap_or_default());
        }
        if let Some(streamed) = self.streamed.get() {
            others.push((Topic::SignalsDetected.name().to_owned(), streamed));
        }
        let mut cuts = Vec::new();
        for topic in Topic::ALL {
            let marked = mark.ends.get(topic.name()).map(Vec::as_slice).unwrap_or_default();
            let bounds = self.log.bounds(topic.name()).await?;
            for ((partition, range), end) in (0u32..).zip(bounds).zip(marked) {
                let of_stage = |name: &str| {
                    let mut own = positions.iter().filter(|(stage, _, _)| stage == name);
                    own.find(|(_, of, _)| *of == partition).map_or(0, |(_, _, next)| *next)
                };
                let readers = self.stages.iter().filter(|stage| stage.input == topic);
                let to = readers.map(|stage| of_stage(stage.name)).fold(*end, u64::min);
                let others = others.iter().filter(|(of, _)| of == topic.name());
                let to = others.fold(to, |to, (_, next)| to.min(next_of(next, partition)));
                if (range.first + 1..=range.next).contains(&to) {
                    cuts.push(Cut { topic, partition, first: range.first, to });
                }
            }
        }
        Ok(cuts)
    }

    async fn marks(&self) -> Result<Vec<LogMark>> {
        let stored = self.db.read(|tx| Box::pin(async move { tx.setting(MARKS).await })).await?;
        // Without marks nothing is cut, so damaged ones are harmless.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }
}

fn next_of(next: &[u64], partition: u32) -> u64 {
    usize::try_from(partition).ok().and_then(|index| next.get(index)).copied().unwrap_or(0)
}

/// Returns the time some days before `now`; `None` for 0 days, which mean for ever.
fn days_before(now: Timestamp, days: u16) -> Option<Timestamp> {
    (days > 0).then(|| Timestamp(now.0 - i64::from(days) * DAY_US))
}

/// Checks that no position is beyond the end of its partition.
fn is_within(positions: &BTreeMap<String, Vec<u64>>, ends: &BTreeMap<String, Vec<u64>>) -> bool {
    positions.iter().all(|(topic, positions)| {
        let ends = ends.get(topic).map(Vec::as_slice).unwrap_or_default();
        positions.len() <= ends.len() && positions.iter().zip(ends).all(|(one, end)| one <= end)
    })
}

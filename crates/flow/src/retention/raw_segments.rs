//! Retention of raw pages: whole segments are deleted once nothing needs their bytes.
//!
//! A quote and its seal are stored in the transaction that stores its signal, and the cleaned text is
//! in a segment of its own, so no signal needs a page that has been read. A segment is deleted a day
//! after it was marked as expired, so that a backup of the database from before the mark has time
//! to copy it.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::StageInfo;
use model::{Clock as _, DeadLetter, RawEvent, SystemClock, Timestamp, Topic, decode};
use store::Result;
use store::blob::{BlobStore, Segment, SegmentKind};
use store::db::{Db, Urgency};
use store::log::EventLog;

/// The time between the mark and the deletion: less than a day, because the job is daily.
const GRACE_US: i64 = 20 * 3_600_000_000;
/// The number of records read at once.
const RECORDS: usize = 500;

/// The raw segments, and everything that may still need one.
pub(super) struct RawSegments<'r> {
    pub(super) db: &'r Db,
    pub(super) log: &'r dyn EventLog,
    pub(super) blobs: &'r Arc<dyn BlobStore>,
    pub(super) stages: &'r [StageInfo],
}

impl RawSegments<'_> {
    /// Lists the segments whose captures were all taken in before a time, by the machine's clock,
    /// and were all read. The newest segment, which may still grow, is not among them.
    pub(super) async fn expired(&self, before: Timestamp) -> Result<Vec<Segment>> {
        let mut segments = self.blobs.segments().await?;
        segments.retain(|segment| segment.kind == SegmentKind::Raw);
        segments.pop();
        let mut old = Vec::new();
        for segment in segments {
            let name = segment.name.clone();
            let newest =
                self.db.read(move |tx| Box::pin(async move { tx.newest_capture_in(&name).await }));
            match newest.await? {
                Some(newest) if newest < before => old.push(segment),
                // The later ones are newer.
                Some(_) => break,
                // Nothing in it was acknowledged, or its rows are not committed yet.
                None => {}
            }
        }
        if old.is_empty() {
            return Ok(old);
        }
        let needed = self.needed().await?;
        old.retain(|segment| !needed.contains(&segment.name));
        let mut expired = Vec::new();
        for segment in old {
            let name = segment.name.clone();
            let is_waiting = self.db.read(move |tx| {
                let topic = Topic::RawEvents.name();
                Box::pin(async move { tx.outbox_mentions(topic, &name).await })
            });
            if !is_waiting.await? {
                expired.push(segment);
            }
        }
        Ok(expired)
    }

    /// Marks the segments of captures from before a time as expired, and deletes those that were
    /// marked a day ago.
    pub(super) async fn delete(&self, before: Timestamp) -> Result<()> {
        let now = SystemClock.now();
        for Segment { name, .. } in self.expired(before).await? {
            let segment = name.clone();
            let mark = self.db.write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.mark_expired(&segment, now).await })
            });
            if mark.await?.0 <= now.0 - GRACE_US {
                self.blobs.delete_segment(&name).await?;
                tracing::info!(segment = name, "a segment of raw pages has expired and is deleted");
            }
        }
        Ok(())
    }

    /// Lists the segments that records before a stage refer to, and dead letters, which may be sent
    /// back.
    async fn needed(&self) -> Result<BTreeSet<String>> {
        let positions = self.db.read(|tx| Box::pin(tx.positions())).await?;
        let mut needed = BTreeSet::new();
        for stage in self.stages.iter().filter(|stage| stage.input == Topic::RawEvents) {
            let topic = stage.input.name();
            for (partition, bounds) in (0u32..).zip(self.log.bounds(topic).await?) {
                let mut own = positions.iter().filter(|(name, _, _)| name == stage.name);
                let from = own.find(|(_, of, _)| *of == partition).map_or(0, |(_, _, next)| *next);
                let read = |payload: &str| segment_of(payload);
                self.collect(topic, partition, from.max(bounds.first), read, &mut needed).await?;
            }
            let dead = Topic::dead(stage.name);
            for (partition, bounds) in (0u32..).zip(self.log.bounds(&dead).await?) {
                let read = |payload: &str| {
                    let letter: DeadLetter = decode(payload).ok()?;
                    segment_of(&letter.record?)
                };
                self.collect(&dead, partition, bounds.first, read, &mut needed).await?;
            }
        }
        Ok(needed)
    }

    /// Collects what `read` finds in the records of a partition from a position on.
    async fn collect(
        &self,
        topic: &str,
        partition: u32,
        mut from: u64,
        read: impl Fn(&str) -> Option<String>,
        found: &mut BTreeSet<String>,
    ) -> Result<()> {
        loop {
            let records = self.log.read(topic, partition, from, RECORDS).await?;
            let Some(last) = records.last() else { return Ok(()) };
            from = last.position + 1;
            found.extend(records.iter().filter_map(|record| read(&record.record.payload)));
        }
    }
}

/// Returns the segment that a record of a capture refers to; `None` if the payload is not one.
fn segment_of(payload: &str) -> Option<String> {
    decode::<RawEvent>(payload).ok().map(|event| event.blob.segment)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{BlobRef, Clock, Digest, EntityId, FixedClock, RawId, RawKind};
    use store::blob::{Entry, FsBlobs};
    use store::db::{InMemory, RawRow};
    use store::log::{MemoryLog, NewRecord};

    use super::*;

    const STAGE: StageInfo = StageInfo {
        name: "clean",
        input: Topic::RawEvents,
        output: Some(Topic::CleanEvents),
        batch: 1,
    };

    /// Stores a capture in a segment of its own, by a process that ends after it.
    async fn capture(folder: &std::path::Path, db: &Db, number: u8) -> RawEvent {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(Timestamp(0)));
        let blobs = FsBlobs::open(folder, &clock).unwrap();
        let member = Entry::Member(vec![0x1f, 0x8b, 0x08, number]);
        let blob: BlobRef = blobs.append(SegmentKind::Raw, vec![member]).await.unwrap().remove(0);
        let (raw, owner) = (RawId([number; 16]), EntityId([1; 16]));
        let (kind, snapshot_hash) = (RawKind::Response, Digest::of(&[number]));
        let (observed, taken) = (Timestamp(0), Timestamp(i64::from(number) * 10));
        let event = RawEvent { raw, owner, kind, blob: blob.clone(), snapshot_hash, observed };
        let url = "https://acme.example/".to_owned();
        let row = RawRow { id: raw, kind, url, owner, blob, snapshot_hash, observed, taken };
        let add =
            db.write(Urgency::Normal, move |tx| Box::pin(async move { tx.add_raws(&[row]).await }));
        assert_eq!(add.await.unwrap().len(), 1);
        event
    }

    fn record(number: i64, payload: String) -> NewRecord {
        let (key, producer, event) = (String::new(), "desk".to_owned(), Timestamp(0));
        NewRecord { key, producer, generation: 1, number, event, payload }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_segment_goes_when_it_is_old_and_nothing_needs_it() {
        let folder = tempfile::tempdir().unwrap();
        let (db, log) = (InMemory::open().await.unwrap(), MemoryLog::default());
        let mut events = Vec::new();
        for number in 1..=4 {
            events.push(capture(folder.path(), &db, number).await);
        }
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(Timestamp(0)));
        let blobs: Arc<dyn BlobStore> = Arc::new(FsBlobs::open(folder.path(), &clock).unwrap());
        let stages = [STAGE];
        let raw = RawSegments { db: &db, log: &log, blobs: &blobs, stages: &stages };
        let expired = async |before: i64| -> Vec<String> {
            let expired = raw.expired(Timestamp(before)).await.unwrap();
            expired.into_iter().map(|segment| segment.name).collect()
        };
        let names: Vec<String> = events.iter().map(|event| event.blob.segment.clone()).collect();
        assert_eq!(expired(20).await, names[..1]);
        assert_eq!(expired(1_000).await, names[..3], "the newest may still grow");

        // One was not read yet, another one may be sent back, a third waits in the outbox.
        log.ensure_topic(Topic::RawEvents.name(), 1).await.unwrap();
        log.ensure_topic("dead.clean", 1).await.unwrap();
        let payloads: Vec<String> =
            events.iter().map(|event| model::encode(event).unwrap()).collect();
        let unread = record(1, payloads[0].clone());
        log.append(Topic::RawEvents.name(), vec![unread]).await.unwrap();
        let letter = DeadLetter {
            stage: "clean".to_owned(),
            origin: "raw.events/0/9".to_owned(),
            cause: "it failed".to_owned(),
            attempts: 3,
            record: Some(payloads[1].clone()),
            kept: None,
            excerpt: None,
            at: Timestamp(0),
        };
        let letter = record(2, model::encode(&letter).unwrap());
        log.append("dead.clean", vec![letter]).await.unwrap();
        let (topic, payload) = (Topic::RawEvents.name().to_owned(), payloads[2].clone());
        let waiting =
            store::db::Outgoing { topic, key: String::new(), event: Timestamp(0), payload };
        let send = db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.send_later("desk", vec![waiting]).await })
        });
        send.await.unwrap();
        assert!(expired(1_000).await.is_empty());

        // All of it is processed.
        let process = db.write(Urgency::Normal, |tx| {
            Box::pin(async move {
                tx.outbox_done("desk", 9).await?;
                let consumer = tx.take_partition("clean", 0).await?;
                tx.commit_position(&consumer, 1, &BTreeMap::new()).await
            })
        });
        process.await.unwrap();
        log.truncate_before("dead.clean", 0, 1).await.unwrap();
        assert_eq!(expired(1_000).await, names[..3]);

        // It is marked first, and deleted a day later.
        raw.delete(Timestamp(20)).await.unwrap();
        assert_eq!(blobs.segments().await.unwrap().len(), 4);
        let setting = format!("expired {}", names[0]);
        let set = db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.set_setting(&setting, "2026-01-01T00:00:00Z").await })
        });
        set.await.unwrap();
        raw.delete(Timestamp(1_000)).await.unwrap();
        let left: Vec<String> =
            blobs.segments().await.unwrap().into_iter().map(|segment| segment.name).collect();
        assert_eq!(left, names[1..]);
    }
}

//! The search projection: updates the index of signals and pages, which `answer` queries.
//!
//! An index without a position is first filled from the existing rows, in chunks in the order of
//! their ids; after that, it follows the changes of signals and pages in the log. In both cases a
//! document is built from the current row, so a change that is read twice or out of date is
//! harmless. The position is committed to the index together with the documents. An index that was
//! begun because another version of this program filled the last one is published when it has all
//! documents. The index is not part of the canonical hash.

mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{CleanEvent, ObservationId, RunId, SignalDetected, SignalId, Topic, Versioned, decode};
use serde::{Deserialize, Serialize};
use store::log::Bounds;
use store::search::{Changes, SearchIndex};
use store::{ErrorKind, Result};
use tokio::sync::watch;

use crate::context::Context;

/// The pause between steps, so that there is at most one commit per second while changes are few.
const IDLE: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_secs(5);
/// The number of rows or records read at once.
const CHUNK: usize = 32;
/// The documents and bytes of text committed together: the memory of a batch, plus up to a chunk.
const DOCUMENTS_MAX: usize = 1_000;
const TEXT_BYTES_MAX: usize = 4 << 20;

/// The topics that are followed.
const TOPICS: [Topic; 2] = [Topic::SignalsDetected, Topic::CleanEvents];

/// Updates the index to the current state, which [`JourneyEngine`](crate::Engine) does in the
/// background.
///
/// # Errors
/// When a store fails.
pub async fn catch_up_search(context: &Context) -> Result<()> {
    let index = context.answers().index()?;
    while step(context, &*index).await? != Reach::Even {}
    Ok(())
}

/// Clears the index, so that it is rebuilt from the rows.
///
/// # Errors
/// When the index fails.
pub async fn forget_search(context: &Context) -> Result<()> {
    context.answers().index()?.clear().await
}

/// Reads the next record of each partition, by topic, that the index has not processed; `None` for
/// an index that must be built from the beginning.
pub(crate) async fn indexed(index: &dyn SearchIndex) -> Result<Option<BTreeMap<String, Vec<u64>>>> {
    let position = index.position().await?;
    let position = position.and_then(|text| serde_json::from_str::<Position>(&text).ok());
    Ok(position.map(|position| position.log))
}

/// Updates the index until stopped.
pub(crate) async fn run(
    context: Arc<Context>,
    index: Arc<dyn SearchIndex>,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let pause = match step(&context, &*index).await {
            Ok(Reach::Full) => continue,
            Ok(Reach::Some | Reach::Even) => IDLE,
            Err(error) => {
                tracing::warn!(%error, "cannot update the search index; retrying");
                RETRY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// There was no change.
    Even,
    /// All changes were indexed.
    Some,
    /// The batch was filled; there may be more changes.
    Full,
}

/// The position of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// The next record of each partition, by topic.
    log: BTreeMap<String, Vec<u64>>,
    /// The next of the rows that existed before the index; `None` when all of them are read.
    rows: Option<Rows>,
}

/// The rows after an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rows {
    Signals { after: String },
    Pages { after: String },
}

/// Changes to be committed to the index.
#[derive(Default)]
struct Batch {
    changes: Changes,
    text_bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.changes.len() >= DOCUMENTS_MAX || self.text_bytes >= TEXT_BYTES_MAX
    }
}

/// Reads one batch and commits it together with the next position.
async fn step(context: &Context, index: &dyn SearchIndex) -> Result<Reach> {
    let from = index.position().await?;
    let bounds = bounds(context).await?;
    let stored = from.as_deref().and_then(|text| serde_json::from_str(text).ok());
    if from.is_some() && !stored.as_ref().is_some_and(|stored| is_within(stored, &bounds)) {
        tracing::warn!("the search index does not match the log and is rebuilt");
        index.clear().await?;
        return Ok(Reach::Full);
    }
    let mut position = stored.unwrap_or_else(|| beginning(&bounds));
    let mut batch = Batch::default();
    while position.rows.is_some() && !batch.is_full() {
        position.rows = read_rows(context, position.rows.take(), &mut batch).await?;
    }
    if position.rows.is_none() {
        for topic in TOPICS {
            follow(context, topic, &mut position, &mut batch).await?;
        }
    }
    let to = serde_json::to_string(&position)?;
    let reach = match (from.as_deref() == Some(&*to), batch.is_full()) {
        (true, _) => Reach::Even,
        (false, true) => Reach::Full,
        (false, false) => Reach::Some,
    };
    if reach != Reach::Even {
        match index.apply(batch.changes, from.as_deref(), &to).await {
            // The index was cleared or updated elsewhere meanwhile: the next step reads its position.
            Err(error) if error.kind() == ErrorKind::Fenced => return Ok(Reach::Full),
            applied => applied?,
        }
    }
    if reach != Reach::Full && position.rows.is_none() {
        index.publish().await?;
    }
    Ok(reach)
}

async fn bounds(context: &Context) -> Result<BTreeMap<String, Vec<Bounds>>> {
    let mut bounds = BTreeMap::new();
    for topic in TOPICS {
        bounds.insert(topic.name().to_owned(), context.log.bounds(topic.name()).await?);
    }
    Ok(bounds)
}

/// Checks whether the log still holds the next records. A new partition is read from its start.
fn is_within(position: &Position, bounds: &BTreeMap<String, Vec<Bounds>>) -> bool {
    position.log.iter().all(|(topic, next)| {
        let bounds = bounds.get(topic).map(Vec::as_slice).unwrap_or_default();
        next.len() <= bounds.len()
            && next
                .iter()
                .zip(bounds)
                .all(|(next, range)| (range.first..=range.next).contains(next))
    })
}

/// Builds the initial position: all rows, then the records appended to the log from now on. The
/// rows of records that are already on the log exist.
fn beginning(bounds: &BTreeMap<String, Vec<Bounds>>) -> Position {
    let ends = bounds.iter().map(|(topic, bounds)| {
        (topic.clone(), bounds.iter().map(|range| range.next).collect::<Vec<u64>>())
    });
    Position { log: ends.collect(), rows: Some(Rows::Signals { after: String::new() }) }
}

/// Reads a chunk of rows and returns the start of the next one.
async fn read_rows(
    context: &Context,
    rows: Option<Rows>,
    batch: &mut Batch,
) -> Result<Option<Rows>> {
    let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
    Ok(match rows {
        None => None,
        Some(Rows::Signals { after }) => {
            let read = context.db.read(move |tx| {
                Box::pin(async move { tx.signal_ids(&RunId::default(), &after, limit).await })
            });
            let ids = read.await?;
            let last = ids.last().map(ToString::to_string);
            documents::add_signals(context, ids, batch).await?;
            Some(last.map_or(Rows::Pages { after: String::new() }, |after| Rows::Signals { after }))
        }
        Some(Rows::Pages { after }) => {
            let read = context
                .db
                .read(move |tx| Box::pin(async move { tx.page_look_ids(&after, limit).await }));
            let observation_ids = read.await?;
            let last = observation_ids.last().map(ToString::to_string);
            documents::add_pages(context, observation_ids, batch).await?;
            last.map(|after| Rows::Pages { after })
        }
    })
}

/// Reads the new records of a topic until the batch is full.
async fn follow(
    context: &Context,
    topic: Topic,
    position: &mut Position,
    batch: &mut Batch,
) -> Result<()> {
    let partitions = context.log.partitions(topic.name()).await?;
    let all = position.log.entry(topic.name().to_owned()).or_default();
    all.resize(partitions as usize, 0);
    for (partition, next) in (0..partitions).zip(all) {
        while !batch.is_full() {
            let records = context.log.read(topic.name(), partition, *next, CHUNK).await?;
            let Some(last) = records.last() else { break };
            *next = last.position + 1;
            let payloads = records.iter().map(|record| record.record.payload.as_str());
            if topic == Topic::SignalsDetected {
                documents::add_signals(context, changed_signals(payloads), batch).await?;
            } else {
                documents::add_pages(context, seen_pages(payloads), batch).await?;
            }
        }
    }
    Ok(())
}

fn changed_signals<'p>(payloads: impl Iterator<Item = &'p str>) -> Vec<SignalId> {
    let detected = payloads.filter_map(readable::<SignalDetected>);
    let live = detected.filter(|detected| detected.run == RunId::default());
    let ids: BTreeSet<SignalId> = live.flat_map(|detected| detected.signals).collect();
    ids.into_iter().collect()
}

fn seen_pages<'p>(payloads: impl Iterator<Item = &'p str>) -> Vec<ObservationId> {
    payloads.filter_map(readable::<CleanEvent>).map(|event| event.look).collect()
}

/// Decodes a record. One that cannot be decoded is skipped, because it becomes a dead letter of the
/// stage that reads the topic.
fn readable<R: Versioned>(payload: &str) -> Option<R> {
    decode(payload).inspect_err(|error| tracing::warn!(%error, "a record is not indexed")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds_of(ranges: &[(u64, u64)]) -> BTreeMap<String, Vec<Bounds>> {
        let ranges = ranges.iter().map(|(first, next)| Bounds { first: *first, next: *next });
        BTreeMap::from([("clean.events".to_owned(), ranges.collect())])
    }

    #[test]
    fn a_position_is_within_the_bounds_of_the_log() {
        for (next, ranges, expected) in [
            (vec![0, 7], vec![(0, 5), (7, 9)], true),
            (vec![5, 9], vec![(0, 5), (7, 9)], true),
            (vec![5], vec![(0, 5), (0, 1)], true),
            (vec![6], vec![(0, 5)], false),
            (vec![6], vec![(7, 9)], false),
            (vec![0, 0], vec![(0, 5)], false),
        ] {
            let log = BTreeMap::from([("clean.events".to_owned(), next.clone())]);
            let position = Position { log, rows: None };
            assert_eq!(
                is_within(&position, &bounds_of(&ranges)),
                expected,
                "{next:?} in {ranges:?}"
            );
        }
        let bounds = bounds_of(&[(3, 5)]);
        assert!(is_within(&beginning(&bounds), &bounds));
    }
}

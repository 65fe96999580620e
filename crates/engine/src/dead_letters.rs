//! Dead letters: records that could not be processed, with their causes, and how to redrive them.

use model::{BlobRef, DeadLetter, Topic, decode};
use store::StoreError;
use store::db::{Outgoing, Urgency};
use store::log::NewRecord;

use crate::error::{Error, Result};
use crate::resources::Resources;
use crate::stage::StageInfo;
use crate::start::PRODUCER;

/// The number of letters read, or sent back in one transaction. Each may be nearly a megabyte.
const PAGE: usize = 100;

/// Reads every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// When a store fails, or when a letter cannot be decoded.
pub async fn dead_letters(
    resources: &Resources,
    stage: &str,
) -> store::Result<Vec<(u64, DeadLetter)>> {
    let topic = Topic::dead(stage);
    let mut letters = Vec::new();
    let mut from = resources.log.bounds(&topic).await?.first().map_or(0, |bounds| bounds.first);
    loop {
        let records = resources.log.read(&topic, 0, from, PAGE).await?;
        let Some(last) = records.last() else { return Ok(letters) };
        from = last.position + 1;
        for record in records {
            letters.push((record.position, decode(&record.record.payload)?));
        }
    }
}

/// Reads the references to kept bytes in the dead letters of a stage from a position on, and returns
/// them with the next position; `None` at the end.
///
/// # Errors
/// When a store fails, or when a letter cannot be decoded.
pub async fn kept_blobs(
    resources: &Resources,
    stage: &str,
    from: u64,
) -> store::Result<Option<(Vec<BlobRef>, u64)>> {
    let topic = Topic::dead(stage);
    let bounds = resources.log.bounds(&topic).await?;
    let Some(bounds) = bounds.first() else { return Ok(None) };
    let records = resources.log.read(&topic, 0, from.max(bounds.first), PAGE).await?;
    let Some(last) = records.last() else { return Ok(None) };
    let next = last.position + 1;
    let mut blobs = Vec::new();
    for record in records {
        let letter: DeadLetter = decode(&record.record.payload)?;
        blobs.extend(letter.kept);
    }
    Ok(Some((blobs, next)))
}

/// Counts the dead letters of a stage (or of `ingest`).
///
/// # Errors
/// When the log fails.
pub async fn dead_letter_count(resources: &Resources, stage: &str) -> store::Result<u64> {
    let partitions = resources.log.bounds(&Topic::dead(stage)).await?;
    Ok(partitions.iter().map(|bounds| bounds.next - bounds.first).sum())
}

/// The result of a redrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redriven {
    /// The number of records that were sent back.
    pub sent: usize,
    /// The number of letters whose records were too large to be kept. They cannot be sent back and
    /// stay dead letters.
    pub cut: usize,
}

/// Sends the dead letters of a stage back to its input, each with its original key and event time,
/// and removes them from the dead letters. This is idempotent, because records that were processed
/// are recognized by their ids. Letters that are added meanwhile are left for the next redrive.
///
/// # Errors
/// When a store fails, or [`Error::UnknownStage`]; `ingest` is not a stage, because its input is
/// bytes instead of records.
pub async fn redrive(resources: &Resources, stages: &[StageInfo], stage: &str) -> Result<Redriven> {
    let Some(row) = stages.iter().find(|row| row.name == stage) else {
        return Err(Error::UnknownStage(stage.to_owned()));
    };
    let topic = Topic::dead(stage);
    let bounds = resources.log.bounds(&topic).await?;
    let (mut from, end) = bounds.first().map_or((0, 0), |bounds| (bounds.first, bounds.next));
    let mut redriven = Redriven::default();
    while from < end {
        let mut records = resources.log.read(&topic, 0, from, PAGE).await?;
        records.retain(|record| record.position < end);
        let Some(last) = records.last() else { break };
        from = last.position + 1;
        let mut outgoing = Vec::with_capacity(records.len());
        for carrier in records {
            let NewRecord { key, event, payload, .. } = carrier.record;
            let letter: DeadLetter = decode(&payload).map_err(StoreError::from)?;
            // The record that carries a dead letter has the key and event time of the original.
            let (topic, payload) = match letter.record {
                Some(record) => {
                    redriven.sent += 1;
                    (row.input.name().to_owned(), record)
                }
                // It is kept as it is, after the others.
                None => {
                    redriven.cut += 1;
                    (topic.clone(), payload)
                }
            };
            outgoing.push(Outgoing { topic, key, event, payload });
        }
        resources
            .db
            .write(Urgency::Urgent, move |tx| {
                Box::pin(async move { tx.send(PRODUCER, outgoing).await.map(drop) })
            })
            .await?;
        resources.log.truncate_before(&topic, 0, from).await?;
    }
    Ok(redriven)
}

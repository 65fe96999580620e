//! Dead letters: records that could not be processed, with their causes, and how to redrive them.

use model::{DeadLetter, Topic, decode};
use store::db::{Outgoing, Urgency};
use store::log::Record;

use crate::error::{Error, Result};
use crate::resources::Resources;
use crate::stage::StageInfo;
use crate::start::PRODUCER;

const PAGE: usize = 1_000;

/// Reads every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// When a store fails, or when a letter cannot be decoded.
pub async fn dead_letters(
    resources: &Resources,
    stage: &str,
) -> store::Result<Vec<(u64, DeadLetter)>> {
    let letters = read(resources, stage).await?;
    Ok(letters.into_iter().map(|(record, letter)| (record.position, letter)).collect())
}

/// Reads dead letters with the records of the log that carry them.
async fn read(resources: &Resources, stage: &str) -> store::Result<Vec<(Record, DeadLetter)>> {
    let topic = Topic::dead(stage);
    let mut letters = Vec::new();
    let mut from = resources.log.bounds(&topic).await?.first().map_or(0, |bounds| bounds.first);
    loop {
        let records = resources.log.read(&topic, 0, from, PAGE).await?;
        let Some(last) = records.last() else { return Ok(letters) };
        from = last.position + 1;
        for record in records {
            let letter = decode(&record.record.payload)?;
            letters.push((record, letter));
        }
    }
}

/// Sends the dead letters of a stage back to its input, each with its original key and event time,
/// and removes them from the dead letters. Returns their number. This is idempotent, because
/// records that were processed are recognized by their ids.
///
/// # Errors
/// When a store fails, or [`Error::UnknownStage`]; `ingest` is not a stage, because its input is
/// bytes instead of records.
pub async fn redrive(resources: &Resources, stages: &[StageInfo], stage: &str) -> Result<usize> {
    let Some(row) = stages.iter().find(|row| row.name == stage) else {
        return Err(Error::UnknownStage(stage.to_owned()));
    };
    let letters = read(resources, stage).await?;
    let Some((last, _)) = letters.last() else { return Ok(0) };
    let next = last.position + 1;
    let mut outgoing = Vec::new();
    for (carrier, letter) in letters {
        if let Some(payload) = letter.record {
            // The record that carries a dead letter has the key and event time of the original.
            let (key, event) = (carrier.record.key, carrier.record.event);
            outgoing.push(Outgoing { topic: row.input.name().to_owned(), key, event, payload });
        }
    }
    let count = outgoing.len();
    resources
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.send(PRODUCER, outgoing).await })
        })
        .await?;
    resources.log.truncate_before(&Topic::dead(stage), 0, next).await?;
    Ok(count)
}

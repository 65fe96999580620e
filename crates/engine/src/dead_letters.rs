//! Dead letters: what could not be processed, with its cause, and the way back.

use model::{DeadLetter, Topic, decode};
use store::db::{Outgoing, Urgency};
use store::log::Record;

use crate::error::{Error, Result};
use crate::resources::Resources;
use crate::stage::StageInfo;
use crate::start::PRODUCER;

const PAGE: usize = 1_000;

/// Returns every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// What the stores say, and when a letter cannot be read.
pub async fn dead_letters(
    resources: &Resources,
    stage: &str,
) -> store::Result<Vec<(u64, DeadLetter)>> {
    let letters = read(resources, stage).await?;
    Ok(letters.into_iter().map(|(record, letter)| (record.position, letter)).collect())
}

/// Returns dead letters with the records of the log that carry them.
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

/// Sends the dead letters of a stage back to its input, each under the key and with the event time
/// it had, and forgets them there; returns how many. Doing so twice does no harm: what was processed
/// is known by its ids.
///
/// # Errors
/// What the stores say, and [`Error::UnknownStage`]; `ingest` is none, for its bytes were no records.
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
            // A dead letter is sent under the key and the event time of the record it holds.
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

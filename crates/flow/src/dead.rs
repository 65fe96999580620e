//! Dead letters: what could not be processed, with its cause, and the way back.

use model::{CompanyUpdate, DeadLetter, RawEvent, SignalDetected, Timestamp, Topic, decode};
use store::db::{Outgoing, Urgency};
use store::{Result, StoreError};

use crate::engine::DESK;
use crate::rooms::Rooms;
use crate::stages::STAGES;

const PAGE: usize = 1_000;

/// Every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// What the engines say.
pub async fn dead_letters(rooms: &Rooms, stage: &str) -> Result<Vec<(u64, DeadLetter)>> {
    let topic = Topic::dead(stage);
    let mut letters = Vec::new();
    let mut from = rooms.log.bounds(&topic).await?.first().map_or(0, |bounds| bounds.first);
    loop {
        let records = rooms.log.read(&topic, 0, from, PAGE).await?;
        let Some(last) = records.last() else { return Ok(letters) };
        from = last.position + 1;
        for record in records {
            letters.push((record.position, decode(&record.record.payload)?));
        }
    }
}

/// Sends the dead letters of a stage back to its input, and forgets them there. Doing so twice
/// does no harm: what was processed is known by its ids.
///
/// # Errors
/// What the engines say; there is no way back for `ingest`, whose bytes were no records.
pub async fn redrive(rooms: &Rooms, stage: &str) -> Result<usize> {
    let Some(row) = STAGES.iter().find(|row| row.name == stage) else {
        return Err(StoreError::Work(format!(
            "there is no stage {stage:?} to redrive into; `leadq dead` lists them"
        )));
    };
    let letters = dead_letters(rooms, stage).await?;
    let Some((last, _)) = letters.last() else { return Ok(0) };
    let next = last + 1;
    let mut outgoing = Vec::new();
    for (_, letter) in letters {
        if let Some(payload) = letter.record {
            let (key, event) = key_of(row.input, &payload, letter.at);
            outgoing.push(Outgoing { topic: row.input.name().to_owned(), key, event, payload });
        }
    }
    let count = outgoing.len();
    rooms
        .db
        .write(Urgency::Urgent, move |tx| Box::pin(async move { tx.send(DESK, outgoing).await }))
        .await?;
    rooms.log.truncate_before(&Topic::dead(stage), 0, next).await?;
    Ok(count)
}

/// The key a record had; one that cannot be read goes back under none and fails again by itself.
fn key_of(topic: Topic, payload: &str, at: Timestamp) -> (String, Timestamp) {
    let key = match topic {
        Topic::RawEvents => decode::<RawEvent>(payload).map(|r| (r.owner, r.observed)).ok(),
        Topic::CompaniesUpdates => {
            decode::<CompanyUpdate>(payload).map(|r| (r.entity, r.observed)).ok()
        }
        Topic::SignalsDetected => decode::<SignalDetected>(payload).map(|r| (r.entity, at)).ok(),
        Topic::CleanEvents => {
            decode::<model::CleanEvent>(payload).map(|r| (r.owner, r.observed)).ok()
        }
        Topic::ActionsTriggered => None,
    };
    key.map_or((String::new(), at), |(key, event)| (key.to_string(), event))
}

//! The relay: appends the outbox to the log, each producer's records in order, and stops a
//! producer at its first failure. A crash between append and removal repeats records; consumers
//! know them by number.

use std::sync::Arc;
use std::time::Duration;

use store::Result;
use store::db::{Numbered, Urgency};
use store::log::NewRecord;
use tokio::sync::{Notify, watch};

use crate::rooms::Rooms;

const BATCH: i64 = 512;
const IDLE: Duration = Duration::from_millis(250);

/// Tells the relay that there is something in the outbox.
#[derive(Clone, Default)]
pub(crate) struct Doorbell(Arc<Notify>);

impl Doorbell {
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }

    async fn wait(&self) {
        // The timeout covers records left by a process that was killed before it could ring.
        let _ = tokio::time::timeout(IDLE, self.0.notified()).await;
    }
}

/// Runs until told to stop.
pub(crate) async fn run(rooms: Arc<Rooms>, doorbell: Doorbell, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match relay(&rooms).await {
            Ok(0) => doorbell.wait().await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be relayed; trying again");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

/// Relays one batch; tells how many records.
pub(crate) async fn relay(rooms: &Rooms) -> Result<usize> {
    let waiting = rooms.db.read(|tx| Box::pin(tx.outbox(BATCH))).await?;
    let count = waiting.len();
    let mut producers: Vec<Vec<Numbered>> = Vec::new();
    for numbered in waiting {
        match producers.last_mut() {
            Some(batch) if batch.first().is_some_and(|b| b.producer == numbered.producer) => {
                batch.push(numbered);
            }
            _ => producers.push(vec![numbered]),
        }
    }
    let results = futures_util::future::join_all(
        producers.into_iter().map(|batch| relay_producer(rooms, batch)),
    )
    .await;
    results.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(count)
}

async fn relay_producer(rooms: &Rooms, batch: Vec<Numbered>) -> Result<()> {
    let mut rest = batch.as_slice();
    while let Some(first) = rest.first() {
        let same_topic =
            rest.iter().take_while(|numbered| numbered.record.topic == first.record.topic).count();
        let (now, later) = rest.split_at(same_topic);
        append(rooms, now).await?;
        rest = later;
    }
    Ok(())
}

async fn append(rooms: &Rooms, records: &[Numbered]) -> Result<()> {
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(()) };
    let topic = first.record.topic.clone();
    let new: Vec<NewRecord> = records
        .iter()
        .map(|numbered| NewRecord {
            key: numbered.record.key.clone(),
            producer: numbered.producer.clone(),
            generation: numbered.generation,
            number: numbered.number,
            event: numbered.record.event,
            payload: numbered.record.payload.clone(),
        })
        .collect();
    rooms.log.append(&topic, new).await?;
    let (producer, number) = (last.producer.clone(), last.number);
    rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.outbox_done(&producer, number).await })
        })
        .await
}

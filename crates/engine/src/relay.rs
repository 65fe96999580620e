//! The relay: appends the outbox to the log, each producer's records in order, and stops a
//! producer at its first failure. A crash between append and removal appends records again;
//! consumers skip these duplicates by their numbers.

use std::sync::Arc;
use std::time::Duration;

use model::{Clock as _, SystemClock, Timestamp};
use store::Result;
use store::db::{Numbered, Urgency};
use store::log::NewRecord;
use tokio::sync::{Notify, watch};

use crate::random::random_name;
use crate::resources::Resources;

const BATCH: i64 = 512;
const IDLE: Duration = Duration::from_millis(250);
/// The poll interval with a shared database, because other processes cannot notify this relay.
const OTHERS_IDLE: Duration = Duration::from_millis(25);
const LEASE: &str = "relay";
const LEASE_US: i64 = 5_000_000;

/// A handle that wakes the relay after records were put into the outbox.
#[derive(Clone, Default)]
pub struct Notifier(Arc<Notify>);

impl Notifier {
    /// Wakes the relay.
    pub fn notify(&self) {
        self.0.notify_one();
    }

    async fn wait(&self, most: Duration) {
        // The timeout covers records left by a process that was killed before it could notify.
        let _ = tokio::time::timeout(most, self.0.notified()).await;
    }
}

/// The lease by which one process relays for all that share a database. Two relays would not
/// break the order, because consumers skip duplicates by number, but each would append the records
/// that the other has appended.
struct RelayLease {
    owner: String,
    /// The end of the lease, while this process holds it.
    until: Option<Timestamp>,
}

impl RelayLease {
    fn new() -> Result<Self> {
        Ok(Self { owner: random_name()?, until: None })
    }

    /// Takes or renews the lease. Returns whether this process holds it.
    async fn acquire(&mut self, resources: &Resources) -> Result<bool> {
        if !resources.db.is_shared() {
            return Ok(true);
        }
        // Leases need the machine's clock, because a simulated clock may stop or jump.
        let now = SystemClock.now();
        if self.until.is_some_and(|until| until.0 - now.0 > LEASE_US / 2) {
            return Ok(true);
        }
        let (owner, until) = (self.owner.clone(), Timestamp(now.0 + LEASE_US));
        let acquired = resources
            .db
            .write(Urgency::Urgent, move |tx| {
                Box::pin(async move { tx.take_lease(LEASE, &owner, now, until).await })
            })
            .await?;
        self.until = acquired.then_some(until);
        Ok(acquired)
    }

    async fn release(&mut self, resources: &Resources) {
        if self.until.take().is_none() {
            return;
        }
        let owner = self.owner.clone();
        let released = resources.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.give_up_lease(LEASE, &owner).await })
        });
        if let Err(error) = released.await {
            tracing::debug!(%error, "cannot release the relay's lease; it will expire");
        }
    }
}

/// Runs the relay until stopped.
pub(crate) async fn run(resources: Resources, notifier: Notifier, mut stop: watch::Receiver<bool>) {
    let mut lease = match RelayLease::new() {
        Ok(lease) => lease,
        Err(error) => return tracing::error!(%error, "the relay cannot start"),
    };
    let idle = if resources.db.is_shared() { OTHERS_IDLE } else { IDLE };
    while !*stop.borrow() {
        let relayed = async {
            if lease.acquire(&resources).await? {
                relay(&resources).await.map(Some)
            } else {
                Ok(None)
            }
        };
        // An append waits for as long as the log is unavailable, so it must be cancelled on stop.
        let relayed = tokio::select! {
            relayed = relayed => relayed,
            _ = stop.changed() => break,
        };
        match relayed {
            Ok(Some(0)) => notifier.wait(idle).await,
            Ok(Some(_)) => {}
            Ok(None) => tokio::time::sleep(IDLE).await,
            Err(error) if error.is_damage() => {
                tracing::error!(%error, "the outbox is not relayed any more");
                break;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot relay the outbox; retrying");
                // Wait longer than the others, because relaying may work in one of them.
                lease.release(&resources).await;
                tokio::time::sleep(IDLE * 4).await;
            }
        }
    }
    lease.release(&resources).await;
}

/// Relays one batch and returns the number of its records.
pub(crate) async fn relay(resources: &Resources) -> Result<usize> {
    let waiting = resources.db.read(|tx| Box::pin(tx.outbox(BATCH))).await?;
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
        producers.into_iter().map(|batch| relay_producer(resources, batch)),
    )
    .await;
    results.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(count)
}

async fn relay_producer(resources: &Resources, batch: Vec<Numbered>) -> Result<()> {
    let mut rest = batch.as_slice();
    while let Some(first) = rest.first() {
        let same_topic =
            rest.iter().take_while(|numbered| numbered.record.topic == first.record.topic).count();
        let (now, later) = rest.split_at(same_topic);
        append(resources, now).await?;
        rest = later;
    }
    Ok(())
}

async fn append(resources: &Resources, records: &[Numbered]) -> Result<()> {
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
    resources.log.append(&topic, new).await?;
    let (producer, number) = (last.producer.clone(), last.number);
    resources
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.outbox_done(&producer, number).await })
        })
        .await
}

//! The lease by which one process relays for all that share a database.

use model::{Clock as _, SystemClock, Timestamp};
use store::Result;
use store::db::Urgency;

use crate::random::random_name;
use crate::resources::Resources;

const LEASE: &str = "relay";
const LEASE_US: i64 = 5_000_000;

/// The lease of this process. Two relays would not break the order, because consumers skip
/// duplicates by number, but each would append the records that the other has appended.
pub(super) struct RelayLease {
    owner: String,
    /// The end of the lease, while this process holds it.
    until: Option<Timestamp>,
}

impl RelayLease {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { owner: random_name()?, until: None })
    }

    /// Takes or renews the lease. Returns whether this process holds it.
    pub(super) async fn acquire(&mut self, resources: &Resources) -> Result<bool> {
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

    pub(super) async fn release(&mut self, resources: &Resources) {
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

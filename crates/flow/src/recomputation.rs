//! Recomputation of companies.

use std::collections::BTreeSet;

use engine::PRODUCER;
use model::{Cause, CompanyUpdate, EntityId, Timestamp, Topic};
use store::Result;
use store::db::{Outgoing, Tx};

/// Sends an update of each company, which triggers its recomputation.
///
/// # Errors
/// When the database fails.
pub(crate) async fn send_updates(
    tx: &mut Tx,
    now: Timestamp,
    companies: &BTreeSet<EntityId>,
    cause: &Cause,
) -> Result<()> {
    let mut outgoing = Vec::with_capacity(companies.len());
    for company in companies {
        let record = CompanyUpdate { entity: *company, cause: cause.clone(), observed: now };
        outgoing.push(Outgoing {
            topic: Topic::CompaniesUpdates.name().to_owned(),
            key: company.to_string(),
            event: now,
            payload: model::encode(&record)?,
        });
    }
    tx.send(PRODUCER, outgoing).await.map(drop)
}

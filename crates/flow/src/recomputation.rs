//! Recomputation of companies.

use std::collections::BTreeSet;

use engine::PRODUCER;
use model::{Cause, CompanyUpdate, EntityId, Timestamp, Topic};
use serde::{Deserialize, Serialize};
use store::Result;
use store::db::{NewJob, Outgoing, Tx};

/// The kind of the jobs that trigger recomputation of every company.
pub(crate) const RECOMPUTATION: &str = "recompute";
const ATTEMPTS_MAX: i64 = 5;

/// The payload of such a job.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct RecomputationOrder {
    /// The company after which it begins, in the order of ids.
    pub(crate) after: String,
    /// Whether facts and members are computed anew too, which is needed when other rules read them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) learns: bool,
}

/// Adds a job that triggers recomputation of every company.
///
/// # Errors
/// When the database fails.
pub(crate) async fn order_recomputation(
    tx: &mut Tx,
    order: &RecomputationOrder,
    cause: &Cause,
    now: Timestamp,
) -> Result<()> {
    tx.add_job(NewJob {
        unique_key: &format!("{RECOMPUTATION}:{cause}:{}", now.0),
        kind: RECOMPUTATION,
        payload: &serde_json::to_string(order)?,
        cause: cause.clone(),
        run_at: now,
        max_attempts: ATTEMPTS_MAX,
        lane: None,
    })
    .await
    .map(drop)
}

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
        outgoing.push(update_record(*company, cause, now)?);
    }
    tx.send(PRODUCER, outgoing).await.map(drop)
}

/// Builds the record of an update of an entity that no page has caused.
///
/// # Errors
/// When it cannot be encoded.
pub(crate) fn update_record(entity: EntityId, cause: &Cause, now: Timestamp) -> Result<Outgoing> {
    let record = CompanyUpdate { entity, cause: cause.clone(), observed: now };
    Ok(Outgoing {
        topic: Topic::CompaniesUpdates.name().to_owned(),
        key: entity.to_string(),
        event: now,
        payload: model::encode(&record)?,
    })
}

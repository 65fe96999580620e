//! Followed companies, hosts with due addresses, and counters of notes.

use std::collections::BTreeMap;

use serde::Serialize;
use store::db::Follow;

use crate::{ReadContext, Result};

/// The prefix of the counters of notes.
const NOTES: &str = "note.";

/// A followed company.
#[derive(Debug, Clone, Serialize)]
pub struct FollowedCompany {
    /// The registrable domain.
    pub domain: String,
    /// The day on which following began.
    pub since: String,
    /// The cause for which it is followed.
    pub cause: String,
    /// Whether it is still followed.
    pub is_active: bool,
    /// The number of known addresses.
    pub addresses: i64,
    /// The number of observations so far.
    pub looks: i64,
    /// The time of the newest observation; `None` before the first.
    pub looked: Option<String>,
}

impl From<Follow> for FollowedCompany {
    fn from(follow: Follow) -> Self {
        Self {
            domain: follow.domain,
            since: follow.since.day().to_string(),
            cause: follow.cause.to_string(),
            is_active: follow.is_active,
            addresses: follow.addresses,
            looks: follow.looks,
            looked: follow.looked.map(|at| at.to_string()),
        }
    }
}

/// Reads every company that is or was followed.
///
/// # Errors
/// When the database fails.
pub async fn followed(context: &ReadContext) -> Result<Vec<FollowedCompany>> {
    let follows = context.db.read(|tx| Box::pin(tx.follows())).await?;
    Ok(follows.into_iter().map(FollowedCompany::from).collect())
}

/// Counts the hosts that have an address due now.
///
/// # Errors
/// When the database fails.
pub async fn hosts_due(context: &ReadContext) -> Result<u64> {
    let now = context.now();
    let due = context.db.read(move |tx| Box::pin(async move { tx.hosts_due(now).await })).await?;
    Ok(u64::try_from(due).unwrap_or(0))
}

/// Reads the counters of notes, by stage and code.
///
/// # Errors
/// When the database fails.
pub async fn notes(context: &ReadContext) -> Result<BTreeMap<String, i64>> {
    let counters = context.db.read(|tx| Box::pin(tx.counters())).await?;
    let notes = counters
        .into_iter()
        .filter_map(|(name, many)| Some((name.strip_prefix(NOTES)?.to_owned(), many)));
    Ok(notes.collect())
}

//! Whose sites are followed, what is due there, and what was odd about what was taken in.

use std::collections::BTreeMap;

use serde::Serialize;
use store::db::Follow;

use crate::{ReadContext, Result};

/// What the counters of odd things are called.
const NOTES: &str = "note.";

/// A followed company.
#[derive(Debug, Clone, Serialize)]
pub struct FollowedCompany {
    /// Registrable domain.
    pub domain: String,
    /// The day on which following began.
    pub since: String,
    /// Who or what asked for it.
    pub cause: String,
    /// Whether it is followed still.
    pub is_active: bool,
    /// Addresses known.
    pub addresses: i64,
    /// Looks at them so far.
    pub looks: i64,
    /// When the newest look was; nothing before the first.
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

/// Returns every company that is or was followed.
///
/// # Errors
/// What the engine says.
pub async fn followed(context: &ReadContext) -> Result<Vec<FollowedCompany>> {
    let follows = context.db.read(|tx| Box::pin(tx.follows())).await?;
    Ok(follows.into_iter().map(FollowedCompany::from).collect())
}

/// Counts the hosts that have an address due now.
///
/// # Errors
/// What the engine says.
pub async fn hosts_due(context: &ReadContext) -> Result<u64> {
    let now = context.now();
    let due = context.db.read(move |tx| Box::pin(async move { tx.hosts_due(now).await })).await?;
    Ok(u64::try_from(due).unwrap_or(0))
}

/// Counts what was odd about what was taken in, by stage and kind.
///
/// # Errors
/// What the engine says.
pub async fn notes(context: &ReadContext) -> Result<BTreeMap<String, i64>> {
    let counters = context.db.read(|tx| Box::pin(tx.counters())).await?;
    let notes = counters
        .into_iter()
        .filter_map(|(name, many)| Some((name.strip_prefix(NOTES)?.to_owned(), many)));
    Ok(notes.collect())
}

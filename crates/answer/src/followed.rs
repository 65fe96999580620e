//! Followed companies, hosts with due addresses, and counters of notes.

use std::collections::BTreeMap;

use model::{ObservationOutcome, Timestamp};
use serde::Serialize;
use store::db::{Follow, LastVisit, ReadTx};
use utoipa::ToSchema;

use crate::{ReadContext, Result};

/// The prefix of the counters of notes.
const NOTES: &str = "note.";

/// The outcome of the last visit to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitOutcome {
    /// The address.
    pub url: String,
    /// The time of the visit.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `changed`, `unchanged`, `gone`, `could_not_look` or `not_allowed`.
    #[schema(value_type = String)]
    pub outcome: ObservationOutcome,
    /// The reason, if the visit failed or the page is gone.
    pub why: Option<String>,
    /// The number of failed visits to the address since the last success.
    pub failures: i64,
}

impl From<LastVisit> for VisitOutcome {
    fn from(visit: LastVisit) -> Self {
        let LastVisit { follow: _, url, outcome, why, at, failures } = visit;
        Self { url, at, outcome, why, failures }
    }
}

/// A followed company.
#[derive(Debug, Clone, Serialize, ToSchema)]
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
    /// The number of addresses whose last visit failed.
    pub failing: i64,
    /// Whether the last visits to at least half of its addresses failed, so that little or nothing
    /// is learned from the site.
    pub is_failing: bool,
    /// The outcome of the newest visit; null before the first.
    pub last_visit: Option<VisitOutcome>,
    /// The newest visit that failed, as long as the address fails; null if none does.
    pub last_failure: Option<VisitOutcome>,
}

impl FollowedCompany {
    fn of(follow: Follow, last_visit: Option<LastVisit>, last_failure: Option<LastVisit>) -> Self {
        Self {
            domain: follow.domain,
            since: follow.since.day().to_string(),
            cause: follow.cause.to_string(),
            is_active: follow.is_active,
            addresses: follow.addresses,
            looks: follow.looks,
            looked: follow.looked.map(|at| at.to_string()),
            failing: follow.failing,
            is_failing: follow.failing > 0 && follow.failing * 2 >= follow.visited,
            last_visit: last_visit.map(VisitOutcome::from),
            last_failure: last_failure.map(VisitOutcome::from),
        }
    }
}

/// Reads every company that is or was followed, sorted by domain.
///
/// # Errors
/// When the database fails.
pub async fn followed(context: &ReadContext) -> Result<Vec<FollowedCompany>> {
    Ok(context.db.read(|tx| Box::pin(followed_companies(tx))).await?)
}

/// Reads the followed companies from whose sites little or nothing is learned, at most `limit`, and
/// the number of all of them.
///
/// # Errors
/// When the database fails.
pub async fn failing_sites(tx: &mut ReadTx, limit: usize) -> Result<(Vec<FollowedCompany>, usize)> {
    let followed = followed_companies(tx).await?;
    let mut failing: Vec<FollowedCompany> =
        followed.into_iter().filter(|company| company.is_active && company.is_failing).collect();
    let count = failing.len();
    failing.truncate(limit);
    Ok((failing, count))
}

async fn followed_companies(tx: &mut ReadTx) -> store::Result<Vec<FollowedCompany>> {
    let follows = tx.follows().await?;
    let mut visits = by_company(tx.last_visits().await?);
    let mut failures = by_company(tx.last_failed_visits().await?);
    let company = |follow: Follow| {
        let (visit, failure) = (visits.remove(&follow.domain), failures.remove(&follow.domain));
        FollowedCompany::of(follow, visit, failure)
    };
    Ok(follows.into_iter().map(company).collect())
}

fn by_company(visits: Vec<LastVisit>) -> BTreeMap<String, LastVisit> {
    visits.into_iter().map(|visit| (visit.follow.clone(), visit)).collect()
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

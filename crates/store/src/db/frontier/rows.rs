//! Stored forms of followed companies and their addresses, and the functions that read their rows.

use model::{Cause, Digest, ObservationOutcome, Timestamp};

use super::role::AddressRole;
use crate::Result;
use crate::db::Row;

/// The time of the next visit of an address that is not visited any more.
pub(super) const NEVER: i64 = i64::MAX;

/// A followed company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its registrable domain.
    pub domain: String,
    /// Since when it is followed.
    pub since: Timestamp,
    /// The cause of following it.
    pub cause: Cause,
    /// Whether it is followed at present.
    pub is_active: bool,
    /// The number of its known addresses.
    pub addresses: i64,
    /// The number of visits to them.
    pub looks: i64,
    /// The time of the last visit.
    pub looked: Option<Timestamp>,
    /// The number of addresses that are still visited and were visited at least once.
    pub visited: i64,
    /// The number of those whose last visit failed.
    pub failing: i64,
}

/// The last visit to an address of a followed company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastVisit {
    /// The domain of the company.
    pub follow: String,
    /// The absolute URL.
    pub url: String,
    /// The outcome.
    pub outcome: ObservationOutcome,
    /// The reason for a failure, for a person to read.
    pub why: Option<String>,
    /// The time of the visit.
    pub at: Timestamp,
    /// The number of failed visits since the last success, including this one.
    pub failures: i64,
}

/// An address to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    /// The absolute URL, in its normal form.
    pub url: String,
    /// The host, and the port if it is not the default.
    pub host: String,
    /// Its role.
    pub role: AddressRole,
    /// The number of links from the address that was given.
    pub depth: i64,
    /// The change that a feed or sitemap announces, as text of that source.
    pub announced: Option<String>,
    /// Microseconds between visits until the first visit; also the minimum between two visits,
    /// even if a change is announced.
    pub interval_us: i64,
}

/// An address of the frontier with its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The absolute URL.
    pub url: String,
    /// The host, and the port if it is not the default.
    pub host: String,
    /// The domain of the company it is followed for.
    pub follow: String,
    /// Its role.
    pub role: AddressRole,
    /// The number of links from the address that was given.
    pub depth: i64,
    /// The time of the next visit.
    pub next_fetch: Timestamp,
    /// Microseconds between visits.
    pub interval_us: i64,
    /// The `ETag` header of the version last fetched.
    pub etag: Option<String>,
    /// The `Last-Modified` header of the version last fetched.
    pub last_modified: Option<String>,
    /// The digest of its cleaned text, or of its body if there is no cleaned text.
    pub content_hash: Option<Digest>,
    /// The outcome of the last visit.
    pub outcome: Option<ObservationOutcome>,
    /// The reason why the last visit failed.
    pub why: Option<String>,
    /// The time of the last visit.
    pub looked: Option<Timestamp>,
    /// The number of failed visits since the last success.
    pub failures: i64,
    /// The number of visits that found a change.
    pub changes: i64,
    /// The number of visits.
    pub looks: i64,
    /// The number of this lease; a visit under an older one is not kept.
    pub lease: i64,
}

/// The result of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The time of the visit.
    pub at: Timestamp,
    /// Its outcome.
    pub outcome: ObservationOutcome,
    /// The reason for a failure, for a person to read.
    pub why: Option<String>,
    /// The time of the next visit.
    pub next_fetch: Timestamp,
    /// Microseconds between visits from now on.
    pub interval_us: i64,
    /// The new `ETag` header. After a failed visit the stored one is kept.
    pub etag: Option<String>,
    /// The new `Last-Modified` header. After a failed visit the stored one is kept.
    pub last_modified: Option<String>,
    /// The new digest of the content. After a failed visit the stored one is kept.
    pub content_hash: Option<Digest>,
    /// The time from which its host may be requested again.
    pub host_ready: Timestamp,
}

pub(super) fn to_address(row: &Row) -> Result<Address> {
    Ok(Address {
        url: row.string("url")?,
        host: row.string("host")?,
        follow: row.string("follow")?,
        role: row.word("role", AddressRole::parse)?,
        depth: row.int("depth")?,
        next_fetch: row.time("next_fetch_us")?,
        interval_us: row.int("interval_us")?,
        etag: row.opt_string("etag")?,
        last_modified: row.opt_string("last_modified")?,
        content_hash: row.opt_parse("content_hash")?,
        outcome: row.opt_word("outcome", ObservationOutcome::parse)?,
        why: row.opt_string("why")?,
        looked: row.opt_time("looked_us")?,
        failures: row.int("failures")?,
        changes: row.int("changes")?,
        looks: row.int("looks")?,
        lease: row.int("lease")?,
    })
}

pub(super) fn to_follow(row: &Row) -> Result<Follow> {
    Ok(Follow {
        domain: row.string("domain")?,
        since: row.time("since_us")?,
        cause: row.text("cause")?.into(),
        is_active: row.text("state")? == "active",
        addresses: row.int("addresses")?,
        looks: row.int("looks")?,
        looked: row.opt_time("looked_us")?,
        visited: row.int("visited")?,
        failing: row.int("failing")?,
    })
}

pub(super) fn to_last_visit(row: &Row) -> Result<LastVisit> {
    Ok(LastVisit {
        follow: row.string("follow")?,
        url: row.string("url")?,
        outcome: row.word("outcome", ObservationOutcome::parse)?,
        why: row.opt_string("why")?,
        at: row.time("looked_us")?,
        failures: row.int("failures")?,
    })
}

//! Stored forms of what is followed, and how their rows are read.

use model::{Cause, Digest, Timestamp};

use super::role::{AddressRole, Sight};
use crate::Result;
use crate::db::Row;

/// The time of what is never looked at.
pub(super) const NEVER: i64 = i64::MAX;

/// A followed company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its registrable domain.
    pub domain: String,
    /// Since when.
    pub since: Timestamp,
    /// What led to it.
    pub cause: Cause,
    /// Whether it is looked at.
    pub is_active: bool,
    /// Addresses known of it.
    pub addresses: i64,
    /// Looks taken at them.
    pub looks: i64,
    /// The latest of them.
    pub looked: Option<Timestamp>,
}

/// An address to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    /// Absolute, in its normal form.
    pub url: String,
    /// Host, and port where it is not the usual one.
    pub host: String,
    /// What it is.
    pub role: AddressRole,
    /// Steps from the address that was given.
    pub depth: i64,
    /// The change a feed or sitemap tells of, in its own words.
    pub announced: Option<String>,
    /// Microseconds between looks until there has been one; also the least between two looks,
    /// whatever is announced.
    pub interval_us: i64,
}

/// An address as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Absolute.
    pub url: String,
    /// Host, and port where it is not the usual one.
    pub host: String,
    /// The domain of the company it is followed for.
    pub follow: String,
    /// What it is.
    pub role: AddressRole,
    /// Steps from the address that was given.
    pub depth: i64,
    /// When it is looked at next.
    pub next_fetch: Timestamp,
    /// Microseconds between looks.
    pub interval_us: i64,
    /// What the server said of the version that was seen.
    pub etag: Option<String>,
    /// What the server said of when it changed.
    pub last_modified: Option<String>,
    /// Digest of its cleaned text, else of its body.
    pub content_hash: Option<Digest>,
    /// What came of the last look.
    pub outcome: Option<Sight>,
    /// What stood in the way of the last look.
    pub why: Option<String>,
    /// When that was.
    pub looked: Option<Timestamp>,
    /// Looks that failed since the last that worked.
    pub failures: i64,
    /// Looks at which it had changed.
    pub changes: i64,
    /// Looks taken.
    pub looks: i64,
    /// This leasing; a look under an older one is not kept.
    pub lease: i64,
}

/// What a look leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Sight,
    /// What stood in the way, for a person.
    pub why: Option<String>,
    /// When it is looked at next.
    pub next_fetch: Timestamp,
    /// Microseconds between looks from now on.
    pub interval_us: i64,
    /// Kept where the look failed.
    pub etag: Option<String>,
    /// Kept where the look failed.
    pub last_modified: Option<String>,
    /// Kept where the look failed.
    pub content_hash: Option<Digest>,
    /// When its host may be asked again.
    pub host_ready: Timestamp,
}

pub(super) fn to_address(row: &Row) -> Result<Address> {
    Ok(Address {
        url: row.string("url")?,
        host: row.string("host")?,
        follow: row.string("follow")?,
        role: AddressRole::parse(row.text("role")?)?,
        depth: row.int("depth")?,
        next_fetch: row.time("next_fetch_us")?,
        interval_us: row.int("interval_us")?,
        etag: row.opt_string("etag")?,
        last_modified: row.opt_string("last_modified")?,
        content_hash: row.opt_parse("content_hash")?,
        outcome: row.opt_text("outcome")?.map(Sight::parse).transpose()?,
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
    })
}

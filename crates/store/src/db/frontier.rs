//! What is followed and when it is looked at next. A row is moved on to its next time in the
//! transaction that leases it, before anything is fetched: whoever is killed in between, nothing is
//! fetched twice inside its interval, and nothing is forgotten.

use std::collections::BTreeSet;

use model::{Digest, Timestamp};

use super::role::{Role, Sight};
use super::{Row, Tx};
use crate::{Result, StoreError, params};

/// The time of what is never looked at.
const NEVER: i64 = i64::MAX;

/// A followed company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its registrable domain.
    pub domain: String,
    /// Since when.
    pub since: Timestamp,
    /// What led to it.
    pub cause: String,
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
    pub role: Role,
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
    pub role: Role,
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

impl Tx {
    /// Follows a company by its domain; false when it is followed already.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn follow(&mut self, domain: &str, cause: &str, now: Timestamp) -> Result<bool> {
        self.lock_follow(domain).await?;
        let moved = self
            .execute(
                "INSERT INTO follow (domain, since_us, cause, state) VALUES ($1, $2, $3, 'active')
                 ON CONFLICT (domain) DO UPDATE
                 SET since_us = excluded.since_us, cause = excluded.cause, state = 'active'
                 WHERE follow.state <> 'active'",
                &params![domain, now, cause],
            )
            .await?;
        // What was looked at before the pause keeps its interval.
        self.execute(
            "UPDATE frontier SET next_fetch_us = COALESCE(looked_us + interval_us, $2)
             WHERE follow = $1 AND next_fetch_us = $3",
            &params![domain, now, NEVER],
        )
        .await?;
        self.refresh_hosts_of(domain).await?;
        Ok(moved == 1)
    }

    /// Ends following a company; false when it was not followed. What was seen stays.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn unfollow(&mut self, domain: &str) -> Result<bool> {
        self.lock_follow(domain).await?;
        let moved = self
            .execute(
                "UPDATE follow SET state = 'ended' WHERE domain = $1 AND state = 'active'",
                &params![domain],
            )
            .await?;
        self.execute(
            "UPDATE frontier SET next_fetch_us = $2 WHERE follow = $1",
            &params![domain, NEVER],
        )
        .await?;
        self.refresh_hosts_of(domain).await?;
        Ok(moved == 1)
    }

    /// What is followed of one company is changed by one work at a time.
    async fn lock_follow(&mut self, domain: &str) -> Result<()> {
        self.lock(&format!("follow {domain}")).await
    }

    /// Every company that is or was followed, by domain.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn follows(&mut self) -> Result<Vec<Follow>> {
        let rows = self
            .query(
                "SELECT w.domain, w.since_us, w.cause, w.state,
                        COUNT(f.url), CAST(COALESCE(SUM(f.looks), 0) AS BIGINT), MAX(f.looked_us)
                 FROM follow w LEFT JOIN frontier f ON f.follow = w.domain
                 GROUP BY w.domain, w.since_us, w.cause, w.state ORDER BY w.domain",
                &[],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Follow {
                    domain: row.text(0)?.to_owned(),
                    since: row.time(1)?,
                    cause: row.text(2)?.to_owned(),
                    is_active: row.text(3)? == "active",
                    addresses: row.int(4)?,
                    looks: row.int(5)?,
                    looked: row.opt_int(6)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// Adds addresses of a followed company, until it has `most`. One that is known is looked at
    /// sooner when another change of it is announced than before, though not inside its interval.
    /// Tells how many are new.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_addresses(
        &mut self,
        domain: &str,
        addresses: &[NewAddress],
        most: i64,
        now: Timestamp,
    ) -> Result<i64> {
        self.lock_follow(domain).await?;
        let mut room = most - self.addresses_of(domain).await?;
        let mut new = 0;
        let mut hosts = BTreeSet::new();
        for address in addresses {
            if self.announce(address, now).await? {
                hosts.insert(&address.host);
                continue;
            }
            if room <= 0 {
                continue;
            }
            let inserted = self
                .execute(
                    "INSERT INTO frontier (url, host, follow, role, depth, next_fetch_us,
                                           interval_us, announced, failures, changes, looks, lease)
                     SELECT $1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0
                     FROM follow WHERE domain = $3 AND state = 'active'
                     ON CONFLICT (url) DO NOTHING",
                    &params![
                        &address.url,
                        &address.host,
                        domain,
                        address.role.as_str(),
                        address.depth,
                        now,
                        address.interval_us,
                        address.announced.as_ref()
                    ],
                )
                .await?;
            if inserted == 1 {
                new += 1;
                room -= 1;
                hosts.insert(&address.host);
            }
        }
        for host in hosts {
            self.refresh_host(host).await?;
        }
        Ok(new)
    }

    /// How many addresses of a company there are to look at.
    async fn addresses_of(&mut self, domain: &str) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT COUNT(*) FROM frontier
                 WHERE follow = $1 AND COALESCE(outcome, '') <> 'gone'",
                &params![domain],
            )
            .await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Notes the change that is announced of a known address; false when it is not known.
    async fn announce(&mut self, address: &NewAddress, now: Timestamp) -> Result<bool> {
        let moved = self
            .execute(
                "UPDATE frontier SET
                   next_fetch_us = CASE
                     WHEN announced IS NULL OR announced = $2 THEN next_fetch_us
                     WHEN COALESCE(looked_us, 0) + $3 > $4 AND looked_us + $3 < next_fetch_us
                       THEN looked_us + $3
                     WHEN COALESCE(looked_us, 0) + $3 <= $4 AND next_fetch_us > $4
                          AND next_fetch_us < $5 THEN $4
                     ELSE next_fetch_us END,
                   announced = COALESCE($2, announced)
                 WHERE url = $1",
                &params![&address.url, address.announced.as_ref(), address.interval_us, now, NEVER],
            )
            .await?;
        Ok(moved == 1)
    }

    /// For each role: addresses that are followed, and how many of them failed at the last look.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn frontier_health(&mut self) -> Result<Vec<(String, i64, i64)>> {
        let rows = self
            .query(
                "SELECT a.role, COUNT(*), CAST(SUM(CASE WHEN a.failures > 0 THEN 1 ELSE 0 END) AS BIGINT)
                 FROM frontier a JOIN follow f ON f.domain = a.follow
                 WHERE f.state = 'active' AND COALESCE(a.outcome, '') <> 'gone'
                 GROUP BY a.role ORDER BY a.role",
                &[],
            )
            .await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?, row.int(2)?))).collect()
    }

    /// Leases addresses that are due, of each host that is ready one: moves them on by their
    /// interval, and their hosts to `until`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn lease_addresses(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        most: i64,
    ) -> Result<Vec<Address>> {
        let hosts = self
            .claim(
                "SELECT host FROM frontier_host WHERE next_us <= $1 AND ready_us <= $1
                 ORDER BY next_us, host LIMIT $2",
                &params![now, most],
            )
            .await?;
        let mut leased = Vec::with_capacity(hosts.len());
        for host in &hosts {
            let host = host.text(0)?;
            let rows = self
                .query(
                    "UPDATE frontier SET next_fetch_us = $2 + interval_us, lease = lease + 1
                     WHERE url = (SELECT url FROM frontier WHERE host = $1 AND next_fetch_us <= $2
                                  ORDER BY next_fetch_us, url LIMIT 1)
                     RETURNING url, host, follow, role, depth, next_fetch_us, interval_us, etag,
                               last_modified, content_hash, outcome, why, looked_us, failures,
                               changes, looks, lease",
                    &params![host, now],
                )
                .await?;
            leased.extend(rows.first().map(to_address).transpose()?);
            self.host_ready(host, until).await?;
        }
        Ok(leased)
    }

    /// Hosts that are not to be asked yet, and until when.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn resting_hosts(&mut self, now: Timestamp) -> Result<Vec<(String, Timestamp)>> {
        let rows = self
            .query("SELECT host, ready_us FROM frontier_host WHERE ready_us > $1", &params![now])
            .await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.time(1)?))).collect()
    }

    /// How many hosts have something due and may be asked now.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn hosts_due(&mut self, now: Timestamp) -> Result<i64> {
        let due = "SELECT COUNT(*) FROM frontier_host WHERE next_us <= $1 AND ready_us <= $1";
        self.query_one(due, &params![now]).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// Keeps what came of a leased look; false when another has leased the address since.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn finish_look(&mut self, leased: &Address, looked: &Looked) -> Result<bool> {
        self.lock_follow(&leased.follow).await?;
        let failed = matches!(looked.outcome, Sight::CouldNotLook | Sight::NotAllowed);
        let kept = self
            .execute(
                "UPDATE frontier SET
                   next_fetch_us = CASE WHEN next_fetch_us = $12 THEN $12 ELSE $3 END,
                   interval_us = $4, outcome = $5, why = $6, looked_us = $7,
                   failures = CASE WHEN $8 = 1 THEN failures + 1 ELSE 0 END,
                   changes = changes + CASE WHEN $5 = 'changed' THEN 1 ELSE 0 END,
                   looks = looks + 1,
                   etag = CASE WHEN $8 = 1 THEN etag ELSE $9 END,
                   last_modified = CASE WHEN $8 = 1 THEN last_modified ELSE $10 END,
                   content_hash = CASE WHEN $8 = 1 THEN content_hash ELSE $11 END
                 WHERE url = $1 AND lease = $2",
                &params![
                    &leased.url,
                    leased.lease,
                    looked.next_fetch,
                    looked.interval_us,
                    looked.outcome.as_str(),
                    looked.why.as_ref(),
                    looked.at,
                    failed,
                    looked.etag.as_ref(),
                    looked.last_modified.as_ref(),
                    looked.content_hash,
                    NEVER
                ],
            )
            .await?;
        if kept == 1 {
            self.host_ready(&leased.host, looked.host_ready).await?;
        }
        Ok(kept == 1)
    }

    /// Gives a leased address back that was not asked: it, and its host, are due at `at`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn defer_look(&mut self, leased: &Address, at: Timestamp) -> Result<()> {
        let moved = self
            .execute(
                "UPDATE frontier SET next_fetch_us = $3
                 WHERE url = $1 AND lease = $2 AND next_fetch_us < $4",
                &params![&leased.url, leased.lease, at, NEVER],
            )
            .await?;
        if moved == 1 { self.host_ready(&leased.host, at).await } else { Ok(()) }
    }

    /// The addresses of a followed company, by role and address.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn frontier(&mut self, domain: &str) -> Result<Vec<Address>> {
        let rows = self
            .query(
                "SELECT url, host, follow, role, depth, next_fetch_us, interval_us, etag,
                        last_modified, content_hash, outcome, why, looked_us, failures, changes,
                        looks, lease
                 FROM frontier WHERE follow = $1 ORDER BY role, url",
                &params![domain],
            )
            .await?;
        rows.iter().map(to_address).collect()
    }

    async fn host_ready(&mut self, host: &str, at: Timestamp) -> Result<()> {
        self.execute("UPDATE frontier_host SET ready_us = $2 WHERE host = $1", &params![host, at])
            .await?;
        self.refresh_host(host).await
    }

    /// The host's row first: whoever has it may be adding an address, and is waited for before the
    /// earliest is looked for.
    async fn refresh_host(&mut self, host: &str) -> Result<()> {
        self.execute(
            "INSERT INTO frontier_host (host, next_us, ready_us) VALUES ($1, $2, 0)
             ON CONFLICT (host) DO UPDATE SET next_us = frontier_host.next_us",
            &params![host, NEVER],
        )
        .await?;
        self.execute(
            "UPDATE frontier_host SET next_us =
               (SELECT COALESCE(MIN(next_fetch_us), $2) FROM frontier WHERE host = $1)
             WHERE host = $1",
            &params![host, NEVER],
        )
        .await
        .map(drop)
    }

    async fn refresh_hosts_of(&mut self, domain: &str) -> Result<()> {
        let hosts = self
            .query(
                "SELECT DISTINCT host FROM frontier WHERE follow = $1 ORDER BY host",
                &params![domain],
            )
            .await?;
        for host in &hosts {
            self.refresh_host(host.text(0)?).await?;
        }
        Ok(())
    }
}

fn to_address(row: &Row) -> Result<Address> {
    let text = |column| Ok::<_, StoreError>(row.opt_text(column)?.map(str::to_owned));
    Ok(Address {
        url: row.text(0)?.to_owned(),
        host: row.text(1)?.to_owned(),
        follow: row.text(2)?.to_owned(),
        role: Role::parse(row.text(3)?)?,
        depth: row.int(4)?,
        next_fetch: row.time(5)?,
        interval_us: row.int(6)?,
        etag: text(7)?,
        last_modified: text(8)?,
        content_hash: row.opt_text(9)?.map(|_| row.parse(9)).transpose()?,
        outcome: row.opt_text(10)?.map(Sight::parse).transpose()?,
        why: text(11)?,
        looked: row.opt_int(12)?.map(Timestamp),
        failures: row.int(13)?,
        changes: row.int(14)?,
        looks: row.int(15)?,
        lease: row.int(16)?,
    })
}

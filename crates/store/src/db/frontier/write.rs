//! Changes to followed companies and their addresses.

use std::collections::BTreeSet;

use model::{Cause, Timestamp};

use super::rows::{Address, Looked, NEVER, NewAddress, to_address};
use crate::Result;
use crate::db::tx::skip_locked;
use crate::db::{Tx, params};

impl Tx {
    /// Follows a company by its domain. Returns false if it is followed already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn follow(&mut self, domain: &str, cause: &Cause, now: Timestamp) -> Result<bool> {
        self.lock_follow(domain).await?;
        let updated = self
            .execute(
                "INSERT INTO follow (domain, since_us, cause, state) VALUES ($1, $2, $3, 'active')
                 ON CONFLICT (domain) DO UPDATE
                 SET since_us = excluded.since_us, cause = excluded.cause, state = 'active'
                 WHERE follow.state <> 'active'",
                &params![domain, now, cause.to_string()],
            )
            .await?;
        // Addresses visited before the pause keep their interval.
        self.execute(
            "UPDATE frontier SET next_fetch_us = COALESCE(looked_us + interval_us, $2)
             WHERE follow = $1 AND next_fetch_us = $3",
            &params![domain, now, NEVER],
        )
        .await?;
        self.refresh_hosts_of(domain).await?;
        Ok(updated == 1)
    }

    /// Records whether a followed company was given as a bare domain.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_bare(&mut self, domain: &str, is_bare: bool) -> Result<()> {
        self.lock_follow(domain).await?;
        self.execute(
            "UPDATE follow SET is_bare = $2 WHERE domain = $1",
            &params![domain, i64::from(is_bare)],
        )
        .await
        .map(drop)
    }

    /// Stops following a company. Returns false if it was not followed. Its observations are kept.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn unfollow(&mut self, domain: &str) -> Result<bool> {
        self.lock_follow(domain).await?;
        let updated = self
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
        Ok(updated == 1)
    }

    /// Takes the lock of a followed company: one transaction at a time changes its addresses.
    async fn lock_follow(&mut self, domain: &str) -> Result<()> {
        self.lock(&format!("follow {domain}")).await
    }

    /// Adds addresses of a followed company, until it has `most`. A known address is visited
    /// sooner if the announced change differs from the stored one, but not within its interval.
    /// Returns the number of new addresses.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_addresses(
        &mut self,
        domain: &str,
        addresses: &[NewAddress],
        most: i64,
        now: Timestamp,
    ) -> Result<i64> {
        self.lock_follow(domain).await?;
        let mut capacity = most - self.addresses_of(domain).await?;
        let mut new = 0;
        let mut hosts = BTreeSet::new();
        for address in addresses {
            if self.announce(address, now).await? {
                hosts.insert(&address.host);
                continue;
            }
            if capacity <= 0 {
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
                capacity -= 1;
                hosts.insert(&address.host);
            }
        }
        for host in hosts {
            self.refresh_host(host).await?;
        }
        Ok(new)
    }

    /// Records the announced change of a known address. Returns false if it is not known.
    async fn announce(&mut self, address: &NewAddress, now: Timestamp) -> Result<bool> {
        let updated = self
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
        Ok(updated == 1)
    }

    /// Leases due addresses, one of each ready host: moves their next visit by their interval, and
    /// marks their hosts as busy until `until`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lease_addresses(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        most: i64,
    ) -> Result<Vec<Address>> {
        let hosts = self
            .claim(
                &skip_locked!(
                    "SELECT host FROM frontier_host WHERE next_us <= $1 AND ready_us <= $1
                     ORDER BY next_us, host LIMIT $2"
                ),
                &params![now, most],
            )
            .await?;
        let mut leased = Vec::with_capacity(hosts.len());
        for host in &hosts {
            let host = host.text("host")?;
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

    /// Stores the result of a leased visit. Returns false if another worker leased the address
    /// since.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn finish_look(&mut self, leased: &Address, looked: &Looked) -> Result<bool> {
        self.lock_follow(&leased.follow).await?;
        let failed = looked.outcome.is_failed();
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

    /// Gives back a leased address that was not visited: it and its host are due at `at`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn defer_look(&mut self, leased: &Address, at: Timestamp) -> Result<()> {
        let updated = self
            .execute(
                "UPDATE frontier SET next_fetch_us = $3
                 WHERE url = $1 AND lease = $2 AND next_fetch_us < $4",
                &params![&leased.url, leased.lease, at, NEVER],
            )
            .await?;
        if updated == 1 { self.host_ready(&leased.host, at).await } else { Ok(()) }
    }

    async fn host_ready(&mut self, host: &str, at: Timestamp) -> Result<()> {
        self.execute("UPDATE frontier_host SET ready_us = $2 WHERE host = $1", &params![host, at])
            .await?;
        self.refresh_host(host).await
    }

    /// Sets a host's next time to that of its earliest address. The host's row is written first,
    /// to wait for a transaction that is adding an address before the earliest is queried.
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
            self.refresh_host(host.text("host")?).await?;
        }
        Ok(())
    }
}

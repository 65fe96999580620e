//! Queries about followed companies and their addresses.

use model::Timestamp;

use super::rows::{Address, Follow, LastVisit, to_address, to_follow, to_last_visit};
use crate::Result;
use crate::db::tx::built;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Lists every company that is or was followed, sorted by domain.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn follows(&mut self) -> Result<Vec<Follow>> {
        let rows = self
            .query(
                "SELECT w.domain, w.since_us, w.cause, w.state,
                        COUNT(f.url) AS addresses,
                        CAST(COALESCE(SUM(f.looks), 0) AS BIGINT) AS looks,
                        MAX(f.looked_us) AS looked_us,
                        CAST(COALESCE(SUM(CASE WHEN f.outcome <> 'gone' THEN 1 ELSE 0 END), 0)
                          AS BIGINT) AS visited,
                        CAST(COALESCE(SUM(CASE WHEN f.failures > 0 THEN 1 ELSE 0 END), 0)
                          AS BIGINT) AS failing
                 FROM follow w LEFT JOIN frontier f ON f.follow = w.domain
                 GROUP BY w.domain, w.since_us, w.cause, w.state ORDER BY w.domain",
                &[],
            )
            .await?;
        rows.iter().map(to_follow).collect()
    }

    /// Checks whether a company's site is followed now.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn is_followed(&mut self, domain: &str) -> Result<bool> {
        let sql = "SELECT COUNT(*) AS total FROM follow WHERE domain = $1 AND state = 'active'";
        Ok(self.total(sql, &params![domain]).await? > 0)
    }

    /// Lists the newest visit to each company that is or was followed, sorted by domain; companies
    /// that were never visited are missing.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn last_visits(&mut self) -> Result<Vec<LastVisit>> {
        self.newest_visits("looked_us IS NOT NULL AND outcome IS NOT NULL").await
    }

    /// Lists, of each company that is or was followed, the newest visit that failed, sorted by
    /// domain. An address whose last visit succeeded is not considered.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn last_failed_visits(&mut self) -> Result<Vec<LastVisit>> {
        self.newest_visits("failures > 0 AND looked_us IS NOT NULL AND outcome IS NOT NULL").await
    }

    /// Lists the newest visit to each company among the addresses that a condition selects.
    async fn newest_visits(&mut self, condition: &str) -> Result<Vec<LastVisit>> {
        let query = format!(
            "SELECT follow, url, outcome, why, looked_us, failures FROM (
               SELECT follow, url, outcome, why, looked_us, failures,
                      ROW_NUMBER() OVER (PARTITION BY follow ORDER BY looked_us DESC, url) AS place
               FROM frontier WHERE {condition}) newest
             WHERE place = 1 ORDER BY follow"
        );
        let rows = self.query(built(query), &[]).await?;
        rows.iter().map(to_last_visit).collect()
    }

    /// Reports whether a company is followed that was given as a bare domain, so that its pages may
    /// be requested over http where https cannot be connected.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn is_followed_bare(&mut self, domain: &str) -> Result<bool> {
        let rows = self
            .query(
                "SELECT domain FROM follow WHERE domain = $1 AND state = 'active' AND is_bare = 1",
                &params![domain],
            )
            .await?;
        Ok(!rows.is_empty())
    }

    /// Counts the addresses of a company that are still visited.
    pub(super) async fn addresses_of(&mut self, domain: &str) -> Result<i64> {
        self.total(
            "SELECT COUNT(*) AS total FROM frontier
             WHERE follow = $1 AND COALESCE(outcome, '') <> 'gone'",
            &params![domain],
        )
        .await
    }

    /// Counts, for each role, the followed addresses and those whose last visit failed.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn frontier_health(&mut self) -> Result<Vec<(String, i64, i64)>> {
        let rows = self
            .query(
                "SELECT a.role, COUNT(*) AS total,
                        CAST(SUM(CASE WHEN a.failures > 0 THEN 1 ELSE 0 END) AS BIGINT) AS failing
                 FROM frontier a JOIN follow f ON f.domain = a.follow
                 WHERE f.state = 'active' AND COALESCE(a.outcome, '') <> 'gone'
                 GROUP BY a.role ORDER BY a.role",
                &[],
            )
            .await?;
        rows.iter()
            .map(|row| Ok((row.string("role")?, row.int("total")?, row.int("failing")?)))
            .collect()
    }

    /// Lists the hosts that may not be requested yet, each with the time from which it may be.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn resting_hosts(&mut self, now: Timestamp) -> Result<Vec<(String, Timestamp)>> {
        let rows = self
            .query("SELECT host, ready_us FROM frontier_host WHERE ready_us > $1", &params![now])
            .await?;
        rows.iter().map(|row| Ok((row.string("host")?, row.time("ready_us")?))).collect()
    }

    /// Counts the hosts that have a due address and may be requested now.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn hosts_due(&mut self, now: Timestamp) -> Result<i64> {
        let due =
            "SELECT COUNT(*) AS total FROM frontier_host WHERE next_us <= $1 AND ready_us <= $1";
        self.total(due, &params![now]).await
    }

    /// Lists the addresses of a followed company, sorted by role and address.
    ///
    /// # Errors
    /// When the engine fails.
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
}

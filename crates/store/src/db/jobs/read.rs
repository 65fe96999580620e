//! Queries about jobs.

use model::Timestamp;

use crate::Result;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Counts the jobs that have a lane and are not done, by state.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lane_job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query(
                "SELECT state, COUNT(*) AS total FROM job
                 WHERE lane IS NOT NULL AND state IN ('ready', 'running', 'dead')
                 GROUP BY state ORDER BY state",
                &[],
            )
            .await?;
        rows.iter().map(|row| Ok((row.string("state")?, row.int("total")?))).collect()
    }

    /// Counts the jobs that have a lane and wait for another attempt after a failed one.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lane_jobs_failed(&mut self) -> Result<i64> {
        self.total(
            "SELECT COUNT(*) AS total FROM job
             WHERE lane IS NOT NULL AND state IN ('ready', 'running') AND attempts > 0
               AND last_error IS NOT NULL",
            &params![],
        )
        .await
    }

    /// Counts the jobs by state.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query("SELECT state, COUNT(*) AS total FROM job GROUP BY state ORDER BY state", &[])
            .await?;
        rows.iter().map(|row| Ok((row.string("state")?, row.int("total")?))).collect()
    }

    /// Counts the jobs of these kinds that are due, or that a worker is running.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn jobs_in_progress(&mut self, kinds: &[&str], now: Timestamp) -> Result<i64> {
        let rows = self
            .query_many(
                "SELECT COUNT(*) AS total FROM job
                 WHERE ((state = 'ready' AND run_at_us <= $1)
                     OR (state = 'running' AND lease_until_us > $1))
                   AND kind IN ({keys})",
                &params![now],
                kinds.iter().copied(),
            )
            .await?;
        rows.iter().map(|row| row.int("total")).sum()
    }

    /// Counts the jobs of a kind that are neither done nor given up.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn open_job_count(&mut self, kind: &str) -> Result<i64> {
        self.total(
            "SELECT COUNT(*) AS total FROM job WHERE kind = $1 AND state IN ('ready', 'running')",
            &params![kind],
        )
        .await
    }

    /// Counts the finished jobs whose last lease ended before a time.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn finished_job_count(&mut self, before: Timestamp) -> Result<i64> {
        self.total(
            "SELECT COUNT(*) AS total FROM job WHERE state = 'done' AND lease_until_us < $1",
            &params![before],
        )
        .await
    }
}

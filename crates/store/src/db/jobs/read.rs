//! Queries about jobs.

use crate::Result;
use crate::db::ReadTx;

impl ReadTx {
    /// Counts the jobs that have a lane, by state.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lane_job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query(
                "SELECT state, COUNT(*) AS total FROM job WHERE lane IS NOT NULL
                 GROUP BY state ORDER BY state",
                &[],
            )
            .await?;
        rows.iter().map(|row| Ok((row.string("state")?, row.int("total")?))).collect()
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
}

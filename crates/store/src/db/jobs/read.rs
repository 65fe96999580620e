//! What a transaction may ask about jobs.

use crate::Result;
use crate::db::ReadTx;

impl ReadTx {
    /// How many jobs with a lane are in each state.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Counts of jobs by state.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query("SELECT state, COUNT(*) AS total FROM job GROUP BY state ORDER BY state", &[])
            .await?;
        rows.iter().map(|row| Ok((row.string("state")?, row.int("total")?))).collect()
    }
}

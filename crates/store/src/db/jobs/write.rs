//! Changes to jobs.

use model::Timestamp;

use super::rows::{JobState, LeasedJob, NewJob};
use crate::db::{Tx, params};
use crate::{Result, StoreError};

impl Tx {
    /// Adds a job unless one with its key exists. Returns whether it was new.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_job(&mut self, job: NewJob<'_>) -> Result<bool> {
        let added = self
            .execute(
                "INSERT INTO job (unique_key, kind, payload, cause, state, run_at_us, attempts,
                                  max_attempts, lease, lane, series, turn)
                 VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6, 0, $7, $8, $9)
                 ON CONFLICT (unique_key) DO NOTHING",
                &params![
                    job.unique_key,
                    job.kind,
                    job.payload,
                    job.cause.to_string(),
                    job.run_at,
                    job.max_attempts,
                    job.lane.map(|lane| lane.name),
                    job.lane.map_or("", |lane| lane.series),
                    job.lane.map_or(0, |lane| lane.turn)
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// Holds a lane: none of its jobs is leased before `at`, or before the end of a longer hold.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn hold_lane(&mut self, lane: &str, at: Timestamp) -> Result<()> {
        // One row, because very many jobs may wait in the lane.
        self.execute(
            "INSERT INTO endpoint (id, failures, held_until_us) VALUES ($1, 0, $2)
             ON CONFLICT (id) DO UPDATE SET held_until_us =
               CASE WHEN endpoint.held_until_us > excluded.held_until_us
                 THEN endpoint.held_until_us ELSE excluded.held_until_us END",
            &params![lane, at],
        )
        .await
        .map(drop)
    }

    /// Gives up every waiting job of a lane. Returns the number of jobs.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn give_up_lane(&mut self, lane: &str, why: &str) -> Result<u64> {
        self.execute(
            "UPDATE job SET state = 'dead', last_error = $2 WHERE lane = $1 AND state = 'ready'",
            &params![lane, why],
        )
        .await
    }

    /// Marks a leased job as done.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when another worker has leased the job.
    pub async fn finish_job(&mut self, job: &LeasedJob) -> Result<()> {
        self.move_job(job, JobState::Done, None, Timestamp(0)).await
    }

    /// Schedules a leased job for a retry at `retry_at`, or gives it up after its last attempt.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when another worker has leased the job.
    pub async fn fail_job(
        &mut self,
        job: &LeasedJob,
        error: &str,
        retry_at: Timestamp,
    ) -> Result<()> {
        let state = if job.attempts >= job.max_attempts { JobState::Dead } else { JobState::Ready };
        self.move_job(job, state, Some(error), retry_at).await
    }

    /// Gives up a leased job, even if it has attempts left.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when another worker has leased the job.
    pub async fn give_up_job(&mut self, job: &LeasedJob, error: &str) -> Result<()> {
        self.move_job(job, JobState::Dead, Some(error), Timestamp(0)).await
    }

    async fn move_job(
        &mut self,
        job: &LeasedJob,
        state: JobState,
        error: Option<&str>,
        run_at: Timestamp,
    ) -> Result<()> {
        let updated = self
            .execute(
                "UPDATE job SET state = $3, last_error = $4, run_at_us = $5,
                   lease_until_us = CASE WHEN $3 = 'done' THEN lease_until_us END
                 WHERE unique_key = $1 AND lease = $2 AND state = 'running'",
                &params![&job.unique_key, job.lease, state.as_str(), error, run_at],
            )
            .await?;
        if updated == 1 {
            Ok(())
        } else {
            Err(StoreError::fenced(format!("job {}", job.unique_key)))
        }
    }

    /// Reschedules every job of a lane that was given up, and ends a hold. Returns the number of
    /// jobs.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn revive_lane(&mut self, lane: &str, now: Timestamp) -> Result<u64> {
        self.execute("UPDATE endpoint SET held_until_us = NULL WHERE id = $1", &params![lane])
            .await?;
        self.execute(
            "UPDATE job SET state = 'ready', attempts = 0, run_at_us = $2
             WHERE lane = $1 AND state = 'dead'",
            &params![lane, now],
        )
        .await
    }

    /// Deletes finished jobs whose last lease ended before a time, at most `limit`. Returns their
    /// number. Their keys may then be used again.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn delete_finished_jobs(&mut self, before: Timestamp, limit: i64) -> Result<u64> {
        self.execute(
            "DELETE FROM job WHERE unique_key IN (
               SELECT unique_key FROM job WHERE state = 'done' AND lease_until_us < $1
               ORDER BY lease_until_us LIMIT $2)",
            &params![before, limit],
        )
        .await
    }

    /// Gives finished jobs without the end of a lease, which older releases leave, this one, at
    /// most `limit` of them. Returns their number.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn date_finished_jobs(&mut self, ended: Timestamp, limit: i64) -> Result<u64> {
        self.execute(
            "UPDATE job SET lease_until_us = $1 WHERE unique_key IN (
               SELECT unique_key FROM job WHERE state = 'done' AND lease_until_us IS NULL LIMIT $2)",
            &params![ended, limit],
        )
        .await
    }
}

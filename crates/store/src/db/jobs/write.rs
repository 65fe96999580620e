//! Changes to jobs.

use model::Timestamp;

use super::rows::{JobState, LeasedJob, NewJob, to_job};
use crate::db::{Row, Tx, params};
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
                                  max_attempts, lease, lane)
                 VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6, 0, $7)
                 ON CONFLICT (unique_key) DO NOTHING",
                &params![
                    job.unique_key,
                    job.kind,
                    job.payload,
                    job.cause.to_string(),
                    job.run_at,
                    job.max_attempts,
                    job.lane
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// Leases the next job of a kind that is due, or whose lease has expired, unless another job
    /// of its lane is running.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lease_due_job(
        &mut self,
        kind: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeasedJob>> {
        let mut due = self.due_job(kind, now).await?;
        if has_lane(due.as_ref())? {
            // Two workers that query one lane at once would each see no running job there.
            self.lock("lanes").await?;
            due = self.due_job(kind, now).await?;
        }
        self.lease(due.as_ref(), now, until).await
    }

    /// Returns the key, lease and lane of the next due job of a kind.
    async fn due_job(&mut self, kind: &str, now: Timestamp) -> Result<Option<Row>> {
        self.query_one(
            "SELECT j.unique_key, j.lease, j.lane FROM job j
             WHERE j.kind = $2
               AND ((j.state = 'ready' AND j.run_at_us <= $1)
                 OR (j.state = 'running' AND j.lease_until_us <= $1))
               AND NOT EXISTS (SELECT 1 FROM job r
                               WHERE r.lane = j.lane AND r.state = 'running'
                                 AND r.lease_until_us > $1)
             ORDER BY j.run_at_us, j.unique_key LIMIT 1",
            &params![now, kind],
        )
        .await
    }

    /// Leases a job that was found due, unless it was finished, held or leased since.
    async fn lease(
        &mut self,
        due: Option<&Row>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeasedJob>> {
        let Some(due) = due else { return Ok(None) };
        let rows = self
            .query(
                "UPDATE job SET state = 'running', attempts = attempts + 1, lease = lease + 1,
                                lease_until_us = $2
                 WHERE unique_key = $1 AND lease = $3
                   AND ((state = 'ready' AND run_at_us <= $4)
                     OR (state = 'running' AND lease_until_us <= $4))
                 RETURNING unique_key, kind, payload, cause, attempts, max_attempts, lease",
                &params![due.text("unique_key")?, until, due.int("lease")?, now],
            )
            .await?;
        rows.first().map(to_job).transpose()
    }

    /// Delays the jobs of a lane, so that none begins before `at`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn hold_lane(&mut self, lane: &str, at: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE job SET run_at_us = $2
             WHERE lane = $1 AND state = 'ready' AND run_at_us < $2",
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
                "UPDATE job SET state = $3, last_error = $4, run_at_us = $5, lease_until_us = NULL
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

    /// Reschedules every job of a lane that was given up. Returns the number of jobs.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn revive_lane(&mut self, lane: &str, now: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE job SET state = 'ready', attempts = 0, run_at_us = $2
             WHERE lane = $1 AND state = 'dead'",
            &params![lane, now],
        )
        .await
    }
}

fn has_lane(due: Option<&Row>) -> Result<bool> {
    due.map_or(Ok(false), |due| Ok(due.opt_text("lane")?.is_some()))
}

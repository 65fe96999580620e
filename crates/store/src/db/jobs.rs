//! The one table of things that must happen once, later or again.

use model::Timestamp;

use super::{Row, Tx};
use crate::{Result, StoreError, params};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its time.
    Ready,
    /// Leased to a worker.
    Running,
    /// Done.
    Done,
    /// Given up; its last error says why.
    Dead,
}

impl JobState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// A job to put on the table.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Two jobs with one key are one job, for ever.
    pub unique_key: &'a str,
    /// Which work, a row of `flow`'s table of job kinds.
    pub kind: &'a str,
    /// Its details as JSON.
    pub payload: &'a str,
    /// What led to it.
    pub cause: &'a str,
    /// Not before.
    pub run_at: Timestamp,
    /// Tries before it is given up.
    pub max_attempts: i64,
    /// Jobs of one lane run one after the other. Work that waits for somebody outside has one.
    pub lane: Option<&'a str>,
}

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its key.
    pub unique_key: String,
    /// Which work.
    pub kind: String,
    /// Its details as JSON.
    pub payload: String,
    /// What led to it.
    pub cause: String,
    /// This try, the first being 1.
    pub attempts: i64,
    /// Tries before it is given up.
    pub max_attempts: i64,
    /// This leasing; a finish under an older one is refused.
    pub lease: i64,
}

impl Tx {
    /// Puts a job on the table unless one with its key is there; tells whether it was new.
    ///
    /// # Errors
    /// What the engine says.
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
                    job.cause,
                    job.run_at,
                    job.max_attempts,
                    job.lane
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// Leases the next job of a kind that is due, or whose lease has run out, and in whose lane no
    /// other is running.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn lease_due_job(
        &mut self,
        kind: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Job>> {
        let mut due = self.due_job(kind, now).await?;
        if has_lane(due.as_ref())? {
            // Two that look at one lane at once would each see nothing running there.
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

    /// Leases a job that was seen to be due, unless it was finished, held or leased since.
    async fn lease(
        &mut self,
        due: Option<&Row>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Job>> {
        let Some(due) = due else { return Ok(None) };
        let rows = self
            .query(
                "UPDATE job SET state = 'running', attempts = attempts + 1, lease = lease + 1,
                                lease_until_us = $2
                 WHERE unique_key = $1 AND lease = $3
                   AND ((state = 'ready' AND run_at_us <= $4)
                     OR (state = 'running' AND lease_until_us <= $4))
                 RETURNING unique_key, kind, payload, cause, attempts, max_attempts, lease",
                &params![due.text(0)?, until, due.int(1)?, now],
            )
            .await?;
        rows.first().map(to_job).transpose()
    }

    /// Lets nothing of a lane begin before `at`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn hold_lane(&mut self, lane: &str, at: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE job SET run_at_us = $2
             WHERE lane = $1 AND state = 'ready' AND run_at_us < $2",
            &params![lane, at],
        )
        .await
        .map(drop)
    }

    /// Gives up everything that waits in a lane; tells how many jobs.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn give_up_lane(&mut self, lane: &str, why: &str) -> Result<u64> {
        self.execute(
            "UPDATE job SET state = 'dead', last_error = $2 WHERE lane = $1 AND state = 'ready'",
            &params![lane, why],
        )
        .await
    }

    /// Ends a leased job.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease ran out and another worker has it.
    pub async fn finish_job(&mut self, job: &Job) -> Result<()> {
        self.move_job(job, JobState::Done, None, Timestamp(0)).await
    }

    /// Puts a leased job back to be tried at `retry_at`, or gives it up after its last attempt.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease ran out and another worker has it.
    pub async fn fail_job(&mut self, job: &Job, error: &str, retry_at: Timestamp) -> Result<()> {
        let state = if job.attempts >= job.max_attempts { JobState::Dead } else { JobState::Ready };
        self.move_job(job, state, Some(error), retry_at).await
    }

    /// Gives a leased job up, whatever attempts it had left.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease ran out and another worker has it.
    pub async fn give_up_job(&mut self, job: &Job, error: &str) -> Result<()> {
        self.move_job(job, JobState::Dead, Some(error), Timestamp(0)).await
    }

    async fn move_job(
        &mut self,
        job: &Job,
        state: JobState,
        error: Option<&str>,
        run_at: Timestamp,
    ) -> Result<()> {
        let moved = self
            .execute(
                "UPDATE job SET state = $3, last_error = $4, run_at_us = $5, lease_until_us = NULL
                 WHERE unique_key = $1 AND lease = $2 AND state = 'running'",
                &params![&job.unique_key, job.lease, state.as_str(), error, run_at],
            )
            .await?;
        if moved == 1 { Ok(()) } else { Err(StoreError::Fenced(format!("job {}", job.unique_key))) }
    }

    /// How many jobs with a lane are in each state.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn lane_job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query(
                "SELECT state, COUNT(*) FROM job WHERE lane IS NOT NULL
                 GROUP BY state ORDER BY state",
                &[],
            )
            .await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
    }

    /// Puts everything of a lane that was given up back on the table; tells how many jobs.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn revive_lane(&mut self, lane: &str, now: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE job SET state = 'ready', attempts = 0, run_at_us = $2
             WHERE lane = $1 AND state = 'dead'",
            &params![lane, now],
        )
        .await
    }

    /// Counts of jobs by state.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn job_counts(&mut self) -> Result<Vec<(String, i64)>> {
        let rows = self
            .query("SELECT state, COUNT(*) FROM job GROUP BY state ORDER BY state", &[])
            .await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
    }
}

fn has_lane(due: Option<&Row>) -> Result<bool> {
    due.map_or(Ok(false), |due| Ok(due.opt_text(2)?.is_some()))
}

fn to_job(row: &Row) -> Result<Job> {
    Ok(Job {
        unique_key: row.text(0)?.to_owned(),
        kind: row.text(1)?.to_owned(),
        payload: row.text(2)?.to_owned(),
        cause: row.text(3)?.to_owned(),
        attempts: row.int(4)?,
        max_attempts: row.int(5)?,
        lease: row.int(6)?,
    })
}

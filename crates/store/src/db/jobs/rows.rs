//! Stored forms of jobs, and the functions that read their rows.

use model::{Cause, Timestamp};

use crate::Result;
use crate::db::Row;

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waiting for its time.
    Ready,
    /// Leased to a worker.
    Running,
    /// Done.
    Done,
    /// Given up; its last error has the reason.
    Dead,
}

impl JobState {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// A job to be added.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// The idempotency key: two jobs with the same key are one job, permanently.
    pub unique_key: &'a str,
    /// The job kind, a row of `flow`'s table of job kinds.
    pub kind: &'a str,
    /// Its details as JSON.
    pub payload: &'a str,
    /// Its cause.
    pub cause: Cause,
    /// The earliest time at which it runs.
    pub run_at: Timestamp,
    /// The number of attempts before it is given up.
    pub max_attempts: i64,
    /// The lane. Work that waits for an external system has one.
    pub lane: Option<JobLane<'a>>,
}

/// The place of a job in a lane, in which a limited number of jobs run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobLane<'a> {
    /// The lane: the id of the endpoint that its jobs wait for.
    pub name: &'a str,
    /// The series within the lane, whose jobs run one after the other; it may be empty.
    pub series: &'a str,
    /// The order within the series: of the jobs that are due, that with the smallest turn is next.
    pub turn: i64,
}

/// The number of jobs that one call may lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseRoom {
    /// The number of jobs in all.
    pub jobs: usize,
    /// The number of jobs that may run in one lane at once.
    pub in_lane: usize,
    /// The number of leased jobs that may run in a lane beside another one.
    pub beside: usize,
}

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// Its key.
    pub unique_key: String,
    /// The job kind.
    pub kind: String,
    /// Its details as JSON.
    pub payload: String,
    /// Its cause.
    pub cause: Cause,
    /// The number of this attempt, the first being 1.
    pub attempts: i64,
    /// The number of attempts before it is given up.
    pub max_attempts: i64,
    /// The number of this lease; finishing the job under an older one is refused.
    pub lease: i64,
}

pub(super) fn to_job(row: &Row) -> Result<LeasedJob> {
    Ok(LeasedJob {
        unique_key: row.string("unique_key")?,
        kind: row.string("kind")?,
        payload: row.string("payload")?,
        cause: row.text("cause")?.into(),
        attempts: row.int("attempts")?,
        max_attempts: row.int("max_attempts")?,
        lease: row.int("lease")?,
    })
}

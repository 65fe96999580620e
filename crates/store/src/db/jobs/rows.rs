//! Stored forms of jobs, and how their rows are read.

use model::{Cause, Timestamp};

use crate::Result;
use crate::db::Row;

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
    pub(super) const fn as_str(self) -> &'static str {
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
    pub cause: Cause,
    /// Not before.
    pub run_at: Timestamp,
    /// Tries before it is given up.
    pub max_attempts: i64,
    /// Jobs of one lane run one after the other. Work that waits for somebody outside has one.
    pub lane: Option<&'a str>,
}

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// Its key.
    pub unique_key: String,
    /// Which work.
    pub kind: String,
    /// Its details as JSON.
    pub payload: String,
    /// What led to it.
    pub cause: Cause,
    /// This try, the first being 1.
    pub attempts: i64,
    /// Tries before it is given up.
    pub max_attempts: i64,
    /// This leasing; a finish under an older one is refused.
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

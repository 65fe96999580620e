//! What an engine is to run: the table of stages, the jobs, and tasks of their own.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::jobs::{JobRow, Schedule};
use crate::stage::StageRow;

/// A task that runs until its receiver says `true`, then ends by itself.
pub type Service = Arc<dyn Fn(watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send + Sync>;

/// Everything an engine runs. A clone is the same pipeline.
#[derive(Clone, Default)]
pub struct Pipeline {
    /// The table of stages, in the order of the journey.
    pub stages: Vec<StageRow>,
    /// Every kind of job.
    pub jobs: Vec<JobRow>,
    /// What is put on the table of jobs by the time of day.
    pub schedules: Vec<Schedule>,
    /// Tasks beside the stages; every process runs them.
    pub services: Vec<Service>,
    /// Every name that has dead letters: the stages, and others that keep input aside.
    pub dead_letters: Vec<&'static str>,
}

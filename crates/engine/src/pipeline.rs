//! The pipeline that an engine runs: stages, jobs, schedules and services.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::jobs::{JobRow, Schedule};
use crate::stage::StageRow;

/// A task that runs until its receiver holds `true`.
pub type Service = Arc<dyn Fn(watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send + Sync>;

/// The stages, jobs and services of an engine. A clone is the same pipeline.
#[derive(Clone, Default)]
pub struct Pipeline {
    /// The table of stages, in the order of the journey.
    pub stages: Vec<StageRow>,
    /// Every kind of job.
    pub jobs: Vec<JobRow>,
    /// The schedules that add jobs.
    pub schedules: Vec<Schedule>,
    /// Background tasks, which every process runs.
    pub services: Vec<Service>,
    /// Every name that has dead letters: the stages, and the parts that reject input.
    pub dead_letters: Vec<&'static str>,
}

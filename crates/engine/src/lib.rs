//! The engine of the journey: drives stages, jobs and the relay, whatever they process.
//!
//! Invariant: derived rows, outgoing records and the consumer's offset are committed in one SQL
//! transaction under a fencing epoch. So every record takes effect once, even if a process is
//! killed.
//!
//! Not here: any page, company or kind of signal. `flow` defines the stages and jobs.

mod activity;
mod backlog;
mod dead_letters;
mod error;
mod group;
mod health;
mod jobs;
mod metric;
mod migrate;
mod notifier;
mod pipeline;
mod random;
mod relay;
mod resources;
mod runner;
mod runtime;
mod settling;
mod stage;
mod start;

pub use activity::Activity;
pub use backlog::{backlog, waiting};
pub use dead_letters::{Redriven, dead_letter_count, dead_letters, kept_blobs, redrive};
pub use error::{Error, Result};
pub use health::{Part, Trouble, troubles};
pub use jobs::{Firing, Job, JobRow, Pool, Schedule};
pub use metric::{ENGINE_METRICS, Metric, MetricKind};
pub use migrate::migrate;
pub use notifier::Notifier;
pub use pipeline::{Pipeline, Service};
pub use resources::{EngineLimits, Resources};
pub use runtime::runtime;
pub use settling::{Patience, Progress, SentWork, Settled};
pub use stage::{Input, Stage, StageInfo, StageRow, Step, unprepared};
pub use start::{BACKFILL_PRODUCER, Engine, PRODUCER, Role};

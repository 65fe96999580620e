//! The list of all kinds of job, and the schedules.

pub(crate) mod deliver;
mod promote;
mod recompute;
mod retain;
mod tick;

use engine::{JobRow, Pool, Schedule, StageInfo};

use crate::context::Context;
use crate::retention::Streamed;

pub use recompute::recompute_all;

/// The pool of jobs that use only the database.
const STATE: Pool = Pool { name: "state", concurrent_max: 1, in_lane_max: 1, is_awaited: true };
/// The pool of deliveries, large enough that some endpoints that never respond do not delay others.
const DELIVERIES: Pool =
    Pool { name: "deliveries", concurrent_max: 64, in_lane_max: 8, is_awaited: false };
/// The pool of the deletion of old rows, which nobody waits for.
const RETENTION: Pool =
    Pool { name: "retention", concurrent_max: 1, in_lane_max: 1, is_awaited: false };

/// Creates every kind of job. Without network access, deliveries are not run and stay queued.
pub(crate) fn rows(context: &Context, stages: &[StageInfo], streamed: &Streamed) -> Vec<JobRow> {
    let mut rows = vec![
        JobRow::new(tick::Tick::new(context)),
        JobRow::new(recompute::Recompute::new(context)),
        JobRow::new(promote::Promote::new(context)),
        JobRow::new(retain::Retain::new(context, stages, streamed)),
    ];
    rows.extend(deliver::Deliver::new(context).map(JobRow::new));
    rows
}

/// All schedules.
pub(crate) const SCHEDULES: [Schedule; 2] = [tick::SCHEDULE, retain::SCHEDULE];

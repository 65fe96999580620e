//! The list of all kinds of job, and the schedules.

pub(crate) mod deliver;
mod recompute;
mod tick;

use engine::{JobRow, Pool, Schedule};

use crate::context::Context;

pub use recompute::recompute_all;

/// The pool of jobs that use only the database.
const STATE: Pool = Pool { name: "state", concurrent_max: 1, is_awaited: true };
/// The pool of deliveries, large enough that some endpoints that never respond do not delay others.
const DELIVERIES: Pool = Pool { name: "deliveries", concurrent_max: 64, is_awaited: false };

/// Creates every kind of job. Without network access, deliveries are not run and stay queued.
pub(crate) fn rows(context: &Context) -> Vec<JobRow> {
    let mut rows = vec![
        JobRow::new(tick::Tick::new(context)),
        JobRow::new(recompute::Recompute::new(context)),
    ];
    rows.extend(deliver::Deliver::new(context).map(JobRow::new));
    rows
}

/// All schedules.
pub(crate) const SCHEDULES: [Schedule; 1] = [tick::SCHEDULE];

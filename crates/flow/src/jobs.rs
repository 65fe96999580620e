//! THE list of kinds of job, and the schedules.

pub(crate) mod deliver;
mod recompute;
mod tick;

use engine::{JobRow, Pool, Schedule};

use crate::context::Context;

pub use recompute::recompute_all;

/// Jobs that read and write the database alone.
const STATE: Pool = Pool { name: "state", concurrent_max: 1, is_awaited: true };
/// Messages to others: enough at a time that some that never end hold up nobody else.
const DELIVERIES: Pool = Pool { name: "deliveries", concurrent_max: 64, is_awaited: false };

/// Returns every kind of job. Nothing is delivered without a door out: what is ordered waits.
pub(crate) fn rows(context: &Context) -> Vec<JobRow> {
    let mut rows = vec![
        JobRow::new(tick::Tick::new(context)),
        JobRow::new(recompute::Recompute::new(context)),
    ];
    rows.extend(deliver::Deliver::new(context).map(JobRow::new));
    rows
}

/// Every schedule.
pub(crate) const SCHEDULES: [Schedule; 1] = [tick::SCHEDULE];

//! Admission of backfill: its records are appended only while few others wait before the stages, so
//! that what is sent later, and is urgent, does not wait behind all of them.

use std::time::Duration;

use store::Result;
use tokio::time::Instant;

use crate::backlog;
use crate::resources::Resources;
use crate::stage::StageInfo;

/// The number of records on the log above which no backfill is appended. With one more batch they
/// keep the stages busy for longer than it takes to notice that they have fallen below it.
const LAG_MAX: u64 = 256;
/// The interval at which the number is measured while backfill waits.
pub(super) const POLL: Duration = Duration::from_millis(25);

/// The newest decision.
#[derive(Default)]
pub(super) struct BackfillGate {
    closed: Option<Instant>,
}

impl BackfillGate {
    /// Returns whether backfill may be appended now.
    pub(super) async fn admits(
        &mut self,
        resources: &Resources,
        stages: &[StageInfo],
    ) -> Result<bool> {
        if self.closed.is_some_and(|at| at.elapsed() < POLL) {
            return Ok(false);
        }
        let is_open = backlog::lag(resources, stages).await? <= LAG_MAX;
        self.closed = (!is_open).then(Instant::now);
        Ok(is_open)
    }

    /// Returns whether backfill waits.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_some()
    }
}

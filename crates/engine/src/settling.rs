//! Waiting for the pipeline: until nothing waits, or until the records that were sent before have
//! passed every stage. The latter ends while others keep sending.

use std::time::Duration;

use model::Topic;
use store::Result;
use tokio::time::Instant;

use crate::backlog;
use crate::jobs::{self, PoolRun};
use crate::resources::Resources;
use crate::stage::StageInfo;
use crate::start::BACKFILL_PRODUCER;

const POLL: Duration = Duration::from_millis(30);
/// The number of records above which the pause between two checks is longer.
const MANY: u64 = 1_000;
const POLL_MANY: Duration = Duration::from_millis(250);

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The maximum time without progress: without fewer records that wait than before.
    pub stalled_max: Duration,
    /// The maximum time in all; `None` means no limit.
    pub total_max: Option<Duration>,
}

impl Patience {
    /// Waits without a limit.
    pub const UNLIMITED: Self = Self { stalled_max: Duration::MAX, total_max: None };
}

/// The progress of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of records, or of jobs, that are waited for at present.
    pub waiting: u64,
}

/// The result of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Everything that was waited for has been processed.
    Done,
    /// The patience has ended while this number of records, or of jobs, was left.
    Behind(u64),
}

/// What was sent, and where it begins.
#[derive(Debug, Clone, Copy)]
pub struct SentWork {
    /// The first topic that records were sent to.
    pub topic: Topic,
    /// Whether jobs were added that send records.
    pub has_jobs: bool,
    /// Whether records were sent as backfill.
    pub is_backfill: bool,
}

/// A wait in progress.
pub(crate) struct Wait<F> {
    patience: Patience,
    report: F,
    begun: Instant,
    /// The smallest number of records that were left, and the time when it was seen first.
    least: (u64, Instant),
}

impl<F: FnMut(Progress)> Wait<F> {
    pub(crate) fn new(patience: Patience, report: F) -> Self {
        let now = Instant::now();
        Self { patience, report, begun: now, least: (u64::MAX, now) }
    }

    /// Begins to wait for other records.
    fn next(&mut self) {
        self.least = (u64::MAX, Instant::now());
    }

    /// Reports what is left, and returns whether to go on waiting.
    fn goes_on(&mut self, waiting: u64) -> bool {
        (self.report)(Progress { waiting });
        let now = Instant::now();
        if waiting < self.least.0 {
            self.least = (waiting, now);
        }
        let has_time = self.patience.total_max.is_none_or(|max| now - self.begun < max);
        has_time && now - self.least.1 < self.patience.stalled_max
    }

    /// Takes the number of records that are left. Returns the result of waiting, or `None` after a
    /// pause.
    async fn step(&mut self, waiting: u64) -> Option<Settled> {
        let goes_on = self.goes_on(waiting);
        if waiting == 0 {
            return Some(Settled::Done);
        }
        if !goes_on {
            return Some(Settled::Behind(waiting));
        }
        tokio::time::sleep(if waiting > MANY { POLL_MANY } else { POLL }).await;
        None
    }
}

/// Runs the due jobs of awaited pools until none is left; with `with_running`, also waits for those
/// that other workers run.
pub(crate) async fn until_no_jobs<F: FnMut(Progress)>(
    pools: &[PoolRun],
    with_running: bool,
    wait: &mut Wait<F>,
) -> Result<Settled> {
    loop {
        while jobs::run_one(pools).await? {
            // Each job that has run is progress.
            wait.next();
            if !wait.goes_on(1) {
                return Ok(Settled::Behind(1));
            }
        }
        let running = if with_running { jobs::in_progress(pools).await? } else { 0 };
        if let Some(settled) = wait.step(running).await {
            return Ok(settled);
        }
    }
}

/// Waits until the backlog is empty.
pub(crate) async fn until_idle<F: FnMut(Progress)>(
    resources: &Resources,
    stages: &[StageInfo],
    wait: &mut Wait<F>,
) -> Result<Settled> {
    wait.next();
    loop {
        // The outbox and the positions are read in one snapshot, and a stage updates both in one
        // transaction; the log's ends are read after it and only grow. So no record is missed.
        let waiting = backlog::waiting(resources, stages).await?;
        if let Some(settled) = wait.step(waiting).await {
            return Ok(settled);
        }
    }
}

/// Waits until everything that has been sent has passed these stages, which are in the order of the
/// journey. It waits for the records of one stage after the other, as they were when the stage
/// before it had finished, so records that are sent later do not prolong it.
pub(crate) async fn until_passed<F: FnMut(Progress)>(
    resources: &Resources,
    stages: &[StageInfo],
    is_backfill: bool,
    wait: &mut Wait<F>,
) -> Result<Settled> {
    let mut awaits_backfill = is_backfill;
    for stage in stages {
        // A stage commits its records and its position together, so what it has sent is in the
        // outbox, or on the log already.
        let relayed = until_relayed(resources, awaits_backfill, wait).await?;
        if let behind @ Settled::Behind(_) = relayed {
            return Ok(behind);
        }
        awaits_backfill = false;
        if let behind @ Settled::Behind(_) = until_passed_by(*stage, resources, wait).await? {
            return Ok(behind);
        }
    }
    // The dead letters of the last stage.
    until_relayed(resources, false, wait).await
}

/// Waits until the present outbox is on the log. Backfill may wait there for long.
async fn until_relayed<F: FnMut(Progress)>(
    resources: &Resources,
    awaits_backfill: bool,
    wait: &mut Wait<F>,
) -> Result<Settled> {
    let mut before = resources.db.read(|tx| Box::pin(tx.outbox_ends())).await?;
    before.retain(|(producer, ..)| awaits_backfill || producer != BACKFILL_PRODUCER);
    wait.next();
    loop {
        let now = resources.db.read(|tx| Box::pin(tx.outbox_ends())).await?;
        let left = now.into_iter().map(|(producer, first, _)| {
            let last = before.iter().find(|(of, _, _)| *of == producer).map(|(_, _, last)| *last);
            // The records of a producer are relayed in the order of their numbers.
            last.and_then(|last| u64::try_from(last - first + 1).ok()).unwrap_or(0)
        });
        if let Some(settled) = wait.step(left.sum()).await {
            return Ok(settled);
        }
    }
}

/// Waits until a stage has processed the records that its input has now.
async fn until_passed_by<F: FnMut(Progress)>(
    stage: StageInfo,
    resources: &Resources,
    wait: &mut Wait<F>,
) -> Result<Settled> {
    let ends = resources.log.bounds(stage.input.name()).await?;
    wait.next();
    loop {
        let positions = resources.db.read(|tx| Box::pin(tx.positions())).await?;
        let left = (0u32..).zip(&ends).map(|(partition, end)| {
            let position = positions
                .iter()
                .find(|(name, of, _)| name == stage.name && *of == partition)
                .map_or(0, |(_, _, position)| *position);
            end.next.saturating_sub(position)
        });
        if let Some(settled) = wait.step(left.sum()).await {
            return Ok(settled);
        }
    }
}

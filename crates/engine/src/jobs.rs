//! Jobs, which run once, later or repeatedly, and the pools of workers that lease them.
//!
//! A job's effect and its end are one transaction; the lease of a worker that dies expires.
//! Each pool has its own workers, so jobs that wait for an external system never delay other jobs.
//! The workers are woken by the end of a job and by jobs that a stage adds; jobs that become due, or
//! that another process adds, are found by polling.

use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use futures_util::future::BoxFuture;
use model::{Cause, Day, Timestamp};
use serde::{Deserialize, Serialize};
use store::db::{LeaseRoom, LeasedJob, NewJob, Tx, Urgency};
use store::{Result, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::notifier::Notifier;
use crate::resources::Resources;

const IDLE: Duration = Duration::from_millis(250);
const LEASE_US: i64 = 60_000_000;
const RETRY_US: i64 = 5_000_000;
/// The time that running jobs have to finish after a stop is requested.
const DRAIN: Duration = Duration::from_secs(25);

/// A pool of workers: jobs of one pool never wait for those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// The name of the pool.
    pub name: &'static str,
    /// The maximum number of concurrent jobs in one process.
    pub concurrent_max: usize,
    /// The maximum number of concurrent jobs in one lane, in all processes.
    pub in_lane_max: usize,
    /// Whether waiting for the pipeline to settle includes this pool's jobs.
    pub is_awaited: bool,
}

/// A kind of job. An implementation holds only the capabilities it needs.
pub trait Job: Send + Sync + 'static {
    /// The name of the kind in the table of jobs.
    const KIND: &'static str;
    /// The pool whose workers run it.
    const POOL: Pool;

    /// Runs a leased job, and ends it in the transaction that commits its effect. After an error
    /// the job is retried until its attempts are used up.
    fn run(&self, job: &LeasedJob) -> impl Future<Output = Result<()>> + Send;
}

/// A row of the list of jobs: a type-erased [`Job`]. A clone is the same job.
#[derive(Clone)]
pub struct JobRow {
    kind: &'static str,
    pool: Pool,
    job: Arc<dyn ErasedJob>,
}

impl JobRow {
    /// Creates the row of a job.
    pub fn new<J: Job>(job: J) -> Self {
        Self { kind: J::KIND, pool: J::POOL, job: Arc::new(job) }
    }
}

trait ErasedJob: Send + Sync {
    fn run<'a>(&'a self, job: &'a LeasedJob) -> BoxFuture<'a, Result<()>>;
}

impl<J: Job> ErasedJob for J {
    fn run<'a>(&'a self, job: &'a LeasedJob) -> BoxFuture<'a, Result<()>> {
        Box::pin(Job::run(self, job))
    }
}

/// A schedule, which adds one job of a kind at each firing.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The kind of job; its payload is a [`Firing`].
    pub kind: &'static str,
    /// The cron expression: minute, hour, day of month, month, day of week; UTC.
    pub cron: &'static str,
}

/// The payload of a scheduled job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The day on which the job was due.
    pub day: Day,
}

/// Groups the jobs by pool and creates a runner for each pool.
pub(crate) fn pools(
    resources: &Resources,
    jobs: &[JobRow],
    schedules: &[Schedule],
    notifier: &Notifier,
) -> Vec<PoolRun> {
    let mut pools: Vec<PoolRun> = Vec::new();
    for row in jobs {
        match pools.iter_mut().find(|run| run.pool == row.pool) {
            Some(run) => run.jobs.push(row.clone()),
            None => pools.push(PoolRun {
                pool: row.pool,
                jobs: vec![row.clone()],
                schedules: Vec::new(),
                resources: resources.clone(),
                notifier: notifier.clone(),
            }),
        }
    }
    for run in &mut pools {
        let ours = |schedule: &&Schedule| run.jobs.iter().any(|job| job.kind == schedule.kind);
        run.schedules = schedules.iter().filter(ours).copied().collect();
    }
    pools
}

/// Runs one job that is due in an awaited pool. Returns false if there is none.
pub(crate) async fn run_one(pools: &[PoolRun]) -> Result<bool> {
    for run in pools.iter().filter(|run| run.pool.is_awaited) {
        let one = LeaseRoom { jobs: 1, in_lane: 1, beside: 0 };
        if let Some((row, job)) = run.lease(one).await?.pop() {
            run.work(row, job).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts the jobs of awaited pools that are due or running, in any process.
pub(crate) async fn in_progress(pools: &[PoolRun]) -> Result<u64> {
    let mut count = 0;
    for run in pools.iter().filter(|run| run.pool.is_awaited) {
        let kinds: Vec<&'static str> = run.jobs.iter().map(|row| row.kind).collect();
        let now = run.resources.now();
        let jobs = run
            .resources
            .db
            .read(move |tx| Box::pin(async move { tx.jobs_in_progress(&kinds, now).await }));
        count += u64::try_from(jobs.await?).unwrap_or(0);
    }
    Ok(count)
}

/// The workers of one pool in this process.
#[derive(Clone)]
pub(crate) struct PoolRun {
    pool: Pool,
    jobs: Vec<JobRow>,
    schedules: Vec<Schedule>,
    resources: Resources,
    notifier: Notifier,
}

impl PoolRun {
    /// Runs until stopped, then waits for the running jobs to finish.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut working = JoinSet::new();
        let mut new_jobs = self.notifier.new_jobs();
        while !*stop.borrow() {
            while working.try_join_next().is_some() {}
            // Before the jobs are leased: one that is added meanwhile wakes this worker again.
            new_jobs.mark_unchanged();
            let pause = match self.lease(self.room(working.len())).await {
                Ok(leased) => {
                    for (row, job) in leased {
                        let run = self.clone();
                        working.spawn(async move { run.work_and_log(row, job).await });
                    }
                    IDLE
                }
                Err(error) if error.is_damage() => {
                    tracing::error!(pool = self.pool.name, %error, "no more jobs are run");
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot lease a job; retrying");
                    IDLE * 4
                }
            };
            let has_room = working.len() < self.pool.concurrent_max;
            tokio::select! {
                Some(_) = working.join_next() => {}
                _ = new_jobs.changed(), if has_room => {}
                () = tokio::time::sleep(pause), if has_room => {}
                _ = stop.changed() => {}
            }
        }
        let drained = async { while working.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            // The lease expires, and another worker runs the job again.
            working.shutdown().await;
        }
    }

    /// Returns the room for more jobs beside those that run. A lane gets a second place only while
    /// fewer than half of the places are taken, so that some lanes do not take all of them.
    fn room(&self, working: usize) -> LeaseRoom {
        let Pool { concurrent_max, in_lane_max, .. } = self.pool;
        LeaseRoom {
            jobs: concurrent_max.saturating_sub(working),
            in_lane: in_lane_max,
            beside: (concurrent_max / 2).saturating_sub(working),
        }
    }

    /// Adds the scheduled jobs that are due to the table, then leases due jobs.
    async fn lease(&self, room: LeaseRoom) -> Result<Vec<(JobRow, LeasedJob)>> {
        if room.jobs == 0 {
            return Ok(Vec::new());
        }
        let now = self.resources.now();
        let schedules = self.schedules.clone();
        let kinds: Vec<&'static str> = self.jobs.iter().map(|row| row.kind).collect();
        let write = self.resources.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                fire(tx, &schedules, now).await?;
                let mut leased: Vec<LeasedJob> = Vec::new();
                for kind in kinds {
                    let jobs = room.jobs.saturating_sub(leased.len());
                    if jobs > 0 {
                        let until = Timestamp(now.0 + LEASE_US);
                        let room = LeaseRoom { jobs, ..room };
                        leased.extend(tx.lease_due_jobs(kind, now, until, room).await?);
                    }
                }
                Ok(leased)
            })
        });
        let with_row = |job: LeasedJob| {
            let row = self.jobs.iter().find(|row| row.kind == job.kind).cloned();
            let unknown = || StoreError::work(format!("unknown kind of job: {:?}", job.kind));
            row.ok_or_else(unknown).map(|row| (row, job))
        };
        write.await?.into_iter().map(with_row).collect()
    }

    async fn work_and_log(&self, row: JobRow, job: LeasedJob) {
        if let Err(error) = self.work(row, job).await {
            tracing::warn!(%error, "cannot reschedule a failed job; it is retried when its lease expires");
        }
    }

    /// Runs a leased job; a job that failed is rescheduled or given up.
    async fn work(&self, row: JobRow, job: LeasedJob) -> Result<()> {
        match row.job.run(&job).await {
            // It is not the job's fault, and nothing can be written.
            Err(error) if error.is_damage() => return Err(error),
            Err(error) => self.fail(job, &error).await?,
            Ok(()) => {}
        }
        self.notifier.notify();
        Ok(())
    }

    async fn fail(&self, job: LeasedJob, error: &StoreError) -> Result<()> {
        tracing::warn!(job = job.unique_key, %error, "job failed");
        let retry_at = Timestamp(self.resources.now().0 + RETRY_US * job.attempts);
        let message = error.to_string();
        self.resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.fail_job(&job, &message, retry_at).await })
            })
            .await
    }
}

/// Adds one job to the table for each schedule's latest firing.
async fn fire(tx: &mut Tx, schedules: &[Schedule], now: Timestamp) -> Result<()> {
    for schedule in schedules {
        let Some(fired) = latest_firing(schedule.cron, now) else { continue };
        let day = fired.day();
        tx.add_job(NewJob {
            unique_key: &format!("{}:{day}", schedule.kind),
            kind: schedule.kind,
            payload: &serde_json::to_string(&Firing { day })?,
            cause: Cause::Schedule,
            run_at: fired,
            max_attempts: 5,
            lane: None,
        })
        .await?;
    }
    Ok(())
}

/// Computes the latest time up to `now` at which a cron expression fires.
fn latest_firing(cron: &str, now: Timestamp) -> Option<Timestamp> {
    let cron: Cron = cron.parse().ok()?;
    let now = chrono::DateTime::from_timestamp_micros(now.0)?;
    let fired = cron.find_previous_occurrence(&now, true).ok()?;
    Some(Timestamp(fired.timestamp_micros()))
}

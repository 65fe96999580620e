//! The table of job kinds and schedules, and the worker that leases jobs.
//!
//! A job's effect and its end are one transaction; a worker that dies leaves a lease that runs out.
//! A job that waits for somebody outside has a lane: it is done side by side with others, outside any
//! transaction, and ends in one.

use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use futures_util::future::BoxFuture;
use model::{Day, Timestamp};
use serde::{Deserialize, Serialize};
use store::db::{Job, NewJob, Tx, Urgency};
use store::{Result, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::deliver;
use crate::desk::wake;
use crate::relay::Doorbell;
use crate::rooms::Rooms;

const IDLE: Duration = Duration::from_millis(250);
const LEASE_US: i64 = 60_000_000;
const RETRY_US: i64 = 5_000_000;
const CHUNK: i64 = 500;
/// Jobs with a lane that are done at a time: enough that some that never end hold up nobody else.
const OUTSIDE_MAX: usize = 64;
/// A job with a lane that has begun may end for so long after the order to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// One kind of job.
struct Kind {
    name: &'static str,
    work: Work,
}

/// Where a kind of job is done.
enum Work {
    /// In the transaction that ends it.
    Inside(for<'a> fn(&'a Rooms, &'a mut Tx, &'a Job) -> BoxFuture<'a, Result<()>>),
    /// Outside any; it ends the job itself.
    Outside(for<'a> fn(&'a Rooms, &'a Job) -> BoxFuture<'a, Result<()>>),
}

/// Every kind of job.
const KINDS: [Kind; 3] = [
    // Wakes the companies whose answer changes by time alone.
    Kind { name: "tick", work: Work::Inside(|rooms, tx, job| Box::pin(tick(rooms, tx, job))) },
    // Wakes every company, some at a time: after a change of products or packs.
    Kind {
        name: "recompute",
        work: Work::Inside(|rooms, tx, job| Box::pin(recompute(rooms, tx, job))),
    },
    // Sends a signal to an endpoint.
    Kind {
        name: deliver::KIND,
        work: Work::Outside(|rooms, job| Box::pin(deliver::run(rooms, job))),
    },
];

/// One schedule: at each firing, a job of a kind named like it.
struct Schedule {
    kind: &'static str,
    /// Minute, hour, day of month, month, day of week; UTC.
    cron: &'static str,
}

/// Every schedule.
const SCHEDULES: [Schedule; 1] = [Schedule { kind: "tick", cron: "5 0 * * *" }];

/// Puts "wake every company" on the table: after a change of products or packs.
///
/// # Errors
/// What the engine says.
pub async fn recompute_all(rooms: &Rooms, cause: &str) -> Result<()> {
    let (now, cause) = (rooms.now(), cause.to_owned());
    let payload = serde_json::to_string(&After { after: String::new() })?;
    rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                tx.add_job(NewJob {
                    unique_key: &format!("recompute:{cause}:{}", now.0),
                    kind: "recompute",
                    payload: &payload,
                    cause: &cause,
                    run_at: now,
                    max_attempts: 5,
                    lane: None,
                })
                .await
            })
        })
        .await
        .map(drop)
}

/// Runs until told to stop, then lets what has begun end.
pub(crate) async fn run(rooms: Arc<Rooms>, doorbell: Doorbell, stop: watch::Receiver<bool>) {
    let mut outside = JoinSet::new();
    while !*stop.borrow() {
        while outside.try_join_next().is_some() {}
        let begun = match begin_outside(&rooms, &mut outside).await {
            Ok(begun) => step(&rooms).await.map(|done| (begun, done)),
            Err(error) => Err(error),
        };
        match begun {
            Ok((begun, done)) => {
                if done {
                    doorbell.ring();
                } else if !begun {
                    tokio::time::sleep(IDLE).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the jobs table cannot be worked on; trying again");
                tokio::time::sleep(IDLE * 4).await;
            }
        }
    }
    let drained = async { while outside.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        // Its lease runs out, and another worker does it again.
        outside.shutdown().await;
    }
}

/// Runs what is due now inside, so that whoever waits for the journey to settle waits for it too;
/// nobody waits for the world outside.
pub(crate) async fn settle(rooms: &Arc<Rooms>) -> Result<()> {
    while step(rooms).await? {}
    Ok(())
}

/// Begins one due job that waits for somebody outside; false when there was none, or no room for it.
async fn begin_outside(rooms: &Arc<Rooms>, outside: &mut JoinSet<()>) -> Result<bool> {
    if rooms.outside.door.is_none() || outside.len() >= OUTSIDE_MAX {
        return Ok(false);
    }
    let now = rooms.now();
    let leased = rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.lease_lane_job(now, Timestamp(now.0 + LEASE_US)).await })
        })
        .await?;
    let Some(job) = leased else { return Ok(false) };
    let rooms = Arc::clone(rooms);
    outside.spawn(async move {
        let done = match kind_of(&job).map(|kind| &kind.work) {
            Ok(Work::Outside(work)) => work(&rooms, &job).await,
            Ok(Work::Inside(_)) => Err(StoreError::Work("it has a lane and needs none".to_owned())),
            Err(error) => Err(error),
        };
        if let Err(error) = done
            && let Err(error) = fail(&rooms, job, &error).await
        {
            tracing::warn!(%error, "a failed job cannot be put back; its lease runs out");
        }
    });
    Ok(true)
}

fn kind_of(job: &Job) -> Result<&'static Kind> {
    let kind = KINDS.iter().find(|kind| kind.name == job.kind);
    kind.ok_or_else(|| StoreError::Work(format!("no such kind of job: {:?}", job.kind)))
}

/// Fires due schedules and runs one due job; false when there was none.
async fn step(rooms: &Arc<Rooms>) -> Result<bool> {
    let now = rooms.now();
    let leased = rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                fire(tx, now).await?;
                tx.lease_job(now, Timestamp(now.0 + LEASE_US)).await
            })
        })
        .await?;
    let Some(job) = leased else { return Ok(false) };
    let (running, working) = (job.clone(), Arc::clone(rooms));
    let done = rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let Work::Inside(work) = &kind_of(&running)?.work else {
                    return Err(StoreError::Work(
                        "it waits for outside and has no lane".to_owned(),
                    ));
                };
                work(&working, tx, &running).await?;
                tx.finish_job(&running).await
            })
        })
        .await;
    if let Err(error) = done {
        fail(rooms, job, &error).await?;
    }
    Ok(true)
}

/// Puts a job that failed back, or gives it up.
async fn fail(rooms: &Rooms, job: Job, error: &StoreError) -> Result<()> {
    tracing::warn!(job = job.unique_key, %error, "job failed");
    let retry_at = Timestamp(rooms.now().0 + RETRY_US * job.attempts);
    let message = error.to_string();
    rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.fail_job(&job, &message, retry_at).await })
        })
        .await
}

/// Puts a job on the table for each schedule's latest firing, once.
async fn fire(tx: &mut Tx, now: Timestamp) -> Result<()> {
    for schedule in &SCHEDULES {
        let Some(fired) = latest_firing(schedule.cron, now) else { continue };
        let day = fired.day();
        tx.add_job(NewJob {
            unique_key: &format!("{}:{day}", schedule.kind),
            kind: schedule.kind,
            payload: &serde_json::to_string(&OnDay { day })?,
            cause: "schedule",
            run_at: fired,
            max_attempts: 5,
            lane: None,
        })
        .await?;
    }
    Ok(())
}

/// The latest instant up to `now` at which a cron expression fires.
fn latest_firing(cron: &str, now: Timestamp) -> Option<Timestamp> {
    let cron: Cron = cron.parse().ok()?;
    let now = chrono::DateTime::from_timestamp_micros(now.0)?;
    let fired = cron.find_previous_occurrence(&now, true).ok()?;
    Some(Timestamp(fired.timestamp_micros()))
}

#[derive(Serialize, Deserialize)]
struct OnDay {
    day: Day,
}

async fn tick(rooms: &Rooms, tx: &mut Tx, job: &Job) -> Result<()> {
    let OnDay { day } = serde_json::from_str(&job.payload)?;
    let due = tx.due_for_review(day).await?;
    wake(tx, rooms, &due.into_iter().collect(), "tick").await
}

#[derive(Serialize, Deserialize)]
struct After {
    after: String,
}

async fn recompute(rooms: &Rooms, tx: &mut Tx, job: &Job) -> Result<()> {
    let After { after } = serde_json::from_str(&job.payload)?;
    let companies = tx.company_ids(&after, CHUNK).await?;
    let Some(last) = companies.last() else { return Ok(()) };
    let now = rooms.now();
    let root = job.unique_key.split('@').next().unwrap_or_default();
    tx.add_job(NewJob {
        unique_key: &format!("{root}@{last}"),
        kind: "recompute",
        payload: &serde_json::to_string(&After { after: last.to_string() })?,
        cause: &job.cause,
        run_at: now,
        max_attempts: job.max_attempts,
        lane: None,
    })
    .await?;
    wake(tx, rooms, &companies.into_iter().collect(), &job.cause).await
}

//! A running engine: the relay, each stage on its assigned partitions, the jobs and the services.

use std::sync::{Arc, Mutex, PoisonError};

use model::Topic;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::activity::Activity;
use crate::error::{Error, Result};
use crate::group::Member;
use crate::jobs::PoolRun;
use crate::notifier::Notifier;
use crate::pipeline::Pipeline;
use crate::relay::Relay;
use crate::resources::Resources;
use crate::settling::{self, Patience, Progress, SentWork, Settled, Wait};
use crate::stage::StageInfo;
use crate::{health, jobs};

/// The producer of the records that a process itself sends: intake, jobs and the command line.
pub const PRODUCER: &str = "desk";

/// The producer of records that are not urgent: many items that were sent together, or read from
/// files. The relay appends them only while little else waits.
pub const BACKFILL_PRODUCER: &str = "backfill";

/// The role of a process: the tasks that it runs. Every process relays while it holds the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// All tasks.
    All,
    /// The stages and the jobs; any number of processes may have this role.
    Work,
    /// Intake or queries only; the stages and jobs run in other processes.
    Door,
}

/// The tasks of a running engine. Dropping it without [`Engine::stop`] leaves them running.
pub struct Engine {
    resources: Resources,
    pipeline: Pipeline,
    notifier: Notifier,
    activity: Arc<Activity>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Creates missing topics and starts the tasks of a role.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn start(role: Role, resources: Resources, pipeline: Pipeline) -> Result<Self> {
        for topic in Topic::ALL {
            resources.log.ensure_topic(topic.name(), resources.limits.partitions).await?;
        }
        for stage in &pipeline.dead_letters {
            resources.log.ensure_topic(&Topic::dead(stage), 1).await?;
        }
        let (stop, stopped) = watch::channel(false);
        let notifier = Notifier::default();
        let activity = Arc::new(Activity::default());
        let relay = Relay::new(
            resources.clone(),
            Arc::clone(&activity),
            notifier.clone(),
            pipeline.stages.iter().map(|row| row.info).collect(),
            pipeline.dead_letters.clone(),
        );
        let place = health::watch_place(resources.db.clone(), stopped.clone());
        let mut tasks = vec![tokio::spawn(relay.run(stopped.clone())), tokio::spawn(place)];
        for service in &pipeline.services {
            tasks.push(tokio::spawn(service(stopped.clone())));
        }
        if role != Role::Door {
            for pool in pools(&resources, &pipeline, &notifier) {
                tasks.push(tokio::spawn(pool.run(stopped.clone())));
            }
            for row in &pipeline.stages {
                let (name, input) = (row.info.name, row.info.input.name());
                let member = Member {
                    row: row.clone(),
                    resources: resources.clone(),
                    subscription: resources.log.subscribe(name, input).await?.into(),
                    notifier: notifier.clone(),
                    activity: Arc::clone(&activity),
                    stop: stopped.clone(),
                };
                tasks.push(tokio::spawn(member.run()));
            }
        }
        Ok(Self { resources, pipeline, notifier, activity, stop, tasks: Mutex::new(tasks) })
    }

    /// Returns the activity of the engine.
    pub fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Returns the handle that wakes the relay.
    pub fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// Waits until a stage has stopped permanently, and returns the causes.
    pub async fn failed(&self) -> Error {
        let mut stopped = self.activity.stopped();
        let causes = stopped.wait_for(|stopped| !stopped.is_empty()).await;
        // An error would mean that the sender was dropped, but this engine holds it.
        Error::Stopped(causes.map(|stopped| stopped.clone()).unwrap_or_default())
    }

    /// Waits until every record taken in has been processed; calls `report` with the progress.
    ///
    /// # Errors
    /// When a stage has stopped permanently, or when a store fails.
    pub async fn settle(&self, report: impl FnMut(Progress)) -> Result<()> {
        self.settle_within(Patience::UNLIMITED, report).await.map(drop)
    }

    /// Waits until every record taken in has been processed, or until the patience ends; calls
    /// `report` with the progress. While others keep sending, that may never be.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_within(
        &self,
        patience: Patience,
        report: impl FnMut(Progress),
    ) -> Result<Settled> {
        let (pools, stages) = self.parts();
        let mut wait = Wait::new(patience, report);
        let settling = async {
            match settling::until_no_jobs(&pools, false, &mut wait).await? {
                Settled::Done => settling::until_idle(&self.resources, &stages, &mut wait).await,
                behind @ Settled::Behind(_) => Ok(behind),
            }
        };
        self.or_failed(settling).await
    }

    /// Waits until what has been sent before the call has been processed by every stage, or until
    /// the patience ends; calls `report` with the progress.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_sent(
        &self,
        sent: SentWork,
        patience: Patience,
        report: impl FnMut(Progress),
    ) -> Result<Settled> {
        let (pools, mut stages) = self.parts();
        let first = stages.iter().position(|stage| stage.input == sent.topic).unwrap_or(0);
        let stages = stages.split_off(first);
        let mut wait = Wait::new(patience, report);
        let settling = async {
            match settling::until_no_jobs(&pools, sent.has_jobs, &mut wait).await? {
                Settled::Done => {
                    let is_backfill = sent.is_backfill;
                    settling::until_passed(&self.resources, &stages, is_backfill, &mut wait).await
                }
                behind @ Settled::Behind(_) => Ok(behind),
            }
        };
        self.or_failed(settling).await
    }

    fn parts(&self) -> (Vec<PoolRun>, Vec<StageInfo>) {
        let stages = self.pipeline.stages.iter().map(|row| row.info).collect();
        (pools(&self.resources, &self.pipeline, &self.notifier), stages)
    }

    /// Waits for a result, but not longer than until a stage has stopped permanently.
    async fn or_failed(
        &self,
        work: impl Future<Output = store::Result<Settled>>,
    ) -> Result<Settled> {
        tokio::select! {
            failure = self.failed() => Err(failure),
            settled = work => Ok(settled?),
        }
    }

    /// Stops every task after its current work is finished.
    pub async fn stop(&self) {
        // Sending fails only when every task has ended already.
        let _ = self.stop.send(true);
        self.notifier.notify();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task failed");
            }
        }
    }
}

fn pools(resources: &Resources, pipeline: &Pipeline, notifier: &Notifier) -> Vec<PoolRun> {
    jobs::pools(resources, &pipeline.jobs, &pipeline.schedules, notifier)
}

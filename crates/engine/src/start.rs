//! A running engine: the relay, every stage on every partition that is ours, the jobs, and services.

use std::sync::{Arc, Mutex, PoisonError};

use model::Topic;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::activity::Activity;
use crate::error::{Error, Result};
use crate::group::Member;
use crate::jobs::PoolRun;
use crate::pipeline::Pipeline;
use crate::relay::Notifier;
use crate::resources::Resources;
use crate::{backlog, jobs, relay};

/// The producer of what a process itself sends: intake, jobs and the command line.
pub const PRODUCER: &str = "desk";

/// What a process does of what there is to do. Every process relays, when it is its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    All,
    /// The stages and the jobs: any number of processes.
    Work,
    /// It takes in, or answers, and leaves the work to others.
    Door,
}

/// How much is still on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records that wait, at the outbox and before each stage.
    pub waiting: u64,
}

/// The running tasks. Dropping it without [`Engine::stop`] leaves them running.
pub struct Engine {
    resources: Resources,
    pipeline: Pipeline,
    notifier: Notifier,
    activity: Arc<Activity>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Makes sure the topics exist and starts the tasks of a role.
    ///
    /// # Errors
    /// What the stores say.
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
        let relay = relay::run(resources.clone(), notifier.clone(), stopped.clone());
        let mut tasks = vec![tokio::spawn(relay)];
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

    /// Returns what the engine did last and what has stopped.
    pub fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Returns the handle that tells the relay of records in the outbox.
    pub fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// Waits until a stage has stopped for good, and returns why.
    pub async fn failed(&self) -> Error {
        let mut stopped = self.activity.stopped();
        let causes = stopped.wait_for(|stopped| !stopped.is_empty()).await;
        // An error means that the sender is gone, which this engine holds.
        Error::Stopped(causes.map(|stopped| stopped.clone()).unwrap_or_default())
    }

    /// Waits until everything taken in has come through, telling how much has not.
    ///
    /// # Errors
    /// When a stage has stopped for good, or the stores cannot be asked.
    pub async fn settle(&self, mut tell: impl FnMut(Progress)) -> Result<()> {
        jobs::settle(&pools(&self.resources, &self.pipeline, &self.notifier)).await?;
        let stages: Vec<_> = self.pipeline.stages.iter().map(|row| row.info).collect();
        let idle = backlog::until_idle(&self.resources, &stages, |waiting| {
            tell(Progress { waiting });
        });
        tokio::select! {
            failure = self.failed() => Err(failure),
            settled = idle => Ok(settled?),
        }
    }

    /// Lets every stage and job finish what it has begun, then ends them.
    pub async fn stop(&self) {
        // The receivers are gone only when every task has ended already.
        let _ = self.stop.send(true);
        self.notifier.notify();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
    }
}

fn pools(resources: &Resources, pipeline: &Pipeline, notifier: &Notifier) -> Vec<PoolRun> {
    jobs::pools(resources, &pipeline.jobs, &pipeline.schedules, notifier)
}

//! A running leadq: the relay, every stage on every partition that is ours, the jobs, and search.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::Topic;
use store::log::{Assignment, Subscription};
use store::{Result, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::pulse::Pulse;
use crate::relay::Doorbell;
use crate::rooms::Rooms;
use crate::runner::PartitionRun;
use crate::stages::{STAGES, Stage, dead_stages};
use crate::{idle, jobs, metric, relay, search};

/// The producer of what this process itself sends: intake, jobs and the command line.
pub(crate) const DESK: &str = "desk";

/// A partition that somebody else has taken is left alone for so long: longer than it takes until we
/// are told that it is not ours any more. If we are not told, it is ours, and nobody else works on it.
const FENCED_REST: Duration = Duration::from_secs(10);

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
    rooms: Arc<Rooms>,
    doorbell: Doorbell,
    pulse: Arc<Pulse>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Makes sure the topics exist and starts every task.
    ///
    /// # Errors
    /// What the engines say.
    pub async fn start(rooms: Arc<Rooms>) -> Result<Self> {
        Self::start_as(Role::All, rooms).await
    }

    /// Makes sure the topics exist and starts the tasks of a role.
    ///
    /// # Errors
    /// What the engines say.
    pub async fn start_as(role: Role, rooms: Arc<Rooms>) -> Result<Self> {
        for topic in Topic::ALL {
            rooms.log.ensure_topic(topic.name(), rooms.limits.partitions).await?;
        }
        for stage in dead_stages() {
            rooms.log.ensure_topic(&Topic::dead(stage), 1).await?;
        }
        let (stop, stopped) = watch::channel(false);
        let doorbell = Doorbell::default();
        let pulse = Arc::new(Pulse::default());
        let relay = relay::run(Arc::clone(&rooms), doorbell.clone(), stopped.clone());
        let mut tasks = vec![tokio::spawn(relay)];
        if role != Role::Door {
            let jobs = jobs::run(Arc::clone(&rooms), doorbell.clone(), stopped.clone());
            tasks.push(tokio::spawn(jobs));
        }
        if let Some(index) = rooms.search.clone() {
            tasks.push(tokio::spawn(search::run(Arc::clone(&rooms), index, stopped.clone())));
        }
        for stage in STAGES.iter().filter(|_| role != Role::Door) {
            let subscription = rooms.log.subscribe(stage.name, stage.input.name()).await?.into();
            let member = Member {
                stage,
                rooms: Arc::clone(&rooms),
                subscription,
                doorbell: doorbell.clone(),
                pulse: Arc::clone(&pulse),
                stop: stopped.clone(),
            };
            tasks.push(tokio::spawn(member.run()));
        }
        Ok(Self { rooms, doorbell, pulse, stop, tasks: Mutex::new(tasks) })
    }

    /// The doors this engine runs on.
    pub fn rooms(&self) -> &Arc<Rooms> {
        &self.rooms
    }

    /// How the engine is doing, and its beat: a step with every commit of a stage.
    pub fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    pub(crate) fn doorbell(&self) -> Doorbell {
        self.doorbell.clone()
    }

    /// Tells the engine that something was put into the outbox.
    pub fn nudge(&self) {
        self.doorbell.ring();
    }

    /// Waits until a stage has stopped for good, and tells why.
    pub async fn failed(&self) -> StoreError {
        let mut stopped = self.pulse.stopped();
        let why = stopped.wait_for(|stopped| !stopped.is_empty()).await;
        // An error means that the pulse is gone, which this engine holds.
        StoreError::Fatal(why.map(|stopped| stopped.join("; ")).unwrap_or_default())
    }

    /// Waits until everything taken in has come through, telling how much has not.
    ///
    /// # Errors
    /// When a stage has stopped for good, or the engines cannot be asked.
    pub async fn settle(&self, mut tell: impl FnMut(Progress)) -> Result<()> {
        jobs::settle(&self.rooms).await?;
        tokio::select! {
            failure = self.failed() => Err(failure),
            settled = idle::until_idle(&self.rooms, |waiting| tell(Progress { waiting })) => settled,
        }
    }

    /// Lets every stage and job finish what it has begun, then ends them.
    pub async fn stop(&self) {
        // The receivers are gone only when every task has ended already.
        let _ = self.stop.send(true);
        self.doorbell.ring();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
    }
}

/// This process as a member of a stage's group of workers.
struct Member {
    stage: &'static Stage,
    rooms: Arc<Rooms>,
    subscription: Arc<dyn Subscription>,
    doorbell: Doorbell,
    pulse: Arc<Pulse>,
    stop: watch::Receiver<bool>,
}

impl Member {
    async fn run(mut self) {
        let mut running: BTreeMap<u32, (watch::Sender<bool>, JoinHandle<()>)> = BTreeMap::new();
        loop {
            let subscription = Arc::clone(&self.subscription);
            let change = tokio::select! {
                change = subscription.changed() => change,
                _ = self.stop.changed() => break,
            };
            match change {
                Ok(Assignment::Assigned(partitions)) => {
                    self.count("assigned", partitions.len());
                    for partition in partitions {
                        end(running.remove(&partition)).await;
                        running.insert(partition, self.start(partition));
                    }
                }
                Ok(Assignment::Revoked(partitions)) => {
                    self.count("revoked", partitions.len());
                    end(partitions.iter().filter_map(|partition| running.remove(partition))).await;
                }
                Err(error) => {
                    self.pulse.has_stopped(format!("stage {} stops: {error}", self.stage.name));
                    break;
                }
            }
        }
        end(running.into_values()).await;
        self.subscription.leave().await;
    }

    fn count(&self, change: &'static str, partitions: usize) {
        let stage = self.stage.name;
        metrics::counter!(metric::ASSIGNMENTS, "stage" => stage, "change" => change)
            .increment(partitions as u64);
    }

    fn start(&self, partition: u32) -> (watch::Sender<bool>, JoinHandle<()>) {
        let (stop, stopped) = watch::channel(false);
        let run = PartitionRun {
            stage: self.stage,
            rooms: Arc::clone(&self.rooms),
            subscription: Arc::clone(&self.subscription),
            partition,
            doorbell: self.doorbell.clone(),
            pulse: Arc::clone(&self.pulse),
            stop: stopped,
        };
        let (stage, pulse) = (self.stage.name, Arc::clone(&self.pulse));
        let task = tokio::spawn(async move {
            while let Err(error) = run.run().await {
                if !matches!(error, StoreError::Fenced(_)) {
                    tracing::error!(stage, partition, %error, "partition stopped");
                    return pulse.has_stopped(error.to_string());
                }
                tracing::info!(stage, partition, %error);
                if run.rests(FENCED_REST).await {
                    return;
                }
            }
        });
        (stop, task)
    }
}

/// Stops runs, all at once, and waits for their ends.
async fn end(runs: impl IntoIterator<Item = (watch::Sender<bool>, JoinHandle<()>)>) {
    let stopped = runs.into_iter().map(|(stop, task)| {
        // No receiver is left when the run has ended by itself.
        let _ = stop.send(true);
        (stop, task)
    });
    for (_stop, task) in stopped.collect::<Vec<_>>() {
        if let Err(error) = task.await {
            tracing::error!(%error, "a partition ended badly");
        }
    }
}

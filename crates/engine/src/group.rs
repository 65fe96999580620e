//! Group membership: this process runs the partitions of a stage that are assigned to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use store::ErrorKind;
use store::log::{Assignment, Subscription};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::activity::Activity;
use crate::metric;
use crate::notifier::Notifier;
use crate::resources::Resources;
use crate::runner::PartitionRun;
use crate::stage::StageRow;

/// The pause after another worker has taken a partition. It is longer than the notification of a
/// revoked partition takes. Without a revocation the partition is still assigned to this process,
/// and no other worker runs it.
const FENCED_REST: Duration = Duration::from_secs(10);

/// The membership of this process in a stage's group of workers.
pub(crate) struct Member {
    pub(crate) row: StageRow,
    pub(crate) resources: Resources,
    pub(crate) subscription: Arc<dyn Subscription>,
    pub(crate) notifier: Notifier,
    pub(crate) activity: Arc<Activity>,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Member {
    /// Runs the assigned partitions until stopped.
    pub(crate) async fn run(mut self) {
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
                    self.activity
                        .has_stopped(format!("stage {} stops: {error}", self.row.info.name));
                    break;
                }
            }
        }
        end(running.into_values()).await;
        self.subscription.leave().await;
    }

    fn count(&self, change: &'static str, partitions: usize) {
        let stage = self.row.info.name;
        metrics::counter!(metric::ASSIGNMENTS, "stage" => stage, "change" => change)
            .increment(partitions as u64);
    }

    fn start(&self, partition: u32) -> (watch::Sender<bool>, JoinHandle<()>) {
        let (stop, stopped) = watch::channel(false);
        let run = PartitionRun {
            row: self.row.clone(),
            resources: self.resources.clone(),
            subscription: Arc::clone(&self.subscription),
            partition,
            notifier: self.notifier.clone(),
            activity: Arc::clone(&self.activity),
            stop: stopped,
        };
        let (stage, activity) = (self.row.info.name, Arc::clone(&self.activity));
        let task = tokio::spawn(async move {
            while let Err(error) = run.run().await {
                if error.kind() != ErrorKind::Fenced {
                    tracing::error!(stage, partition, %error, "partition stopped");
                    return activity.has_stopped(error.to_string());
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

/// Stops all runs at once and waits until they have ended.
async fn end(runs: impl IntoIterator<Item = (watch::Sender<bool>, JoinHandle<()>)>) {
    let stopped = runs.into_iter().map(|(stop, task)| {
        // Sending fails only when the run has already ended.
        let _ = stop.send(true);
        (stop, task)
    });
    for (_stop, task) in stopped.collect::<Vec<_>>() {
        if let Err(error) = task.await {
            tracing::error!(%error, "a partition's task failed");
        }
    }
}

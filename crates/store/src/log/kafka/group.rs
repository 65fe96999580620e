//! Membership in a group of workers: Kafka divides the partitions cooperatively, so that work on
//! the partitions that stay continues while others move.
//!
//! There are two clients: one is the member and never reads, the other reads and is not a member.
//! So a position always comes from the database, never from a rebalance.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rdkafka::ClientContext;
use rdkafka::TopicPartitionList;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use tokio::sync::mpsc;

use super::broken;
use super::events::{Client, ClientEvents};
use super::reader::Reader;
use crate::log::{Assignment, Record, Subscription};
use crate::{ErrorKind, Result, StoreError};

/// A member without a heartbeat for this time loses its partitions.
const SESSION_MS: &str = "6000";
const HEARTBEAT_MS: &str = "2000";
/// The maximum time for work on a moving partition to stop. A slower worker is fenced.
const LET_GO_MAX: Duration = Duration::from_secs(10);
/// The maximum number of undelivered changes.
const CHANGES_MAX: usize = 64;
const POLL: Duration = Duration::from_millis(100);
/// The read-ahead per partition, in KiB.
const AHEAD_KB: &str = "4096";

/// A member of a group.
pub(super) struct Group {
    changes: tokio::sync::Mutex<Changes>,
    shared: Arc<Shared>,
    reader: Reader,
    member: Mutex<Option<JoinHandle<()>>>,
}

/// Changes from Kafka, and their delivery to the caller.
struct Changes {
    coming: mpsc::Receiver<Result<Assignment>>,
    delivered: u64,
    /// Partitions delivered as revoked; work on them stops before the next change is requested.
    leaving: Vec<u32>,
}

/// State shared by the member and its thread.
#[derive(Default)]
struct Shared {
    left: AtomicBool,
    /// The number of changes that were delivered and handled.
    settled: Mutex<u64>,
    settling: Condvar,
}

impl Shared {
    fn settled(&self) -> std::sync::MutexGuard<'_, u64> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks the delivered changes as handled, because the caller requests the next one.
    fn settle(&self, number: u64) {
        *self.settled() = number;
        self.settling.notify_all();
    }

    /// Waits until the work on the revoked partitions has stopped.
    fn wait(&self, number: u64) {
        let until = Instant::now() + LET_GO_MAX;
        let mut settled = self.settled();
        while *settled < number && !self.left.load(Ordering::SeqCst) {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                tracing::warn!("work on a moving partition did not stop in time; it is fenced");
                return;
            }
            let result = self.settling.wait_timeout(settled, rest);
            settled = result.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The client context that Kafka notifies of changed assignments.
struct Member {
    topic: String,
    sent: Mutex<u64>,
    changes: mpsc::Sender<Result<Assignment>>,
    shared: Arc<Shared>,
}

impl Member {
    fn send_change(&self, change: Assignment) -> u64 {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        *sent += 1;
        // There is no receiver if the member has left.
        let _ = self.changes.blocking_send(Ok(change));
        *sent
    }

    fn ours(&self, list: &TopicPartitionList) -> Vec<u32> {
        let elements = list.elements_for_topic(&self.topic);
        elements.iter().filter_map(|element| u32::try_from(element.partition()).ok()).collect()
    }
}

impl ClientContext for Member {
    fn log(&self, level: RDKafkaLogLevel, about: &str, message: &str) {
        ClientEvents.log(level, about, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        ClientEvents.error(error, reason);
    }
}

impl ConsumerContext for Member {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(list) if list.count() > 0 => {
                let number = self.send_change(Assignment::Revoked(self.ours(list)));
                self.shared.wait(number);
            }
            Rebalance::Error(error) => {
                tracing::warn!(topic = self.topic, %error, "partitions could not be assigned");
            }
            Rebalance::Assign(_) | Rebalance::Revoke(_) => {}
        }
    }

    fn post_rebalance(&self, member: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let Rebalance::Assign(list) = rebalance else { return };
        // The member never reads.
        if let Err(error) = member.pause(list) {
            tracing::warn!(topic = self.topic, %error, "partitions could not be paused");
        }
        if list.count() > 0 {
            self.send_change(Assignment::Assigned(self.ours(list)));
        }
    }
}

impl Group {
    pub(super) fn join(config: &ClientConfig, group: &str, topic: String) -> Result<Self> {
        let mut reading = config.clone();
        reading
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("queued.max.messages.kbytes", AHEAD_KB)
            .set("fetch.wait.max.ms", "100");
        let mut joining = reading.clone();
        joining
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION_MS)
            .set("heartbeat.interval.ms", HEARTBEAT_MS)
            .set("auto.offset.reset", "latest");
        let (sender, coming) = mpsc::channel(CHANGES_MAX);
        let shared = Arc::new(Shared::default());
        let context = Member {
            topic: topic.clone(),
            sent: Mutex::default(),
            changes: sender.clone(),
            shared: Arc::clone(&shared),
        };
        let member: BaseConsumer<Member> =
            joining.create_with_context(context).map_err(|error| broken(&error))?;
        member.subscribe(&[&topic]).map_err(|error| broken(&error))?;
        let leaving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name(format!("member {group}"))
            .spawn(move || poll_group(&member, &leaving, &sender))
            .map_err(|error| StoreError::fatal(format!("cannot start a thread: {error}")))?;
        let reading: Client =
            reading.create_with_context(ClientEvents).map_err(|error| broken(&error))?;
        let reader = Reader::new(Arc::new(reading), topic);
        let changes = Changes { coming, delivered: 0, leaving: Vec::new() };
        let (changes, member) = (tokio::sync::Mutex::new(changes), Mutex::new(Some(thread)));
        Ok(Self { changes, shared, reader, member })
    }
}

/// Polls the group until the member leaves; dropping the consumer then leaves the group.
fn poll_group(
    member: &BaseConsumer<Member>,
    shared: &Shared,
    changes: &mpsc::Sender<Result<Assignment>>,
) {
    while !shared.left.load(Ordering::SeqCst) {
        match member.poll(POLL) {
            None | Some(Ok(_)) => {}
            Some(Err(error)) => match broken(&error) {
                fatal if fatal.kind() == ErrorKind::Fatal => {
                    // There is no receiver if the member has left.
                    let _ = changes.blocking_send(Err(fatal));
                    return;
                }
                _ => tracing::debug!(%error, "error of a group member"),
            },
        }
    }
}

impl Group {
    fn stop(&self) {
        self.shared.left.store(true, Ordering::SeqCst);
        self.shared.settling.notify_all();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop();
    }
}

#[async_trait]
impl Subscription for Group {
    async fn changed(&self) -> Result<Assignment> {
        let mut changes = self.changes.lock().await;
        for partition in std::mem::take(&mut changes.leaving) {
            self.reader.let_go(partition)?;
        }
        self.shared.settle(changes.delivered);
        let change = changes.coming.recv().await;
        let change = change.ok_or_else(|| StoreError::fatal("the group member has stopped"))??;
        changes.delivered += 1;
        if let Assignment::Revoked(partitions) = &change {
            changes.leaving.clone_from(partitions);
        }
        Ok(change)
    }

    async fn leave(&self) {
        self.stop();
        let member = self.member.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Joined on a thread that may block: the group is notified, so the others need not wait for
        // the session timeout.
        let left = tokio::task::spawn_blocking(move || member.map(JoinHandle::join));
        if left.await.is_err() {
            tracing::warn!("the group member did not stop cleanly");
        }
    }

    async fn fetch(
        &self,
        partition: u32,
        from: u64,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Record>> {
        self.reader.fetch(partition, from, max, wait).await
    }
}

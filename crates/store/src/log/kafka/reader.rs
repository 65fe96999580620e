//! Reading partitions from explicit positions: the broker's stored offsets are never used.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;
use rdkafka::consumer::base_consumer::PartitionQueue;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::events::{Client, ClientEvents};
use super::record::of_kafka;
use super::{broken, number};
use crate::log::Record;
use crate::{Result, StoreError};

/// A reader of partitions of one topic, each from its own position.
pub(super) struct Reader {
    consumer: Arc<Client>,
    topic: String,
    positions: Mutex<BTreeMap<u32, ReadPosition>>,
}

struct ReadPosition {
    queue: Arc<PartitionQueue<ClientEvents>>,
    filled: Arc<Notify>,
    /// The minimum position of the next record from the queue.
    next: u64,
}

impl Reader {
    pub(super) fn new(consumer: Arc<Client>, topic: String) -> Self {
        Self { consumer, topic, positions: Mutex::default() }
    }

    /// Reads up to `max` records from a position on, and waits up to `wait` for the first.
    pub(super) async fn fetch(
        &self,
        partition: u32,
        from: u64,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Record>> {
        let until = Instant::now() + wait;
        let (queue, filled) = self.assign(partition, from)?;
        loop {
            // Created before the queue is polled: a record that arrives in between still wakes it.
            let notified = filled.notified();
            let (records, error) = take(&queue, from, max);
            // Handles the client's own errors; records arrive in the queue.
            drop(self.consumer.poll(Duration::ZERO));
            match (records.last(), error) {
                (Some(last), None) => self.set_next(partition, last.position + 1),
                // An error is reported only once: the next fetch assigns the partition anew and
                // gets the error again.
                (Some(_), Some(_)) => self.set_next(partition, u64::MAX),
                (None, Some(error)) => {
                    self.set_next(partition, u64::MAX);
                    return Err(error);
                }
                (None, None) => {}
            }
            if !records.is_empty() {
                return Ok(records);
            }
            if tokio::time::timeout_at(until, notified).await.is_err() {
                return Ok(records);
            }
        }
    }

    fn positions(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, ReadPosition>> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_next(&self, partition: u32, next: u64) {
        if let Some(position) = self.positions().get_mut(&partition) {
            position.next = next;
        }
    }

    /// Returns the queue of a partition, positioned at `from`.
    fn assign(
        &self,
        partition: u32,
        from: u64,
    ) -> Result<(Arc<PartitionQueue<ClientEvents>>, Arc<Notify>)> {
        let mut positions = self.positions();
        match positions.get(&partition) {
            Some(position) if position.next == from => {
                return Ok((Arc::clone(&position.queue), Arc::clone(&position.filled)));
            }
            Some(_) => {
                self.consumer
                    .incremental_unassign(&self.list(partition, None)?)
                    .map_err(|error| broken(&error))?;
                positions.remove(&partition);
            }
            None => {}
        }
        // The queue is split before the partition is assigned; otherwise its first records would go
        // to the consumer's own queue.
        let mut queue =
            self.consumer.split_partition_queue(&self.topic, number(partition)).ok_or_else(
                || StoreError::fatal(format!("{} has no partition {partition}", self.topic)),
            )?;
        let filled = Arc::new(Notify::new());
        let notifier = Arc::clone(&filled);
        queue.set_nonempty_callback(move || notifier.notify_one());
        self.consumer
            .incremental_assign(&self.list(partition, Some(from))?)
            .map_err(|error| broken(&error))?;
        let queue = Arc::new(queue);
        let position =
            ReadPosition { queue: Arc::clone(&queue), filled: Arc::clone(&filled), next: from };
        positions.insert(partition, position);
        Ok((queue, filled))
    }

    /// Stops reading a partition.
    pub(super) fn let_go(&self, partition: u32) -> Result<()> {
        if self.positions().remove(&partition).is_none() {
            return Ok(());
        }
        self.consumer
            .incremental_unassign(&self.list(partition, None)?)
            .map_err(|error| broken(&error))
    }

    fn list(&self, partition: u32, from: Option<u64>) -> Result<TopicPartitionList> {
        let mut list = TopicPartitionList::new();
        match from {
            Some(from) => {
                let offset = Offset::Offset(i64::try_from(from).unwrap_or(i64::MAX));
                list.add_partition_offset(&self.topic, number(partition), offset)
                    .map_err(|error| broken(&error))?;
            }
            None => drop(list.add_partition(&self.topic, number(partition))),
        }
        Ok(list)
    }
}

/// Takes the records that are already in the queue, and the error that it ends with.
fn take(
    queue: &PartitionQueue<ClientEvents>,
    from: u64,
    max: usize,
) -> (Vec<Record>, Option<StoreError>) {
    let mut records = Vec::new();
    while records.len() < max {
        match queue.poll(Duration::ZERO) {
            None => break,
            Some(Ok(message)) => match of_kafka(&message) {
                // Left over from the previous position.
                Ok(record) if record.position < from => {}
                Ok(record) => records.push(record),
                Err(error) => return (records, Some(error)),
            },
            Some(Err(error)) => return (records, Some(broken(&error))),
        }
    }
    (records, None)
}

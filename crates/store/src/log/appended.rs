//! Wakes those who wait for records of a partition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A topic and the number of one of its partitions.
pub(crate) type Partition = (String, u32);

/// The notifications of each partition that somebody has waited for.
#[derive(Default)]
pub(crate) struct Appended(Mutex<BTreeMap<Partition, Arc<Notify>>>);

impl Appended {
    /// Returns the notification of a partition, which wakes all who wait for it.
    pub(crate) fn of(&self, topic: &str, partition: u32) -> Arc<Notify> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry((topic.to_owned(), partition)).or_default())
    }

    /// Wakes those who wait for records of these partitions.
    pub(crate) fn notify(&self, partitions: &BTreeSet<Partition>) {
        if partitions.is_empty() {
            return;
        }
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for notify in partitions.iter().filter_map(|partition| all.get(partition)) {
            notify.notify_waiters();
        }
    }
}

//! A log in the memory of the process, for tests of code that runs on a log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::appended::Appended;
use super::single_member::SingleMember;
use super::{Bounds, EventLog, NewRecord, Record, Subscription, check_size, partition_of};
use crate::{Result, StoreError};

#[derive(Default)]
struct Partition {
    first: u64,
    records: Vec<NewRecord>,
}

#[derive(Default)]
struct Inner {
    topics: Mutex<BTreeMap<String, Vec<Partition>>>,
    appended: Arc<Appended>,
}

impl Inner {
    fn topics(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Partition>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log in memory.
#[derive(Clone, Default)]
pub struct MemoryLog(Arc<Inner>);

fn missing(topic: &str) -> StoreError {
    StoreError::fatal(format!("no such topic or partition: {topic}"))
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn ensure_topic(&self, topic: &str, partitions: u32) -> Result<()> {
        let mut topics = self.0.topics();
        let existing = topics.entry(topic.to_owned()).or_default();
        while existing.len() < partitions as usize {
            existing.push(Partition::default());
        }
        Ok(())
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Result<()> {
        records.iter().try_for_each(|record| check_size(&record.payload))?;
        let mut appended = BTreeSet::new();
        {
            let mut topics = self.0.topics();
            let partitions = topics.get_mut(topic).ok_or_else(|| missing(topic))?;
            let count = u32::try_from(partitions.len()).unwrap_or(u32::MAX);
            for record in records {
                let number = partition_of(&record.key, count);
                let partition = partitions.get_mut(number as usize);
                partition.ok_or_else(|| missing(topic))?.records.push(record);
                appended.insert((topic.to_owned(), number));
            }
        }
        self.0.appended.notify(&appended);
        Ok(())
    }

    async fn partitions(&self, topic: &str) -> Result<u32> {
        let count = self.0.topics().get(topic).map_or(0, Vec::len);
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>> {
        let topics = self.0.topics();
        let partitions = topics.get(topic).map(Vec::as_slice).unwrap_or_default();
        let of = |partition: &Partition| Bounds {
            first: partition.first,
            next: partition.first + partition.records.len() as u64,
        };
        Ok(partitions.iter().map(of).collect())
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        max: usize,
    ) -> Result<Vec<Record>> {
        let topics = self.0.topics();
        let partition = topics
            .get(topic)
            .and_then(|partitions| partitions.get(partition as usize))
            .ok_or_else(|| missing(topic))?;
        let start = from.max(partition.first);
        let skip = usize::try_from(start - partition.first).unwrap_or(usize::MAX);
        let records = partition.records.iter().skip(skip).take(max);
        Ok((start..)
            .zip(records)
            .map(|(position, record)| Record { position, record: record.clone() })
            .collect())
    }

    async fn truncate_before(&self, topic: &str, partition: u32, position: u64) -> Result<()> {
        let mut topics = self.0.topics();
        let partition = topics
            .get_mut(topic)
            .and_then(|partitions| partitions.get_mut(partition as usize))
            .ok_or_else(|| missing(topic))?;
        let removed = position.saturating_sub(partition.first);
        let removed = usize::try_from(removed).unwrap_or(usize::MAX).min(partition.records.len());
        partition.records.drain(..removed);
        partition.first += removed as u64;
        Ok(())
    }

    async fn subscribe(&self, _group: &str, topic: &str) -> Result<Box<dyn Subscription>> {
        Ok(Box::new(SingleMember::new(self.clone(), Arc::clone(&self.0.appended), topic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{Opened, log_suite};

    async fn memory() -> Opened<Arc<dyn EventLog>, ()> {
        Some((Arc::new(MemoryLog::default()), ()))
    }

    log_suite!(memory);
}

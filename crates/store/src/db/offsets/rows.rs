//! Stored forms of the offsets of stages.

use std::collections::BTreeMap;

use crate::StoreError;

/// A partition taken by this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The stage.
    pub stage: String,
    /// The partition of its input topic.
    pub partition: u32,
    /// The next record to process.
    pub position: u64,
    /// The fencing epoch; a commit under an older one is refused.
    pub epoch: i64,
    /// How often the partition was taken since its last commit, including this time.
    pub takeovers: i64,
    /// The last processed (generation, number) of each producer.
    pub seen: BTreeMap<String, (i64, i64)>,
}

pub(super) fn taken_over(consumer: &Consumer) -> StoreError {
    StoreError::fenced(format!("{} partition {}", consumer.stage, consumer.partition))
}

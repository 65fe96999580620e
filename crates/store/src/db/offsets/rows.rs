//! Stored forms of how far stages have come.

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
    /// This taking; a commit under an older one is refused.
    pub epoch: i64,
    /// How often the partition was taken since its last commit, this time included.
    pub takeovers: i64,
    /// Per producer, the last (generation, number) that was processed.
    pub seen: BTreeMap<String, (i64, i64)>,
}

pub(super) fn taken_over(consumer: &Consumer) -> StoreError {
    StoreError::fenced(format!("{} partition {}", consumer.stage, consumer.partition))
}

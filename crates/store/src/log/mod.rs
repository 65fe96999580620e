//! The event log: ordered records in topics and partitions, each with a position.

pub(crate) mod appended;
#[cfg(feature = "kafka")]
mod kafka;
mod memory;
mod single_member;
pub(crate) mod sqlite;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;

use std::time::Duration;

use async_trait::async_trait;
use model::Timestamp;

#[cfg(feature = "kafka")]
pub use kafka::KafkaLog;
pub use memory::MemoryLog;
pub use sqlite::SqliteLog;

use crate::{Result, StoreError};

/// The maximum size of a payload: brokers accept a megabyte, framing included. Pages and texts are
/// stored elsewhere.
pub const RECORD_BYTES_MAX: usize = 900_000;

/// A record to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The key, which decides the partition.
    pub key: String,
    /// The producer.
    pub producer: String,
    /// The producer's generation.
    pub generation: i64,
    /// The producer's number: with the generation it distinguishes a duplicate from a new record.
    pub number: i64,
    /// Event time.
    pub event: Timestamp,
    /// The record as JSON.
    pub payload: String,
}

/// A record on the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its position in the partition.
    pub position: u64,
    /// The record as appended.
    pub record: NewRecord,
}

/// The positions that a partition holds: `first..next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The position of the oldest record.
    pub first: u64,
    /// The position of the next record to be appended.
    pub next: u64,
}

/// A change of the partitions that this member of a group works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// Partitions that this member works on from now on.
    Assigned(Vec<u32>),
    /// Partitions that this member no longer works on; the work must stop before the next call of
    /// [`Subscription::changed`].
    Revoked(Vec<u32>),
}

/// An engine for the log.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Creates a topic, or grows it, to at least this number of partitions; the number only grows.
    async fn ensure_topic(&self, topic: &str, partitions: u32) -> Result<()>;
    /// Appends records in order; they are durable when it returns. The partition is `murmur2(key)`.
    /// If one record is larger than [`RECORD_BYTES_MAX`], none is appended.
    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Result<()>;
    /// Counts the partitions of a topic, 0 if it does not exist.
    async fn partitions(&self, topic: &str) -> Result<u32>;
    /// Reads the positions that each partition holds, in order of partition; empty if the topic
    /// does not exist.
    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>>;
    /// Reads up to `max` records from a position on.
    async fn read(&self, topic: &str, partition: u32, from: u64, max: usize)
    -> Result<Vec<Record>>;
    /// Deletes records before a position.
    async fn truncate_before(&self, topic: &str, partition: u32, position: u64) -> Result<()>;
    /// Joins a group of consumers of a topic.
    async fn subscribe(&self, group: &str, topic: &str) -> Result<Box<dyn Subscription>>;
}

/// Membership in a group of consumers.
#[async_trait]
pub trait Subscription: Send + Sync {
    /// Waits for the next change of this member's partitions.
    async fn changed(&self) -> Result<Assignment>;
    /// Leaves the group, so that the others need not wait for a timeout; work must have stopped.
    async fn leave(&self) {}
    /// Reads up to `max` records of an assigned partition from a position on, and waits up to
    /// `wait` for the first.
    async fn fetch(
        &self,
        partition: u32,
        from: u64,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Record>>;
}

/// Checks that a payload is not too large for a record; the error states its size.
pub(crate) fn check_size(payload: &str) -> Result<()> {
    if payload.len() <= RECORD_BYTES_MAX {
        return Ok(());
    }
    let kb = payload.len() / 1024;
    Err(StoreError::poison(format!(
        "a record of {kb} KiB exceeds the limit of the log ({} KiB)",
        RECORD_BYTES_MAX / 1024
    )))
}

/// Computes the partition of a key by Kafka's default partitioner, so that every engine agrees.
pub fn partition_of(key: &str, partitions: u32) -> u32 {
    if partitions == 0 { 0 } else { (murmur2(key.as_bytes()) & 0x7fff_ffff) % partitions }
}

fn murmur2(bytes: &[u8]) -> u32 {
    const MIX: u32 = 0x5bd1_e995;
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut hash = 0x9747_b28c ^ length;
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        let mut mixed = u32::from_le_bytes([word[0], word[1], word[2], word[3]]).wrapping_mul(MIX);
        mixed ^= mixed >> 24;
        hash = hash.wrapping_mul(MIX) ^ mixed.wrapping_mul(MIX);
    }
    let rest = words.remainder();
    for (shift, byte) in [0u32, 8, 16].into_iter().zip(rest) {
        hash ^= u32::from(*byte) << shift;
    }
    if !rest.is_empty() {
        hash = hash.wrapping_mul(MIX);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(MIX);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The values of Kafka's own tests of its partitioner's hash.
    #[test]
    fn murmur2_is_kafkas() {
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), hash, "{key}");
        }
    }

    proptest! {
        #[test]
        fn every_key_has_one_partition(key in ".{0,40}", partitions in 1u32..50) {
            prop_assert!(partition_of(&key, partitions) < partitions);
        }
    }
}

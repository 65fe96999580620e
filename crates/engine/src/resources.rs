//! The stores, clock and limits that the engine uses.

use std::sync::Arc;

use model::{Clock, Timestamp};
use store::blob::BlobStore;
use store::db::Db;
use store::log::EventLog;

/// The limits of the engine.
#[derive(Debug, Clone, Copy)]
pub struct EngineLimits {
    /// The number of partitions of each topic.
    pub partitions: u32,
    /// The number of attempts before a record goes to `dead.<stage>`.
    pub attempts_max: i64,
}

/// Database, log, blob store, clock and limits. A clone shares them.
#[derive(Clone)]
pub struct Resources {
    /// The database.
    pub db: Db,
    /// The event log.
    pub log: Arc<dyn EventLog>,
    /// The blob store; the engine only checks its health.
    pub blobs: Arc<dyn BlobStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The limits.
    pub limits: EngineLimits,
}

impl Resources {
    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

//! What the engine works on.

use std::sync::Arc;

use model::{Clock, Timestamp};
use store::blob::BlobStore;
use store::db::Db;
use store::log::EventLog;

/// Limits of the engine.
#[derive(Debug, Clone, Copy)]
pub struct EngineLimits {
    /// Partitions of each topic.
    pub partitions: u32,
    /// Attempts before a record goes to `dead.<stage>`.
    pub attempts_max: i64,
}

/// State, log, bytes, time and limits. A clone shares them.
#[derive(Clone)]
pub struct Resources {
    /// The database.
    pub db: Db,
    /// The event log.
    pub log: Arc<dyn EventLog>,
    /// The blob store; the engine only asks whether it is well.
    pub blobs: Arc<dyn BlobStore>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Limits.
    pub limits: EngineLimits,
}

impl Resources {
    /// Returns the present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

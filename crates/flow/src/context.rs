//! The context of every stage: stores, packs, clock and limits.

use std::sync::Arc;

use act::Channels;
use detect::Packs;
use engine::Resources;
use ingest::{PageCache, Readers};
use model::{Clock, Entity, EntityId, InstallKey, Timestamp};
use net::Door;
use store::blob::BlobStore;
use store::db::Db;
use store::log::EventLog;
use store::search::SearchIndex;

use crate::public_url::PublicUrl;

/// How long data is kept that no result depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionLimits {
    /// The days for which finished jobs are kept; 0 means for ever.
    pub jobs_days: u16,
    /// The days for which records of the embedded log are kept after everything has read them; 0
    /// means for ever.
    pub log_days: u16,
    /// The days for which raw pages are kept on one machine; 0 means for ever.
    pub raw_days: u16,
}

impl Default for RetentionLimits {
    fn default() -> Self {
        Self { jobs_days: 7, log_days: 7, raw_days: 0 }
    }
}

/// The limits of the journey.
#[derive(Debug, Clone)]
pub struct JourneyLimits {
    /// The number of partitions of each topic.
    pub partitions: u32,
    /// The maximum size of a body, in bytes; the rest is cut off with a note.
    pub body_bytes_max: usize,
    /// The number of attempts before a record goes to `dead.<stage>`.
    pub attempts_max: i64,
    /// The number of waiting records above which no more are taken in.
    pub waiting_max: u64,
    /// How long data is kept that no result depends on.
    pub retention: RetentionLimits,
}

impl Default for JourneyLimits {
    fn default() -> Self {
        Self {
            partitions: 4,
            body_bytes_max: 10 << 20,
            attempts_max: 3,
            waiting_max: 100_000,
            retention: RetentionLimits::default(),
        }
    }
}

/// The connections to the outside: none by default.
#[derive(Clone, Default)]
pub struct Outside {
    /// The door to the network; without it nothing is fetched or sent.
    pub door: Option<Door>,
    /// The channels of actions, as configured.
    pub channels: Channels,
    /// The address of the web app; without it messages have no links.
    pub public_url: Option<PublicUrl>,
}

/// The stores, connections and fixed values of a running leadq.
pub struct Context {
    /// The database.
    pub db: Db,
    /// The event log.
    pub log: Arc<dyn EventLog>,
    /// The blob store with pages and texts.
    pub blobs: Arc<dyn BlobStore>,
    /// The search index of signals and pages; `None` if this process has no search.
    pub search: Option<Arc<dyn SearchIndex>>,
    /// The connections to the outside.
    pub outside: Outside,
    /// The secret key of the installation.
    pub key: InstallKey,
    /// The packs of all kinds.
    pub packs: Arc<Packs>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The limits.
    pub limits: JourneyLimits,
    /// The threads that read pages.
    pub readers: Readers,
    /// The pages that the crawler of this process has read and the clean stage has not processed.
    pub pages: PageCache,
}

impl Context {
    /// Computes the id of an entity: its keyed hash.
    pub fn id_of(&self, entity: &Entity) -> EntityId {
        entity.id(&self.key)
    }

    /// Returns the stores, clock and limits for the engine.
    pub(crate) fn resources(&self) -> Resources {
        Resources {
            db: self.db.clone(),
            log: Arc::clone(&self.log),
            blobs: Arc::clone(&self.blobs),
            clock: Arc::clone(&self.clock),
            limits: engine::EngineLimits {
                partitions: self.limits.partitions,
                attempts_max: self.limits.attempts_max,
            },
        }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the context of the read side.
    pub fn answers(&self) -> answer::ReadContext {
        answer::ReadContext {
            db: self.db.clone(),
            blobs: Arc::clone(&self.blobs),
            search: self.search.clone(),
            packs: Arc::clone(&self.packs),
            clock: Arc::clone(&self.clock),
            key: self.key.clone(),
        }
    }
}

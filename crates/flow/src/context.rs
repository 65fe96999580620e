//! What every stage is handed: the doors, the packs, the clock and the limits.

use std::sync::Arc;

use act::Channels;
use detect::Packs;
use engine::Resources;
use ingest::Readers;
use model::{Clock, Entity, EntityId, InstallKey, Timestamp};
use net::Door;
use store::blob::BlobStore;
use store::db::Db;
use store::log::EventLog;
use store::search::SearchIndex;

/// Limits of the journey.
#[derive(Debug, Clone)]
pub struct JourneyLimits {
    /// Partitions of each topic.
    pub partitions: u32,
    /// Largest body that is read, in bytes; the rest is cut off with a note.
    pub body_bytes_max: usize,
    /// Tries before a record goes to `dead.<stage>`.
    pub attempts_max: i64,
}

impl Default for JourneyLimits {
    fn default() -> Self {
        Self { partitions: 4, body_bytes_max: 10 << 20, attempts_max: 3 }
    }
}

/// What leadq has to do with the world outside: nothing, unless it is told to.
#[derive(Clone, Default)]
pub struct Outside {
    /// The door out; without it nothing is fetched and nothing is sent.
    pub door: Option<Door>,
    /// Where actions go, as the settings say.
    pub channels: Channels,
}

/// The doors and the fixed values of a running leadq.
pub struct Context {
    /// The door to state.
    pub db: Db,
    /// The event log.
    pub log: Arc<dyn EventLog>,
    /// Pages and texts.
    pub blobs: Arc<dyn BlobStore>,
    /// Words of signals and pages; nothing where nobody searches.
    pub search: Option<Arc<dyn SearchIndex>>,
    /// The world outside.
    pub outside: Outside,
    /// The installation's secret.
    pub key: InstallKey,
    /// The lexicon.
    pub packs: Arc<Packs>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Limits.
    pub limits: JourneyLimits,
    /// Who reads pages.
    pub readers: Readers,
}

impl Context {
    /// The keyed hash of an entity.
    pub fn id_of(&self, entity: &Entity) -> EntityId {
        entity.id(&self.key)
    }

    /// What the engine works on.
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

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns what answers are computed from.
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

//! Stored forms of runs and readings, and the functions that read their rows.

use model::{ClaimKind, Entity, EntityId, RawEvent, RawId, RawKind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::db::observations::{claim_values, page_values, to_blob};
use crate::db::{PageRow, PlacedClaim, Row, Value};

/// The state of a run. Its results replace the stored ones in the states from joining to waking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RereadState {
    /// Captures are being read.
    Reading,
    /// All are read.
    Ready,
    /// Entities under new names are being joined with those under old ones.
    Joining,
    /// Stored readings are being replaced.
    Replacing,
    /// The companies concerned are being woken.
    Waking,
    /// Its readings are the stored ones.
    Promoted,
    /// It has ended without effect.
    Discarded,
}

impl RereadState {
    const ALL: [Self; 7] = [
        Self::Reading,
        Self::Ready,
        Self::Joining,
        Self::Replacing,
        Self::Waking,
        Self::Promoted,
        Self::Discarded,
    ];

    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Joining => "joining",
            Self::Replacing => "replacing",
            Self::Waking => "waking",
            Self::Promoted => "promoted",
            Self::Discarded => "discarded",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Returns whether the run has neither begun to be promoted nor ended.
    pub const fn is_before_promotion(self) -> bool {
        matches!(self, Self::Reading | Self::Ready)
    }
}

/// What a run has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RereadCounts {
    /// The number of captures that were read again.
    pub pages: u64,
    /// The number of those that are read differently.
    pub differing: u64,
    /// The number of captures whose bytes have expired.
    pub expired: u64,
    /// The number of captures that could not be read.
    pub unreadable: u64,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RereadRun {
    /// Its id.
    pub id: String,
    /// The release and packs that read.
    pub rules: String,
    /// Captures that were observed earlier are left out.
    pub since: Timestamp,
    /// The owner whose captures are read; `None` for all.
    pub owner: Option<EntityId>,
    /// Its state.
    pub state: RereadState,
    /// The last row that the state has passed.
    pub after: String,
    /// What it has read.
    pub counts: RereadCounts,
}

/// The result of reading a capture: the rows of its page and of the page's claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageReading {
    /// The page.
    pub page: PageRow,
    /// Its claims.
    pub claims: Vec<PlacedClaim>,
}

impl PageReading {
    /// Returns the values of its rows in a fixed order.
    pub(super) fn values(&self) -> Result<Vec<Vec<Value>>> {
        let mut claims: Vec<&PlacedClaim> = self.claims.iter().collect();
        claims.sort_by_key(|claim| claim.look.to_string());
        let mut rows = vec![page_values(&self.page).to_vec()];
        for claim in claims {
            rows.push(claim_values(&self.page, claim)?.to_vec());
        }
        Ok(rows)
    }
}

/// A stored claim, as far as two readings of a page are compared by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClaim {
    /// The entity it is about.
    pub entity: Entity,
    /// The entity's id.
    pub entity_id: EntityId,
    /// The kind of claim.
    pub kind: ClaimKind,
}

/// The stored reading of a capture, compared with a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReading {
    /// Whether the new reading has the same rows.
    pub is_same: bool,
    /// The page's owner; `None` if no reading of the capture is stored.
    pub owner: Option<EntityId>,
    /// The claims.
    pub claims: Vec<StoredClaim>,
}

/// An entity of a capture that is read differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedEntity {
    /// Its id.
    pub id: EntityId,
    /// Its key, if the new reading names it.
    pub entity: Option<Entity>,
    /// The entity that the same words named before.
    pub former: Option<EntityId>,
}

/// A capture that is read differently.
#[derive(Debug, Clone)]
pub struct DifferingPage {
    /// The capture.
    pub raw: RawId,
    /// Its new reading.
    pub reading: PageReading,
    /// The entities of both readings, each once.
    pub entities: Vec<ConcernedEntity>,
}

/// An entity whose words named exactly one other entity before, which nothing names any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenamedEntity {
    /// The entity.
    pub entity: Entity,
    /// Its id.
    pub id: EntityId,
    /// The entity that the words named before.
    pub former: EntityId,
}

pub(super) fn to_run(row: &Row) -> Result<RereadRun> {
    let count = |column| row.int_as::<u64>(column);
    let owner = row.text("owner")?;
    Ok(RereadRun {
        id: row.string("id")?,
        rules: row.string("rules")?,
        since: row.time("since_us")?,
        owner: if owner.is_empty() { None } else { Some(row.parse("owner")?) },
        state: row.word("state", RereadState::parse)?,
        after: row.string("after")?,
        counts: RereadCounts {
            pages: count("pages")?,
            differing: count("differing")?,
            expired: count("expired")?,
            unreadable: count("unreadable")?,
        },
    })
}

pub(super) fn to_raw_event(row: &Row) -> Result<RawEvent> {
    let kinds = [RawKind::Response, RawKind::Event];
    Ok(RawEvent {
        raw: row.parse("id")?,
        owner: row.parse("owner")?,
        kind: row.word("kind", |word| kinds.into_iter().find(|kind| kind.as_str() == word))?,
        blob: to_blob(row)?,
        snapshot_hash: row.parse("snapshot_hash")?,
        observed: row.time("observed_us")?,
    })
}

pub(super) fn to_stored_claim(row: &Row) -> Result<StoredClaim> {
    Ok(StoredClaim {
        entity: row.parse("entity_key")?,
        entity_id: row.parse("entity")?,
        kind: row.word("kind", ClaimKind::parse)?,
    })
}

pub(super) fn to_concerned(row: &Row) -> Result<ConcernedEntity> {
    Ok(ConcernedEntity {
        id: row.parse("entity")?,
        entity: row.opt_parse("entity_key")?,
        former: row.opt_parse("former")?,
    })
}

//! Events, the looks at them, and a company's history made of looks.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, ClaimKind};
use crate::company::CompanyView;
use crate::entity::Entity;
use crate::evidence::Evidence;
use crate::id::{Digest, EntityId, EventId, IdHasher, ObservationId};
use crate::signal::{Permille, SignalStage, Slots};
use crate::time::{Day, Timestamp};

/// Something a source speaks of. As the API shows it: `type` is `page` or a [`ClaimKind`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Hash of entity, kind and subject.
    pub id: EventId,
    /// The company that has the entity at present.
    pub company_id: EntityId,
    /// `page` or a claim's kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it was first seen.
    pub url: String,
    /// Event time: the source's word, else observed time.
    pub ts: Timestamp,
    /// The words.
    pub text: String,
    /// Slots.
    pub features: Slots,
    /// ISO 639-1 code.
    pub lang: Option<String>,
}

impl Event {
    /// The id of an event. `subject` is the source's own id, or the text that matters.
    pub fn id_of(entity: EntityId, kind: &str, subject: &str) -> EventId {
        EventId(IdHasher::new("event").part(entity.0).part(kind).part(subject).finish())
    }
}

/// What came of a look. Absence is never read from a source that could not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservationOutcome {
    /// It was there. Whether its text changed follows from the looks in observed order.
    Seen,
    /// The source says it is no more (404, 410).
    Gone,
    /// The source could not be looked at (5xx, time-out).
    CouldNotLook,
    /// We were told not to look (401, 403, robots).
    NotAllowed,
}

impl ObservationOutcome {
    /// The outcome an HTTP status stands for.
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 | 304 => Self::Seen,
            404 | 410 => Self::Gone,
            401 | 403 | 407 | 451 => Self::NotAllowed,
            _ => Self::CouldNotLook,
        }
    }

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Gone => "gone",
            Self::CouldNotLook => "could_not_look",
            Self::NotAllowed => "not_allowed",
        }
    }

    /// The outcome of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Seen, Self::Gone, Self::CouldNotLook, Self::NotAllowed]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// Identity of one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The event looked at.
    pub event: EventId,
    /// When.
    pub observed: Timestamp,
    /// What came of it.
    pub outcome: ObservationOutcome,
}

impl Observation {
    /// The id of a look: the same look delivered twice is one look.
    pub fn id_of(event: EventId, url: &str, observed: Timestamp, text: Digest) -> ObservationId {
        ObservationId(
            IdHasher::new("look")
                .part(event.0)
                .part(url)
                .part(observed.0.to_le_bytes())
                .part(text.0)
                .finish(),
        )
    }
}

/// One look at a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageObservation {
    /// Its id.
    pub id: ObservationId,
    /// The page's owner.
    pub owner: EntityId,
    /// Address.
    pub url: String,
    /// When.
    pub observed: Timestamp,
    /// What came of it.
    pub outcome: ObservationOutcome,
    /// The page's own date.
    pub published: Option<Day>,
    /// Digest of its text.
    pub text_hash: Digest,
}

/// One look at a claim, by the entity it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimObservation {
    /// The event.
    pub event: EventId,
    /// The entity it is about.
    pub entity: EntityId,
    /// What it is about.
    pub kind: ClaimKind,
    /// Source's own id or the text that matters.
    pub subject: String,
    /// Details, as listed with each kind.
    pub slots: Slots,
    /// Event time: claim's or page's word, else the observed day.
    pub occurred: Day,
    /// Whether `occurred` is the source's word.
    pub dated: bool,
    /// Planned, announced or done.
    pub stage: SignalStage,
    /// Before corroboration.
    pub confidence: Permille,
    /// The matcher and its version.
    pub matcher: String,
    /// Who owns the page it stands on: the source, for counting independent ones.
    pub source: Entity,
    /// The page's own date.
    pub page_published: Option<Day>,
    /// SimHash of the page, to collapse syndicated copies.
    pub simhash: u64,
    /// ISO 639-1 code of the page.
    pub lang: Option<String>,
    /// The words.
    pub evidence: Evidence,
}

impl ClaimObservation {
    /// The id of the event that `claim` speaks of, when it is about `entity`.
    pub fn event_of(entity: EntityId, claim: &Claim) -> EventId {
        Event::id_of(entity, claim.kind.as_str(), &claim.subject)
    }
}

/// Everything `detect` and `score` may know of a company: all member entities, 400 days back,
/// sorted by (observed, look id), so that arrival order cannot matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The company as it is put together at present.
    pub company: CompanyView,
    /// Looks at claims about it.
    pub claims: Vec<ClaimObservation>,
    /// Looks at the pages those claims stand on, and at its own.
    pub pages: Vec<PageObservation>,
}

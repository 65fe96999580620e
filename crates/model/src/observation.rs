//! Events, their observations, and a company's history of observations.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, ClaimKind};
use crate::company::CompanyView;
use crate::entity::Entity;
use crate::evidence::Evidence;
use crate::id::{Digest, EntityId, EventId, IdHasher, ObservationId};
use crate::signal::{Permille, SignalStage, Slots};
use crate::time::{Day, Timestamp};

/// An event that a source reports, as the API returns it: `type` is `page` or a [`ClaimKind`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Hash of entity, kind and subject.
    pub id: EventId,
    /// The company that the entity currently belongs to.
    pub company_id: EntityId,
    /// `page` or a claim's kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// The address at which it was first observed.
    pub url: String,
    /// Event time according to the source, otherwise observed time.
    pub ts: Timestamp,
    /// The text that reports it.
    pub text: String,
    /// The slots of the claim.
    pub features: Slots,
    /// ISO 639-1 code.
    pub lang: Option<String>,
}

impl Event {
    /// Computes the id of an event. `subject` is the source's own id, or the relevant text.
    pub fn id_of(entity: EntityId, kind: &str, subject: &str) -> EventId {
        EventId(IdHasher::new("event").part(entity.0).part(kind).part(subject).finish())
    }
}

/// The outcome of an observation, of an address or of a claim. Absence is never inferred from a
/// source that could not be observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservationOutcome {
    /// It was present: the first time, or with another content than before. A row that only stores
    /// that it was present reads so; its text hash tells whether the text changed.
    Changed,
    /// It was present with the same content as before.
    Unchanged,
    /// The source reports that it no longer exists (404, 410).
    Gone,
    /// The source could not be observed (5xx, timeout).
    CouldNotLook,
    /// The source does not allow the observation or the storage (401, 403, robots).
    NotAllowed,
}

impl ObservationOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Changed, Self::Unchanged, Self::Gone, Self::CouldNotLook, Self::NotAllowed];

    /// Returns the outcome of an HTTP status, as far as the status alone tells it.
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Changed,
            304 => Self::Unchanged,
            404 | 410 => Self::Gone,
            401 | 403 | 407 | 451 => Self::NotAllowed,
            _ => Self::CouldNotLook,
        }
    }

    /// Reports whether the source was observed and is present.
    pub const fn is_present(self) -> bool {
        matches!(self, Self::Changed | Self::Unchanged)
    }

    /// Reports whether nothing was learned about the source.
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::CouldNotLook | Self::NotAllowed)
    }

    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Gone => "gone",
            Self::CouldNotLook => "could_not_look",
            Self::NotAllowed => "not_allowed",
        }
    }

    /// Parses the name of an outcome; `None` if it is unknown.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// The identity of one observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The observed event.
    pub event: EventId,
    /// When it was made.
    pub observed: Timestamp,
    /// Its outcome.
    pub outcome: ObservationOutcome,
}

impl Observation {
    /// Computes the id of an observation: the same observation delivered twice has one id.
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

/// One observation of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageObservation {
    /// Its id.
    pub id: ObservationId,
    /// The page's owner.
    pub owner: EntityId,
    /// Address.
    pub url: String,
    /// When it was made.
    pub observed: Timestamp,
    /// Its outcome.
    pub outcome: ObservationOutcome,
    /// The page's own date.
    pub published: Option<Day>,
    /// Digest of its text.
    pub text_hash: Digest,
}

/// One observation of a claim, by the entity it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimObservation {
    /// The event.
    pub event: EventId,
    /// The entity it is about.
    pub entity: EntityId,
    /// The kind of claim.
    pub kind: ClaimKind,
    /// The source's own id, or the relevant text.
    pub subject: String,
    /// Details, as listed with each kind.
    pub slots: Slots,
    /// Event time according to the claim or the page, otherwise the observed day.
    pub occurred: Day,
    /// Whether `occurred` comes from the source.
    pub dated: bool,
    /// Whether the source has something like a date that could not be read: `occurred` is then the
    /// observed day, and tells nothing about the event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Planned, announced or done.
    pub stage: SignalStage,
    /// Confidence before corroboration.
    pub confidence: Permille,
    /// The matcher and its version.
    pub matcher: String,
    /// The owner of the page it is on: the source, used to count independent sources.
    pub source: Entity,
    /// The page's own date.
    pub page_published: Option<Day>,
    /// SimHash of the page, used to collapse syndicated copies.
    pub simhash: u64,
    /// ISO 639-1 code of the page.
    pub lang: Option<String>,
    /// The quote that makes the claim.
    pub evidence: Evidence,
}

impl ClaimObservation {
    /// Computes the id of the event that `claim` reports about `entity`.
    pub fn event_of(entity: EntityId, claim: &Claim) -> EventId {
        Event::id_of(entity, claim.kind.as_str(), &claim.subject)
    }
}

/// The complete input of `detect` and `score` for a company: all member entities, 400 days back,
/// sorted by (observed, observation id), so that arrival order does not matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The company with its current members.
    pub company: CompanyView,
    /// Observations of claims about it.
    pub claims: Vec<ClaimObservation>,
    /// Observations of the pages with those claims, and of its own pages.
    pub pages: Vec<PageObservation>,
}

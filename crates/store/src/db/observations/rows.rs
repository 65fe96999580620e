//! Stored forms of deliveries and observations, and the functions that read their rows.

use model::{
    BlobRef, Claim, ClaimKind, ClaimObservation, Day, Digest, Entity, EntityId, EventId, Evidence,
    ObservationId, ObservationOutcome, PageObservation, Permille, RawId, RawKind, SignalStage,
    Span, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::db::Row;
use crate::db::entities::to_entity;

/// A stored delivery.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// Its id.
    pub id: RawId,
    /// The kind of its bytes.
    pub kind: RawKind,
    /// Address.
    pub url: String,
    /// The page's owner.
    pub owner: EntityId,
    /// Where the bytes are.
    pub blob: BlobRef,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
    /// When it was taken in, by the machine's clock; the start of latency measurements.
    pub taken: Timestamp,
}

/// A page observation with the data read from the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageRow {
    /// The observation.
    pub look: PageObservation,
    /// The page's event.
    pub event: EventId,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// The delivery.
    pub raw: RawId,
    /// SimHash of its text.
    pub simhash: u64,
    /// ISO 639-1 code.
    pub lang: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// A claim with the entity it is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlacedClaim {
    /// The claim.
    pub claim: Claim,
    /// The entity it is about.
    pub entity: Entity,
    /// The entity's id, its keyed hash.
    pub entity_id: EntityId,
    /// The event.
    pub event: EventId,
    /// The observation.
    pub look: ObservationId,
    /// The text at the claim's span.
    pub quote: String,
    /// Whether the day of the event is unknown because its date could not be read. Not set for a
    /// claim that has a day.
    pub undated: bool,
}

/// A page in a company's timeline: one observation of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// The observation.
    pub look: ObservationId,
    /// Address.
    pub url: String,
    /// The time of the observation.
    pub observed: Timestamp,
    /// Its outcome.
    pub outcome: ObservationOutcome,
    /// Its title.
    pub title: Option<String>,
}

/// The title, language and date of the page that a claim is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageAbout {
    /// Its title.
    pub title: Option<String>,
    /// ISO 639-1 code.
    pub lang: Option<String>,
    /// Its own date.
    pub published: Option<Day>,
}

/// The columns of a claim observation and its page, as [`to_claim_look`] reads them.
macro_rules! claim_look_columns {
    () => {
        "c.id, c.event, c.entity, c.kind, c.subject, c.slots, c.occurred_day, c.dated, c.stage,
         c.confidence, c.matcher, c.span_start, c.span_end, c.quote, p.url, p.observed_us,
         p.published_day, p.simhash, p.lang, p.text_hash, p.snapshot_hash,
         o.kind AS owner_kind, o.value AS owner_value"
    };
}
pub(super) use claim_look_columns;

/// The tables of these columns.
macro_rules! claim_look_tables {
    () => {
        "claim_look c JOIN page_look p ON p.id = c.page JOIN entity o ON o.id = p.owner"
    };
}
pub(super) use claim_look_tables;

pub(in crate::db) fn to_blob(row: &Row) -> Result<BlobRef> {
    Ok(BlobRef {
        segment: row.string("segment")?,
        offset: row.int_as("start")?,
        length: row.int_as("length")?,
        stored: row.parse("stored")?,
    })
}

/// The values of the column `dated`: the day is that of the observation because the source gives
/// none, the source gives it, the source has a date that could not be read.
pub(super) const NOT_DATED: i64 = 0;
pub(super) const DATED: i64 = 1;
pub(super) const UNDATED: i64 = 2;

/// The stored word of a page that was present: a row does not store whether it had changed.
const PRESENT: &str = "seen";

/// Returns the word that a row of a page stores for an outcome.
pub(super) const fn outcome_word(outcome: ObservationOutcome) -> &'static str {
    if outcome.is_present() { PRESENT } else { outcome.as_str() }
}

/// Parses the word of [`outcome_word`].
pub(crate) fn parse_outcome(word: &str) -> Option<ObservationOutcome> {
    match word {
        PRESENT => Some(ObservationOutcome::Changed),
        word => ObservationOutcome::parse(word),
    }
}

pub(super) fn to_page_look(row: &Row) -> Result<PageObservation> {
    Ok(PageObservation {
        id: row.parse("id")?,
        owner: row.parse("owner")?,
        url: row.string("url")?,
        observed: row.time("observed_us")?,
        outcome: row.word("outcome", parse_outcome)?,
        published: row.opt_day("published_day")?,
        text_hash: row.parse("text_hash")?,
    })
}

pub(super) fn to_claim_look(row: &Row) -> Result<ClaimObservation> {
    Ok(ClaimObservation {
        event: row.parse("event")?,
        entity: row.parse("entity")?,
        kind: row.word("kind", ClaimKind::parse)?,
        subject: row.string("subject")?,
        slots: row.json("slots")?,
        occurred: row.day("occurred_day")?,
        dated: row.int("dated")? == DATED,
        undated: row.int("dated")? == UNDATED,
        stage: row.word("stage", SignalStage::parse)?,
        confidence: Permille::new(row.int_as("confidence")?),
        matcher: row.string("matcher")?,
        source: to_entity(row, "owner_kind", "owner_value")?,
        page_published: row.opt_day("published_day")?,
        simhash: row.int("simhash")?.cast_unsigned(),
        lang: row.opt_string("lang")?,
        evidence: Evidence {
            look: row.parse("id")?,
            url: row.string("url")?,
            snapshot_hash: row.parse("snapshot_hash")?,
            text_hash: row.parse("text_hash")?,
            span: Span { start: row.int_as("span_start")?, end: row.int_as("span_end")? },
            quote: row.string("quote")?,
            observed: row.time("observed_us")?,
        },
    })
}

pub(super) fn to_page_about(row: &Row) -> Result<PageAbout> {
    Ok(PageAbout {
        title: row.opt_string("title")?,
        lang: row.opt_string("lang")?,
        published: row.opt_day("published_day")?,
    })
}

pub(super) fn to_page_seen(row: &Row) -> Result<PageSeen> {
    Ok(PageSeen {
        look: row.parse("id")?,
        url: row.string("url")?,
        observed: row.time("observed_us")?,
        outcome: row.word("outcome", parse_outcome)?,
        title: row.opt_string("title")?,
    })
}

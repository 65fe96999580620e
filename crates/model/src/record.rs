//! The five topics' records. They carry ids, hashes, kinds and times; never bodies, never personal
//! data. Each has a schema version; an unknown one is refused, not guessed at.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::evidence::BlobRef;
use crate::id::{ActionId, Digest, EntityId, ObservationId, RawId, SignalId};
use crate::signal::RunId;
use crate::time::Timestamp;

/// A record type with its schema version.
pub trait Versioned: Serialize + DeserializeOwned {
    /// The version this program writes and the newest it reads.
    const SCHEMA: u16;
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Written by a newer leadq.
    #[error(
        "unknown schema version {found}: this leadq reads up to {newest}; upgrade leadq, then redrive"
    )]
    UnknownSchema {
        /// The record's version.
        found: u64,
        /// The newest this program reads.
        newest: u16,
    },
    /// Not the JSON it should be.
    #[error("malformed record: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Writes a record with its schema version.
///
/// # Errors
/// [`RecordError::Malformed`] when a value cannot be written as JSON.
pub fn encode<R: Versioned>(record: &R) -> Result<String, RecordError> {
    let mut value = serde_json::to_value(record)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("schema".to_owned(), R::SCHEMA.into());
    }
    Ok(serde_json::to_string(&value)?)
}

/// Reads a record.
///
/// # Errors
/// [`RecordError::UnknownSchema`] for a version this program does not know,
/// [`RecordError::Malformed`] for anything else that is not such a record.
pub fn decode<R: Versioned>(json: &str) -> Result<R, RecordError> {
    #[derive(Deserialize)]
    struct Header {
        schema: u64,
    }
    let header: Header = serde_json::from_str(json)?;
    if header.schema == 0 || header.schema > u64::from(R::SCHEMA) {
        return Err(RecordError::UnknownSchema { found: header.schema, newest: R::SCHEMA });
    }
    Ok(serde_json::from_str(json)?)
}

macro_rules! versioned {
    ($($name:ident = $schema:literal),+ $(,)?) => {
        $(impl Versioned for $name { const SCHEMA: u16 = $schema; })+
    };
}
versioned!(
    RawEvent = 1,
    CleanEvent = 1,
    CompanyUpdate = 1,
    SignalDetected = 1,
    ActionTriggered = 1,
    DeadLetter = 1,
);

/// What the stored bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    /// An HTTP response (a WARC `response` record).
    Response,
    /// A JSON event sent by another system (a WARC `resource` record).
    Event,
}

impl RawKind {
    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Event => "event",
        }
    }
}

/// `raw.events`: bytes were taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEvent {
    /// The delivery.
    pub raw: RawId,
    /// Who owns the page.
    pub owner: EntityId,
    /// What the bytes are.
    pub kind: RawKind,
    /// Where the bytes are.
    pub blob: BlobRef,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
}

/// `clean.events`: a page was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanEvent {
    /// The delivery it came from.
    pub raw: RawId,
    /// The page's look.
    pub look: ObservationId,
    /// Who owns the page.
    pub owner: EntityId,
    /// Digest of its text.
    pub text_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
}

/// `companies.updates`: something new is known about an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyUpdate {
    /// Which.
    pub entity: EntityId,
    /// Why.
    pub cause: Cause,
    /// When it was observed.
    pub observed: Timestamp,
}

/// `signals.detected`: a company's signals changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalDetected {
    /// The company's entity that was recomputed.
    pub entity: EntityId,
    /// The signals that were opened, changed or closed.
    pub signals: Vec<SignalId>,
    /// Which run made them.
    pub run: RunId,
    /// What led to it.
    pub cause: Cause,
}

/// `actions.triggered`: a signal deserves an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionTriggered {
    /// The action.
    pub action: ActionId,
    /// The signal it answers.
    pub signal: SignalId,
    /// Where it goes.
    pub channel: String,
}

/// `dead.<stage>`: a record that could not be processed, with its cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The stage that gave up, or `ingest`.
    pub stage: String,
    /// Topic, partition and offset, or file and position.
    pub origin: String,
    /// What happened and what to do.
    pub cause: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The record as it was, when it was one.
    pub record: Option<String>,
    /// The bytes kept aside, when it was none.
    pub kept: Option<BlobRef>,
    /// When it was given up.
    pub at: Timestamp,
}

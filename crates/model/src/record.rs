//! The records of the five topics. They carry ids, hashes, kinds and times; never bodies, never
//! personal data. Each has a schema version; an unknown version is an error.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::evidence::BlobRef;
use crate::id::{ActionId, Digest, EntityId, ObservationId, RawId, SignalId};
use crate::signal::RunId;
use crate::time::Timestamp;

/// A record type with its schema version.
pub trait Versioned: Serialize + DeserializeOwned {
    /// The version that this program writes, and the newest it reads.
    const SCHEMA: u16;
}

/// An error of writing or reading a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The record was written by a newer leadq.
    #[error(
        "unknown schema version {found}: this leadq reads up to {newest}; upgrade leadq, then redrive"
    )]
    UnknownSchema {
        /// The record's version.
        found: u64,
        /// The newest version that this program reads.
        newest: u16,
    },
    /// The record is not the expected JSON.
    #[error("malformed record: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Writes a record with its schema version.
///
/// # Errors
/// [`RecordError::Malformed`] if a value cannot be written as JSON.
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
/// [`RecordError::UnknownSchema`] for a version that this program does not know,
/// [`RecordError::Malformed`] for any other text that is not a record of type `R`.
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
);

/// The kind of the stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    /// An HTTP response (a WARC `response` record).
    Response,
    /// A JSON event sent by another system (a WARC `resource` record).
    Event,
}

impl RawKind {
    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Event => "event",
        }
    }
}

/// `raw.events`: a capture was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEvent {
    /// The delivery.
    pub raw: RawId,
    /// The entity that owns the page.
    pub owner: EntityId,
    /// The kind of the bytes.
    pub kind: RawKind,
    /// The place of the bytes.
    pub blob: BlobRef,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
}

/// `clean.events`: a page was cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanEvent {
    /// The delivery it came from.
    pub raw: RawId,
    /// The observation of the page.
    pub look: ObservationId,
    /// The entity that owns the page.
    pub owner: EntityId,
    /// Digest of its text.
    pub text_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
}

/// `companies.updates`: there is new information about an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyUpdate {
    /// The entity.
    pub entity: EntityId,
    /// The cause of the update.
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
    /// The run that produced them.
    pub run: RunId,
    /// The cause of the change.
    pub cause: Cause,
}

/// `actions.triggered`: a signal triggered an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionTriggered {
    /// The action.
    pub action: ActionId,
    /// The signal that triggered it.
    pub signal: SignalId,
    /// The channel that delivers it.
    pub channel: String,
}

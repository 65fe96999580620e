//! Bytes: raw responses, cleaned texts and rejected input, appended to WARC segments.
//!
//! Invariant: a reference that [`BlobStore::append`] returned can be read back, byte for byte, for
//! as long as its segment is kept; bytes that no longer match their digest are never served.
//!
//! Not here: what the bytes mean, and which of them are still wanted (rows tell that).

mod disk;
mod fs;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;
#[cfg(test)]
mod tests;
mod warc;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use async_trait::async_trait;
use model::BlobRef;

use crate::backup::{FileDigest, Tell};
use crate::{ErrorKind, StoreError};

pub use fs::{FsBlobs, RESERVE_BYTES};
pub use warc::{
    BLOCK_BYTES_MAX, BlobRecord, HEAD_BYTES_MAX, Head, RecordType, head_length, parse_date,
    record_id,
};

/// What a segment holds. Each kind has segments of its own, because each has its own lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentKind {
    /// Responses and events as they came; they expire first.
    Raw,
    /// Cleaned, redacted texts: what evidence points into.
    Text,
    /// Input that was rejected, kept aside for a person to look at.
    Kept,
}

impl SegmentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Text, Self::Kept];

    /// The first part of a segment's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Text => "text",
            Self::Kept => "kept",
        }
    }
}

impl fmt::Display for SegmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A record that the store writes and compresses.
    Record(BlobRecord),
    /// One whole gzip member that holds exactly one WARC record, kept byte for byte as it came.
    /// Whoever hands it over has decoded it; the store does not do so again.
    Member(Vec<u8>),
}

impl From<BlobRecord> for Entry {
    fn from(record: BlobRecord) -> Self {
        Self::Record(record)
    }
}

/// One segment as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Its name, as in [`BlobRef::segment`].
    pub name: String,
    /// What it holds.
    pub kind: SegmentKind,
    /// Its size.
    pub bytes: u64,
}

/// What can go wrong with stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The segment is gone: it expired, or the data folder is not whole.
    #[error("segment {0} is not there: it expired or was moved away")]
    Missing(String),
    /// The bytes are not the ones that were stored. They are not served.
    #[error("stored bytes at {at} are damaged: {why}; restore segment from a backup")]
    Corrupt {
        /// Segment and offset.
        at: String,
        /// What does not match.
        why: String,
    },
    /// The disk is full, or nearly: what comes in is refused while what was taken in before still has
    /// room to come through. Nothing of this append was acknowledged.
    #[error("the disk is full: free some space; nothing acknowledged is lost")]
    Full,
    /// The entry can never be stored as it is.
    #[error("not stored: {0}")]
    Refused(String),
    /// Reading or writing failed. Nothing of this append was acknowledged.
    #[error("cannot {action}: {why}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// The system's words.
        why: String,
    },
}

impl From<BlobError> for StoreError {
    fn from(error: BlobError) -> Self {
        let kind = match &error {
            BlobError::Full | BlobError::Io { .. } => ErrorKind::Retryable,
            BlobError::Missing(_) | BlobError::Corrupt { .. } => ErrorKind::Work,
            BlobError::Refused(_) => ErrorKind::Poison,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

impl BlobError {
    fn io(action: &'static str, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { action, why: error.to_string() },
        }
    }

    fn corrupt(at: &BlobRef, why: impl Into<String>) -> Self {
        Self::Corrupt { at: format!("{} offset {}", at.segment, at.offset), why: why.into() }
    }
}

/// Where bytes are kept. On a disk a segment is a file that grows by appends; on an object store
/// each append is one object, that is one segment, and the references look the same.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Appends entries and returns where they are, in the same order. What it returned for is
    /// durable: it survives a loss of power. After an error nothing of this call is visible.
    ///
    /// # Errors
    /// [`BlobError::Full`] and [`BlobError::Io`], after which the same append may be tried again;
    /// [`BlobError::Refused`] for an entry that is too large or is no gzip member.
    async fn append(
        &self,
        kind: SegmentKind,
        entries: Vec<Entry>,
    ) -> Result<Vec<BlobRef>, BlobError>;

    /// Reads one record; its bytes are checked against their digest before they are decoded.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Corrupt`] or [`BlobError::Io`].
    async fn read(&self, at: &BlobRef) -> Result<BlobRecord, BlobError>;

    /// Whether anything new can be taken in.
    ///
    /// # Errors
    /// [`BlobError::Full`] when there is too little room; [`BlobError::Io`] when nothing can be
    /// written at all.
    async fn check(&self) -> Result<(), BlobError>;

    /// Every segment that holds something, in order of kind and age.
    ///
    /// # Errors
    /// [`BlobError::Io`].
    async fn segments(&self) -> Result<Vec<Segment>, BlobError>;

    /// Deletes a whole segment, also the one being written (the next append then starts another).
    /// A segment that is already gone is no error, so an interrupted clean-up can run again.
    ///
    /// # Errors
    /// [`BlobError::Missing`] for a name that no segment can have, or [`BlobError::Io`].
    async fn delete_segment(&self, name: &str) -> Result<(), BlobError>;

    /// Copies everything that is stored now into a folder, durably, while others go on; returns what
    /// was copied by its path in that folder, and tells of each file. What [`BlobStore::append`]
    /// returned for before the call is in it.
    ///
    /// # Errors
    /// [`BlobError::Io`] or [`BlobError::Full`].
    async fn back_up(
        &self,
        to: &Path,
        tell: Tell,
    ) -> Result<BTreeMap<String, FileDigest>, BlobError>;
}

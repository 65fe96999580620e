//! Blobs: raw responses, cleaned texts and rejected input, appended to WARC segments.
//!
//! Invariant: a reference that [`BlobStore::append`] returned can be read back, byte for byte, for
//! as long as its segment is kept; bytes that no longer match their digest are never served.
//!
//! Not here: the meaning of the bytes, and which of them are still needed (rows contain that).

mod disk;
mod fs;
mod scrub;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;
#[cfg(test)]
mod tests;
mod warc;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use model::BlobRef;

use crate::backup::{FileDigest, Tell};
use crate::{ErrorKind, StoreError};

pub use fs::{FsBlobs, RESERVE_BYTES};
pub use scrub::{DAMAGES_SHOWN, DamagedPlace, ReferredPart, SegmentScrub};
pub use warc::{
    BLOCK_BYTES_MAX, BlobRecord, HEAD_BYTES_MAX, Head, RecordType, head_length, parse_date,
    record_id,
};

/// The kind of content of a segment. Each kind has its own segments because lifetimes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentKind {
    /// Responses and events as received; they expire first.
    Raw,
    /// Cleaned, redacted texts, which evidence points into.
    Text,
    /// Rejected input, set aside for a person to inspect.
    Kept,
}

impl SegmentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Text, Self::Kept];

    /// Returns the first part of a segment's name.
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

/// One entry to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A record that the store encodes and compresses.
    Record(BlobRecord),
    /// One whole gzip member that holds exactly one WARC record, kept byte for byte as received.
    /// The caller has decoded it to check it; the store does not decode it again.
    Member(Vec<u8>),
}

impl From<BlobRecord> for Entry {
    fn from(record: BlobRecord) -> Self {
        Self::Record(record)
    }
}

/// One segment at the time of listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Its name, as in [`BlobRef::segment`].
    pub name: String,
    /// The kind of its content.
    pub kind: SegmentKind,
    /// Its size in bytes.
    pub bytes: u64,
}

/// An error of a blob store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The segment does not exist: it expired, or the data folder is incomplete.
    #[error("segment {0} does not exist: it has expired or was moved")]
    Missing(String),
    /// The bytes differ from those that were stored. They are not served.
    #[error("stored bytes at {at} are damaged: {why}; restore the segment from a backup")]
    Corrupt {
        /// Segment and offset.
        at: String,
        /// The mismatch.
        why: String,
    },
    /// The disk is full, or nearly full: new input is refused so that earlier input still has
    /// space to be processed. Nothing of this append was acknowledged.
    #[error("the disk is full: free some space; nothing acknowledged is lost")]
    Full,
    /// The entry is invalid and cannot be stored.
    #[error("not stored: {0}")]
    Refused(String),
    /// Reading or writing failed. Nothing of this append was acknowledged.
    #[error("cannot {action}: {why}")]
    Io {
        /// The failed action.
        action: &'static str,
        /// The system's error message.
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

/// A store of bytes. On a disk a segment is a file that grows by appends; on an object store each
/// append is one object, which is one segment, and the references have the same form.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Appends entries and returns their references, in the same order. When it returns, the
    /// entries are durable: they survive a loss of power. After an error nothing of this call is
    /// visible.
    ///
    /// # Errors
    /// [`BlobError::Full`] and [`BlobError::Io`], after which the same append may be retried;
    /// [`BlobError::Refused`] for an entry that is too large or not a gzip member.
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

    /// Reads the bytes of each reference and compares them with their digest, without decoding
    /// them. Returns one result for each reference, in the same order.
    async fn check_digests(&self, refs: Vec<BlobRef>) -> Vec<Result<(), BlobError>>;

    /// Reads a whole segment, as listed, and reports the damage in it. `referred` is the part of it
    /// that rows refer to. Calls `report` with the number of bytes read so far.
    ///
    /// # Errors
    /// [`BlobError::Missing`] or [`BlobError::Io`]; damage is a result, not an error.
    async fn scrub(
        &self,
        segment: &Segment,
        referred: ReferredPart,
        report: Arc<dyn Fn(u64) + Send + Sync>,
    ) -> Result<SegmentScrub, BlobError>;

    /// Checks whether new input can be stored.
    ///
    /// # Errors
    /// [`BlobError::Full`] if there is too little space; [`BlobError::Io`] if nothing can be
    /// written at all.
    async fn check(&self) -> Result<(), BlobError>;

    /// Lists every segment that is not empty, in order of kind and age.
    ///
    /// # Errors
    /// [`BlobError::Io`].
    async fn segments(&self) -> Result<Vec<Segment>, BlobError>;

    /// Deletes a whole segment, even the one being written (the next append then starts another).
    /// A segment that is already deleted is not an error, so an interrupted clean-up can run again.
    ///
    /// # Errors
    /// [`BlobError::Missing`] for a name that no segment can have, or [`BlobError::Io`].
    async fn delete_segment(&self, name: &str) -> Result<(), BlobError>;

    /// Copies everything that is stored now into a folder, durably, while other calls continue.
    /// Calls `report` for each file, and returns the copied files by their path in that folder. They
    /// contain every entry for which [`BlobStore::append`] returned before the call.
    ///
    /// # Errors
    /// [`BlobError::Io`] or [`BlobError::Full`].
    async fn back_up(
        &self,
        to: &Path,
        report: Tell,
    ) -> Result<BTreeMap<String, FileDigest>, BlobError>;
}

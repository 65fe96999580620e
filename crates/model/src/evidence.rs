//! Evidence: quotes in a stored snapshot, identified by hash.

use serde::{Deserialize, Serialize};

use crate::document::{DatumKind, Span};
use crate::id::{Digest, IdHasher, ObservationId};
use crate::time::Timestamp;

/// The place of stored bytes, and the digest they must have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// Segment name, for example `text/000001.warc.gz`.
    pub segment: String,
    /// First byte of the member.
    pub offset: u64,
    /// Bytes of the member.
    pub length: u64,
    /// Digest of the member's bytes as stored.
    pub stored: Digest,
}

/// A quote that supports a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The observation that found it.
    pub look: ObservationId,
    /// The address of the page.
    pub url: String,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// Digest of the cleaned text.
    pub text_hash: Digest,
    /// The place of the quote in the cleaned text.
    pub span: Span,
    /// The quoted text.
    pub quote: String,
    /// When the page was observed.
    pub observed: Timestamp,
}

impl Evidence {
    /// Returns whether the quote is a line of machine-readable data, not prose.
    pub fn is_data_line(&self) -> bool {
        DatumKind::of_line(&self.quote).is_some()
    }

    /// Computes a digest over every field: a changed row no longer matches its seal.
    pub fn seal(&self) -> Digest {
        IdHasher::new("evidence")
            .part(self.look.0)
            .part(&self.url)
            .part(self.snapshot_hash.0)
            .part(self.text_hash.0)
            .part(self.span.start.to_le_bytes())
            .part(self.span.end.to_le_bytes())
            .part(&self.quote)
            .part(self.observed.0.to_le_bytes())
            .digest()
    }
}

/// The result of `leadq verify` for one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The stored text contains the quote at the span, and every hash matches.
    Verified,
    /// The page is not stored any more; the clip, which is the quote, still matches its hash.
    Expired,
    /// Erased on request; the receipt's id is given.
    Erased(String),
    /// Something does not match; the reason is given.
    Broken(String),
}

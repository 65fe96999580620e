//! Checking one piece of evidence against the stored bytes.

use model::{BlobRef, Digest, Evidence, Fate};
use store::blob::{BlobError, BlobStore};
use store::db::ReadTx;

use crate::Result;

/// The result of verifying a piece of evidence, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The result.
    pub(crate) fate: Fate,
    /// The stored cleaned text, if it exists and matches its hash.
    pub(crate) text: Option<String>,
}

/// A piece of evidence with the locations of the bytes that it must match.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) evidence: Evidence,
    /// The seal stored with it.
    seal: String,
    text: Option<BlobRef>,
    /// The stored response with the text, and the digest of its payload.
    snapshot: Option<(BlobRef, Digest)>,
}

/// Stored content, or the reason for which it is not available.
pub(crate) type Stored<T> = std::result::Result<T, String>;

/// Locates the bytes that a piece of evidence must match.
pub(crate) async fn locate(tx: &mut ReadTx, evidence: &Evidence, seal: &str) -> Result<Located> {
    Ok(Located {
        evidence: evidence.clone(),
        seal: seal.to_owned(),
        text: tx.text_blob(evidence.text_hash).await?,
        snapshot: tx.raw_of_claim(evidence.look).await?,
    })
}

/// Verifies a piece of evidence against the stored bytes; damaged bytes are a [`Fate`], not an
/// error.
pub(crate) async fn prove(blobs: &dyn BlobStore, located: &Located) -> Proof {
    let text = stored_text(blobs, located).await;
    let snapshot = stored_snapshot(blobs, located).await;
    let fate = check(located, text.as_deref().map_err(Clone::clone), snapshot);
    Proof { fate, text: text.ok() }
}

pub(crate) fn check(located: &Located, text: Stored<&str>, snapshot: Stored<()>) -> Fate {
    let Located { evidence, seal, .. } = located;
    if evidence.seal().to_string() != *seal {
        return Fate::Broken("the evidence row does not match its seal: it was changed".to_owned());
    }
    let checked = text.and_then(|text| match evidence.span.of(text) {
        Some(excerpt) if excerpt == evidence.quote => snapshot,
        Some(_) => Err("the text at the span differs from the quote".to_owned()),
        None => Err("the span is outside the text".to_owned()),
    });
    checked.map_or_else(Fate::Broken, |()| Fate::Verified)
}

pub(crate) async fn stored_text(blobs: &dyn BlobStore, located: &Located) -> Stored<String> {
    let hash = located.evidence.text_hash;
    let blob = located.text.as_ref().ok_or("no stored text has its hash")?;
    let bytes = bytes_of(blobs, blob).await?;
    if Digest::of(&bytes) != hash {
        return Err("the stored text does not match its hash".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "the stored text is not UTF-8".to_owned())
}

/// Checks that the response with the text is stored with the bytes that were served.
pub(crate) async fn stored_snapshot(blobs: &dyn BlobStore, located: &Located) -> Stored<()> {
    let (blob, snapshot_hash) = located.snapshot.as_ref().ok_or("its capture is not stored")?;
    if *snapshot_hash != located.evidence.snapshot_hash {
        return Err("the capture has a different snapshot hash".to_owned());
    }
    bytes_of(blobs, blob).await.map(drop)
}

async fn bytes_of(blobs: &dyn BlobStore, blob: &BlobRef) -> Stored<Vec<u8>> {
    let record = blobs.read(blob).await.map_err(|error: BlobError| error.to_string())?;
    Ok(record.block)
}

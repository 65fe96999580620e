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

/// Stored content, or the reason why it is not available.
pub(crate) type Stored<T> = std::result::Result<T, Unavailable>;

/// The reason why stored content is not available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// Its segment, which is named, is not stored any more.
    Gone(String),
    /// It does not match.
    Broken(String),
}

impl From<&str> for Unavailable {
    fn from(why: &str) -> Self {
        Self::Broken(why.to_owned())
    }
}

/// Locates the bytes that a piece of evidence must match.
pub(crate) async fn locate(tx: &mut ReadTx, evidence: &Evidence, seal: &str) -> Result<Located> {
    let Evidence { url, observed, snapshot_hash, .. } = evidence;
    let snapshot = match tx.raw_of_claim(evidence.look).await? {
        // The page is read in another way now, and the signal is about to be.
        None => tx.raw_of_page(url, *observed, *snapshot_hash).await?,
        found => found,
    };
    Ok(Located {
        evidence: evidence.clone(),
        seal: seal.to_owned(),
        text: tx.text_blob(evidence.text_hash).await?,
        snapshot,
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
    let text = match (text, snapshot) {
        (Err(Unavailable::Broken(why)), _) | (_, Err(Unavailable::Broken(why))) => {
            return Fate::Broken(why);
        }
        // Only the quote is left, and it matches its seal.
        (Err(Unavailable::Gone(_)), _) => return Fate::Expired,
        (Ok(text), _) => text,
    };
    match evidence.span.of(text) {
        Some(excerpt) if excerpt == evidence.quote => Fate::Verified,
        Some(_) => Fate::Broken("the text at the span differs from the quote".to_owned()),
        None => Fate::Broken("the span is outside the text".to_owned()),
    }
}

pub(crate) async fn stored_text(blobs: &dyn BlobStore, located: &Located) -> Stored<String> {
    let hash = located.evidence.text_hash;
    let blob = located.text.as_ref().ok_or("no stored text has its hash")?;
    let bytes = bytes_of(blobs, blob).await?;
    if Digest::of(&bytes) != hash {
        return Err("the stored text does not match its hash".into());
    }
    String::from_utf8(bytes).map_err(|_| "the stored text is not UTF-8".into())
}

/// Checks that the response with the text is stored with the bytes that were served. Responses
/// expire first: a quote is verified without them.
pub(crate) async fn stored_snapshot(blobs: &dyn BlobStore, located: &Located) -> Stored<()> {
    let (blob, snapshot_hash) = located.snapshot.as_ref().ok_or("its capture is not stored")?;
    if *snapshot_hash != located.evidence.snapshot_hash {
        return Err("the capture has a different snapshot hash".into());
    }
    bytes_of(blobs, blob).await.map(drop)
}

async fn bytes_of(blobs: &dyn BlobStore, blob: &BlobRef) -> Stored<Vec<u8>> {
    match blobs.read(blob).await {
        Ok(record) => Ok(record.block),
        Err(BlobError::Missing(segment)) => Err(Unavailable::Gone(segment)),
        Err(error) => Err(Unavailable::Broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use model::{ObservationId, Span, Timestamp};

    use super::*;

    #[test]
    fn what_is_left_decides_the_fate() {
        let evidence = Evidence {
            look: ObservationId([1; 16]),
            url: "https://acme.example/".to_owned(),
            snapshot_hash: Digest([2; 32]),
            text_hash: Digest([3; 32]),
            span: Span { start: 5, end: 10 },
            quote: "quote".to_owned(),
            observed: Timestamp(4),
        };
        let seal = evidence.seal().to_string();
        let located = |seal: &str| Located {
            evidence: evidence.clone(),
            seal: seal.to_owned(),
            text: None,
            snapshot: None,
        };
        let gone = || Unavailable::Gone("raw/00000001.warc.gz".to_owned());
        let damaged = || Unavailable::from("damaged");
        let broken = |why: &str| Fate::Broken(why.to_owned());
        for (text, snapshot, expected) in [
            (Ok("some quote"), Ok(()), Fate::Verified),
            (Ok("some quote"), Err(gone()), Fate::Verified),
            (Err(gone()), Err(gone()), Fate::Expired),
            (Err(gone()), Ok(()), Fate::Expired),
            (Err(gone()), Err(damaged()), broken("damaged")),
            (Err(damaged()), Err(gone()), broken("damaged")),
            (Ok("some quote"), Err(damaged()), broken("damaged")),
            (Ok("some other"), Err(gone()), broken("the text at the span differs from the quote")),
            (Ok("some"), Ok(()), broken("the span is outside the text")),
        ] {
            let text: Stored<&str> = text;
            let case = format!("{text:?} {snapshot:?}");
            assert_eq!(check(&located(&seal), text, snapshot), expected, "{case}");
        }
        let changed = check(&located("another seal"), Err(gone()), Err(gone()));
        assert!(matches!(changed, Fate::Broken(_)), "only a clip that matches its seal is expired");
    }
}

//! Verifying: every piece of evidence of every current signal, checked against the stored bytes
//! with nothing but the data folder.

use std::collections::BTreeMap;

use model::{BlobRef, Digest, Evidence, Fate, LookId, RunId, SignalId};
use store::Result;
use store::blob::BlobError;
use store::db::SignalRow;

use crate::rooms::Rooms;

/// One piece of evidence and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The signal it bears out.
    pub signal: SignalId,
    /// The evidence as the row has it.
    pub evidence: Evidence,
    /// What was found.
    pub fate: Fate,
}

/// Checks every current signal's evidence, telling each result as it comes.
///
/// # Errors
/// When the rows cannot be read; damaged bytes are a [`Fate`], not an error.
pub async fn verify(rooms: &Rooms, mut tell: impl FnMut(Checked)) -> Result<()> {
    let rows =
        rooms.db.read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await })).await?;
    let mut texts: BTreeMap<Digest, std::result::Result<String, String>> = BTreeMap::new();
    for SignalRow { signal, seals, .. } in rows {
        if signal.evidence.is_empty() {
            tracing::error!(signal = %signal.id, "a signal without evidence");
        }
        for (evidence, seal) in signal.evidence.into_iter().zip(seals) {
            let hash = evidence.text_hash;
            if !texts.contains_key(&hash) {
                // Texts are large and signals share few: one at a time is enough.
                texts.clear();
                texts.insert(hash, stored_text(rooms, hash).await?);
            }
            let raw = stored_snapshot(rooms, &evidence).await?;
            let text = texts
                .get(&hash)
                .map_or(Err("not read".to_owned()), |text| text.as_deref().map_err(Clone::clone));
            let fate = match check(&evidence, &seal, text, raw) {
                Ok(()) => Fate::Verified,
                Err(why) => Fate::Broken(why),
            };
            tell(Checked { signal: signal.id, evidence, fate });
        }
    }
    Ok(())
}

/// A piece of evidence with the text it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was found.
    pub fate: Fate,
    /// The stored cleaned text, when it is there and is the one that was read.
    pub text: Option<String>,
}

/// Checks one piece of evidence, with the seal kept beside it, against the stored bytes.
///
/// # Errors
/// When the rows cannot be read; damaged bytes are a [`Fate`], not an error.
pub async fn prove(rooms: &Rooms, evidence: &Evidence, seal: &str) -> Result<Proof> {
    let text = stored_text(rooms, evidence.text_hash).await?;
    let snapshot = stored_snapshot(rooms, evidence).await?;
    let fate = match check(evidence, seal, text.as_deref().map_err(Clone::clone), snapshot) {
        Ok(()) => Fate::Verified,
        Err(why) => Fate::Broken(why),
    };
    Ok(Proof { fate, text: text.ok() })
}

fn check(
    evidence: &Evidence,
    seal: &str,
    text: std::result::Result<&str, String>,
    snapshot: std::result::Result<(), String>,
) -> std::result::Result<(), String> {
    if evidence.seal().to_string() != seal {
        return Err("the evidence row does not match its seal: it was changed".to_owned());
    }
    let text = text?;
    match evidence.span.of(text) {
        Some(words) if words == evidence.quote => snapshot,
        Some(_) => Err("other words stand at the span".to_owned()),
        None => Err("the span lies outside the text".to_owned()),
    }
}

async fn stored_text(rooms: &Rooms, hash: Digest) -> Result<std::result::Result<String, String>> {
    let blob = rooms.db.read(move |tx| Box::pin(tx.text_blob(hash))).await?;
    let Some(blob) = blob else { return Ok(Err("no stored text has its hash".to_owned())) };
    let bytes = match read(rooms, &blob).await {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Err(why)),
    };
    if Digest::of(&bytes) != hash {
        return Ok(Err("the stored text does not match its hash".to_owned()));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "the stored text is not UTF-8".to_owned()))
}

/// The response the text was read from: its bytes must still be the ones that were served.
async fn stored_snapshot(
    rooms: &Rooms,
    evidence: &Evidence,
) -> Result<std::result::Result<(), String>> {
    let look: LookId = evidence.look;
    let raw = rooms.db.read(move |tx| Box::pin(tx.raw_of_claim(look))).await?;
    let Some((blob, snapshot_hash)) = raw else {
        return Ok(Err("no delivery has this look".to_owned()));
    };
    if snapshot_hash != evidence.snapshot_hash {
        return Ok(Err("the delivery has another snapshot hash".to_owned()));
    }
    Ok(read(rooms, &blob).await.map(drop))
}

async fn read(rooms: &Rooms, blob: &BlobRef) -> std::result::Result<Vec<u8>, String> {
    let record = rooms.blobs.read(blob).await.map_err(|error: BlobError| error.to_string())?;
    Ok(record.block)
}

//! Verification of every piece of evidence of every current signal against the stored bytes, using
//! only the data folder.

use std::collections::BTreeSet;

use model::{Digest, Evidence, Fate, RunId, SignalId};
use serde::Serialize;
use store::db::{ReadTx, SignalRow};

use crate::dossier::ids_as_read;
use crate::evidence_check::{
    Located, Stored, Unavailable, check, locate, stored_snapshot, stored_text,
};
use crate::{EvidenceShown, ReadContext, Result};

/// The report of verifying all evidence.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VerificationReport {
    /// The number of signals, with those about one matter counted once.
    pub signals: usize,
    /// The number of pieces of evidence checked.
    pub evidence: usize,
    /// The number of those that the stored text contains verbatim.
    pub verified: usize,
    /// The number of those whose page is not stored any more, and whose quote matches its hash.
    pub expired: usize,
    /// The number of those whose page was erased on request.
    pub erased: usize,
    /// The pieces that do not match the stored bytes.
    pub broken: Vec<BrokenEvidence>,
    /// The signals without any evidence; there must be none.
    pub unproven: Vec<SignalId>,
    /// The segments that evidence refers to, that are missing, and that have not expired.
    pub missing_segments: BTreeSet<String>,
}

/// A piece of evidence that does not match the stored bytes.
#[derive(Debug, Clone, Serialize)]
pub struct BrokenEvidence {
    /// The signal that it supports.
    pub signal: SignalId,
    /// The evidence as stored in the row.
    #[serde(flatten)]
    pub evidence: EvidenceShown,
    /// The mismatch.
    pub why: String,
}

impl VerificationReport {
    /// Checks that every signal has evidence, that none of it is broken, and that no segment of it
    /// is missing.
    pub fn is_well(&self) -> bool {
        self.broken.is_empty() && self.unproven.is_empty() && self.missing_segments.is_empty()
    }

    fn add(&mut self, signal: SignalId, evidence: &Evidence, fate: Fate) {
        self.evidence += 1;
        match fate {
            Fate::Verified => self.verified += 1,
            Fate::Expired => self.expired += 1,
            Fate::Erased(_) => self.erased += 1,
            Fate::Broken(why) => {
                self.broken.push(BrokenEvidence { signal, evidence: evidence.into(), why });
            }
        }
    }
}

/// Verifies the evidence of every current signal. Calls `on_progress` after each piece with
/// the number of pieces checked and the total.
///
/// # Errors
/// When the rows cannot be read; damaged bytes are a [`Fate`], not an error.
pub async fn verify(
    context: &ReadContext,
    mut on_progress: impl FnMut(usize, usize),
) -> Result<VerificationReport> {
    let read = context.read(|tx| Box::pin(async move { load(tx).await }));
    let (mut report, pieces, expired) = read.await?;
    let all = pieces.len();
    let mut last: Option<(Digest, Stored<String>)> = None;
    for (signal, located) in pieces {
        let hash = located.evidence.text_hash;
        // Only the last text is cached, because texts are large and signals share few.
        let text = match last.take() {
            Some((last_hash, text)) if last_hash == hash => text,
            _ => stored_text(&*context.blobs, &located).await,
        };
        let snapshot = stored_snapshot(&*context.blobs, &located).await;
        let gone = [text.as_ref().err(), snapshot.as_ref().err()].into_iter().flatten();
        for reason in gone {
            if let Unavailable::Gone(segment) = reason
                && !expired.contains(segment)
            {
                report.missing_segments.insert(segment.clone());
            }
        }
        let fate = check(&located, text.as_deref().map_err(Clone::clone), snapshot);
        report.add(signal, &located.evidence, fate);
        last = Some((hash, text));
        on_progress(report.evidence, all);
    }
    Ok(report)
}

/// The report so far, the pieces of evidence, and the names of the segments that expired.
type Loaded = (VerificationReport, Vec<(SignalId, Located)>, BTreeSet<String>);

/// Reads every piece of evidence and counts the signals.
async fn load(tx: &mut ReadTx) -> Result<Loaded> {
    let rows = tx.signals(&RunId::default()).await?;
    let mut report = VerificationReport::default();
    let mut unproven = BTreeSet::new();
    let mut pieces = Vec::new();
    for SignalRow { signal, seals, .. } in &rows {
        if signal.evidence.is_empty() {
            tracing::error!(signal = %signal.id, "a signal without evidence");
        }
        let mut has_some = false;
        for (evidence, seal) in signal.evidence.iter().zip(seals) {
            has_some = true;
            pieces.push((signal.id, locate(tx, evidence, seal).await?));
        }
        if !has_some {
            unproven.insert(signal.id);
        }
    }
    report.unproven = unproven.into_iter().collect();
    report.signals = ids_as_read(tx, rows).await?.len();
    Ok((report, pieces, tx.expired_segments().await?))
}

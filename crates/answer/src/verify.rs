//! Verifying: every piece of evidence of every current signal, checked against the stored bytes
//! with nothing but the data folder.

use std::collections::BTreeSet;

use model::{Digest, Evidence, Fate, RunId, SignalId};
use serde::Serialize;
use store::db::{ReadTx, SignalRow};

use crate::dossier::ids_as_read;
use crate::proof::{Located, Stored, check, locate, stored_snapshot, stored_text};
use crate::{EvidenceShown, ReadContext, Result};

/// What a check of all evidence found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VerificationReport {
    /// Signals, as they read.
    pub signals: usize,
    /// Pieces of evidence that were checked.
    pub evidence: usize,
    /// Those that still stand in the stored text, word by word.
    pub verified: usize,
    /// Those whose page expired by the retention rule.
    pub expired: usize,
    /// Those whose page was erased on request.
    pub erased: usize,
    /// Those that the stored bytes do not bear out.
    pub broken: Vec<BrokenEvidence>,
    /// Signals without a single piece of evidence: there must be none.
    pub unproven: Vec<SignalId>,
}

/// A piece of evidence that the stored bytes do not bear out.
#[derive(Debug, Clone, Serialize)]
pub struct BrokenEvidence {
    /// The signal it should bear out.
    pub signal: SignalId,
    /// The evidence as the row has it.
    #[serde(flatten)]
    pub evidence: EvidenceShown,
    /// What is wrong.
    pub why: String,
}

impl VerificationReport {
    /// Whether every signal is borne out.
    pub fn is_well(&self) -> bool {
        self.broken.is_empty() && self.unproven.is_empty()
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

/// Checks every current signal's evidence. `tell` is told, after each piece, how many are checked and
/// how many there are.
///
/// # Errors
/// When the rows cannot be read; damaged bytes are a [`Fate`], not an error.
pub async fn verify(
    context: &ReadContext,
    mut tell: impl FnMut(usize, usize),
) -> Result<VerificationReport> {
    let read = context.read(|tx| Box::pin(async move { everything(tx).await }));
    let (mut report, pieces) = read.await?;
    let all = pieces.len();
    let mut last: Option<(Digest, Stored<String>)> = None;
    for (signal, located) in pieces {
        let hash = located.evidence.text_hash;
        // Texts are large and signals share few: one at a time is enough.
        let text = match last.take() {
            Some((of, text)) if of == hash => text,
            _ => stored_text(&*context.blobs, &located).await,
        };
        let snapshot = stored_snapshot(&*context.blobs, &located).await;
        let fate = check(&located, text.as_deref().map_err(Clone::clone), snapshot);
        report.add(signal, &located.evidence, fate);
        last = Some((hash, text));
        tell(report.evidence, all);
    }
    Ok(report)
}

/// Reads every piece of evidence, and counts the signals.
async fn everything(tx: &mut ReadTx) -> Result<(VerificationReport, Vec<(SignalId, Located)>)> {
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
    Ok((report, pieces))
}

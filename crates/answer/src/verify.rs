//! Verification of every piece of evidence of every current signal against the stored bytes, using
//! only the data folder.

use std::collections::BTreeSet;

use model::{Digest, EntityId, Evidence, Fate, RunId, Signal, SignalId};
use serde::Serialize;
use store::db::{ReadTx, SignalRow};

use crate::evidence_check::{
    Located, Stored, Unavailable, check, locate, stored_snapshot, stored_text,
};
use crate::{EvidenceShown, ReadContext, Result};

/// The numbers of signals, and of companies, that are read at once.
const SIGNALS: i64 = 64;
const COMPANIES: i64 = 64;

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

/// Verifies the evidence of every current signal, in pages. Calls `on_progress` after each piece
/// with the number of pieces checked and the total.
///
/// # Errors
/// When the rows cannot be read; damaged bytes are a [`Fate`], not an error.
pub async fn verify(
    context: &ReadContext,
    mut on_progress: impl FnMut(usize, usize),
) -> Result<VerificationReport> {
    let counted = context.read(|tx| {
        Box::pin(async move {
            Ok((tx.evidence_count(&RunId::default()).await?, tx.expired_segments().await?))
        })
    });
    let (counted, expired) = counted.await?;
    let all = usize::try_from(counted).unwrap_or(usize::MAX);
    let signals = count_as_read(context).await?;
    let mut report = VerificationReport { signals, ..VerificationReport::default() };
    let mut last: Option<(Digest, Stored<String>)> = None;
    let mut after = String::new();
    loop {
        let from = std::mem::take(&mut after);
        let page = context.read(move |tx| Box::pin(async move { page(tx, &from).await })).await?;
        let Some((last_id, _)) = page.last() else { return Ok(report) };
        after = last_id.to_string();
        for (signal, pieces) in page {
            if pieces.is_empty() {
                tracing::error!(%signal, "a signal without evidence");
                report.unproven.push(signal);
            }
            for located in pieces {
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
        }
    }
}

/// Reads the next signals after an id, each with the locations of its evidence.
async fn page(tx: &mut ReadTx, after: &str) -> Result<Vec<(SignalId, Vec<Located>)>> {
    let run = RunId::default();
    let ids = tx.signal_ids(&run, after, SIGNALS).await?;
    let mut page = Vec::with_capacity(ids.len());
    for SignalRow { signal, seals, .. } in tx.signals_by_id(&ids, &run).await?.into_iter().flatten()
    {
        let mut pieces = Vec::with_capacity(seals.len());
        for (evidence, seal) in signal.evidence.iter().zip(&seals) {
            pieces.push(locate(tx, evidence, seal).await?);
        }
        page.push((signal.id, pieces));
    }
    Ok(page)
}

/// Counts the signals, with those about one matter counted once, company by company.
async fn count_as_read(context: &ReadContext) -> Result<usize> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let from = std::mem::take(&mut after);
        let read = context.read(move |tx| {
            Box::pin(async move {
                let run = RunId::default();
                let companies = tx.companies_with_signals(&run, &from, COMPANIES).await?;
                let mut count = 0;
                for members in tx.members_of(&companies).await? {
                    let members: Vec<EntityId> = members.iter().map(|member| member.id).collect();
                    let rows = tx.signals_of_entities(&members, &run).await?;
                    let signals: Vec<Signal> =
                        rows.into_iter().flatten().map(|row| row.signal).collect();
                    count += detect::as_read(&signals).len();
                }
                Ok((count, companies.last().copied()))
            })
        });
        let (counted, last) = read.await?;
        count += counted;
        let Some(last) = last else { return Ok(count) };
        after = last.to_string();
    }
}

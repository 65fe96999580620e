//! The evidence of a signal, verified, with the stored text around each quote.

use model::{Day, Digest, EntityId, Evidence, Fate, ObservationId, RunId, SignalId, Timestamp};
use serde::Serialize;
use store::db::{PageAbout, ReadTx};
use utoipa::ToSchema;

use crate::dossier::read_standing;
use crate::evidence_check::{Located, Proof, locate, prove};
use crate::{Dossier, Profile, ReadContext, Result};

/// The approximate number of characters shown before and after a quote.
const AROUND_CHARS: usize = 1_500;

/// The range of a quote in the cleaned text, in bytes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SpanShown {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A quote that supports a signal, with its source.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceShown {
    /// The id of the observation.
    #[schema(value_type = String)]
    pub look: ObservationId,
    /// The URL of the page, as the source gave it: parse it before you link to it.
    pub url: String,
    /// The digest of the payload as served.
    #[schema(value_type = String)]
    pub snapshot_hash: Digest,
    /// The digest of the cleaned text.
    #[schema(value_type = String)]
    pub text_hash: Digest,
    /// The range of the quote in the cleaned text.
    pub span: SpanShown,
    /// The quote.
    pub quote: String,
    /// The time of the observation.
    #[schema(value_type = String, format = DateTime)]
    pub observed: Timestamp,
}

impl From<&Evidence> for EvidenceShown {
    fn from(evidence: &Evidence) -> Self {
        Self {
            look: evidence.look,
            url: evidence.url.clone(),
            snapshot_hash: evidence.snapshot_hash,
            text_hash: evidence.text_hash,
            span: SpanShown { start: evidence.span.start, end: evidence.span.end },
            quote: evidence.quote.clone(),
            observed: evidence.observed,
        }
    }
}

/// A piece of evidence, verified against the stored bytes, with the stored text around the quote.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProvenEvidence)]
pub struct VerifiedEvidence {
    /// The evidence.
    #[serde(flatten)]
    pub evidence: EvidenceShown,
    /// The stored text before the quote, from the start of a paragraph if one is near.
    pub before: String,
    /// The stored text after the quote, to the end of a paragraph if one is near.
    pub after: String,
    /// The title of the page.
    pub title: Option<String>,
    /// The language of the page, as ISO 639-1 code.
    pub lang: Option<String>,
    /// The publication date that the page gives.
    #[schema(value_type = Option<String>, format = Date)]
    pub published: Option<Day>,
    /// The result of the verification: verified, expired, erased or broken.
    pub fate: &'static str,
    /// The reason, unless it is verified.
    pub reason: Option<String>,
}

/// The evidence of a signal, verified.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Proven)]
pub struct SignalEvidence {
    /// The signal.
    #[schema(value_type = String)]
    pub signal: SignalId,
    /// Every piece of its evidence.
    pub evidence: Vec<VerifiedEvidence>,
}

/// Verifies a signal's evidence and shows each piece with the text around its quote. The id of a
/// signal merged into this one is accepted too. Returns `None` if there is no such signal.
///
/// # Errors
/// When the database fails.
pub async fn evidence(context: &ReadContext, id: SignalId) -> Result<Option<SignalEvidence>> {
    let read_context = context.clone();
    let read = context.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            match read_standing(tx, &read_context, &profile, id).await? {
                Some((company, id)) => read(tx, &company, id).await,
                None => Ok(None),
            }
        })
    });
    let Some(Pieces { signal, pieces }) = read.await? else { return Ok(None) };
    let mut shown = Vec::with_capacity(pieces.len());
    for (located, page) in pieces {
        let proof = prove(&*context.blobs, &located).await;
        shown.push(show(&located.evidence, proof, page));
    }
    Ok(Some(SignalEvidence { signal, evidence: shown }))
}

/// The evidence of a signal, with the locations of its bytes and its pages.
struct Pieces {
    signal: SignalId,
    pieces: Vec<(Located, PageAbout)>,
}

/// Reads a signal's evidence; `None` if the company has no such signal.
async fn read(tx: &mut ReadTx, company: &Dossier, id: SignalId) -> Result<Option<Pieces>> {
    let Some(signal) = company.signal(id) else { return Ok(None) };
    let members: Vec<EntityId> = company.view.members.iter().map(|(_, id)| *id).collect();
    let rows = tx.signals_of_entities(&members, &RunId::default()).await?;
    let mut sealed = Vec::new();
    for row in rows.into_iter().flatten() {
        sealed.extend(row.signal.evidence.into_iter().zip(row.seals));
    }
    let mut pieces = Vec::with_capacity(signal.evidence.len());
    for evidence in &signal.evidence {
        // Merged signals have the evidence of several rows: each piece keeps the seal of its row.
        let seal = sealed
            .iter()
            .find(|(candidate, _)| candidate == evidence)
            .map(|(_, seal)| seal.as_str());
        let located = locate(tx, evidence, seal.unwrap_or_default()).await?;
        let page = tx.page_of_claim(evidence.look).await?;
        pieces.push((located, page.unwrap_or_default()));
    }
    Ok(Some(Pieces { signal: id, pieces }))
}

fn show(evidence: &Evidence, proof: Proof, page: PageAbout) -> VerifiedEvidence {
    let (fate, reason) = match proof.fate {
        Fate::Verified => ("verified", None),
        Fate::Expired => {
            let reason = "the page is not stored any more; the quote still matches its hash";
            ("expired", Some(reason.to_owned()))
        }
        Fate::Erased(receipt) => ("erased", Some(format!("erased on request, receipt {receipt}"))),
        Fate::Broken(cause) => ("broken", Some(cause)),
    };
    let text = proof.text.unwrap_or_default();
    let (before, after) = around(&text, evidence.span.start, evidence.span.end, AROUND_CHARS);
    VerifiedEvidence {
        evidence: evidence.into(),
        before: before.to_owned(),
        after: after.to_owned(),
        title: page.title,
        lang: page.lang,
        published: page.published,
        fate,
        reason,
    }
}

/// Returns the text before and after a span: up to `chars_max` characters each, cut between
/// paragraphs if one begins or ends within them, otherwise between words. Both are empty for a span
/// outside the text.
fn around(text: &str, start: usize, end: usize, chars_max: usize) -> (&str, &str) {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
        return ("", "");
    };
    (tail(before, chars_max), head(after, chars_max))
}

fn tail(text: &str, chars_max: usize) -> &str {
    let Some((cut, _)) = text.char_indices().rev().nth(chars_max.saturating_sub(1)) else {
        return text;
    };
    if cut == 0 {
        return text;
    }
    let near = text.get(cut..).unwrap_or_default();
    let begin = near.find('\n').or_else(|| near.find(' ')).map_or(0, |at| at + 1);
    near.get(begin..).unwrap_or_default()
}

fn head(text: &str, chars_max: usize) -> &str {
    let Some((cut, _)) = text.char_indices().nth(chars_max) else { return text };
    let near = text.get(..cut).unwrap_or_default();
    let end = near.rfind('\n').or_else(|| near.rfind(' ')).unwrap_or(near.len());
    near.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_a_quote_are_cut_between_paragraphs() {
        let check = |text: &str, quote: &str, chars: usize, expect: (&str, &str)| {
            let start = text.find(quote).unwrap();
            assert_eq!(around(text, start, start + quote.len(), chars), expect, "{text}");
        };
        check("a b QUOTE c d", "QUOTE", 100, ("a b ", " c d"));
        check("first line\nsecond QUOTE third\nlast line", "QUOTE", 12, ("second ", " third"));
        check("first line\nsecond QUOTE third\nlast line", "QUOTE", 5, ("", ""));
        check("one two three QUOTE four five six", "QUOTE", 8, ("three ", " four"));
        check("größe QUOTE größe", "QUOTE", 6, ("größe ", " größe"));
        assert_eq!(around("short", 4, 99, 10), ("", ""));
        assert_eq!(around("größe", 3, 4, 10), ("", ""));
    }
}

//! Independent sources: who says it of their own, and how sure that makes us.

use std::collections::BTreeMap;

use model::{CompanyView, Day, Entity, ObservationId, Permille};

/// Bits in which two pages may differ and still be copies of one text.
const COPY_BITS_MAX: u32 = 3;
/// Different texts that are compared with each other; more of them prove nothing more.
const TEXTS_MAX: usize = 256;
/// Each further source counts for this share of the one before: sources read each other.
const FURTHER_SOURCE_SHARE: f64 = 0.6;
/// Nothing read on the web is surer than this.
const CONFIDENCE_MAX: u16 = 990;

/// One page that bears something out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice<'a> {
    /// Who owns the page.
    pub(crate) source: &'a Entity,
    /// The page's own date.
    pub(crate) published: Option<Day>,
    /// The look that saw it.
    pub(crate) look: ObservationId,
    /// SimHash of the page; 0 when it has none.
    pub(crate) simhash: u64,
    /// How sure the matcher was.
    pub(crate) confidence: Permille,
}

/// Whether two pages are copies of one text, as far as their SimHashes tell.
pub(crate) fn are_copies(one: u64, other: u64) -> bool {
    one != 0 && other != 0 && (one ^ other).count_ones() <= COPY_BITS_MAX
}

/// How sure each independent source is, surest first.
///
/// Syndicated copies are one page, that of the smallest (published, look). What the company says
/// of itself is one source, on however many of its own sites and boards it says it.
pub(crate) fn independent(company: &CompanyView, voices: &[Voice<'_>]) -> Vec<Permille> {
    let mut voices: Vec<&Voice<'_>> = voices.iter().collect();
    voices.sort_by_key(|voice| (voice.published.is_none(), voice.published, voice.look));
    let mut texts: Vec<(u64, &Entity)> = Vec::new();
    let mut by_source: BTreeMap<Option<&Entity>, Permille> = BTreeMap::new();
    for voice in voices {
        let original = texts.iter().find(|(simhash, _)| are_copies(*simhash, voice.simhash));
        let source = original.map_or(voice.source, |(_, source)| *source);
        if original.is_none() && texts.len() < TEXTS_MAX {
            texts.push((voice.simhash, voice.source));
        }
        let own = company.members.iter().any(|(member, _)| member == source);
        let best = by_source.entry((!own).then_some(source)).or_default();
        *best = (*best).max(voice.confidence);
    }
    let mut confidences: Vec<Permille> = by_source.into_values().collect();
    confidences.sort_by(|a, b| b.cmp(a));
    confidences
}

/// How sure independent sources make us together: `1 - Π(1 - cᵢ·0.6ⁱ)`, surest first, at most .99.
pub(crate) fn corroborated(confidences: &[Permille]) -> Permille {
    let mut doubt = 1.0;
    let mut share = 1.0;
    for confidence in confidences {
        doubt *= 1.0 - confidence.fraction() * share;
        share *= FURTHER_SOURCE_SHARE;
    }
    Permille::from_fraction(1.0 - doubt).min(Permille::new(CONFIDENCE_MAX))
}

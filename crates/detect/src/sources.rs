//! Independent sources, and the confidence that they give together.

use std::collections::BTreeMap;

use model::{CompanyView, Day, Entity, ObservationId, Permille, are_copies};

/// The maximum number of different texts that are compared; more of them add no proof.
const TEXTS_MAX: usize = 256;
/// The share for which each further source counts relative to the one before, because sources read
/// each other.
const FURTHER_SOURCE_SHARE: f64 = 0.6;
/// The maximum confidence of a statement on the web, in thousandths.
const CONFIDENCE_MAX: u16 = 990;

/// One page that supports a claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice<'a> {
    /// The owner of the page.
    pub(crate) source: &'a Entity,
    /// The date that the page gives.
    pub(crate) published: Option<Day>,
    /// The observation of the page.
    pub(crate) look: ObservationId,
    /// The SimHash of the page; 0 if it has none.
    pub(crate) simhash: u64,
    /// The confidence of the matcher.
    pub(crate) confidence: Permille,
}

/// Returns the confidence of each independent source, highest first.
///
/// Syndicated copies are one page, that of the smallest (published, look). The company's statements
/// about itself are one source, however many of its own sites and boards carry them.
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

/// Combines the confidences of independent sources, highest first: `1 - Π(1 - cᵢ·0.6ⁱ)`, at most
/// .99.
pub(crate) fn corroborated(confidences: &[Permille]) -> Permille {
    let mut doubt = 1.0;
    let mut share = 1.0;
    for confidence in confidences {
        doubt *= 1.0 - confidence.fraction() * share;
        share *= FURTHER_SOURCE_SHARE;
    }
    Permille::from_fraction(1.0 - doubt).min(Permille::new(CONFIDENCE_MAX))
}

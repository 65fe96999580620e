//! Maps leadq's kinds of signal and claim to the kinds of the labels.

use std::collections::BTreeSet;

use detect::{EventSort, Packs, SignalKind};
use model::{ClaimKind, Signal};

/// All kinds of labels.
pub(crate) const KINDS: [&str; 16] = [
    "funding_round",
    "acquisition_merger",
    "executive_change",
    "certification",
    "tech_adoption",
    "product_launch",
    "partnership",
    "contract_tender",
    "office_expansion",
    "hiring",
    "layoffs_closure",
    "award",
    "lawsuit",
    "security_incident",
    "earnings_revenue",
    "ipo",
];

/// Returns a signal's kind in the terms of the labels.
pub(crate) fn of_signal(signal: &Signal) -> Option<&'static str> {
    sorts().find(|(kind, sort)| kind.tells(sort, signal)).map(|(_, sort)| sort.label)
}

/// Returns a claim's kind in the terms of the labels. Traces and profiles are not events.
pub(crate) fn of_claim(claim: ClaimKind) -> Option<&'static str> {
    sorts().find(|(_, sort)| sort.claim == claim).map(|(_, sort)| sort.label)
}

/// Lists the kinds whose pack can be proved by a single page.
pub(crate) fn provable(packs: &Packs) -> BTreeSet<&'static str> {
    sorts()
        .filter(|(kind, _)| packs.get(kind.name).is_some_and(|pack| pack.provable_by_one_page))
        .map(|(_, sort)| sort.label)
        .collect()
}

/// Lists the kinds that have a claim.
pub(crate) fn claimed() -> BTreeSet<&'static str> {
    sorts().map(|(_, sort)| sort.label).collect()
}

/// Iterates over every sort of event of every kind of signal.
fn sorts() -> impl Iterator<Item = (&'static SignalKind, &'static EventSort)> {
    const ALL: &[SignalKind] = &detect::KINDS;
    ALL.iter().flat_map(|kind| kind.sorts.iter().map(move |sort| (kind, sort)))
}

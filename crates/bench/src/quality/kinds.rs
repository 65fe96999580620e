//! The one table from our packs and claims to the kinds of the labels.

use std::collections::BTreeSet;

use detect::Packs;
use model::{ClaimKind, Signal};

/// Every kind a label may have.
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

/// Pack, its identity slot `what` where it has several sorts, and the label's kind.
const SIGNALS: [(&str, Option<&str>, &str); 5] = [
    ("budget_event", Some("funding"), "funding_round"),
    ("budget_event", Some("tender"), "contract_tender"),
    ("compliance_win", None, "certification"),
    ("tech_adoption", None, "tech_adoption"),
    ("hiring_spike", None, "hiring"),
];

/// Claim and the label's kind. Traces and profiles are no events.
const CLAIMS: [(ClaimKind, &str); 5] = [
    (ClaimKind::FundingRound, "funding_round"),
    (ClaimKind::Certification, "certification"),
    (ClaimKind::Tender, "contract_tender"),
    (ClaimKind::TechStatement, "tech_adoption"),
    (ClaimKind::Opening, "hiring"),
];

/// The label's kind of a signal.
pub(crate) fn of_signal(signal: &Signal) -> Option<&'static str> {
    let what = signal.identity.get("what").map(String::as_str);
    SIGNALS
        .into_iter()
        .find(|(pack, sort, _)| *pack == signal.kind && (sort.is_none() || *sort == what))
        .map(|(_, _, kind)| kind)
}

/// The label's kind of a claim.
pub(crate) fn of_claim(claim: ClaimKind) -> Option<&'static str> {
    CLAIMS.into_iter().find(|(of, _)| *of == claim).map(|(_, kind)| kind)
}

/// The kinds that have a pack which one page can prove.
pub(crate) fn provable(packs: &Packs) -> BTreeSet<&'static str> {
    SIGNALS
        .into_iter()
        .filter(|(pack, _, _)| packs.get(pack).is_some_and(|pack| pack.provable_by_one_page))
        .map(|(_, _, kind)| kind)
        .collect()
}

/// The kinds that have a claim.
pub(crate) fn claimed() -> BTreeSet<&'static str> {
    CLAIMS.into_iter().map(|(_, kind)| kind).collect()
}

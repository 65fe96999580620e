//! THE list of the kinds of signal, and the list of the claims they are built from. A kind is a
//! folder here and its lines in these lists; no other code in leadq depends on a particular kind.

pub(crate) mod budget_event;
pub(crate) mod compliance_win;
pub(crate) mod hiring_spike;
mod profile;
pub(crate) mod tech_adoption;

use model::{
    Actor, Claim, ClaimKind, ClaimObservation, DatumKind, Day, Document, History, Note, Product,
    Signal, Slots,
};

use crate::claims::owner::Owner;
use crate::claims::rule_match::{ClaimDraft, RuleMatch};
use crate::pack::Pack;
use crate::signals::finding::Finding;

/// Every kind of signal, in the order in which they are listed.
pub const KINDS: [SignalKind; 4] =
    [hiring_spike::KIND, tech_adoption::KIND, compliance_win::KIND, budget_event::KIND];

/// Every kind of claim with a reader, in the order in which the claims of one sentence are sorted.
const CLAIMS: [ClaimReader; 7] = [
    profile::READER,
    hiring_spike::OPENING,
    tech_adoption::TRACE,
    tech_adoption::STATEMENT,
    budget_event::FUNDING_ROUND,
    compliance_win::CERTIFICATION,
    budget_event::TENDER,
];

/// The function from a company's history to the findings of one kind and notes on irregularities.
pub(crate) type FindingsOf =
    for<'a> fn(&'a History, &Pack, &[Product], Day) -> (Vec<Finding<'a>>, Vec<Note>);

/// The function that reports whether a table of counts per day shows a signal on a day.
pub(crate) type ShownByCounts = fn(&[(Day, u32)], &Pack, Day) -> bool;

/// A kind of signal.
#[derive(Debug, Clone, Copy)]
pub struct SignalKind {
    /// The name in the database, in JSON and in its pack.
    pub name: &'static str,
    /// The sorts of event that it covers.
    pub sorts: &'static [EventSort],
    /// Its pack, as TOML.
    pub pack: &'static str,
    /// The function from claims to findings.
    pub(crate) findings: FindingsOf,
    /// For a kind that counts: the check of the histories among its pack's examples.
    pub(crate) shown_by_counts: Option<ShownByCounts>,
}

/// One sort of event that a kind of signal covers.
#[derive(Debug, Clone, Copy)]
pub struct EventSort {
    /// The signal's identity slot `what`, if the kind covers several sorts.
    pub what: Option<&'static str>,
    /// The kind of claim about it.
    pub claim: ClaimKind,
    /// Its label in labelled collections of news.
    pub label: &'static str,
}

impl SignalKind {
    /// Reports whether a signal is of this kind and of one of its sorts.
    pub fn tells(&self, sort: &EventSort, signal: &Signal) -> bool {
        let signal_sort = signal.identity.get("what").map(String::as_str);
        self.name == signal.kind && (sort.what.is_none() || sort.what == signal_sort)
    }
}

/// The readers of one kind of claim, and the rules for merging such claims and for their due days.
pub(crate) struct ClaimReader {
    /// The kind.
    pub(crate) kind: ClaimKind,
    /// The reader of a page's data or layout, which uses no rule of a pack.
    pub(crate) of_page: fn(&Document, &Owner) -> Vec<Claim>,
    /// The reader of a rule's match.
    pub(crate) of_match: fn(&RuleMatch<'_>, &Actor) -> Vec<ClaimDraft>,
    /// Whether a date in the sentence is the date of the event.
    pub(crate) is_dated_by_sentence: bool,
    /// Whether the date of the page is that of the event. It is not for a state that is observed.
    pub(crate) is_dated_by_page: bool,
    /// Whether the second claim of a page is about the event of the first, more detailed one
    /// although their subjects differ.
    pub(crate) is_same: fn(&Claim, &Claim) -> bool,
    /// A day besides its own from which an observation of such a claim counts.
    pub(crate) due: fn(&ClaimObservation) -> Option<Day>,
    /// Formats the slots of a claim from data for a reader, because a line of data is no sentence.
    pub(crate) in_words: fn(&Slots) -> Option<String>,
}

impl ClaimReader {
    /// Creates the row of a kind without readers; the caller sets the fields that differ.
    pub(crate) const fn new(kind: ClaimKind) -> Self {
        Self {
            kind,
            of_page: |_, _| Vec::new(),
            of_match: |_, _| Vec::new(),
            is_dated_by_sentence: true,
            is_dated_by_page: true,
            is_same: |_, _| false,
            due: |_| None,
            in_words: |_| None,
        }
    }
}

/// Finds the kind of signal with a name.
pub(crate) fn signal_kind(name: &str) -> Option<&'static SignalKind> {
    const ALL: &[SignalKind] = &KINDS;
    ALL.iter().find(|kind| kind.name == name)
}

/// Lists the readers of every kind of claim, in the list's order.
pub(crate) fn claim_readers() -> &'static [ClaimReader] {
    const ALL: &[ClaimReader] = &CLAIMS;
    ALL
}

/// Returns the readers of a kind of claim, or `None` for a kind that is not in the list.
pub(crate) fn claim_reader(kind: ClaimKind) -> Option<&'static ClaimReader> {
    claim_readers().iter().find(|reader| reader.kind == kind)
}

/// Reports whether the date of a page is that of the events that it reports by a kind of claim: such
/// an event is undated if the page's date could not be read. A trace of a tool and an opening are
/// states, whose first observation tells their day.
pub fn is_dated_by_page(kind: ClaimKind) -> bool {
    claim_reader(kind).is_some_and(|reader| reader.is_dated_by_page)
}

/// Formats what an observation reports: the quote if it is prose, otherwise the slots in words.
pub fn claim_in_words(claim: &ClaimObservation) -> String {
    let quote = &claim.evidence.quote;
    let is_data = DatumKind::of_line(quote).is_some();
    let reader = claim_reader(claim.kind).filter(|_| is_data);
    let words = reader.and_then(|reader| (reader.in_words)(&claim.slots));
    words.unwrap_or_else(|| quote.clone())
}

/// Joins the slots that are there with commas, or returns `None` if there are none.
fn joined(slots: &Slots, names: &[&str]) -> Option<String> {
    let values = names.iter().filter_map(|name| slots.get(*name)).map(|value| value.trim());
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Returns the index of a kind of claim in the list, or the list's length for one that is not in
/// it.
pub(crate) fn place_of_claim(kind: ClaimKind) -> usize {
    let at = claim_readers().iter().position(|reader| reader.kind == kind);
    at.unwrap_or(CLAIMS.len())
}

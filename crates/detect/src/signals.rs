//! Detecting a company's signals from the claims of all its sources.

pub(crate) mod finding;
pub(crate) mod mentions;
pub(crate) mod wording;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, History, Note, Product, Signal, SignalId, Timestamp};

use crate::kinds::{claim_reader, signal_kind};
use crate::packs::Packs;
use crate::signals::finding::{EVIDENCE_MAX, united};

/// Detects a company's signals, sorted by id, with notes on irregularities.
///
/// Signals are recomputed from the whole history; observations may be in any order and repeated.
/// `today` only excludes observations that do not count yet. Nothing decays here, and a signal that
/// has ended is still listed with its `end`.
pub fn signals(
    history: &History,
    packs: &Packs,
    products: &[Product],
    today: Day,
) -> (Vec<Signal>, Vec<Note>) {
    let mut found: BTreeMap<SignalId, Signal> = BTreeMap::new();
    let mut notes: Vec<Note> = Vec::new();
    for pack in packs.iter() {
        let (findings, more) = match signal_kind(&pack.kind) {
            Some(kind) => (kind.findings)(history, pack, products, today),
            None => (Vec::new(), vec![Note::new("pack_without_detector", pack.kind.clone())]),
        };
        notes.extend(more);
        for signal in findings.into_iter().flat_map(|finding| finding.into_signals(pack)) {
            let one = match found.get(&signal.id) {
                Some(first) => one_of(&[first, &signal]),
                None => Some(signal),
            };
            found.extend(one.map(|one| (one.id, one)));
        }
    }
    notes.sort();
    notes.dedup();
    (found.into_values().collect(), notes)
}

/// Merges one company's signals: those with equal kind and identity, no further apart than their
/// pack allows, become one. It has the smallest entity id and the united evidence. Its number of
/// sources is the highest of them, since each was counted over the whole company.
pub fn as_read(signals: &[Signal]) -> Vec<Signal> {
    let mut sorted: Vec<&Signal> = signals.iter().collect();
    sorted.sort_by_key(|s| (&s.kind, &s.identity, s.start, s.entity, s.id));
    let mut groups: Vec<Vec<&Signal>> = Vec::new();
    for signal in sorted {
        let same = groups
            .last()
            .and_then(|same| same.last())
            .is_some_and(|last| is_followed_by(last, signal));
        match groups.last_mut() {
            Some(group) if same => group.push(signal),
            _ => groups.push(vec![signal]),
        }
    }
    let mut merged: Vec<Signal> = groups.iter().filter_map(|group| one_of(group)).collect();
    merged.sort_by_key(|signal| signal.id);
    merged
}

/// Reports whether two signals of one company are the same matter: whether the two alone are
/// merged.
pub fn is_one_matter(one: &Signal, other: &Signal) -> bool {
    let order = |signal: &Signal| (signal.start, signal.entity, signal.id);
    if order(one) <= order(other) { is_followed_by(one, other) } else { is_followed_by(other, one) }
}

/// Finds the signals of a company that tell now what another one told before: a new signal of the
/// kind of an earlier one that has ended, or has lost a page, and with that page as evidence.
/// Returns the ids of the new and the earlier one, sorted. What was done for the earlier one, whose
/// identity is read in another way now, was done for the new one too.
pub fn successors(before: &[&Signal], after: &[Signal]) -> Vec<(SignalId, SignalId)> {
    let known: BTreeSet<SignalId> = before.iter().map(|signal| signal.id).collect();
    let new: Vec<&Signal> = after.iter().filter(|signal| !known.contains(&signal.id)).collect();
    if new.is_empty() {
        return Vec::new();
    }
    let current: BTreeMap<SignalId, &Signal> = after.iter().map(|one| (one.id, one)).collect();
    let mut found = Vec::new();
    for earlier in before {
        let left = match current.get(&earlier.id) {
            // Others may have taken the places of its pages.
            Some(_) if earlier.evidence.len() >= EVIDENCE_MAX => continue,
            Some(now) => pages_of(now),
            None => BTreeSet::new(),
        };
        let lost: BTreeSet<_> = pages_of(earlier).difference(&left).copied().collect();
        let takes_over =
            |signal: &&&Signal| signal.kind == earlier.kind && !pages_of(signal).is_disjoint(&lost);
        found.extend(new.iter().filter(takes_over).map(|signal| (signal.id, earlier.id)));
    }
    found.sort();
    found
}

/// Lists the observed pages that a signal has as evidence.
fn pages_of(signal: &Signal) -> BTreeSet<(&str, Timestamp)> {
    signal.evidence.iter().map(|piece| (piece.url.as_str(), piece.observed)).collect()
}

/// Reports whether `later` is merged with `earlier`, which did not start later.
fn is_followed_by(earlier: &Signal, later: &Signal) -> bool {
    earlier.kind == later.kind
        && earlier.identity == later.identity
        && i64::from(later.start.since(earlier.start)) <= i64::from(earlier.same_within_days)
}

/// Unites signals under the id of the one with the smallest entity.
fn one_of(group: &[&Signal]) -> Option<Signal> {
    let mut one = (*group.iter().min_by_key(|signal| (signal.entity, signal.id))?).clone();
    for other in group {
        one.independent_sources = one.independent_sources.max(other.independent_sources);
        one.confidence = one.confidence.max(other.confidence);
        // A readable date counts before any day of an observation.
        if (other.undated, other.start) < (one.undated, one.start) {
            (one.undated, one.start) = (other.undated, other.start);
        }
        // A signal without a last day is still open.
        one.end = one.end.zip(other.end).map(|(end, later)| end.max(later));
    }
    let longest = group.iter().map(|signal| signal.evidence.len()).max().unwrap_or(0);
    let by_turns = (0..longest).flat_map(|at| group.iter().filter_map(move |s| s.evidence.get(at)));
    one.evidence = united(by_turns);
    Some(one)
}

/// Returns the first later day on which time alone changes the result: a claim or a planned posting
/// becomes due, or a signal is past its last day.
pub fn review_on(history: &History, signals: &[Signal], today: Day) -> Option<Day> {
    let observed =
        history.claims.iter().filter(|observation| observation.evidence.observed.day() <= today);
    let due = observed.flat_map(|observation| {
        let due = claim_reader(observation.kind).and_then(|reader| (reader.due)(observation));
        [Some(observation.occurred), due].into_iter().flatten().max()
    });
    let over = signals.iter().filter_map(|signal| signal.end).map(|end| end.plus(1));
    due.chain(over).filter(|day| *day > today).min()
}

//! Signals: what happened at a company, from everything its sources said.

pub(crate) mod finding;
pub(crate) mod mentions;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use model::{Day, History, Note, Product, Signal, SignalId};

use crate::kinds::{claim_reader, signal_kind};
use crate::packs::Packs;
use crate::signals::finding::united;

/// A company's signals, sorted by id, and what was odd.
///
/// Recomputed from the whole history: looks may be in any order and repeated. `today` decides only
/// what does not count yet; nothing ages here, and what has ended is still listed with its `end`.
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

/// One company's signals as they read: those with equal kind and identity, no further apart than
/// their pack says, are one. The smallest entity id stands for all, the evidence is united, and the
/// sources are the most that any of them counted, since each was counted over the whole company.
pub fn as_read(signals: &[Signal]) -> Vec<Signal> {
    let mut sorted: Vec<&Signal> = signals.iter().collect();
    sorted.sort_by_key(|s| (&s.kind, &s.identity, s.start, s.entity, s.id));
    let mut read: Vec<Vec<&Signal>> = Vec::new();
    for signal in sorted {
        let same = read
            .last()
            .and_then(|same| same.last())
            .is_some_and(|last| is_followed_by(last, signal));
        match read.last_mut() {
            Some(group) if same => group.push(signal),
            _ => read.push(vec![signal]),
        }
    }
    let mut read: Vec<Signal> = read.iter().filter_map(|group| one_of(group)).collect();
    read.sort_by_key(|signal| signal.id);
    read
}

/// Tells whether two signals of one company are the same matter: whether they alone read as one.
pub fn is_one_matter(one: &Signal, other: &Signal) -> bool {
    let order = |signal: &Signal| (signal.start, signal.entity, signal.id);
    if order(one) <= order(other) { is_followed_by(one, other) } else { is_followed_by(other, one) }
}

/// Tells whether `later` reads as one with `earlier`, which started no later.
fn is_followed_by(earlier: &Signal, later: &Signal) -> bool {
    earlier.kind == later.kind
        && earlier.identity == later.identity
        && i64::from(later.start.since(earlier.start)) <= i64::from(earlier.same_within_days)
}

/// Unites signals under the name of the one with the smallest entity.
fn one_of(group: &[&Signal]) -> Option<Signal> {
    let mut one = (*group.iter().min_by_key(|signal| (signal.entity, signal.id))?).clone();
    for other in group {
        one.independent_sources = one.independent_sources.max(other.independent_sources);
        one.confidence = one.confidence.max(other.confidence);
        one.start = one.start.min(other.start);
        // One that has no last day goes on.
        one.end = one.end.zip(other.end).map(|(end, later)| end.max(later));
    }
    let longest = group.iter().map(|signal| signal.evidence.len()).max().unwrap_or(0);
    let by_turns = (0..longest).flat_map(|at| group.iter().filter_map(move |s| s.evidence.get(at)));
    one.evidence = united(by_turns);
    Some(one)
}

/// The first later day on which time alone changes the answer: a claim or a planned posting comes
/// due, or a signal has had its last day.
pub fn review_on(history: &History, signals: &[Signal], today: Day) -> Option<Day> {
    let known = history.claims.iter().filter(|look| look.evidence.observed.day() <= today);
    let due = known.flat_map(|look| {
        let due = claim_reader(look.kind).and_then(|reader| (reader.due)(look));
        [Some(look.occurred), due].into_iter().flatten().max()
    });
    let over = signals.iter().filter_map(|signal| signal.end).map(|end| end.plus(1));
    due.chain(over).filter(|day| *day > today).min()
}

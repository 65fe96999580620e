//! Positions that were taken down and put up again: on another board, under another number, with a
//! fresh day. They are the same positions, and nothing new.

use std::collections::BTreeMap;

use super::Opening;

/// A position that was found gone so many days before another like it appeared is put up again;
const GONE_DAYS_MAX: i32 = 7;
/// so is one that was last seen so many days before, when nobody has looked since.
const UNSEEN_DAYS_MAX: i32 = 14;
/// For so many days a position may stand in the old place and in the new one.
const OVERLAP_DAYS: i32 = 3;

/// Marks what continues an earlier opening; each is continued once. `all` is sorted by day.
pub(super) fn mark(all: &mut [Opening<'_>]) {
    let mut titles: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, opening) in all.iter().enumerate() {
        if let Some(posting) = opening.postings.first() {
            titles.entry(posting.title.clone()).or_default().push(at);
        }
    }
    for alike in titles.values().filter(|alike| alike.len() > 1) {
        let mut open: Vec<usize> = Vec::new();
        for at in alike.iter().copied() {
            let Some(now) = all.get(at) else { continue };
            let before = open.iter().position(|before| {
                all.get(*before).is_some_and(|before| now.is_new && continues(before, now))
            });
            if let Some(before) = before {
                let (before, closed) = (open.remove(before), now.closed);
                if let Some(before) = all.get_mut(before) {
                    before.closed = closed;
                }
                if let Some(now) = all.get_mut(at) {
                    now.is_relisted = true;
                }
            }
            open.push(at);
        }
    }
}

/// Whether `now` took the place of `before`: it came later, and `before` was not seen beside it.
fn continues(before: &Opening<'_>, now: &Opening<'_>) -> bool {
    let last = before.postings.iter().map(|posting| posting.last_shown).max();
    let first = now.postings.iter().map(|posting| posting.first.evidence.observed.day()).min();
    let (Some(last), Some(first)) = (last, first) else { return false };
    let missed = before.postings.iter().filter_map(|posting| posting.missed);
    let is_recent = match missed.filter(|day| *day > last).min() {
        Some(gone) => now.day.since(gone) <= GONE_DAYS_MAX,
        None => now.day.since(last) <= UNSEEN_DAYS_MAX,
    };
    before.day < now.day
        && first.since(last) >= -OVERLAP_DAYS
        && is_recent
        && before
            .postings
            .iter()
            .any(|before| now.postings.iter().any(|now| is_one_place(&before.place, &now.place)))
}

/// Whether two places, `city|country`, may be one; lists often name none.
fn is_one_place(one: &str, other: &str) -> bool {
    let (one, other) = (city(one), city(other));
    one.is_empty() || other.is_empty() || one == other
}

fn city(place: &str) -> &str {
    place.split('|').next().unwrap_or_default()
}

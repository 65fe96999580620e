//! Positions that were removed and posted again: on another board, under another number, with a new
//! date. They are the same positions, not new ones.

use std::collections::BTreeMap;

use super::Opening;

/// The maximum number of days between the disappearance of a position and its relisting.
const GONE_DAYS_MAX: i32 = 7;
/// The same from the last observation of a position, if there was no observation since.
const UNSEEN_DAYS_MAX: i32 = 14;
/// The number of days for which a position may be listed in the old and the new place.
const OVERLAP_DAYS: i32 = 3;

/// Marks the openings that continue an earlier one; each is continued once. `all` is sorted by day.
pub(super) fn mark(all: &mut [Opening<'_>]) {
    let mut titles: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, opening) in all.iter().enumerate() {
        if let Some(posting) = opening.postings.first() {
            titles.entry(posting.title.clone()).or_default().push(at);
        }
    }
    for same_title in titles.values().filter(|same_title| same_title.len() > 1) {
        let mut open: Vec<usize> = Vec::new();
        for at in same_title.iter().copied() {
            let Some(now) = all.get(at) else { continue };
            let before = open.iter().position(|before| {
                all.get(*before).is_some_and(|before| now.is_new && is_continuation(before, now))
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

/// Reports whether `now` replaced `before`: it came later, and `before` was not observed beside it.
fn is_continuation(before: &Opening<'_>, now: &Opening<'_>) -> bool {
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

/// Reports whether two places, `city|country`, may be one; lists often name none.
fn is_one_place(one: &str, other: &str) -> bool {
    let (one, other) = (city(one), city(other));
    one.is_empty() || other.is_empty() || one == other
}

fn city(place: &str) -> &str {
    place.split('|').next().unwrap_or_default()
}

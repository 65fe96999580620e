//! The ledger: the changes of a score, each with its reason.

use std::collections::BTreeMap;

use model::{Component, Day, Points, SignalId};

use crate::scorecard::Scorecard;

/// One change of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The reason, for a person.
    pub cause: String,
    /// The change in points.
    pub delta: Points,
}

/// Lists the changes of a score from one card to another, both read on the same day. The deltas add
/// up exactly to the difference of the scores; reasons without an effect are left out.
pub fn ledger(before: &Scorecard, after: &Scorecard, day: Day) -> Vec<Change> {
    let (old, new) = (points(before, day), points(after, day));
    let mut keys: Vec<&Key> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let changes = keys.into_iter().filter_map(|key| {
        let was = old.get(key);
        let is = new.get(key);
        let delta = is.map_or(0, |(points, _)| *points) - was.map_or(0, |(points, _)| *points);
        let cause = match (is, was) {
            (Some((_, reason)), _) => reason.clone(),
            (None, Some((_, reason))) => format!("no longer: {reason}"),
            (None, None) => return None,
        };
        let delta = Points(i32::try_from(delta).unwrap_or(0));
        (delta.0 != 0).then_some(Change { cause, delta })
    });
    changes.collect()
}

type Key = (Component, String, Option<SignalId>);

fn points(card: &Scorecard, day: Day) -> BTreeMap<Key, (i64, String)> {
    let mut points: BTreeMap<Key, (i64, String)> = BTreeMap::new();
    for line in card.lines(day) {
        let one = line.contribution;
        let sum = points
            .entry((one.component, line.topic, one.signal))
            .or_insert_with(|| (0, one.reason.clone()));
        sum.0 += i64::from(one.points.0);
    }
    points
}

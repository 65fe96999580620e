//! Computes the time of an address's next visit from the outcome of the last one.
//!
//! The interval is shortened by a fifth after a change and extended by a fifth otherwise, between
//! the shortest and the longest interval of the role.

use model::{ObservationOutcome, Timestamp};
use store::db::AddressRole;

use super::pace::Pace;
use super::polled_source::Intervals;
use crate::sources;

impl Pace {
    /// Returns the minimum interval between two visits of an address with this role, in
    /// microseconds.
    pub fn shortest_us(self, role: AddressRole) -> i64 {
        self.scaled(sources::of_role(role).intervals.shortest_minutes)
    }

    /// Computes the interval after a visit and the time of the next one, from the previous interval
    /// and the number of consecutive failures, including this one. `not_before` is the earliest
    /// time that the source requested.
    pub(crate) fn after(
        self,
        role: AddressRole,
        before: VisitState,
        outcome: ObservationOutcome,
        at: Timestamp,
        not_before: Option<Timestamp>,
    ) -> (i64, Timestamp) {
        let Intervals { shortest_minutes, first_minutes, longest_minutes } =
            sources::of_role(role).intervals;
        let [shortest, first, longest] =
            [shortest_minutes, first_minutes, longest_minutes].map(|minutes| self.scaled(minutes));
        let present = before.interval_us.clamp(shortest, longest);
        let (interval, wait) = match outcome {
            // Everything is new at the first visit, so nothing is known about the frequency yet.
            ObservationOutcome::Changed | ObservationOutcome::Unchanged if before.looks == 0 => {
                (first, first)
            }
            ObservationOutcome::Changed => even(present / 5 * 4, shortest, longest),
            ObservationOutcome::Unchanged => even(present / 5 * 6, shortest, longest),
            ObservationOutcome::Gone | ObservationOutcome::NotAllowed => (present, longest),
            ObservationOutcome::CouldNotLook => {
                let doublings = u32::try_from(before.failures.clamp(0, 30)).unwrap_or(30);
                (present, shortest.saturating_mul(1 << doublings).min(longest))
            }
        };
        let due = Timestamp(at.0.saturating_add(wait));
        (interval, not_before.map_or(due, |least| due.max(least)))
    }
}

/// The state of an address before a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VisitState {
    pub(crate) interval_us: i64,
    pub(crate) looks: i64,
    /// The number of consecutive failures.
    pub(crate) failures: i64,
}

fn even(interval: i64, shortest: i64, longest: i64) -> (i64, i64) {
    let interval = interval.clamp(shortest, longest);
    (interval, interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{POLLED, careers, feed, homepage};

    use proptest::prelude::*;

    const HOUR_US: i64 = 3_600_000_000;

    const REAL: Pace = Pace { times_faster: 1 };

    #[test]
    fn changes_bring_it_closer_and_failures_push_it_away() {
        let hours = |interval: i64, looks: i64, failures: i64, outcome| {
            let before = VisitState { interval_us: interval * HOUR_US, looks, failures };
            let (kept, due) = REAL.after(careers::ROLE, before, outcome, Timestamp(0), None);
            (kept / HOUR_US, due.0 / HOUR_US)
        };
        for (interval, looks, failures, outcome, expect) in [
            (3, 0, 0, ObservationOutcome::Changed, (12, 12)),
            (10, 1, 0, ObservationOutcome::Changed, (8, 8)),
            (10, 1, 0, ObservationOutcome::Unchanged, (12, 12)),
            (3, 9, 0, ObservationOutcome::Changed, (3, 3)),
            (96, 9, 0, ObservationOutcome::Unchanged, (96, 96)),
            (10, 1, 0, ObservationOutcome::CouldNotLook, (10, 3)),
            (10, 1, 2, ObservationOutcome::CouldNotLook, (10, 12)),
            (10, 1, 60, ObservationOutcome::CouldNotLook, (10, 96)),
            (10, 1, 0, ObservationOutcome::NotAllowed, (10, 96)),
            (10, 1, 0, ObservationOutcome::Gone, (10, 96)),
        ] {
            let found = hours(interval, looks, failures, outcome);
            assert_eq!(found, expect, "{interval} {looks} {failures} {outcome:?}");
        }
        let before = VisitState { interval_us: HOUR_US, looks: 1, failures: 0 };
        let least = Some(Timestamp(400 * HOUR_US));
        let asked =
            REAL.after(feed::ROLE, before, ObservationOutcome::CouldNotLook, Timestamp(0), least);
        assert_eq!(asked.1, Timestamp(400 * HOUR_US), "what the source asks for is a lower bound");
        assert_eq!(Pace { times_faster: 3_600 }.shortest_us(homepage::ROLE), 6_000_000);
    }

    proptest! {
        #[test]
        fn no_look_is_sooner_than_the_shortest_or_later_than_the_longest(
            role in 0..POLLED.len(), outcome in 0..ObservationOutcome::ALL.len(), interval_us: i64,
            looks in 0..9i64, failures in 0..99i64, faster: u32,
        ) {
            let (role, pace) = (POLLED[role].role, Pace { times_faster: faster });
            let before = VisitState { interval_us, looks, failures };
            let (kept, due) = pace.after(role, before, ObservationOutcome::ALL[outcome], Timestamp(0), None);
            let longest = pace.scaled(sources::of_role(role).intervals.longest_minutes);
            for found in [kept, due.0] {
                prop_assert!((pace.shortest_us(role)..=longest).contains(&found));
            }
        }
    }
}

//! Computes the time of an address's next visit from the outcome of the last one.
//!
//! The interval is shortened by a fifth after a change and extended by a fifth otherwise, between
//! the shortest and the longest interval of the role.

use model::{ObservationOutcome, Timestamp};
use store::db::AddressRole;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
/// The minimum interval between two visits of an address, at any speed.
const LEAST_US: i64 = 1_000_000;

/// The intervals of a role, in microseconds.
struct Intervals {
    shortest_us: i64,
    first_us: i64,
    longest_us: i64,
}

const fn intervals(role: AddressRole) -> Intervals {
    let (shortest_us, first_us, longest_us) = match role {
        AddressRole::Feed => (HOUR_US / 2, 2 * HOUR_US, 2 * DAY_US),
        AddressRole::Sitemap => (2 * HOUR_US, 12 * HOUR_US, 7 * DAY_US),
        AddressRole::Robots => (DAY_US, 7 * DAY_US, 30 * DAY_US),
        AddressRole::Careers | AddressRole::Board => (3 * HOUR_US, 12 * HOUR_US, 4 * DAY_US),
        AddressRole::Newsroom => (2 * HOUR_US, 12 * HOUR_US, 7 * DAY_US),
        AddressRole::Homepage => (6 * HOUR_US, DAY_US, 7 * DAY_US),
        AddressRole::Posting => (12 * HOUR_US, DAY_US, 14 * DAY_US),
        AddressRole::Article => (DAY_US, 7 * DAY_US, 90 * DAY_US),
    };
    Intervals { shortest_us, first_us, longest_us }
}

/// The speed of the frontier's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The factor by which time is accelerated: 1 in production, more in a demonstration that shows
    /// a week in minutes.
    pub times_faster: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { times_faster: 1 }
    }
}

impl Pace {
    /// Returns the minimum interval between two visits of an address with this role, in
    /// microseconds.
    pub fn shortest_us(self, role: AddressRole) -> i64 {
        self.scaled(intervals(role).shortest_us)
    }

    /// Computes the interval after a visit and the time of the next one, from the previous interval
    /// and the number of consecutive failures, including this one. `not_before` is the earliest
    /// time that the source requested.
    pub(crate) fn after(
        self,
        role: AddressRole,
        before: Before,
        outcome: ObservationOutcome,
        at: Timestamp,
        not_before: Option<Timestamp>,
    ) -> (i64, Timestamp) {
        let Intervals { shortest_us, first_us, longest_us } = intervals(role);
        let [shortest, first, longest] =
            [shortest_us, first_us, longest_us].map(|us| self.scaled(us));
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

    fn scaled(self, us: i64) -> i64 {
        (us / i64::from(self.times_faster.max(1))).max(LEAST_US)
    }
}

/// The state of an address before a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
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
    use proptest::prelude::*;

    const REAL: Pace = Pace { times_faster: 1 };

    #[test]
    fn changes_bring_it_closer_and_failures_push_it_away() {
        let hours = |interval: i64, looks: i64, failures: i64, outcome| {
            let before = Before { interval_us: interval * HOUR_US, looks, failures };
            let (kept, due) = REAL.after(AddressRole::Careers, before, outcome, Timestamp(0), None);
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
        let before = Before { interval_us: HOUR_US, looks: 1, failures: 0 };
        let least = Some(Timestamp(400 * HOUR_US));
        let asked = REAL.after(
            AddressRole::Feed,
            before,
            ObservationOutcome::CouldNotLook,
            Timestamp(0),
            least,
        );
        assert_eq!(asked.1, Timestamp(400 * HOUR_US), "what the source asks for is a lower bound");
        assert_eq!(Pace { times_faster: 3_600 }.shortest_us(AddressRole::Homepage), 6_000_000);
    }

    proptest! {
        #[test]
        fn no_look_is_sooner_than_the_shortest_or_later_than_the_longest(
            role in 0..AddressRole::ALL.len(), outcome in 0..ObservationOutcome::ALL.len(), interval_us: i64,
            looks in 0..9i64, failures in 0..99i64, faster: u32,
        ) {
            let (role, pace) = (AddressRole::ALL[role], Pace { times_faster: faster });
            let before = Before { interval_us, looks, failures };
            let (kept, due) = pace.after(role, before, ObservationOutcome::ALL[outcome], Timestamp(0), None);
            let longest = pace.scaled(intervals(role).longest_us);
            for found in [kept, due.0] {
                prop_assert!((pace.shortest_us(role)..=longest).contains(&found));
            }
        }
    }
}

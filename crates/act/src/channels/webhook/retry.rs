//! The retry schedule of deliveries, and the pausing and disabling of endpoints, as pure functions.

use model::{IdHasher, Timestamp};

use crate::channel_trait::{FailedAttempt, Health};

const SECOND_US: i64 = 1_000_000;
const HOUR_S: i64 = 3_600;

/// Seconds before each attempt: ten attempts within about 76 hours, as Standard Webhooks suggests.
const GAPS_S: [i64; 10] =
    [0, 5, 300, 1_800, 2 * HOUR_S, 5 * HOUR_S, 10 * HOUR_S, 14 * HOUR_S, 20 * HOUR_S, 24 * HOUR_S];

/// Attempts at a delivery before it is given up.
pub(super) const ATTEMPTS_MAX: i64 = 10;

/// The pause for an endpoint that is overloaded or timed out.
const OVERLOAD_US: i64 = 60 * SECOND_US;
/// The number of consecutive failures after which an endpoint is paused for `OPEN_US`.
const FAILURES_OPEN: i64 = 10;
const OPEN_US: i64 = 30 * SECOND_US;
/// The time without a success after which an endpoint is disabled.
const FAILING_US: i64 = 120 * HOUR_S * SECOND_US;

/// Returns the time of the next attempt at a failed delivery, or `None` after the last attempt. The
/// gap varies by up to a fifth with the delivery's key, so that deliveries that failed together are
/// not retried together. A pause that the endpoint requests counts up to twice the gap.
pub(super) fn next_attempt(failed: FailedAttempt<'_>) -> Option<Timestamp> {
    let FailedAttempt { key, attempts, at, asked_us, is_overload } = failed;
    let base_us = *GAPS_S.get(usize::try_from(attempts).ok()?)? * SECOND_US;
    let hash = IdHasher::new("jitter").part(key).part(attempts.to_le_bytes()).finish();
    let draw = i64::from(u16::from_le_bytes([hash[0], hash[1]]));
    let fifth = base_us / 5;
    let jittered_us = base_us - fifth + 2 * fifth * draw / i64::from(u16::MAX);
    let asked_us = asked_us.unwrap_or(0).min(2 * base_us);
    let floor_us = if is_overload { OVERLOAD_US } else { 0 };
    Some(Timestamp(at.0.saturating_add(jittered_us.max(asked_us).max(floor_us))))
}

/// Returns the health of an endpoint whose `failures`-th consecutive delivery failed at `now`, the
/// first of them at `since`.
pub(super) fn after_failure(
    failures: i64,
    since: Timestamp,
    now: Timestamp,
    is_overload: bool,
) -> Health {
    let pause = |us: i64| Health::Held(Timestamp(now.0.saturating_add(us)));
    if now.0.saturating_sub(since.0) >= FAILING_US {
        Health::Disabled
    } else if is_overload {
        pause(OVERLOAD_US)
    } else if failures >= FAILURES_OPEN {
        pause(OPEN_US)
    } else {
        Health::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: FailedAttempt<'static> = FailedAttempt {
        key: "k",
        attempts: 1,
        at: Timestamp(0),
        asked_us: None,
        is_overload: false,
    };

    #[test]
    fn webhook_schedule_virtual_time() {
        let (mut now, mut attempts) = (Timestamp(0), 1);
        while let Some(next) = next_attempt(FailedAttempt { attempts, at: now, ..FIRST }) {
            let base = GAPS_S[usize::try_from(attempts).unwrap()] * SECOND_US;
            let gap = next.0 - now.0;
            assert!((base * 4 / 5..=base * 6 / 5).contains(&gap), "attempt {attempts}: {gap}");
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(attempts, ATTEMPTS_MAX);
        let hours = now.0 / SECOND_US / HOUR_S;
        assert!((60..=91).contains(&hours), "{hours} hours in all");
        assert_eq!(GAPS_S.iter().sum::<i64>() / HOUR_S, 75);
    }

    #[test]
    fn endpoints_are_held_and_disabled() {
        let hour = |hours: i64| Timestamp(hours * HOUR_S * SECOND_US);
        let held = |us: i64| Health::Held(Timestamp(us));
        assert_eq!(after_failure(1, Timestamp(0), Timestamp(0), false), Health::Open);
        assert_eq!(after_failure(1, Timestamp(0), Timestamp(0), true), held(60 * SECOND_US));
        assert_eq!(after_failure(10, Timestamp(0), Timestamp(0), false), held(30 * SECOND_US));
        assert_eq!(after_failure(2, hour(0), hour(119), false), Health::Open);
        assert_eq!(after_failure(2, hour(0), hour(120), false), Health::Disabled);
    }

    proptest! {
        #[test]
        fn retry_schedule_prop(
            key in ".{0,20}", attempts in 1..10i64, asked_us in 0..200_000_000_000i64, overload: bool,
        ) {
            let base = GAPS_S[usize::try_from(attempts).unwrap()] * SECOND_US;
            let failed = FailedAttempt {
                key: &key, attempts, asked_us: Some(asked_us), is_overload: overload, ..FIRST
            };
            let next = next_attempt(failed).unwrap().0;
            prop_assert!(next >= base * 4 / 5);
            prop_assert!(next >= asked_us.min(2 * base), "the requested pause, up to twice the gap");
            prop_assert!(next <= (2 * base).max(OVERLOAD_US));
            prop_assert!(!overload || next >= OVERLOAD_US);
            prop_assert_eq!(Some(Timestamp(next)), next_attempt(failed));
        }
    }
}

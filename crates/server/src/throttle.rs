//! A limit on attempts, per client address and in all. The table of addresses is bounded.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connections::client_of;

/// The maximum number of addresses that are remembered. Only permitted attempts are remembered, and
/// only until an address has recovered, so that the limit on all attempts keeps the number below
/// this; beyond it, only that limit applies to further addresses.
const CLIENTS_MAX: usize = 4_096;

/// A permitted rate: `burst` attempts at once, and a further one after each `interval`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) burst: u32,
    pub(crate) interval: Duration,
}

impl Rate {
    /// Computes the time at which the rate is unused again after one more attempt, or else the wait
    /// until an attempt is permitted. This is the generic cell rate algorithm: one instant describes
    /// the state.
    fn next(self, unused_from: Option<Instant>, now: Instant) -> Result<Instant, Duration> {
        let unused_from = unused_from.map_or(now, |instant| instant.max(now));
        let tolerance = self.interval * self.burst.saturating_sub(1);
        let debt = unused_from.saturating_duration_since(now);
        if debt > tolerance { Err(debt - tolerance) } else { Ok(unused_from + self.interval) }
    }
}

/// A limit on attempts.
#[derive(Debug)]
pub(crate) struct Throttle {
    per_client: Rate,
    in_all: Rate,
    state: Mutex<State>,
}

/// The time from which the rate of an address, or of all together, is unused again.
#[derive(Debug, Default)]
struct State {
    clients: HashMap<IpAddr, Instant>,
    all: Option<Instant>,
}

impl Throttle {
    pub(crate) fn new(per_client: Rate, in_all: Rate) -> Self {
        Self { per_client, in_all, state: Mutex::default() }
    }

    /// Counts an attempt of a client at `now`, or returns the wait until the next one is permitted.
    /// An attempt that is not permitted counts for nothing, so that a client cannot use up what the
    /// others have in common. Without an address only the limit on all attempts applies.
    pub(crate) fn attempt(&self, client: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let client = client.map(client_of);
        let next_of_client = match client {
            Some(client) => {
                Some((client, self.per_client.next(state.clients.get(&client).copied(), now)?))
            }
            None => None,
        };
        state.all = Some(self.in_all.next(state.all, now)?);
        if let Some((client, next)) = next_of_client {
            if state.clients.len() >= CLIENTS_MAX {
                state.clients.retain(|_, unused_from| *unused_from > now);
            }
            if state.clients.len() < CLIENTS_MAX {
                state.clients.insert(client, next);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn throttle() -> Throttle {
        let per_client = Rate { burst: 10, interval: 6 * SECOND };
        Throttle::new(per_client, Rate { burst: 50, interval: SECOND / 50 })
    }

    /// Counts the permitted attempts of `count`.
    fn permitted(throttle: &Throttle, client: &str, count: usize, now: Instant) -> usize {
        let client = Some(client.parse().unwrap());
        (0..count).filter(|_| throttle.attempt(client, now).is_ok()).count()
    }

    #[test]
    fn an_address_has_its_burst_and_then_its_rate() {
        let (throttle, start) = (throttle(), Instant::now());
        assert_eq!(permitted(&throttle, "192.0.2.1", 2_000, start), 10);
        let wait = throttle.attempt(Some("192.0.2.1".parse().unwrap()), start);
        assert_eq!(wait, Err(6 * SECOND));
        assert_eq!(permitted(&throttle, "192.0.2.2", 20, start), 10, "another is not slowed");
        assert_eq!(permitted(&throttle, "192.0.2.1", 20, start + 6 * SECOND), 1);
        assert_eq!(permitted(&throttle, "::ffff:192.0.2.1", 20, start + 6 * SECOND), 0, "the same");
        assert_eq!(permitted(&throttle, "192.0.2.1", 20, start + 66 * SECOND), 10);
    }

    #[test]
    fn many_addresses_share_a_limit_and_no_table_grows() {
        let (throttle, start) = (throttle(), Instant::now());
        let all = |from: u32, count: u32, now: Instant| -> usize {
            let addresses = (from..from + count).map(|n| format!("2001:db8:0:{n:x}::1"));
            addresses.map(|address| permitted(&throttle, &address, 2, now)).sum()
        };
        assert_eq!(all(0, 3_000, start), 50);
        assert_eq!(all(10_000, 3_000, start + SECOND), 50, "a second later");
        assert_eq!(permitted(&throttle, "2001:db8:0:1:aaaa::9", 9, start + 2 * SECOND), 8);
        for minute in 1..200 {
            all(minute * 100, 100, start + 60 * minute * SECOND);
        }
        assert!(throttle.state.lock().unwrap().clients.len() <= CLIENTS_MAX);
        let unknown = (0..60).filter(|_| throttle.attempt(None, start + 90_000 * SECOND).is_ok());
        assert_eq!(unknown.count(), 50);
    }
}

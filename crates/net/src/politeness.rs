//! Decides when a host may be requested again.
//!
//! Pure: the time is an argument. A host gets one request at a time and a pause after each; the
//! pause is longer if the host requests it (`Retry-After`, `Crawl-delay`) or fails. A requested
//! pause is a lower bound: it may become longer, never shorter. The table is bounded and keeps a
//! host until its next turn; while it is full of waiting hosts, new hosts must wait too.
//!
//! The pause between two requests is measured on a monotonic clock, because setting the clock
//! forward, as operators and the demonstration do, must not shorten a host's pause. The long pauses
//! after failures are measured on the settable clock, because they wait for a change at the host.

use std::collections::HashMap;
use std::time::Duration;

use model::Timestamp;

/// The first pause after "too many requests", no response, or a failed connection.
const PAUSE_MIN: Duration = Duration::from_secs(60);
/// The longest pause after failures. A pause that the host itself requests may be longer.
const PAUSE_MAX: Duration = Duration::from_secs(3600);
/// The number of doublings after which no pause is below [`PAUSE_MAX`].
const DOUBLINGS_MAX: u32 = 22;
/// The minimum wait before the next attempt to take a turn while a request is running.
const RUNNING_WAIT: Duration = Duration::from_millis(20);
/// The wait of new hosts while the table is full.
const FULL_WAIT: Duration = Duration::from_secs(10);

/// The outcome of a request, as far as the host's next turn depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// A complete response without a server error.
    Fine,
    /// A server error, or a response that broke off.
    Trouble,
    /// "Too many requests", "unavailable", or no response.
    Away {
        /// The pause that the host requested.
        retry_after: Option<Duration>,
    },
}

/// The decision whether a host may be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostTurn {
    /// Now; [`HostTurns::end`] must follow.
    Now,
    /// Not before this time.
    Later(Timestamp),
}

/// An instant on both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// The time of the settable clock.
    pub(crate) clock: Timestamp,
    /// The time of the monotonic clock, from an arbitrary start.
    pub(crate) steady: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct HostState {
    /// The next turn, on the settable clock.
    next: Timestamp,
    /// The end of the pause after the last request, on the monotonic clock.
    rested: Timestamp,
    delay: Duration,
    failures: u32,
    is_running: bool,
}

/// The hosts and their next turns.
#[derive(Debug)]
pub(crate) struct HostTurns {
    hosts: HashMap<String, HostState>,
    hosts_max: usize,
    delay_min: Duration,
    tidied: Timestamp,
}

impl HostTurns {
    pub(crate) fn new(hosts_max: usize, delay_min: Duration) -> Self {
        let tidied = Timestamp(i64::MIN);
        Self { hosts: HashMap::new(), hosts_max: hosts_max.max(1), delay_min, tidied }
    }

    /// Takes the host's turn if it is due.
    pub(crate) fn begin(&mut self, host: &str, now: Now) -> HostTurn {
        if let Some(state) = self.hosts.get_mut(host) {
            let wait = state.wait(now);
            if !wait.is_zero() {
                return HostTurn::Later(later(now.clock, wait));
            }
            state.is_running = true;
            return HostTurn::Now;
        }
        if self.hosts.len() >= self.hosts_max && !self.tidy(now) {
            return HostTurn::Later(later(now.clock, FULL_WAIT));
        }
        let state = HostState {
            next: now.clock,
            rested: now.steady,
            delay: self.delay_min,
            failures: 0,
            is_running: true,
        };
        self.hosts.insert(host.to_owned(), state);
        HostTurn::Now
    }

    /// Ends a turn and returns the time of the next one. `delay` is the pause that the host's
    /// robots.txt requests, if known; otherwise the last known one stays in effect.
    pub(crate) fn end(
        &mut self,
        host: &str,
        delay: Option<Duration>,
        outcome: RequestOutcome,
        now: Now,
    ) -> Timestamp {
        let Some(state) = self.hosts.get_mut(host) else { return now.clock };
        state.is_running = false;
        state.delay = delay.map_or(state.delay, |delay| delay.max(self.delay_min));
        let pause = match outcome {
            RequestOutcome::Fine => {
                state.failures = 0;
                Duration::ZERO
            }
            RequestOutcome::Trouble => state.fail(state.delay.max(Duration::from_secs(1)) * 2),
            RequestOutcome::Away { retry_after } => {
                state.fail(PAUSE_MIN).max(retry_after.unwrap_or_default())
            }
        };
        state.next = later(now.clock, pause.max(state.delay));
        state.rested = later(now.steady, state.delay);
        state.next
    }

    /// Delays a host that an earlier run used, unless it is delayed already. A full table takes no
    /// new host, because its own hosts have priority.
    pub(crate) fn hold(&mut self, host: &str, until: Timestamp, now: Now) {
        let wait = between(now.clock, until);
        if let Some(state) = self.hosts.get_mut(host) {
            state.next = state.next.max(until);
        } else if !wait.is_zero() && self.hosts.len() < self.hosts_max {
            let state = HostState {
                next: until,
                rested: now.steady,
                delay: self.delay_min,
                failures: 0,
                is_running: false,
            };
            self.hosts.insert(host.to_owned(), state);
        }
    }

    /// Returns the earliest time at which a host may be requested, as far as known.
    pub(crate) fn ready(&self, host: &str, now: Now) -> Timestamp {
        let wait = self.hosts.get(host).map_or(Duration::ZERO, |state| state.wait(now));
        later(now.clock, wait)
    }

    /// Gives back an unused turn: no request was sent.
    pub(crate) fn give_back(&mut self, host: &str) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.is_running = false;
        }
    }

    /// Removes hosts that could be requested now and reports whether there is space. Runs at most
    /// once a second, because not every request may pay for a scan of the whole table.
    fn tidy(&mut self, now: Now) -> bool {
        if now.steady < later(self.tidied, Duration::from_secs(1)) {
            return false;
        }
        self.tidied = now.steady;
        self.hosts.retain(|_, state| !state.wait(now).is_zero());
        self.hosts.len() < self.hosts_max
    }
}

impl HostState {
    /// Returns the time until the host may be requested.
    fn wait(&self, now: Now) -> Duration {
        if self.is_running {
            return self.delay.max(RUNNING_WAIT);
        }
        between(now.clock, self.next).max(between(now.steady, self.rested))
    }

    /// Counts a failure and computes the pause, doubled for every failure before it.
    fn fail(&mut self, first: Duration) -> Duration {
        let doublings = self.failures.min(DOUBLINGS_MAX);
        self.failures = self.failures.saturating_add(1);
        first.saturating_mul(1 << doublings).min(PAUSE_MAX)
    }
}

/// Adds `wait` to `now`, saturating at the largest timestamp.
pub(crate) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_add(micros))
}

/// Computes the time from one instant to a later one; zero if `to` is earlier.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}

#[cfg(test)]
mod tests;

//! When a host may be asked again.
//!
//! Pure: the time comes in as an argument. One request at a time, a pause after each, a longer one
//! when the host asks for it (`Retry-After`, `Crawl-delay`) or fails. A pause asked for is a lower
//! bound: it may become longer, never shorter. The table is bounded and never forgets a host before
//! its next turn; while it is full of waiting hosts, new ones have to wait too.
//!
//! The pause between two requests is kept on a clock that only goes on: setting the clock forward,
//! as operators and the demonstration do, must not make a host's pause shorter. The long pauses after
//! failures are kept on the clock that is set: they wait for something to have changed.

use std::collections::HashMap;
use std::time::Duration;

use model::Timestamp;

/// First pause after the host said "too many", did not answer, or could not be reached.
const PAUSE_MIN: Duration = Duration::from_secs(60);
/// Failures do not make a pause grow beyond this. What the host itself asks for may be longer.
const PAUSE_MAX: Duration = Duration::from_secs(3600);
/// Doublings after which no pause is below [`PAUSE_MAX`].
const DOUBLINGS_MAX: u32 = 22;
/// A request still running: the least time after which to ask for a turn again.
const RUNNING_WAIT: Duration = Duration::from_millis(20);
/// How long new hosts wait while the table is full.
const FULL_WAIT: Duration = Duration::from_secs(10);

/// How a request ended, as far as the host's next turn is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// Answered.
    Fine,
    /// An error of the server, or an answer that broke off.
    Trouble,
    /// "Too many requests", "unavailable", or no answer at all.
    Away {
        /// What the host asked for.
        retry_after: Option<Duration>,
    },
}

/// The answer to the question whether a host may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostTurn {
    /// Now; [`Politeness::end`] must follow.
    Now,
    /// Not before this moment.
    Later(Timestamp),
}

/// An instant on both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// What everybody calls the time; it may be set.
    pub(crate) clock: Timestamp,
    /// On a clock that only goes on, from any beginning.
    pub(crate) steady: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct HostState {
    /// The next turn, on the clock.
    next: Timestamp,
    /// The end of the pause after the last request, on the steady clock.
    rested: Timestamp,
    delay: Duration,
    failures: u32,
    is_running: bool,
}

/// The hosts and their next turns.
#[derive(Debug)]
pub(crate) struct Politeness {
    hosts: HashMap<String, HostState>,
    hosts_max: usize,
    delay_min: Duration,
    tidied: Timestamp,
}

impl Politeness {
    pub(crate) fn new(hosts_max: usize, delay_min: Duration) -> Self {
        let tidied = Timestamp(i64::MIN);
        Self { hosts: HashMap::new(), hosts_max: hosts_max.max(1), delay_min, tidied }
    }

    /// Takes the host's turn if it has come.
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

    /// Ends a turn and says when the next one is. `delay` is the pause that the host's robots.txt
    /// asks for, where that is known; otherwise the last one known stays.
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

    /// Lets a host rest that somebody else has asked, unless it does so already. A table that is full
    /// takes none: its hosts come first.
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

    /// When a host may be asked, as far as is known.
    pub(crate) fn ready(&self, host: &str, now: Now) -> Timestamp {
        let wait = self.hosts.get(host).map_or(Duration::ZERO, |state| state.wait(now));
        later(now.clock, wait)
    }

    /// Gives a turn back that was not used: nothing was asked.
    pub(crate) fn give_back(&mut self, host: &str) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.is_running = false;
        }
    }

    /// Forgets hosts that could be asked now; whether there is room. At most once a second, for a
    /// look at the whole table must not become the price of every request.
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
    /// How long the host is not to be asked yet.
    fn wait(&self, now: Now) -> Duration {
        if self.is_running {
            return self.delay.max(RUNNING_WAIT);
        }
        between(now.clock, self.next).max(between(now.steady, self.rested))
    }

    /// Counts a failure: the pause, doubled for every failure before it.
    fn fail(&mut self, first: Duration) -> Duration {
        let doublings = self.failures.min(DOUBLINGS_MAX);
        self.failures = self.failures.saturating_add(1);
        first.saturating_mul(1 << doublings).min(PAUSE_MAX)
    }
}

/// `now` and a time; the end of time when there is no such moment.
pub(crate) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_add(micros))
}

/// The time from one instant to a later one; none to an earlier one.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}

#[cfg(test)]
mod tests;

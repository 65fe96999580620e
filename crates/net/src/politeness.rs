//! When a host may be asked again.
//!
//! Pure: the time comes in as an argument. One request at a time, a pause after each, a longer one
//! when the host asks for it (`Retry-After`, `Crawl-delay`) or fails. A pause asked for is a lower
//! bound: it may become longer, never shorter. The table is bounded and never forgets a host before
//! its next turn; while it is full of waiting hosts, new ones have to wait too.

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
pub(crate) enum Outcome {
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
pub(crate) enum Turn {
    /// Now; [`Politeness::end`] must follow.
    Now,
    /// Not before this moment.
    Later(Timestamp),
}

#[derive(Debug, Clone, Copy)]
struct HostState {
    next: Timestamp,
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
    pub(crate) fn begin(&mut self, host: &str, now: Timestamp) -> Turn {
        if let Some(state) = self.hosts.get_mut(host) {
            if state.is_running {
                return Turn::Later(later(now, state.delay.max(RUNNING_WAIT)));
            }
            if state.next > now {
                return Turn::Later(state.next);
            }
            state.is_running = true;
            return Turn::Now;
        }
        if self.hosts.len() >= self.hosts_max && !self.tidy(now) {
            return Turn::Later(later(now, FULL_WAIT));
        }
        let state = HostState { next: now, delay: self.delay_min, failures: 0, is_running: true };
        self.hosts.insert(host.to_owned(), state);
        Turn::Now
    }

    /// Ends a turn and says when the next one is. `delay` is the pause that the host's robots.txt
    /// asks for, where that is known; otherwise the last one known stays.
    pub(crate) fn end(
        &mut self,
        host: &str,
        delay: Option<Duration>,
        outcome: Outcome,
        now: Timestamp,
    ) -> Timestamp {
        let Some(state) = self.hosts.get_mut(host) else { return now };
        state.is_running = false;
        state.delay = delay.map_or(state.delay, |delay| delay.max(self.delay_min));
        let pause = match outcome {
            Outcome::Fine => {
                state.failures = 0;
                Duration::ZERO
            }
            Outcome::Trouble => state.fail(state.delay.max(Duration::from_secs(1)) * 2),
            Outcome::Away { retry_after } => {
                state.fail(PAUSE_MIN).max(retry_after.unwrap_or_default())
            }
        };
        state.next = later(now, pause.max(state.delay));
        state.next
    }

    /// Gives a turn back that was not used: nothing was asked.
    pub(crate) fn give_back(&mut self, host: &str) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.is_running = false;
        }
    }

    /// Forgets hosts that could be asked now; whether there is room. At most once a second, for a
    /// look at the whole table must not become the price of every request.
    fn tidy(&mut self, now: Timestamp) -> bool {
        if now >= self.tidied && now < later(self.tidied, Duration::from_secs(1)) {
            return false;
        }
        self.tidied = now;
        self.hosts.retain(|_, state| state.is_running || state.next > now);
        self.hosts.len() < self.hosts_max
    }
}

impl HostState {
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

#[cfg(test)]
mod tests;

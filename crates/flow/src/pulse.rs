//! How a running engine is doing: its beat, its latencies, what it takes in a minute, and what has
//! stopped for good.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::metric;

/// Latencies remembered: the newest.
const LATENCIES_MAX: usize = 1_024;
const MINUTE: Duration = Duration::from_secs(60);
/// A minute is remembered in parts of this length.
const PART: Duration = Duration::from_secs(5);

/// What runs through the engine, told to whoever asks and to the metrics.
pub struct Pulse {
    beat: watch::Sender<u64>,
    recent: Mutex<Recent>,
    stopped: watch::Sender<Vec<String>>,
}

#[derive(Default)]
struct Recent {
    latencies_us: VecDeque<i64>,
    taken_in: VecDeque<(Instant, usize)>,
}

/// How long pages took to become signals: half of them at most `p50_ms`, 99 of 100 `p99_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// The median, in milliseconds.
    pub p50_ms: i64,
    /// The 99th percentile, in milliseconds.
    pub p99_ms: i64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            beat: watch::Sender::new(0),
            recent: Mutex::default(),
            stopped: watch::Sender::default(),
        }
    }
}

impl Pulse {
    /// Changes with every commit of a stage: for whoever waits for news.
    pub fn beat(&self) -> watch::Receiver<u64> {
        self.beat.subscribe()
    }

    /// What has stopped for good, and why. Only a person, and then a new start, help.
    pub fn stopped(&self) -> watch::Receiver<Vec<String>> {
        self.stopped.subscribe()
    }

    /// The latency of the newest pages that led to signals; nothing before the first.
    pub fn latency(&self) -> Option<Latency> {
        let mut sorted: Vec<i64> = self.recent().latencies_us.iter().copied().collect();
        sorted.sort_unstable();
        let at = |hundredth: usize| {
            let place = (sorted.len() * hundredth).div_ceil(100).saturating_sub(1);
            sorted.get(place).map(|us| us / 1_000)
        };
        Some(Latency { p50_ms: at(50)?, p99_ms: at(99)? })
    }

    /// Deliveries taken in during the last minute.
    pub fn taken_in_last_minute(&self) -> usize {
        let mut recent = self.recent();
        recent.forget_old();
        recent.taken_in.iter().map(|(_, count)| count).sum()
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn taken_in(&self, new: usize, duplicates: usize) {
        count_intake("new", new);
        count_intake("duplicate", duplicates);
        let mut recent = self.recent();
        recent.forget_old();
        match recent.taken_in.back_mut() {
            Some((since, count)) if since.elapsed() < PART => *count += new,
            _ => recent.taken_in.push_back((Instant::now(), new)),
        }
    }

    pub(crate) fn rejected(&self, count: usize) {
        count_intake("rejected", count);
    }

    pub(crate) fn committed(
        &self,
        stage: &'static str,
        records: usize,
        took: Duration,
        latencies_us: &[i64],
    ) {
        metrics::counter!(metric::STAGE_RECORDS, "stage" => stage).increment(records as u64);
        metrics::histogram!(metric::STAGE_COMMIT, "stage" => stage).record(took);
        for us in latencies_us {
            let latency = Duration::from_micros(u64::try_from(*us).unwrap_or(0));
            metrics::histogram!(metric::PAGE_TO_SIGNAL).record(latency);
        }
        let mut recent = self.recent();
        recent.latencies_us.extend(latencies_us);
        let surplus = recent.latencies_us.len().saturating_sub(LATENCIES_MAX);
        recent.latencies_us.drain(..surplus);
        drop(recent);
        self.beat.send_modify(|beat| *beat = beat.wrapping_add(1));
    }

    pub(crate) fn has_stopped(&self, why: String) {
        self.stopped.send_modify(|stopped| stopped.push(why));
    }

    pub(crate) fn failed(&self, stage: &'static str) {
        metrics::counter!(metric::STAGE_FAILURES, "stage" => stage).increment(1);
    }

    pub(crate) fn given_up(&self, stage: &'static str) {
        metrics::counter!(metric::STAGE_DEAD, "stage" => stage).increment(1);
    }
}

impl Recent {
    fn forget_old(&mut self) {
        while self.taken_in.front().is_some_and(|(since, _)| since.elapsed() > MINUTE) {
            self.taken_in.pop_front();
        }
    }
}

fn count_intake(outcome: &'static str, count: usize) {
    metrics::counter!(metric::INTAKE, "outcome" => outcome).increment(count as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pulse_tells_of_the_newest_only() {
        let pulse = Pulse::default();
        assert_eq!((pulse.latency(), pulse.taken_in_last_minute()), (None, 0));
        let beat = pulse.beat();
        let latencies: Vec<i64> = (1..=100).map(|ms| ms * 1_000).collect();
        pulse.committed("detect", 100, Duration::ZERO, &latencies);
        assert_eq!(pulse.latency(), Some(Latency { p50_ms: 50, p99_ms: 99 }));
        assert!(beat.has_changed().unwrap());
        pulse.committed("detect", 2_000, Duration::ZERO, &vec![7_000; 2_000]);
        assert_eq!(pulse.latency(), Some(Latency { p50_ms: 7, p99_ms: 7 }));

        pulse.taken_in(2, 1);
        tokio::time::advance(Duration::from_secs(40)).await;
        pulse.taken_in(3, 0);
        assert_eq!(pulse.taken_in_last_minute(), 5);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(pulse.taken_in_last_minute(), 3);
    }
}

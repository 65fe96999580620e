//! Measurements of the journey: the latency from pages to signals, and the captures per minute.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::metric;

/// The number of newest latencies that are kept.
const LATENCIES_MAX: usize = 1_024;
const MINUTE: Duration = Duration::from_secs(60);
/// The length of the intervals in which captures are counted.
const PART: Duration = Duration::from_secs(5);

/// The latest measurements of this process, also published as metrics.
#[derive(Default)]
pub(crate) struct LatencyMeter {
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    latencies_us: VecDeque<i64>,
    taken_in: VecDeque<(Instant, usize)>,
}

/// The latency from pages to signals: half of them took at most `p50_ms`, 99 of 100 `p99_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// The median, in milliseconds.
    pub p50_ms: i64,
    /// The 99th percentile, in milliseconds.
    pub p99_ms: i64,
}

impl LatencyMeter {
    /// Computes the latency of the newest pages that led to signals; `None` before the first.
    pub(crate) fn latency(&self) -> Option<Latency> {
        let mut sorted: Vec<i64> = self.recent().latencies_us.iter().copied().collect();
        sorted.sort_unstable();
        let percentile = |hundredth: usize| {
            let index = (sorted.len() * hundredth).div_ceil(100).saturating_sub(1);
            sorted.get(index).map(|us| us / 1_000)
        };
        Some(Latency { p50_ms: percentile(50)?, p99_ms: percentile(99)? })
    }

    /// Counts the captures taken in during the last minute.
    pub(crate) fn taken_in_last_minute(&self) -> usize {
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

    pub(crate) fn reached_a_signal(&self, took_us: i64) {
        let latency = Duration::from_micros(u64::try_from(took_us).unwrap_or(0));
        metrics::histogram!(metric::PAGE_TO_SIGNAL).record(latency);
        let mut recent = self.recent();
        recent.latencies_us.push_back(took_us);
        let surplus = recent.latencies_us.len().saturating_sub(LATENCIES_MAX);
        recent.latencies_us.drain(..surplus);
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
    async fn a_meter_remembers_the_newest_only() {
        let meter = LatencyMeter::default();
        assert_eq!((meter.latency(), meter.taken_in_last_minute()), (None, 0));
        for ms in 1..=100 {
            meter.reached_a_signal(ms * 1_000);
        }
        assert_eq!(meter.latency(), Some(Latency { p50_ms: 50, p99_ms: 99 }));
        for _ in 0..2_000 {
            meter.reached_a_signal(7_000);
        }
        assert_eq!(meter.latency(), Some(Latency { p50_ms: 7, p99_ms: 7 }));

        meter.taken_in(2, 1);
        tokio::time::advance(Duration::from_secs(40)).await;
        meter.taken_in(3, 0);
        assert_eq!(meter.taken_in_last_minute(), 5);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(meter.taken_in_last_minute(), 3);
    }
}

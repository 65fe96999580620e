//! The current day of the world: set explicitly, or running faster than real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use model::{Clock, Day};

/// The calendar clock of the world.
pub struct DayClock {
    set: AtomicI32,
    running: Option<Running>,
}

struct Running {
    clock: Arc<dyn Clock>,
    started_micros: i64,
    day_took_micros: i64,
    last: Day,
}

impl std::fmt::Debug for DayClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DayClock").field(&self.today()).finish()
    }
}

impl DayClock {
    /// Creates a clock that shows `day` until it is set.
    pub fn at(day: Day) -> Self {
        Self { set: AtomicI32::new(day.0), running: None }
    }

    /// Creates a clock that shows `from` now and advances by a day every `day_took_ms`, up to
    /// `last`.
    pub fn running(clock: Arc<dyn Clock>, from: Day, last: Day, day_took_ms: u32) -> Self {
        let running = Running {
            started_micros: clock.now().0,
            day_took_micros: i64::from(day_took_ms.max(1)) * 1_000,
            last,
            clock,
        };
        Self { set: AtomicI32::new(from.0), running: Some(running) }
    }

    /// Sets the day; a running clock advances from there by the time elapsed since its start.
    pub fn set(&self, day: Day) {
        self.set.store(day.0, Ordering::SeqCst);
    }

    /// Returns the current day.
    pub fn today(&self) -> Day {
        let day = Day(self.set.load(Ordering::SeqCst));
        let Some(running) = &self.running else { return day };
        let past = running.clock.now().0.saturating_sub(running.started_micros).max(0);
        let days = i32::try_from(past / running.day_took_micros).unwrap_or(i32::MAX);
        day.plus(days).min(running.last.max(day))
    }
}

//! The parameters of a world.

use model::Day;

/// Size, time and seed of a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Two worlds of the same seed and templates are identical.
    pub seed: u64,
    /// The number of companies.
    pub companies: usize,
    /// The first day. Pages also mention days before it.
    pub first_day: Day,
    /// The number of days before the present.
    pub replay_days: u16,
    /// The number of days after the present.
    pub forward_days: u16,
}

impl Plan {
    /// Plans 150 companies, 60 days of history and `forward_days` to come; the first day is a
    /// Monday in January 2026.
    pub fn new(seed: u64, forward_days: u16) -> Self {
        // 2026-01-05.
        Self { seed, companies: 150, first_day: Day(20_458), replay_days: 60, forward_days }
    }

    /// Returns the same plan with the present starting on `day`.
    #[must_use]
    pub fn with_present(self, day: Day) -> Self {
        Self { first_day: day.plus(-i32::from(self.replay_days)), ..self }
    }

    /// Returns the day on which the history ends and the present starts.
    pub fn present(&self) -> Day {
        self.first_day.plus(i32::from(self.replay_days))
    }

    /// Returns the last day on which an event happens.
    pub fn last_day(&self) -> Day {
        self.present().plus(i32::from(self.forward_days)).plus(-1).max(self.first_day.plus(6))
    }
}

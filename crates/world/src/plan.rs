//! What a world is asked to be.

use model::Day;

/// Size, time and seed of a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Worlds of one seed, and of the same templates, are the same world.
    pub seed: u64,
    /// How many companies.
    pub companies: usize,
    /// The first day. Pages tell of days before it, too.
    pub first_day: Day,
    /// Days that lie behind when the present begins.
    pub replay_days: u16,
    /// Days that come after.
    pub forward_days: u16,
}

impl Plan {
    /// 150 companies, 60 days behind and `forward_days` to come; the first day is a Monday in
    /// January 2026.
    pub fn new(seed: u64, forward_days: u16) -> Self {
        // 2026-01-05.
        Self { seed, companies: 150, first_day: Day(20_458), replay_days: 60, forward_days }
    }

    /// The same with the present beginning on `day`.
    #[must_use]
    pub fn with_present(self, day: Day) -> Self {
        Self { first_day: day.plus(-i32::from(self.replay_days)), ..self }
    }

    /// The day on which the replay is over and the present begins.
    pub fn present(&self) -> Day {
        self.first_day.plus(i32::from(self.replay_days))
    }

    /// The last day on which something happens.
    pub fn last_day(&self) -> Day {
        self.present().plus(i32::from(self.forward_days)).plus(-1).max(self.first_day.plus(6))
    }
}

//! The speed of the frontier's time.

const MINUTE_US: i64 = 60_000_000;
/// The minimum interval between two visits of an address, at any speed.
const LEAST_US: i64 = 1_000_000;

/// The speed of the frontier's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The factor by which time is accelerated: 1 in production, more in a demonstration that shows
    /// a week in minutes.
    pub times_faster: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { times_faster: 1 }
    }
}

impl Pace {
    /// Converts minutes to microseconds at this speed.
    pub(crate) fn scaled(self, minutes: i64) -> i64 {
        (minutes * MINUTE_US / i64::from(self.times_faster.max(1))).max(LEAST_US)
    }
}

//! Instants, days and clocks. Three times are distinguished everywhere: event time (from the
//! source), observed time (of the fetch or from the sender) and known time (our commit). All are
//! UTC.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The error for a text that is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a time: {0:?}; write 2026-03-31 or 2026-03-31T12:00:00Z")]
pub struct InvalidTime(String);

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the UTC day of this instant.
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MICROS_PER_DAY)).unwrap_or(i32::MAX))
    }

    fn to_jiff(self) -> jiff::Timestamp {
        let limit = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(limit)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_jiff())
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(instant.as_microsecond()));
        }
        let start = text.parse::<Day>()?.start();
        Ok(Self(start.to_jiff().as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A UTC calendar day, counted from 1970-01-01; displayed as `2026-03-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub i32);

impl Day {
    /// Creates the day of a civil date, or `None` if there is no such date.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self::from_date)
    }

    /// Returns midnight UTC, at which the day begins.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0).saturating_mul(MICROS_PER_DAY))
    }

    /// Returns the day `days` later (earlier if negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Counts the days from `earlier` to this day.
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns year, month and day of the month.
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.to_date();
        (date.year(), date.month(), date.day())
    }

    /// Formats the day for a reader: `6 Nov 2026`.
    pub fn in_words(self) -> String {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = self.ymd();
        let month = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month));
        month.map_or_else(|| self.to_string(), |month| format!("{day} {month} {year}"))
    }

    /// Converts to a civil date, or to the nearest representable one if the day is out of range.
    fn to_date(self) -> jiff::civil::Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = jiff::Span::new().try_days(self.0);
        let limit = if self.0 < 0 { jiff::civil::Date::MIN } else { jiff::civil::Date::MAX };
        days.and_then(|days| epoch.checked_add(days)).unwrap_or(limit)
    }

    fn from_date(date: jiff::civil::Date) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = epoch.until(date).map(|span| span.get_days()).unwrap_or(0);
        Self(days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_date())
    }
}

impl FromStr for Day {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse::<jiff::civil::Date>()
            .map(Self::from_date)
            .map_err(|_| InvalidTime(text.chars().take(80).collect()))
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A source of the current time. Only the shell holds one; the pure stages receive a [`Day`] or a
/// [`Timestamp`].
pub trait Clock: Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock: the only place where leadq reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that changes only when it is set: for tests, and for `--on DATE`.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Creates a clock that is set to `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_agree_with_their_texts() {
        for (text, day) in [
            ("1970-01-01", 0),
            ("2026-11-23", 20_780),
            ("1969-12-31", -1),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(text.parse::<Day>(), Ok(Day(day)), "{text}");
            assert_eq!(Day(day).to_string(), text);
            assert_eq!(Day(day).start().day(), Day(day));
        }
        let instant: Timestamp = "2026-01-03T12:20:13Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-01-03T12:20:13Z");
        assert_eq!(instant.day().to_string(), "2026-01-03");
        assert!("yesterday".parse::<Timestamp>().is_err());
        assert_eq!(Day::from_ymd(2026, 2, 30), None);
    }
}

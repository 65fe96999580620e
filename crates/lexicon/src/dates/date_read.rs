//! What could be read of a date, and its place in a text.

/// What could be read of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRead {
    /// A day.
    Day {
        /// The year, with its century.
        year: i16,
        /// The month, from 1.
        month: i8,
        /// The day of the month, from 1.
        day: i8,
    },
    /// A week of ISO 8601, which begins with a Monday.
    Week {
        /// The year, with its century.
        year: i16,
        /// The week, from 1.
        week: i8,
        /// The day of the week, from 1 for Monday; without one, the last.
        weekday: i8,
    },
    /// A month.
    Month {
        /// The year, with its century.
        year: i16,
        /// The month, from 1.
        month: i8,
    },
    /// The year of a date whose other parts are unknown words, impossible, or ambiguous.
    Year {
        /// The year, with its century.
        year: i16,
    },
    /// A date without a year, or with one that may be its first or its last number.
    Unclear,
}

impl DateRead {
    /// Returns a day that exists.
    pub(super) fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self::Day { year, month, day })
    }

    /// Returns a month that exists.
    pub(super) fn month(year: i16, month: i8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self::Month { year, month })
    }
}

/// A date found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateInText {
    /// What could be read of it.
    pub date: DateRead,
    /// The byte offset of its start.
    pub start: usize,
    /// The byte offset of its end.
    pub end: usize,
}

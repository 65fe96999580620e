//! Reads days from machine-readable values and from visible text, with the readings of the lexicon.

use lexicon::dates::{DateOrder, DateRead, find};
use model::{Day, Timestamp};

/// The first year a page can have been published in.
const YEAR_MIN: i16 = 1995;
const YEAR_MAX: i16 = 2100;
/// The maximum number of bytes of a text that are searched for a day.
const TEXT_BYTES_MAX: usize = 4 * 1024;
/// The maximum number of bytes of a machine-readable value that are searched for a day.
const VALUE_BYTES_MAX: usize = 60;

/// How a page writes its dates.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner<'a> {
    /// The page's language, ISO 639-1.
    pub(crate) lang: Option<&'a str>,
    /// The order of day and month in dates of digits.
    pub(crate) order: DateOrder,
}

/// A date that is not a whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VagueDate {
    /// A month or a year: its first and last day.
    Period(Day, Day),
    /// A date without a readable year.
    Unread,
}

/// Reads the day of a machine-readable value: `2026-03-31`, with or without a time; `20260331`,
/// with or without a time; seconds or milliseconds since 1970; or any form that
/// [`first_day`] reads, in the manner of the page where it is known.
pub(crate) fn machine_day(value: &str, manner: Manner<'_>) -> Option<Day> {
    let value = value.trim();
    let value = value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or(value);
    iso_day(value).or_else(|| unix_day(value)).or_else(|| first_day(value, manner))
}

fn iso_day(value: &str) -> Option<Day> {
    let digits = |from: usize, to: usize| -> Option<i16> {
        let part = value.get(from..to)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
    };
    let year = digits(0, 4)?;
    let ends = |at: usize| !value.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    if matches!(value.as_bytes().get(4), Some(b'-' | b'/' | b'.')) {
        let month = digits(5, 7)?;
        if value.as_bytes().get(7) != value.as_bytes().get(4) {
            return None;
        }
        let (day, end) = digits(8, 10).map_or_else(|| (digits(8, 9), 9), |day| (Some(day), 10));
        return ends(end).then(|| day_of(year, month, day?)).flatten();
    }
    // With hours and minutes, and perhaps seconds, in the same digits.
    let is_whole = ends(8) || (digits(8, 12).is_some() && (ends(12) || ends(14)));
    is_whole.then(|| day_of(year, digits(4, 6)?, digits(6, 8)?)).flatten()
}

/// Reads seconds or milliseconds since 1970, with or without a fraction.
fn unix_day(value: &str) -> Option<Day> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = [whole, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let micros_per_unit = match whole.len() {
        10 if is_number => 1_000_000,
        13 if is_number => 1_000,
        _ => return None,
    };
    let day = Timestamp(whole.parse::<i64>().ok()?.checked_mul(micros_per_unit)?).day();
    (YEAR_MIN..YEAR_MAX).contains(&day.ymd().0).then_some(day)
}

fn day_of(year: i16, month: i16, day: i16) -> Option<Day> {
    in_range(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

fn in_range(year: i16, month: i8, day: i8) -> Option<Day> {
    (YEAR_MIN..YEAR_MAX).contains(&year).then(|| Day::from_ymd(year, month, day)).flatten()
}

/// Reads the day in a path such as `/2026/03/31/`.
pub(crate) fn day_in_path(path: &str) -> Option<Day> {
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    let slashed = parts.windows(3).find_map(|parts| match parts {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            day_of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    });
    slashed.or_else(|| {
        path.split('/').find_map(|part| {
            (part.len() == 8 && part.starts_with("20")).then(|| iso_day(part)).flatten()
        })
    })
}

/// Reads the month in a path such as `/2026/03/title`.
pub(crate) fn month_in_path(path: &str) -> Option<VagueDate> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(2).find_map(|parts| match parts {
        [year, month] if year.len() == 4 && month.len() == 2 => {
            month_of(year.parse().ok()?, month.parse().ok()?)
        }
        _ => None,
    })
}

/// A day found in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundDay {
    /// The day.
    pub(crate) day: Day,
    /// The byte offset of its start in the text.
    pub(crate) start: usize,
    /// The byte offset of its end in the text.
    pub(crate) end: usize,
}

/// Finds the days written in `text`, in order. A date whose day and month could be exchanged is
/// ignored, because a wrong day is worse than none.
pub(crate) fn days(text: &str, manner: Manner<'_>) -> Vec<FoundDay> {
    let found = find(cut(text), manner.lang, manner.order);
    let days = found.into_iter().filter_map(|found| {
        let day = match found.date {
            DateRead::Day { year, month, day } => in_range(year, month, day),
            DateRead::Week { year, week, weekday } => day_of_week(year, week, weekday),
            DateRead::Month { .. } | DateRead::Year { .. } | DateRead::Unclear => None,
        };
        day.map(|day| FoundDay { day, start: found.start, end: found.end })
    });
    days.collect()
}

/// Finds the first day written in `text`.
pub(crate) fn first_day(text: &str, manner: Manner<'_>) -> Option<Day> {
    days(text, manner).first().map(|found| found.day)
}

/// A date found in text that is not a whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundVague {
    /// What could be read of it.
    pub(crate) date: VagueDate,
    /// Whether its month is an unknown word or number.
    pub(crate) is_year: bool,
    /// The byte offset of its start in the text.
    pub(crate) start: usize,
    /// The byte offset of its end in the text.
    pub(crate) end: usize,
}

/// Finds the first date written in `text`, if it is not a whole day.
pub(crate) fn first_vague(text: &str, manner: Manner<'_>) -> Option<FoundVague> {
    let found = find(cut(text), manner.lang, manner.order).into_iter().next()?;
    let (date, is_year) = match found.date {
        DateRead::Day { .. } | DateRead::Week { .. } => return None,
        DateRead::Month { year, month } => (month_of(year, month)?, false),
        DateRead::Year { year } => (year_of(year)?, true),
        DateRead::Unclear => (VagueDate::Unread, false),
    };
    Some(FoundVague { date, is_year, start: found.start, end: found.end })
}

/// Reads a text that is only a year, or a year with a month in any language, or with the number of a
/// month or of a quarter, or with one of `seasons`: `2024`, `11/2024`, `Q4 2024`, `Herbst 2024`.
pub(crate) fn only_year(text: &str, seasons: &[&str]) -> Option<VagueDate> {
    let mut year = None;
    let mut month = None;
    for part in text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let number = part.parse::<i16>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
        let lower = part.to_lowercase();
        match number {
            Some(number) if part.len() == 4 && year.is_none() => year = Some(number),
            Some(number) if part.len() <= 2 && month.is_none() => month = Some(number),
            None if matches!(lower.as_str(), "q" | "q1" | "q2" | "q3" | "q4" | "h1" | "h2") => {}
            None if seasons.contains(&lower.as_str()) => {}
            None if month.is_none() && lexicon::dates::month(&lower, None).is_some() => {
                month = lexicon::dates::month(&lower, None).map(i16::from);
            }
            _ => return None,
        }
    }
    let of_month = month.and_then(|month| month_of(year?, i8::try_from(month).ok()?));
    of_month.or_else(|| year_of(year?))
}

/// Reads a line that is nothing but a day in eight digits, perhaps behind a label: `20241110`.
pub(crate) fn compact_day(line: &str) -> Option<Day> {
    let value = line.rsplit(':').next().unwrap_or(line).trim();
    let is_compact = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    is_compact.then(|| iso_day(value)).flatten()
}

/// Returns the first year of four digits in a text.
pub(crate) fn any_year(text: &str) -> Option<VagueDate> {
    let numbers = cut(text).split(|c: char| !c.is_ascii_digit());
    numbers.filter(|part| part.len() == 4).find_map(|part| year_of(part.parse().ok()?))
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text)
}

fn month_of(year: i16, month: i8) -> Option<VagueDate> {
    let first = in_range(year, month, 1)?;
    let next =
        if month == 12 { Day::from_ymd(year + 1, 1, 1) } else { Day::from_ymd(year, month + 1, 1) };
    Some(VagueDate::Period(first, next?.plus(-1)))
}

fn year_of(year: i16) -> Option<VagueDate> {
    Some(VagueDate::Period(in_range(year, 1, 1)?, in_range(year, 12, 31)?))
}

/// Returns the day of a week of ISO 8601: the first week has the fourth of January.
fn day_of_week(year: i16, week: i8, weekday: i8) -> Option<Day> {
    let fourth = in_range(year, 1, 4)?;
    // The first day of 1970 was a Thursday.
    let monday = fourth.plus(-(fourth.0 + 3).rem_euclid(7));
    Some(monday.plus((i32::from(week) - 1) * 7 + i32::from(weekday) - 1))
}

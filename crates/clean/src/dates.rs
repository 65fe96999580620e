//! Reads days from machine-readable values and from visible text in common languages.

use lexicon::dates::{FILLERS_ON_PAGES, ON_PAGES};
use model::Day;

/// The first year a page can have been published in.
const YEAR_MIN: i16 = 1995;
const YEAR_MAX: i16 = 2100;
/// The maximum number of bytes of a text that are searched for a day.
const TEXT_BYTES_MAX: usize = 4 * 1024;
/// The maximum number of words after the first one of a date. Few fit between its parts.
const WORDS_MAX: usize = 10;

/// Reads the day of a machine-readable value: `2026-03-31`, with or without a time; `20260331`; or
/// the format of mail headers and of `Date` in scripts.
pub(crate) fn machine_day(value: &str) -> Option<Day> {
    let value = value.trim();
    if let Some(day) = iso_day(value) {
        return Some(day);
    }
    first_day(value.get(..value.len().min(60)).unwrap_or(value), None).map(|found| found.day)
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
    (ends(8)).then(|| day_of(year, digits(4, 6)?, digits(6, 8)?)).flatten()
}

fn day_of(year: i16, month: i16, day: i16) -> Option<Day> {
    if !(YEAR_MIN..YEAR_MAX).contains(&year) {
        return None;
    }
    Day::from_ymd(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
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

/// A word or a number of the text.
#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl Token<'_> {
    fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
        let is_number = self.text.bytes().all(|b| b.is_ascii_digit());
        (is_number && digits.contains(&self.text.len())).then(|| self.text.parse().ok()).flatten()
    }

    fn year(&self) -> Option<i16> {
        self.number(4..=4).filter(|year| (YEAR_MIN..YEAR_MAX).contains(year))
    }

    fn month(&self) -> Option<i16> {
        if self.text.len() < 3 || self.text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let word = self.text.to_lowercase();
        let at = ON_PAGES.iter().position(|names| names.contains(&word.as_str()))?;
        i16::try_from(at + 1).ok()
    }
}

/// Finds the first day written in `text`. `lang` decides whether `03/04/2026` is in March or in
/// April; without it (or in English) such a date is ignored, because a wrong day is worse than
/// none.
pub(crate) fn first_day(text: &str, lang: Option<&str>) -> Option<FoundDay> {
    let text = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text);
    let tokens = tokens(text);
    (0..tokens.len()).find_map(|at| {
        let rest = tokens.get(at..)?;
        named_day(text, rest).or_else(|| glued_day(rest)).or_else(|| numbered_day(text, rest, lang))
    })
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start: Option<(usize, bool)> = None;
    let ends = text.char_indices().chain(std::iter::once((text.len(), ' ')));
    for (at, c) in ends {
        let class = c.is_alphanumeric().then_some(c.is_ascii_digit());
        if let Some((from, was_digit)) = start
            && class != Some(was_digit)
        {
            tokens.extend(text.get(from..at).map(|text| Token { text, start: from, end: at }));
            start = None;
        }
        if let (None, Some(is_digit)) = (start, class) {
            start = Some((at, is_digit));
        }
    }
    tokens
}

/// Reads `Mar` and `312026`: day and year in separate elements without a space between them.
fn glued_day(tokens: &[Token<'_>]) -> Option<FoundDay> {
    let [first, second, ..] = tokens else { return None };
    let month = first.month()?;
    let (day, year) = (second.text.get(..2)?, second.text.get(2..)?);
    let is_whole = second.text.len() == 6 && second.start - first.end <= 1;
    let day = is_whole.then(|| day_of(year.parse().ok()?, month, day.parse().ok()?))??;
    Some(FoundDay { day, start: first.start, end: second.end })
}

/// Reads a day with the name of its month: `31 March 2026`, `March 31st, 2026`, `31. März 2026`,
/// `31 de marzo de 2026`, `1er mars 2026`.
fn named_day(text: &str, tokens: &[Token<'_>]) -> Option<FoundDay> {
    let first = tokens.first()?;
    let rest = tokens.iter().skip(1).take(WORDS_MAX);
    let mut rest = rest.filter(|token| !FILLERS_ON_PAGES.contains(&token.text));
    let (second, third) = (rest.next()?, rest.next()?);
    let close = |one: &Token<'_>, other: &Token<'_>| {
        text.get(one.end..other.start).is_some_and(|gap| gap.len() <= 9 && !gap.contains('\n'))
    };
    if !close(first, second) || !close(second, third) {
        return None;
    }
    let year = third.year()?;
    let day = match (first.number(1..=2), second.month(), first.month(), second.number(1..=2)) {
        (Some(day), Some(month), _, _) | (_, _, Some(month), Some(day)) => day_of(year, month, day),
        _ => None,
    }?;
    Some(FoundDay { day, start: first.start, end: third.end })
}

/// Reads a day in digits: `2026-03-31`, `31.03.2026`, `31/03/2026`.
fn numbered_day(text: &str, tokens: &[Token<'_>], lang: Option<&str>) -> Option<FoundDay> {
    let [first, second, third, ..] = tokens else { return None };
    let gap = text.get(first.end..second.start)?;
    if text.get(second.end..third.start)?.trim() != gap.trim() {
        return None;
    }
    let separator = match gap.trim() {
        "." if gap.len() <= 2 => '.',
        "/" if gap.len() == 1 => '/',
        "-" if gap.len() == 1 => '-',
        _ => return None,
    };
    let glued = |at: Option<char>| at.is_some_and(|c| c.is_alphanumeric() || c == '/' || c == '-');
    let before = text.get(..first.start)?.chars().next_back();
    let after = text.get(third.end..)?.chars().next();
    if glued(before) || glued(after.filter(|c| *c != 'T')) {
        return None;
    }
    let (month_or_day, last) = (second.number(1..=2)?, third.number(1..=4)?);
    let day = if let Some(year) = first.year() {
        day_of(year, month_or_day, third.number(1..=2)?)
    } else {
        let (first, year) = (first.number(1..=2)?, third.year().filter(|year| *year == last)?);
        match (separator, first, month_or_day) {
            ('.' | '-', day, month) if separator == '.' || day > 12 => day_of(year, month, day),
            (_, month, day) if day > 12 => day_of(year, month, day),
            (_, day, month) if day > 12 || day == month => day_of(year, month, day),
            (_, day, month) if lang.is_some_and(|lang| lang != "en") => day_of(year, month, day),
            _ => None,
        }
    }?;
    Some(FoundDay { day, start: first.start, end: third.end })
}

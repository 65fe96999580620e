//! Dates in sentences.

use std::sync::LazyLock;

use lexicon::dates::{DateOrder, DateRead, OF_ANOTHER_IN_SENTENCES};
use model::Day;
use regex::Regex;

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static YEAR: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)\b(?:in|en|im jahr|im jahre|back in|during)\s(?P<year>(?:19|20)\d\d)\b")
        .unwrap()
});

/// The text after a number that is not a year: "brings in 1990 million".
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)^(?:[.,]\d|\s?(?:€|£|\$|k\b|m\b|mn\b|mio|mrd|bn\b|thousand|million|billion|milli|tausend|crore|lakh|eur|usd|gbp|chf|sek|nok|dkk|dollar|pound|kron|franken|franc|people\b|employees\b|jobs\b|mitarbeit|salariés))")
        .unwrap()
});

/// A date in a text, with its precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenDate {
    pub(crate) day: Day,
    pub(crate) start: usize,
    /// Whether only the year is given.
    pub(crate) year_only: bool,
    /// Whether the day of the month is given.
    pub(crate) exact: bool,
}

/// Finds every date in `text`, a text in the language `lang`, in order. A month or a year counts as
/// its first day.
pub(crate) fn find(text: &str, lang: Option<&str>) -> Vec<WrittenDate> {
    let read = lexicon::dates::find(text, lang, DateOrder::of(lang, None));
    let mut found: Vec<WrittenDate> = Vec::new();
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for date in read {
        let (year, month, day, exact) = match date.date {
            DateRead::Day { year, month, day } => (year, month, day, true),
            DateRead::Month { year, month } => (year, month, 1, false),
            DateRead::Week { .. } | DateRead::Year { .. } | DateRead::Unclear => continue,
        };
        let Some(day) = Day::from_ymd(year, month, day) else { continue };
        found.push(WrittenDate { day, start: date.start, year_only: false, exact });
        ends.push((date.start, date.end));
    }
    for captures in YEAR.captures_iter(text) {
        let (Some(whole), Some(year)) = (captures.get(0), captures.name("year")) else { continue };
        let is_read = ends.iter().any(|(start, end)| *start < year.end() && year.start() < *end);
        let counts = COUNTED.is_match(text.get(whole.end()..).unwrap_or_default());
        let day = year.as_str().parse().ok().and_then(|year| Day::from_ymd(year, 1, 1));
        if let Some(day) = day.filter(|_| !is_read && !counts) {
            found.push(WrittenDate { day, start: whole.start(), year_only: true, exact: false });
        }
    }
    found.sort_by_key(|date| date.start);
    found
}

/// Returns the day of the event of a sentence, by the date in the sentence. A bare year counts only
/// if it is past: then it is old news, and the page's date would make it seem fresh.
pub(crate) fn event_day(
    sentence: &str,
    at: usize,
    lang: Option<&str>,
    published: Option<Day>,
) -> Option<Day> {
    let dates: Vec<WrittenDate> = find(sentence, lang)
        .into_iter()
        .filter(|date| !is_of_another(sentence, date.start))
        .collect();
    let date = dates.iter().find(|date| date.start >= at).or_else(|| dates.last())?;
    let current_year = published.map(|day| day.ymd().0);
    if date.year_only && current_year.is_some_and(|year| date.day.ymd().0 >= year) {
        return None;
    }
    if published.is_some_and(|published| date.day > published) {
        return None;
    }
    Some(date.day)
}

/// Reports whether a date is that of something else: "founded in 2015", "valid until 3 May 2027".
fn is_of_another(sentence: &str, at: usize) -> bool {
    let before = sentence.get(..at).unwrap_or_default().trim_end().to_lowercase();
    let last: Vec<&str> = before.split_whitespace().rev().take(2).collect();
    last.iter().any(|word| OF_ANOTHER_IN_SENTENCES.contains(word))
}

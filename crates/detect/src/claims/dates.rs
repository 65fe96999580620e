//! Dates in sentences.

use std::sync::LazyLock;

use lexicon::dates::{IN_SENTENCES, OF_ANOTHER_IN_SENTENCES};
use model::Day;
use regex::Regex;

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let mut names: Vec<&str> = IN_SENTENCES.iter().map(|(name, _)| *name).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let month = names.join("|");
    crate::pattern(&format!(
        r"(?i)\b(?P<iso>20\d\d-\d\d-\d\d)\b|\b(?P<m1>{month})\.?\s(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y1>20\d\d)\b|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s(?:de\s|of\s)?(?P<m2>{month})\.?,?\s(?:de\s)?(?P<y2>20\d\d)\b|\b(?P<m3>{month})\.?,?\s(?:of\s|de\s)?(?P<y3>(?:19|20)\d\d)\b|\b(?:in|en|im jahr|im jahre|back in|during)\s(?P<y4>(?:19|20)\d\d)\b"
    ))
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

/// Finds every date in `text`, in order. A month or a year counts as its first day.
pub(crate) fn find(text: &str) -> Vec<WrittenDate> {
    let mut found = Vec::new();
    for captures in DATE.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        let group = |name: &str| captures.name(name).map(|group| group.as_str());
        let day = if let Some(iso) = group("iso") {
            iso.parse().ok()
        } else if let (Some(m), Some(d), Some(y)) = (group("m1"), group("d1"), group("y1")) {
            day_of(y, Some(m), Some(d))
        } else if let (Some(m), Some(d), Some(y)) = (group("m2"), group("d2"), group("y2")) {
            day_of(y, Some(m), Some(d))
        } else if let (Some(m), Some(y)) = (group("m3"), group("y3")) {
            day_of(y, Some(m), None)
        } else {
            let counts = COUNTED.is_match(text.get(whole.end()..).unwrap_or_default());
            group("y4").filter(|_| !counts).and_then(|y| day_of(y, None, None))
        };
        if let Some(day) = day {
            let exact = group("y4").is_none() && group("y3").is_none();
            found.push(WrittenDate {
                day,
                start: whole.start(),
                year_only: group("y4").is_some(),
                exact,
            });
        }
    }
    found
}

fn day_of(year: &str, month: Option<&str>, day: Option<&str>) -> Option<Day> {
    let month = match month {
        Some(word) => {
            let word = word.to_lowercase();
            IN_SENTENCES.iter().find(|(name, _)| *name == word)?.1
        }
        None => 1,
    };
    Day::from_ymd(year.parse().ok()?, month, day.map_or(Some(1), |day| day.parse().ok())?)
}

/// Returns the day of the event of a sentence, by the date in the sentence. A bare year counts only
/// if it is past: then it is old news, and the page's date would make it seem fresh.
pub(crate) fn event_day(sentence: &str, at: usize, published: Option<Day>) -> Option<Day> {
    let dates: Vec<WrittenDate> =
        find(sentence).into_iter().filter(|date| !is_of_another(sentence, date.start)).collect();
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

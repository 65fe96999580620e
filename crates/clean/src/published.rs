//! Determines the day on which a page was published, according to the page itself. Evidence is
//! checked in order of strength; an uncertain day is omitted because a wrong day is worse than
//! none.

use lexicon::dates::OF_ANOTHER_ON_PAGES;
use lexicon::markup::META_NAMES;
use model::{Day, Note, Timestamp};
use url::Url;

use crate::dates::{day_in_path, first_day, machine_day};
use crate::elements::Tag;
use crate::tree_walk::{Survey, TITLE_BYTES_MAX};

/// The number of bytes of visible text before and after the heading in which a date belongs to it.
const BEFORE_HEADING: usize = 250;
const AFTER_HEADING: usize = 500;
/// The maximum number of different days in the markup; pages with more are lists of other pages.
const DAYS_MAX: usize = 3;
/// The number of days that a clock or a time zone may be ahead.
const DAYS_AHEAD: i32 = 2;

/// The facts about a page that are not in its survey.
pub(crate) struct Known<'a> {
    /// `datePublished` of its JSON-LD article.
    pub(crate) json_ld: Option<&'a str>,
    /// Its address.
    pub(crate) url: Option<&'a Url>,
    /// Its language.
    pub(crate) lang: Option<&'a str>,
    /// Whether it reads like an article.
    pub(crate) is_article: bool,
    /// The time of its observation.
    pub(crate) observed: Timestamp,
}

/// Determines the day of publication. Adds the note `date_in_future` if the only evidence is after
/// the observation.
pub(crate) fn published(survey: &Survey, facts: &Known<'_>, notes: &mut Vec<Note>) -> Option<Day> {
    let latest = facts.observed.day().plus(DAYS_AHEAD);
    let mut in_future = None;
    let mut plausible = |day: Option<Day>| {
        let day = day?;
        if day > latest {
            in_future = in_future.or(Some(day));
            return None;
        }
        Some(day)
    };
    let day = plausible(facts.json_ld.and_then(machine_day))
        .or_else(|| META_NAMES.iter().find_map(|name| plausible(meta_day(survey, name))))
        .or_else(|| plausible(marked_day(survey, facts)))
        .or_else(|| plausible(facts.url.and_then(|url| day_in_path(url.path()))))
        .or_else(|| plausible(visible_day(survey, facts)));
    if let (None, Some(future)) = (day, in_future) {
        notes.push(Note::new("date_in_future", format!("{future} is after {latest}")));
    }
    day
}

fn meta_day(survey: &Survey, name: &str) -> Option<Day> {
    survey.meta(&[name]).and_then(machine_day)
}

/// Reads the day of a `time` element: one marked as the day of publication, otherwise the one
/// near the heading.
fn marked_day(survey: &Survey, facts: &Known<'_>) -> Option<Day> {
    let read = |value: &str| {
        machine_day(value).or_else(|| first_day(value, facts.lang).map(|found| found.day))
    };
    let days: Vec<(usize, bool, Day)> = survey
        .dates
        .iter()
        .filter_map(|mark| Some((mark.at, mark.is_publication, read(&mark.value)?)))
        .collect();
    let mut different: Vec<Day> = days.iter().map(|(_, _, day)| *day).collect();
    different.sort_unstable();
    different.dedup();
    if different.len() > DAYS_MAX && !facts.is_article {
        return None;
    }
    let mut publications =
        days.iter().filter(|(_, is_publication, _)| *is_publication).map(|(_, _, day)| *day);
    if let Some(first) = publications.next()
        && (facts.is_article || publications.all(|other| other == first))
    {
        return Some(first);
    }
    let (start, end) = heading(survey)?;
    let near =
        days.iter().find(|(at, _, _)| *at + BEFORE_HEADING >= start && *at <= end + AFTER_HEADING);
    match (near, different.as_slice()) {
        (Some((_, _, day)), _) => Some(*day),
        (None, [only]) if facts.is_article => Some(*only),
        _ => None,
    }
}

/// Finds the range of the heading's text: the first `h1` or `h2` whose text is in the title,
/// otherwise the last `h1`, otherwise the first `h2`.
fn heading(survey: &Survey) -> Option<(usize, usize)> {
    let title = survey.meta(&["og:title"]).or(survey.title.as_deref()).unwrap_or_default();
    let title = title.get(..title.floor_char_boundary(TITLE_BYTES_MAX)).unwrap_or(title);
    let of_level = |level: u8| {
        survey.pieces.iter().filter(move |piece| piece.tag == Tag::Heading(level) && !piece.hidden)
    };
    let in_title = |text: &str| text.len() > 8 && title.contains(text);
    let piece = of_level(1)
        .chain(of_level(2))
        .find(|piece| in_title(survey.words_of(piece).trim()))
        .or_else(|| of_level(1).next_back())
        .or_else(|| of_level(2).next())?;
    Some((piece.words.start, piece.words.end))
}

/// Finds a date written near the heading: on a short line of its own, or before the first
/// sentence. The text after the next heading is ignored.
fn visible_day(survey: &Survey, facts: &Known<'_>) -> Option<Day> {
    let (start, end) = heading(survey)?;
    let next = survey
        .pieces
        .iter()
        .filter(|piece| matches!(piece.tag, Tag::Heading(1..=3)) && piece.words.start > end)
        .map(|piece| piece.words.start)
        .min();
    let to = next.unwrap_or(usize::MAX).min(end + AFTER_HEADING);
    let mut before = None;
    for (from, line) in visible_lines(survey, start.saturating_sub(BEFORE_HEADING), to) {
        let Some(day) = day_of_line(line, facts.lang) else { continue };
        if from >= end {
            return Some(day);
        }
        before = Some(day);
    }
    before
}

/// Reads the day that a line states as the day of publication.
fn day_of_line(line: &str, lang: Option<&str>) -> Option<Day> {
    let found = first_day(line, lang)?;
    let (lead, rest) = (line.get(..found.start)?, line.get(found.end..)?);
    let stands_alone = line.len() <= 90 && lead.split_whitespace().count() <= 6;
    let is_dateline = lead.len() <= 60 && ends_dateline(rest);
    // Two dates are a period, not a day.
    let is_period = first_day(rest, lang).is_some();
    ((stands_alone || is_dateline) && !is_period && !is_another_date(&lead.to_lowercase()))
        .then_some(found.day)
}

/// Checks whether the text after a date ends a dateline, such as `BERLIN, 31 March 2026 – Acme …`.
fn ends_dateline(rest: &str) -> bool {
    rest.trim_start().starts_with(['–', '—', '-', ':', '|', '/', ')', '•', '·'])
}

/// Checks for words which indicate that a date is not the day of publication.
fn is_another_date(lead: &str) -> bool {
    OF_ANOTHER_ON_PAGES.iter().any(|word| lead.contains(word))
}

/// Splits the text between two positions at the borders of blocks, and omits the lines of tables.
fn visible_lines(survey: &Survey, from: usize, to: usize) -> Vec<(usize, &str)> {
    let mut cuts: Vec<usize> = survey
        .pieces
        .iter()
        .filter(|piece| !matches!(piece.tag, Tag::Text | Tag::Inline | Tag::Link))
        .flat_map(|piece| [piece.words.start, piece.words.end])
        .filter(|at| (from..=to).contains(at))
        .chain([to.min(survey.words.len())])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let cells: Vec<_> = survey
        .pieces
        .iter()
        .filter(|piece| piece.tag == Tag::Cell && piece.words.len() <= AFTER_HEADING)
        .map(|piece| piece.words.clone())
        .collect();
    cuts.windows(2)
        .filter_map(|pair| match pair {
            [start, end] => Some((*start, survey.words.get(*start..*end)?.trim())),
            _ => None,
        })
        .filter(|(at, line)| !line.is_empty() && !cells.iter().any(|cell| cell.contains(at)))
        .collect()
}

//! Determines the day on which a page was published, according to the page itself. Evidence is
//! checked in order of strength; an uncertain day is omitted because a wrong day is worse than
//! none.

use lexicon::dates::{OF_ANOTHER_ON_PAGES, SEASONS, UPDATES, age_days, with_ascii_digits};
use lexicon::markup::META_NAMES;
use model::{Day, Note, Timestamp};
use url::Url;

use crate::dates::{
    FoundDay, Manner, VagueDate, any_year, compact_day, day_in_path, days, first_day, first_vague,
    machine_day, month_in_path, only_year,
};
use crate::elements::Tag;
use crate::surroundings::Chrome;
use crate::tree_walk::{DateMark, Survey, TITLE_BYTES_MAX};

/// The number of bytes of visible text before and after the heading in which a date belongs to it.
const BEFORE_HEADING: usize = 250;
const AFTER_HEADING: usize = 500;
/// The maximum number of different days in the markup; pages with more are lists of other pages.
const DAYS_MAX: usize = 3;
/// The number of days that a clock or a time zone may be ahead.
const DAYS_AHEAD: i32 = 2;
/// The maximum number of bytes of the text before a date that ends a dateline.
const DATELINE_BYTES_MAX: usize = 60;
/// The maximum number of characters of a line that holds a date without its day, and of words
/// before and after it.
const VAGUE_CHARS_MAX: usize = 60;
const VAGUE_WORDS_MAX: usize = 3;
/// The maximum number of words beside a date in its part of a line that has several dates.
const LABEL_WORDS_MAX: usize = 2;
/// The signs between the parts of a line.
const PART_BREAKS: [char; 5] = ['|', '•', '·', '–', '—'];
/// The metadata with the time of a page's last change.
const CHANGE_METAS: [&str; 4] =
    ["article:modified_time", "og:updated_time", "last-modified", "dcterms.modified"];

/// The facts about a page that are not in its survey.
pub(crate) struct Known<'a> {
    /// `datePublished` of its JSON-LD article.
    pub(crate) json_ld: Option<&'a str>,
    /// Its address.
    pub(crate) url: Option<&'a Url>,
    /// How it writes dates.
    pub(crate) manner: Manner<'a>,
    /// Whether it reads like an article.
    pub(crate) is_article: bool,
    /// The time of its observation.
    pub(crate) observed: Timestamp,
}

/// The day of publication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Published {
    /// The day; the last one of a month or a year if the page gives no more.
    pub(crate) day: Option<Day>,
    /// Whether the page has something like a date of which not even the year can be read.
    pub(crate) is_undated: bool,
}

/// Determines the day of publication. Adds the note `date_in_future` if the only evidence is after
/// the observation, and `date_unreadable` if something like a date could not be read.
pub(crate) fn published(survey: &Survey, facts: &Known<'_>, notes: &mut Vec<Note>) -> Published {
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
    let manner = facts.manner;
    let of_value = |value: &str| machine_day(value, manner);
    let metas = || META_NAMES.iter().filter_map(|name| survey.meta(&[name]));
    let day = plausible(facts.json_ld.and_then(of_value))
        .or_else(|| metas().find_map(|value| plausible(of_value(value))))
        .or_else(|| plausible(marked_day(survey, facts)))
        .or_else(|| plausible(facts.url.and_then(|url| day_in_path(url.path()))))
        .or_else(|| plausible(visible_day(survey, facts)));
    if day.is_some() {
        return Published { day, is_undated: false };
    }
    if let Some(future) = in_future {
        notes.push(Note::new("date_in_future", format!("{future} is after {latest}")));
    }
    let vague = vague_dates(survey, facts, facts.json_ld.into_iter().chain(metas()));
    let found = of_vague(&vague, facts.observed.day());
    if found.is_undated {
        notes.push(Note::new("date_unreadable", "something like a date has no readable year"));
    }
    found
}

/// Determines the day by dates that are no whole days. The first period that is not in the future
/// counts as its last day. If that is not past, the page may be of the day of its observation.
fn of_vague(dates: &[VagueDate], observed: Day) -> Published {
    let mut is_undated = false;
    for date in dates {
        match date {
            VagueDate::Period(first, _) if *first > observed.plus(DAYS_AHEAD) => {}
            VagueDate::Period(_, last) => {
                return Published {
                    day: Some(*last).filter(|last| *last < observed),
                    is_undated: false,
                };
            }
            VagueDate::Unread => is_undated = true,
        }
    }
    Published { day: None, is_undated }
}

/// Collects the dates that are no whole days, in the order of their strength: `values` of the
/// markup, marked dates, dates near the heading, the address.
fn vague_dates<'a>(
    survey: &Survey,
    facts: &Known<'_>,
    values: impl Iterator<Item = &'a str>,
) -> Vec<VagueDate> {
    let of_value = |value: &str| {
        if machine_day(value, facts.manner).is_some() {
            return None;
        }
        let found = first_vague(value, facts.manner).map(|found| found.date);
        found.filter(|date| *date != VagueDate::Unread).or_else(|| any_year(value)).or(found)
    };
    let heading = heading(survey);
    let marks = survey
        .dates
        .iter()
        .filter(|mark| is_near(mark, heading) || (mark.is_publication && facts.is_article));
    let mut found: Vec<VagueDate> = values.filter_map(of_value).collect();
    found.extend(marks.filter_map(|mark| {
        let machine = mark.machine.as_deref().and_then(of_value);
        // The element may hold a whole article, so its text must be a date and nothing else.
        machine.or_else(|| vague_of_line(mark.visible.trim(), facts))
    }));
    let beside: Vec<_> = survey
        .pieces
        .iter()
        .filter(|piece| matches!(piece.chrome, Chrome::Certain | Chrome::Likely))
        .map(|piece| piece.words.clone())
        .filter(|words| !words.is_empty())
        .collect();
    let mut lines = lines_near_heading(survey);
    lines.retain(|(at, _)| !beside.iter().any(|words| words.contains(at)));
    let (after, before): (Vec<_>, Vec<_>) = lines
        .iter()
        .filter_map(|(at, line)| Some((*at, vague_of_line(line, facts)?)))
        .partition(|(at, _)| heading.is_some_and(|(_, end)| *at >= end));
    found.extend(after.into_iter().chain(before.into_iter().rev()).map(|(_, date)| date));
    found.extend(facts.url.and_then(|url| month_in_path(url.path())));
    // A page is not published after its last change.
    let changes = lines.iter().filter_map(|(_, line)| day_of_change(line, facts.manner));
    let metas = CHANGE_METAS.iter().filter_map(|name| survey.meta(&[name]));
    let changes = changes.chain(metas.filter_map(|value| machine_day(value, facts.manner)));
    found.extend(changes.map(|day| VagueDate::Period(day, day)));
    found
}

/// Reads the day of a page's last change from a short line that states it.
fn day_of_change(line: &str, manner: Manner<'_>) -> Option<Day> {
    let line = with_ascii_digits(line);
    let found = days(&line, manner).into_iter().next()?;
    let lead = line.get(..found.start)?.to_lowercase();
    let is_short = line.chars().count() <= VAGUE_CHARS_MAX;
    let is_change = UPDATES.iter().any(|phrase| has_phrase(&lead, phrase));
    (is_short && is_change).then_some(found.day)
}

/// Reads the day of a `time` element: one marked as the day of publication, otherwise the one
/// near the heading.
fn marked_day(survey: &Survey, facts: &Known<'_>) -> Option<Day> {
    let read = |mark: &DateMark| {
        let machine = mark.machine.as_deref().and_then(|value| machine_day(value, facts.manner));
        machine.or_else(|| first_day(&mark.visible, facts.manner))
    };
    let marks: Vec<(&DateMark, Day)> =
        survey.dates.iter().filter_map(|mark| Some((mark, read(mark)?))).collect();
    let mut different: Vec<Day> = marks.iter().map(|(_, day)| *day).collect();
    different.sort_unstable();
    different.dedup();
    if different.len() > DAYS_MAX && !facts.is_article {
        return None;
    }
    let mut publications = marks.iter().filter(|(mark, _)| mark.is_publication);
    if let Some((_, first)) = publications.next()
        && (facts.is_article || publications.all(|(_, other)| other == first))
    {
        return Some(*first);
    }
    let heading = heading(survey)?;
    let near = marks.iter().find(|(mark, _)| is_near(mark, Some(heading)));
    match (near, different.as_slice()) {
        (Some((_, day)), _) => Some(*day),
        (None, [only]) if facts.is_article => Some(*only),
        _ => None,
    }
}

fn is_near(mark: &DateMark, heading: Option<(usize, usize)>) -> bool {
    heading.is_some_and(|(start, end)| {
        mark.at + BEFORE_HEADING >= start && mark.at <= end + AFTER_HEADING
    })
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
/// sentence.
fn visible_day(survey: &Survey, facts: &Known<'_>) -> Option<Day> {
    let (_, end) = heading(survey)?;
    let mut before = None;
    for (from, line) in lines_near_heading(survey) {
        let Some(day) = day_of_line(line, facts.manner) else { continue };
        if from >= end {
            return Some(day);
        }
        before = Some(day);
    }
    before
}

/// Lists the lines near the heading. The text after the next heading is ignored.
fn lines_near_heading(survey: &Survey) -> Vec<(usize, &str)> {
    let Some((start, end)) = heading(survey) else { return Vec::new() };
    let next = survey
        .pieces
        .iter()
        .filter(|piece| matches!(piece.tag, Tag::Heading(1..=3)) && piece.words.start > end)
        .map(|piece| piece.words.start)
        .min();
    let to = next.unwrap_or(usize::MAX).min(end + AFTER_HEADING);
    visible_lines(survey, start.saturating_sub(BEFORE_HEADING), to)
}

/// Reads the day that a line states as the day of publication: its first date that is not of
/// something else. Of several, one that stands alone between signs comes first.
fn day_of_line(line: &str, manner: Manner<'_>) -> Option<Day> {
    let line = with_ascii_digits(line);
    let mut from = 0;
    let mut own = days(&line, manner);
    own.retain(|found| {
        let lead = line.get(from..found.start).unwrap_or_default();
        from = found.end;
        !is_another_date(lead)
    });
    let Some(first) = own.first() else { return compact_day(&line) };
    if own.windows(2).any(|pair| matches!(pair, [one, other] if is_period(&line, one, other))) {
        return None;
    }
    let found = match own.len() {
        1 => first,
        _ => own.iter().find(|found| is_alone(&line, found)).unwrap_or(first),
    };
    let (lead, rest) = (line.get(..found.start)?, line.get(found.end..)?);
    let is_led = lead.split_whitespace().count() <= 6 || own.len() > 1 && is_alone(&line, found);
    let stands_alone = line.len() <= 90 && is_led;
    (stands_alone || is_dateline(lead, rest)).then_some(found.day)
}

/// Returns whether two dates are the ends of a period: a dash or a short word stands between them.
fn is_period(line: &str, first: &FoundDay, second: &FoundDay) -> bool {
    let between = line.get(first.end..second.start).unwrap_or_default().trim();
    let is_word = between.chars().all(char::is_alphabetic) && between.chars().count() <= 3;
    is_word || matches!(between, "-" | "–" | "—")
}

/// Returns whether a date has at most a label in its part of a line.
fn is_alone(line: &str, found: &FoundDay) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    let before = line.get(..found.start).unwrap_or_default().rsplit(PART_BREAKS).next();
    let after = line.get(found.end..).unwrap_or_default().split(PART_BREAKS).next();
    words(before.unwrap_or_default()) + words(after.unwrap_or_default()) <= LABEL_WORDS_MAX
}

/// Reads the date of a line that has no whole day: an age, a month or a year with nothing else that
/// it could be of, or a day without its year.
fn vague_of_line(line: &str, facts: &Known<'_>) -> Option<VagueDate> {
    let manner = facts.manner;
    let line = &*with_ascii_digits(line);
    let is_short = line.chars().count() <= VAGUE_CHARS_MAX;
    if let Some(age) = age_days(line).filter(|_| is_short && !is_another_date(line)) {
        let day = facts.observed.day().plus(age.saturating_neg());
        return Some(VagueDate::Period(day, day));
    }
    let Some(found) = first_vague(line, manner) else {
        return only_year(line, &SEASONS).filter(|_| is_short && days(line, manner).is_empty());
    };
    let (lead, rest) = (line.get(..found.start)?, line.get(found.end..)?);
    let (before, after) = (lead.split_whitespace().count(), rest.split_whitespace().count());
    let has_letters = line.get(found.start..found.end)?.contains(char::is_alphabetic);
    let fits = if found.is_year && has_letters {
        // The unknown word may be something that is counted: "12 offices 2024".
        let is_led = lead.trim_end().ends_with([',', ':']) && before <= VAGUE_WORDS_MAX;
        is_short && after == 0 && (before == 0 || is_led)
    } else {
        let stands_alone = is_short && before <= VAGUE_WORDS_MAX && after <= VAGUE_WORDS_MAX;
        stands_alone || is_dateline(lead, rest)
    };
    Some(found.date).filter(|_| fits && !is_another_date(lead))
}

/// Checks whether a date ends a dateline, such as `BERLIN, 31 March 2026 – Acme …`.
fn is_dateline(lead: &str, rest: &str) -> bool {
    lead.len() <= DATELINE_BYTES_MAX
        && rest.trim_start().starts_with(['–', '—', '-', ':', '|', '/', '(', ')', '•', '·'])
}

/// Checks for words which indicate that the date after a text is not the day of publication.
fn is_another_date(lead: &str) -> bool {
    let near = lead.rsplit(PART_BREAKS).next().unwrap_or(lead).to_lowercase();
    OF_ANOTHER_ON_PAGES.iter().any(|phrase| has_phrase(&near, phrase))
}

/// Checks for a phrase: a short one as it is, a long one also as the end of a compound (`Abgabefrist`)
/// and with an ending (`starts`).
fn has_phrase(text: &str, phrase: &str) -> bool {
    let is_long = phrase.chars().count() >= 5;
    text.match_indices(phrase).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let rest = text.get(at + found.len()..).unwrap_or_default();
        let ending = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_word = !phrase.ends_with(char::is_alphanumeric) || ending.is_empty();
        let is_inflected = is_long && ending.chars().count() <= 2 && ending != "up";
        let is_start = is_long
            || !phrase.starts_with(char::is_alphanumeric)
            || !before.is_some_and(char::is_alphanumeric);
        is_start && (is_word || is_inflected)
    })
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

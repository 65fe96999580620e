//! Numbers of public notices and references of files: found in text, read whole, and brought into
//! a form in which two writings of one number are equal.

use std::sync::LazyLock;

use lexicon::references::{ABBREVIATIONS, KINDS, LABELS, NUMBERS, VERBS};
use regex::Regex;

use crate::claims::money::AmountSpan;

/// The maximum number of references that are read in one text.
const REFERENCES_MAX: usize = 8;
/// Longer ones are keys and checksums.
const REFERENCE_CHARS_MAX: usize = 40;
/// The maximum number of parts before the one with the number: `IV B 3 - 4.2-0311/26`.
const LEADS_MAX: usize = 3;
const DIGITS_MIN: usize = 3;
/// The minimum number of digits of a reference that a noun alone introduces.
const BARE_DIGITS_MIN: usize = 5;
/// The minimum number of digits of a number without any mark that may follow other parts.
const PLAIN_DIGITS_MIN: usize = 6;

/// A reference in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference<'t> {
    /// The position of its label; without a label, that of the number.
    pub(super) label_start: usize,
    /// The position of the first byte of the number.
    pub(super) start: usize,
    /// The position after its last byte.
    pub(super) end: usize,
    /// The first word of its label, in lower case; empty without a label.
    pub(super) label: String,
    /// The number as written.
    pub(super) text: &'t str,
}

/// The number of a notice in the Official Journal of the European Union.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct JournalNumber {
    /// The year of publication.
    pub(super) year: u32,
    /// The number in the year.
    pub(super) number: u32,
}

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let (labels, short) = (any(&LABELS), any(&ABBREVIATIONS));
    let (kinds, numbers) = (any(&KINDS), any(&NUMBERS));
    // In "no contract" and "reference to the contract" the words mean something else.
    let before: Vec<&str> = NUMBERS
        .iter()
        .copied()
        .filter(|word| !["no", "id", "ref"].contains(word) && !LABELS.contains(word))
        .collect();
    crate::pattern(&format!(
        concat!(
            r"(?i)\b(?:(?P<marked>",
            r"(?:{kinds})(?:\s+[\p{{L}}'’-]+){{0,3}}?[\s(,-]*(?:{numbers})[.º°ª]*",
            r"|(?:{before})[.º°ª]?\s*(?:\p{{L}}+['’\s]\s*){{0,2}}?(?:{kinds})",
            r"|(?:{short})(?:\.?[\s-]*(?:{numbers})[.º°ª:#]*|\s?[.:#])",
            r"|(?:{labels})(?:\.?[\s-]*(?:{numbers})[.º°ª]*|\s*[:#|(=])",
            r"|(?:{kinds})\s*#)",
            r"|(?P<label>{labels})|(?P<kind>{kinds}))",
        ),
        kinds = kinds,
        numbers = numbers,
        before = any(&before),
        short = short,
        labels = labels,
    ))
    .unwrap()
});
/// The words between a label and its number: `is`, or a few words and a colon.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(&format!(r"(?i)^(?:\s+(?:{})|(?:\s+\p{{L}}+){{1,3}}\s*:)", any(&VERBS))).unwrap()
});
/// Numbers of the Official Journal: `2026/S 044-118822`, `118822-2026`, `118-822-2026`.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static JOURNAL: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)^(?:(?P<year>20\d\d)\s?/\s?S\s?\d{1,3}\s?-\s?(?P<number>\d{1,8})",
        r"|(?P<plain>\d{3,8})-(?P<plain_year>20\d\d)",
        r"|(?P<high>\d{1,3})-(?P<low>\d{3})-(?P<parts_year>20\d\d))",
    ))
    .unwrap()
});
/// Those that need no label.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static UNLABELLED: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"\b(?:20\d\d\s?/\s?S\s?\d{1,3}\s?[-–‑]\s?\d{3,8}|\d{5,8}[-–‑]20\d\d)\b")
        .unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static OTHER_THING: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        // Years, ranges of years, days.
        r"(?i)^(?:(?:19|20)\d\d|(?:19|20)\d\d[-–/](?:19|20)\d\d",
        r"|\d{1,2}\.\d{1,2}\.(?:\d\d)?\d\d|\d{1,2}/\d{1,2}/(?:\d\d)?\d\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d",
        r"|(?:19|20)\d\d-\d\d-\d\d",
        // Quantities.
        r"|\d{1,3}(?:\.\d{3})+|\d{1,5}\p{L}{1,3})$",
    ))
    .unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static SHORT_YEARS: LazyLock<Regex> =
    LazyLock::new(|| crate::pattern(r"^(?:19|20)\d\d[-–/]\d\d$").unwrap());

/// Writes words as alternatives of a pattern, the longest first.
fn any(words: &[&str]) -> String {
    let mut words: Vec<&str> = words.to_vec();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    let escaped = words.into_iter().map(|word| {
        let end = if word.ends_with(char::is_alphanumeric) { r"\b" } else { "" };
        format!("{}{end}", regex::escape(word).replace(' ', r"\s+"))
    });
    escaped.collect::<Vec<_>>().join("|")
}

/// Reports whether a text may have a reference.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Finds the references in `text` with these amounts, in order, each number once.
pub(super) fn find<'t>(text: &'t str, amounts: &[AmountSpan]) -> Vec<Reference<'t>> {
    if !has_digit(text) {
        return Vec::new();
    }
    let mut found: Vec<Reference<'_>> = Vec::new();
    for captures in LABEL.captures_iter(text) {
        let Some(label) = captures.get(0) else { continue };
        if found.last().is_some_and(|last| label.start() < last.end) {
            continue;
        }
        let is_label = captures.name("label").is_some();
        // "Reference to" something needs more than its word.
        let is_clear = is_label && !KINDS.contains(&label.as_str().to_lowercase().as_str());
        let is_marked = captures.name("marked").is_some() || is_clear;
        let linked = LINK.find(text.get(label.end()..).unwrap_or_default());
        let linked = linked.filter(|_| is_label).map(|link| label.end() + link.end());
        let range = linked
            .and_then(|at| number_after(text, at, true, amounts))
            .or_else(|| number_after(text, label.end(), is_marked, amounts));
        let Some((start, end)) = range else { continue };
        let first = label.as_str().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        found.push(Reference {
            label_start: label.start(),
            start,
            end,
            label: first.to_lowercase(),
            text: text.get(start..end).unwrap_or_default(),
        });
    }
    let labelled = found.len();
    for number in UNLABELLED.find_iter(text) {
        let known = found.iter().take(labelled);
        let mut known = known.filter(|one| one.start < number.end() && number.start() < one.end);
        if known.next().is_none() {
            let (start, end) = (number.start(), number.end());
            let text = number.as_str();
            found.push(Reference { label_start: start, start, end, label: String::new(), text });
        }
    }
    found.sort_by_key(|reference| reference.start);
    let mut seen: Vec<String> = Vec::new();
    found.retain(|reference| {
        let number = canonical(reference.text);
        let is_new = !seen.contains(&number);
        if is_new {
            seen.push(number);
        }
        is_new
    });
    found.truncate(REFERENCES_MAX);
    found
}

/// Returns the range of the number right after a label. If the label does not say that a number
/// follows, the number must look like a reference.
fn number_after(
    text: &str,
    label_end: usize,
    is_marked: bool,
    amounts: &[AmountSpan],
) -> Option<(usize, usize)> {
    let rest = text.get(label_end..)?;
    let marks = |c: char| c.is_whitespace() || ":.#|=(°ºª“„\"«-–".contains(c);
    let start = rest.trim_start_matches(marks);
    let from = text.len() - start.len();
    // A label that is a part of a word labels nothing.
    if from == label_end && !is_marked {
        return None;
    }
    let end = from + number_in(start, is_marked)?;
    let is_amount =
        amounts.iter().any(|span| span.money.is_some() && span.start < end && from < span.end);
    (!is_amount).then_some((from, end))
}

/// Returns the length of the reference with which a text begins.
fn number_in(text: &str, is_marked: bool) -> Option<usize> {
    let dashed = text.get(..text.floor_char_boundary(REFERENCE_CHARS_MAX)).unwrap_or_default();
    let dashed = dashed.replace(['–', '\u{2011}'], "-");
    if let Some(number) = JOURNAL.find(&dashed)
        && !OTHER_THING.is_match(number.as_str())
        && !continues(dashed.get(number.end()..)?)
    {
        // Dashes of other widths have more bytes.
        let chars = number.as_str().chars().count();
        return Some(text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at));
    }
    let (mut end, mut leads) = (0, 0);
    loop {
        let part_end = end + part(text.get(end..)?)?;
        let words = text.get(end..part_end)?;
        end = part_end;
        if is_number(words) && (leads == 0 || is_unmistakable(words)) {
            break;
        }
        if !is_marked || leads >= LEADS_MAX || !is_lead(words) {
            return None;
        }
        leads += 1;
        let rest = text.get(end..)?;
        end += [" - ", " – ", " ", "\u{a0}"].iter().find(|gap| rest.starts_with(**gap))?.len();
    }
    let number = text.get(..end)?;
    if !is_marked && !looks_like_reference(number) {
        return None;
    }
    Some(if leads == 0 && is_marked { end + groups_after(number, text.get(end..)?) } else { end })
}

/// Reports whether a number goes on.
fn continues(rest: &str) -> bool {
    let mut following = rest.chars();
    following.next().is_some_and(|c| {
        c.is_alphanumeric()
            || is_separator(c) && following.next().is_some_and(char::is_alphanumeric)
    })
}

fn is_separator(c: char) -> bool {
    matches!(c, '/' | '.' | '_' | '-' | '–' | '\u{2011}' | ':' | '+')
}

/// Returns the length of the letters, digits and separators with which a text begins.
fn part(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    let mut count = 0;
    while let Some((at, c)) = chars.next() {
        let is_inside = at > 0 && is_separator(c);
        let goes_on = is_inside && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !c.is_alphanumeric() && !goes_on {
            break;
        }
        end = at + c.len_utf8();
        count += 1;
        if count > REFERENCE_CHARS_MAX {
            return None;
        }
    }
    (end > 0).then_some(end)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn is_number(part: &str) -> bool {
    part.chars().count() > DIGITS_MIN && digits(part) >= DIGITS_MIN && !OTHER_THING.is_match(part)
}

/// Reports whether a part is a number of a file even after other parts.
fn is_unmistakable(part: &str) -> bool {
    part.contains(is_separator) || digits(part) >= PLAIN_DIGITS_MIN
}

/// Reports whether a part may precede the number: `VK`, `IV`, `3`.
fn is_lead(part: &str) -> bool {
    part.chars().count() <= 4
        && digits(part) <= 2
        && part.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || is_separator(c))
}

/// Reports whether a number without a word for "number" before it is a reference: it has a year, or
/// letters beside its digits.
fn looks_like_reference(number: &str) -> bool {
    let is_year = |part: &str| part.len() == 4 && part.starts_with("20") && digits(part) == 4;
    let mut parts = number.split(is_separator);
    let has_year = parts.clone().any(is_year);
    let has_short_year = number.contains('/')
        && parts.next_back().is_some_and(|part| part.len() == 2 && digits(part) == 2);
    let has_letters = number.chars().any(char::is_uppercase);
    let is_plain = digits(number) == number.len();
    digits(number) >= BARE_DIGITS_MIN
        && (has_year
            || has_short_year
            || has_letters
            || is_plain && number.len() >= PLAIN_DIGITS_MIN)
        && !SHORT_YEARS.is_match(number)
}

/// Returns the length of further groups of digits after the first: `0450 2026 11873`. One of them
/// is a year; otherwise they are something else.
fn groups_after(first: &str, rest: &str) -> usize {
    if digits(first) != first.len() || first.len() > 5 {
        return 0;
    }
    let (mut left, mut used) = (rest, 0);
    let mut has_year = false;
    for _ in 0..LEADS_MAX {
        let Some(group) = left.strip_prefix([' ', '\u{a0}']) else { break };
        let Some(length) = part(group) else { break };
        let (number, after) = group.split_at_checked(length).unwrap_or_default();
        if digits(number) != length || !(2..=8).contains(&length) {
            break;
        }
        has_year |= length == 4 && number.starts_with("20");
        left = after;
        used = rest.len() - left.len();
    }
    if has_year { used } else { 0 }
}

/// Reads a number of the Official Journal; `None` for a reference of another kind.
pub(super) fn journal_number(text: &str) -> Option<JournalNumber> {
    let text = tidied(text);
    let captures = JOURNAL.captures(&text).filter(|found| {
        let is_whole = found.get(0).is_some_and(|whole| whole.end() == text.len());
        is_whole && !OTHER_THING.is_match(&text)
    })?;
    let read = |name: &str| captures.name(name).and_then(|group| group.as_str().parse().ok());
    let parts = || Some(read("high")? * 1000 + read("low")?);
    let year: u32 = read("year").or_else(|| read("plain_year")).or_else(|| read("parts_year"))?;
    let number: u32 = read("number").or_else(|| read("plain")).or_else(parts)?;
    Some(JournalNumber { year, number })
}

/// Folds spaces and dashes, in upper case.
fn tidied(text: &str) -> String {
    let upper = text.trim().to_uppercase().replace(['–', '—', '\u{2010}', '\u{2011}'], "-");
    let mut tidy = String::with_capacity(upper.len());
    for word in upper.split_whitespace() {
        let is_joined =
            tidy.is_empty() || tidy.ends_with(['-', '/', '.']) || word.starts_with(['-', '/', '.']);
        if !is_joined {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

/// Returns the form in which two writings of one number are equal: `118822-2026` for
/// `2026/S 044-118822`; other references in upper case, with their spaces and dashes folded.
pub(crate) fn canonical(text: &str) -> String {
    match journal_number(text) {
        Some(JournalNumber { year, number }) => format!("{number}-{year}"),
        None => tidied(text),
    }
}

#[cfg(test)]
mod tests;

//! Detecting old news under a new date.

use std::sync::LazyLock;

use model::Document;
use regex::Regex;

/// Titles of pages that repeat old news.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static RETROSPECT: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)^\W*(?:looking back|a look back|throwback|flashback|from (?:the|our) archives?|archives?:|on this day|years? in review|reprint(?:ed)?\b|re-?published\b|from our files|",
        r"(?:one|two|three|four|five|ten|\d+) years? (?:ago|on|later)\b|rückblick|nachdruck\b|wiederabdruck\b|aus (?:dem|unserem) archiv|vor (?:einem jahr|\w+ jahren)|",
        r"rétrospective|retour sur|réédition\b|archives? :|il y a \w+ ans?\b|hace \w+ años?\b|terugblik)",
    ))
    .unwrap()
});

/// The same phrases before a headline in a list of headlines.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static HEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:looking back|a look back|throwback|flashback|from (?:the|our) archives?|reprint|",
        r"rückblick|aus (?:dem|unserem) archiv|nachdruck|rétrospective|retour sur|archives?|terugblik)\s?:\s",
    ))
    .unwrap()
});
/// An editor's note above an old text.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:first|originally|previously) (?:appeared|published|printed|ran)\b|\b(?:print|publish|run) it again\b|",
        r"\b(?:story|article|piece|text)(?: below)? (?:dates from|is from|was written in)\b|",
        r"\b(?:zuerst|ursprünglich|erstmals) (?:erschienen|veröffentlicht|gedruckt)\b|\b(?:text|artikel|beitrag) stammt (?:vom|von|aus)\b|",
        r"\bpubliée? (?:initialement|pour la première fois)\b|\bparue? (?:initialement|pour la première fois)\b",
    ))
    .unwrap()
});
/// The number of bytes at the top of a page in which an editor's note is expected.
const NOTE_BYTES: usize = 600;

/// Reports whether a page declares that it repeats old news.
pub(super) fn is_told_again(document: &Document) -> bool {
    let prose = document.prose();
    let top = prose.get(..prose.floor_char_boundary(NOTE_BYTES)).unwrap_or(prose);
    document.title().is_some_and(|title| RETROSPECT.is_match(title)) || NOTE.is_match(top)
}

/// Reports whether a sentence is a headline of old news.
pub(super) fn is_headline_of_old(sentence: &str) -> bool {
    HEADLINE.is_match(sentence)
}

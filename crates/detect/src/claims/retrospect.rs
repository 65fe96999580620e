//! Old news under a new date.

use std::sync::LazyLock;

use model::Document;
use regex::Regex;

/// Titles of pages that tell again what happened long ago.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static RETROSPECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\W*(?:looking back|a look back|throwback|flashback|from (?:the|our) archives?|archives?:|on this day|years? in review|reprint(?:ed)?\b|re-?published\b|from our files|",
        r"(?:one|two|three|four|five|ten|\d+) years? (?:ago|on|later)\b|rückblick|nachdruck\b|wiederabdruck\b|aus (?:dem|unserem) archiv|vor (?:einem jahr|\w+ jahren)|",
        r"rétrospective|retour sur|réédition\b|archives? :|il y a \w+ ans?\b|hace \w+ años?\b|terugblik)",
    ))
    .unwrap()
});

/// Whether a page says of itself that it tells again what happened long ago.
pub(super) fn is_told_again(document: &Document) -> bool {
    document.title().is_some_and(|title| RETROSPECT.is_match(title))
}

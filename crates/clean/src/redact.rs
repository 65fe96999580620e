//! Removes e-mail addresses and telephone numbers from text before it is stored.
//!
//! Invariant: redaction is idempotent.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::phone;

/// The replacement for an e-mail address.
pub(crate) const EMAIL: &str = "[e-mail]";
/// The replacement for a telephone number.
pub(crate) const PHONE: &str = "[phone]";

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every test")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)[\p{L}\p{N}._%+'&\-]+(?:@|\s?(?:\(at\)|\[at\]|\{at\}|\(ät\)|\[ät\])\s?)",
        r"[\p{L}\p{N}\-]+(?:(?:\.|\s?(?:\(dot\)|\[dot\]|\{dot\}|\(punkt\)|\[punkt\])\s?)",
        r"[\p{L}\p{N}\-]+)+"
    ))
    .expect("the pattern is valid")
});

/// A replacement of `removed` bytes at position `at` of the input by `inserted` bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    at: usize,
    removed: usize,
    inserted: usize,
}

/// Converts a position in the input to the position in the output.
pub(crate) fn shifted(position: usize, edits: &[Edit]) -> usize {
    let (mut gained, mut lost) = (0, 0);
    for edit in edits {
        if position <= edit.at {
            break;
        }
        if position < edit.at + edit.removed {
            // A position inside a replacement maps to its beginning.
            return edit.at + gained - lost;
        }
        gained += edit.inserted;
        lost += edit.removed;
    }
    position + gained - lost
}

/// Replaces the e-mail addresses and telephone numbers in `text`.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    match redact_addresses(text) {
        Some((text, _)) => match redact_phones(&text) {
            Some((text, _)) => Cow::Owned(text),
            None => Cow::Owned(text),
        },
        None => match redact_phones(text) {
            Some((text, _)) => Cow::Owned(text),
            None => Cow::Borrowed(text),
        },
    }
}

/// Redacts in place and adjusts `ranges` (byte ranges of the text).
pub(crate) fn redact_ranges<'a>(
    text: &mut String,
    ranges: impl Iterator<Item = &'a mut std::ops::Range<usize>>,
) {
    let first = redact_addresses(text);
    let first_edits = first.map(|(redacted, edits)| {
        *text = redacted;
        edits
    });
    let second_edits = redact_phones(text).map(|(redacted, edits)| {
        *text = redacted;
        edits
    });
    if first_edits.is_none() && second_edits.is_none() {
        return;
    }
    for range in ranges {
        for edits in [&first_edits, &second_edits].into_iter().flatten() {
            *range = shifted(range.start, edits)..shifted(range.end, edits);
        }
    }
}

fn redact_addresses(text: &str) -> Option<(String, Vec<Edit>)> {
    let may_match = text.contains('@')
        || text.contains("at)")
        || text.contains("at]")
        || text.contains("at}")
        || text.contains("ät)")
        || text.contains("ät]")
        || text.contains("AT)")
        || text.contains("AT]")
        || text.contains("At)")
        || text.contains("At]");
    if !may_match {
        return None;
    }
    let found: Vec<_> = ADDRESS.find_iter(text).map(|found| found.range()).collect();
    replaced(text, &found, EMAIL)
}

fn redact_phones(text: &str) -> Option<(String, Vec<Edit>)> {
    let found = phone::find(text);
    replaced(text, &found, PHONE)
}

fn replaced(
    text: &str,
    ranges: &[std::ops::Range<usize>],
    replacement: &str,
) -> Option<(String, Vec<Edit>)> {
    if ranges.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut edits = Vec::with_capacity(ranges.len());
    let mut copied = 0;
    for range in ranges {
        out.push_str(text.get(copied..range.start).unwrap_or_default());
        out.push_str(replacement);
        edits.push(Edit { at: range.start, removed: range.len(), inserted: replacement.len() });
        copied = range.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Some((out, edits))
}

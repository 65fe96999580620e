//! Removes e-mail addresses and telephone numbers from text before it is stored.
//!
//! Invariant: redaction is idempotent.

use std::borrow::Cow;

use crate::{mail_address, phone};

/// The replacement for an e-mail address.
pub(crate) const EMAIL: &str = "[e-mail]";
/// The replacement for a telephone number.
pub(crate) const PHONE: &str = "[phone]";
/// The maximum number of rounds. Two are the rule: the second finds nothing.
const ROUNDS_MAX: usize = 8;

/// A replacement of a range of the input, at position `out` of the output.
#[derive(Debug, Clone, Copy)]
struct Edit {
    start: usize,
    end: usize,
    out: usize,
}

/// Converts a position in the input to the position in the output, after edits that each inserted
/// that many bytes.
fn shifted(position: usize, edits: &[Edit], inserted: usize) -> usize {
    let before = edits.partition_point(|edit| edit.start < position);
    match before.checked_sub(1).and_then(|last| edits.get(last)) {
        None => position,
        // A position inside a replacement maps to its beginning.
        Some(edit) if position < edit.end => edit.out,
        Some(edit) => edit.out + inserted + (position - edit.end),
    }
}

/// Replaces the e-mail addresses and telephone numbers in `text`.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    in_rounds(text, |_, _| {}).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Redacts in place and adjusts `ranges` (byte ranges of the text).
pub(crate) fn redact_ranges<'a>(
    text: &mut String,
    ranges: impl Iterator<Item = &'a mut std::ops::Range<usize>>,
) {
    let mut all_edits: Vec<(usize, Vec<Edit>)> = Vec::new();
    let redacted = in_rounds(text, |inserted, edits| all_edits.push((inserted, edits)));
    *text = redacted.unwrap_or_else(|| std::mem::take(text));
    for range in ranges {
        for (inserted, edits) in &all_edits {
            let shift = |position| shifted(position, edits, *inserted);
            *range = shift(range.start)..shift(range.end);
        }
    }
}

/// Redacts until nothing more is found, because words that a longer address covered can be one
/// themselves. Passes on the length and the places of the replacements of each step. The result is
/// `None` if there is nothing to replace.
fn in_rounds(text: &str, mut on_edits: impl FnMut(usize, Vec<Edit>)) -> Option<String> {
    let mut redacted = None;
    for _ in 0..ROUNDS_MAX {
        let mut is_final = true;
        for replacement in [EMAIL, PHONE] {
            let current = redacted.as_deref().unwrap_or(text);
            let found: Box<dyn Iterator<Item = std::ops::Range<usize>>> = match replacement {
                EMAIL => Box::new(mail_address::find(current)),
                _ => Box::new(phone::find(current)),
            };
            let Some((next, edits)) = replaced(current, found, replacement) else { continue };
            on_edits(replacement.len(), edits);
            (redacted, is_final) = (Some(next), false);
        }
        if is_final {
            break;
        }
    }
    redacted
}

/// Replaces the ranges. Returns the text and its edits, or `None` if there is nothing to replace.
fn replaced(
    text: &str,
    ranges: impl Iterator<Item = std::ops::Range<usize>>,
    replacement: &str,
) -> Option<(String, Vec<Edit>)> {
    let mut ranges = ranges.peekable();
    ranges.peek()?;
    let mut out = String::with_capacity(text.len());
    let mut edits = Vec::new();
    let mut copied = 0;
    for range in ranges {
        out.push_str(text.get(copied..range.start).unwrap_or_default());
        edits.push(Edit { start: range.start, end: range.end, out: out.len() });
        out.push_str(replacement);
        copied = range.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Some((out, edits))
}

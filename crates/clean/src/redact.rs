//! Removes e-mail addresses and telephone numbers from text before it is stored.
//!
//! Invariant: redaction is idempotent.

use std::borrow::Cow;

use crate::{mail_address, phone};

/// The replacement for an e-mail address.
pub(crate) const EMAIL: &str = "[e-mail]";
/// The replacement for a telephone number.
pub(crate) const PHONE: &str = "[phone]";

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
    let without_addresses = replaced(text, mail_address::find(text), EMAIL, None);
    let text = without_addresses.map_or(Cow::Borrowed(text), Cow::Owned);
    let without_phones = replaced(&text, phone::find(&text), PHONE, None);
    without_phones.map_or(text, Cow::Owned)
}

/// Redacts in place and adjusts `ranges` (byte ranges of the text).
pub(crate) fn redact_ranges<'a>(
    text: &mut String,
    ranges: impl Iterator<Item = &'a mut std::ops::Range<usize>>,
) {
    let mut ranges = ranges.peekable();
    let has_ranges = ranges.peek().is_some();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let edits = has_ranges.then_some(&mut first);
    let redacted = replaced(text, mail_address::find(text), EMAIL, edits);
    *text = redacted.unwrap_or_else(|| std::mem::take(text));
    let edits = has_ranges.then_some(&mut second);
    let redacted = replaced(text, phone::find(text), PHONE, edits);
    *text = redacted.unwrap_or_else(|| std::mem::take(text));
    for range in ranges {
        for (edits, replacement) in [(&first, EMAIL), (&second, PHONE)] {
            let shift = |position| shifted(position, edits, replacement.len());
            *range = shift(range.start)..shift(range.end);
        }
    }
}

/// Replaces the ranges, and adds the replacements to `edits`. The result is `None` if there is
/// nothing to replace.
fn replaced(
    text: &str,
    ranges: impl Iterator<Item = std::ops::Range<usize>>,
    replacement: &str,
    mut edits: Option<&mut Vec<Edit>>,
) -> Option<String> {
    let mut ranges = ranges.peekable();
    ranges.peek()?;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for range in ranges {
        out.push_str(text.get(copied..range.start).unwrap_or_default());
        if let Some(edits) = &mut edits {
            edits.push(Edit { start: range.start, end: range.end, out: out.len() });
        }
        out.push_str(replacement);
        copied = range.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Some(out)
}

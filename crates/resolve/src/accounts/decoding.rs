//! Decodes the bytes of a list: as its byte order mark says, as UTF-8, or by a guess.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The number of bytes in which UTF-16 is recognized.
const WIDE_WINDOW: usize = 4_096;
/// The number of bytes that are used for a guess.
const GUESS_WINDOW: usize = 64 * 1024;

/// Decodes a list, and returns the name of its encoding.
///
/// In a list of UTF-8 with some lines in another encoding, which editors and joined files cause,
/// each line is decoded by itself: one wrong byte must not change the letters of all other lines.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        let bytes = bytes.get(skip..).unwrap_or_default();
        if encoding != UTF_8 {
            return (encoding.decode_without_bom_handling(bytes).0, encoding.name());
        }
        return decode_lines(bytes);
    }
    match wide(bytes) {
        Some(encoding) => (encoding.decode_without_bom_handling(bytes).0, encoding.name()),
        None => decode_lines(bytes),
    }
}

fn decode_lines(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), UTF_8.name());
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut left = GUESS_WINDOW;
    let mut has_utf_8 = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(text) => has_utf_8 |= !text.is_ascii(),
            Err(_) if left == 0 => {}
            Err(_) => {
                let line = line.get(..left).unwrap_or(line);
                left -= line.len();
                detector.feed(line, false);
            }
        }
    }
    detector.feed(&[], true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if !has_utf_8 {
        return (guessed.decode_without_bom_handling(bytes).0, guessed.name());
    }
    let mut text = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.push_str(&guessed.decode_without_bom_handling(line).0),
        }
    }
    (Cow::Owned(text), UTF_8.name())
}

/// Recognizes UTF-16 without a byte order mark: in a list most characters are ASCII, so every other
/// byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = bytes.get(..WIDE_WINDOW).unwrap_or(bytes);
    let zeros =
        |first: usize| window.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Half of the pairs, where those in the other places are rare.
    let is_wide = |zeros: usize, others: usize| zeros * 4 > window.len() && others * 8 < zeros;
    match (is_wide(even, odd), is_wide(odd, even)) {
        (true, _) => Some(UTF_16BE),
        (_, true) => Some(UTF_16LE),
        _ => None,
    }
}

//! Decodes bytes to characters. The encoding is taken from the byte order mark, the header or the
//! meta tag, in this order, and is otherwise guessed.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, UTF_8, WINDOWS_1252};
use model::Note;

use crate::limits::{PAGE_BYTES_MAX, note_once};

/// The number of bytes searched for a meta tag.
const META_WINDOW: usize = 4_096;
/// The number of bytes used for a guess.
const GUESS_WINDOW: usize = 64 * 1024;

/// Decodes the text of a body. Adds the note `charset_guessed` if the bytes contradict the
/// declared encoding, or none was declared, and the note `page_cut` if the text is longer than a
/// page may be.
pub(crate) fn decode<'a>(
    content_type: &str,
    body: &'a [u8],
    notes: &mut Vec<Note>,
) -> Cow<'a, str> {
    if let Some((encoding, skip)) = Encoding::for_bom(body) {
        let body = body.get(skip..).unwrap_or_default();
        return decoded(encoding, body, notes).0;
    }
    let declared = label_in(content_type.as_bytes()).or_else(|| meta_label(body));
    if let Some(text) = valid_utf8(body) {
        // Text with valid UTF-8 sequences beyond ASCII is UTF-8, regardless of its declaration.
        let agrees = declared.is_none_or(|declared| declared == UTF_8) || body.is_ascii();
        if agrees || !declared.is_some_and(is_wide) {
            if !agrees {
                note_guess(notes, declared, UTF_8);
            }
            return Cow::Borrowed(text);
        }
    }
    if let Some(declared) = declared {
        let (text, had_errors) = decoded(declared, body, notes);
        if !had_errors || is_mostly_valid(&text) {
            return text;
        }
    }
    let guessed = guess(body);
    note_guess(notes, declared, guessed);
    decoded(guessed, body, notes).0
}

/// Decodes a body, and reports whether it is invalid. In UTF-8 a body can take three times its
/// bytes; the part beyond [`PAGE_BYTES_MAX`] is dropped.
fn decoded<'a>(
    encoding: &'static Encoding,
    body: &'a [u8],
    notes: &mut Vec<Note>,
) -> (Cow<'a, str>, bool) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let fits = decoder.max_utf8_buffer_length(body.len()).is_some_and(|max| max <= PAGE_BYTES_MAX);
    if fits || (encoding == UTF_8 && std::str::from_utf8(body).is_ok()) {
        return encoding.decode_without_bom_handling(body);
    }
    let mut text = String::with_capacity(PAGE_BYTES_MAX);
    let (result, read, had_errors) = decoder.decode_to_string(body, &mut text, true);
    if result == CoderResult::OutputFull {
        note_once(notes, "page_cut", format!("read {read} of {} bytes", body.len()));
    }
    (Cow::Owned(text), had_errors)
}

/// Returns the body if it is valid UTF-8, without a character that is cut at the end.
fn valid_utf8(body: &[u8]) -> Option<&str> {
    match std::str::from_utf8(body) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            body.get(..error.valid_up_to()).and_then(|body| std::str::from_utf8(body).ok())
        }
        Err(_) => None,
    }
}

/// Reports whether ASCII bytes can be parts of other characters in an encoding.
fn is_wide(encoding: &'static Encoding) -> bool {
    !encoding.is_ascii_compatible() || encoding.name().starts_with("ISO-2022")
}

/// Reports whether few enough characters are invalid to keep the declared encoding.
fn is_mostly_valid(text: &str) -> bool {
    let invalid = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    invalid * 4 < foreign
}

fn guess(body: &[u8]) -> &'static Encoding {
    let first = body.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let window = body.get(first..).unwrap_or_default();
    let window = window.get(..GUESS_WINDOW).unwrap_or(window);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(window, true);
    detector.guess(None, Utf8Detection::Allow)
}

fn note_guess(notes: &mut Vec<Note>, declared: Option<&'static Encoding>, used: &'static Encoding) {
    let declared = declared.map_or("nothing", |declared| declared.name());
    notes.push(Note::new(
        "charset_guessed",
        format!("declared {declared}, read as {}", used.name()),
    ));
}

/// Finds the encoding named after `charset=`.
fn label_in(text: &[u8]) -> Option<&'static Encoding> {
    let at = find(text, b"charset")? + b"charset".len();
    let rest = text.get(at..)?;
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest
        .iter()
        .position(|b| matches!(b, b'"' | b'\'' | b';' | b'>' | b'/' | b' ' | b'\n' | b'\r' | b'\t'))
        .unwrap_or(rest.len());
    let encoding = Encoding::for_label(rest.get(..end)?)?;
    Some(encoding)
}

fn meta_label(body: &[u8]) -> Option<&'static Encoding> {
    let window = body.get(..META_WINDOW).unwrap_or(body);
    let mut rest = window;
    while let Some(at) = find(rest, b"<meta") {
        rest = rest.get(at + 5..)?;
        let end = rest.iter().position(|b| *b == b'>').unwrap_or(rest.len());
        if let Some(encoding) = label_in(rest.get(..end)?) {
            // A tag that is readable as ASCII cannot be in UTF-16.
            let wide = encoding.name().starts_with("UTF-16");
            return Some(if wide { UTF_8 } else { encoding });
        }
    }
    let is_xml = window.starts_with(b"<?xml");
    let label = is_xml.then(|| find(window, b"encoding=")).flatten()?;
    let rest = window.get(label + 10..)?;
    let end = rest.iter().position(|b| matches!(b, b'"' | b'\'' | b'?'))?;
    Encoding::for_label(rest.get(..end)?)
        .map(|encoding| if encoding.is_ascii_compatible() { encoding } else { WINDOWS_1252 })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

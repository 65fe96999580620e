//! Decodes the transfer and content codings of a stored HTTP body, up to a size limit.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::Encoding;
use model::Note;

use crate::zstd::ZstdFrames;

/// The maximum number of codings of one body; a body with more is an attack, not a page.
pub const CODINGS_MAX: usize = 4;

/// The value of `Accept-Encoding` for everything that [`decode_body`] decodes.
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// The codes of the notes on a body of which nothing can be read.
const UNREADABLE: [&str; 2] = ["body_unknown_coding", "body_unreadable"];

/// Names that some servers send as a coding although they are none: encodings of mail. The names of
/// character sets are none either.
const NO_CODINGS: [&str; 5] = ["identity", "none", "7bit", "8bit", "binary"];

/// Decodes chunked transfer coding (if the bytes really are chunked) and up to [`CODINGS_MAX`]
/// gzip, deflate, brotli and Zstandard codings, of the transfer and of the content. The result
/// never exceeds `max_bytes`.
///
/// Notes: `body_cut` if the body exceeds the limit, `body_truncated` if the stored bytes end early,
/// `body_unknown_coding` if a coding is unknown and `body_unreadable` if nothing could be decoded.
/// The body is empty after the last two ([`is_unreadable`]).
///
/// A body without a coding is borrowed.
pub fn decode_body<'a>(
    headers: &[(String, String)],
    stored: &'a [u8],
    max_bytes: usize,
) -> (Cow<'a, [u8]>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut body = Cow::Borrowed(stored);
    let transfer = applied(headers, "transfer-encoding");
    if transfer.iter().any(|coding| coding == "chunked")
        && let Some((whole, is_complete)) = unchunk(stored, stored.len())
    {
        body = Cow::Owned(whole);
        if !is_complete {
            notes.push(truncated("chunked", body.len()));
        }
    }
    // Codings are listed in the order in which they were applied; those of the transfer came last.
    let mut codings = applied(headers, "content-encoding");
    codings.extend(transfer.into_iter().filter(|coding| coding != "chunked"));
    if codings.len() > CODINGS_MAX {
        notes.push(Note::new("body_unknown_coding", format!("{} codings", codings.len())));
        return (Cow::default(), notes);
    }
    for coding in codings.iter().rev() {
        let Some(mut reader) = decoder(coding, &body) else {
            let coding_name: String = coding.chars().take(40).collect();
            notes.push(Note::new("body_unknown_coding", coding_name));
            return (Cow::default(), notes);
        };
        let decoded = read_up_to(&mut reader, max_bytes);
        drop(reader);
        if let Some(cause) = decoded.error {
            if looks_like_text(&body) {
                // Some fetchers store the decoded body but keep the header.
                continue;
            }
            if decoded.bytes.is_empty() {
                notes.push(Note::new("body_unreadable", format!("{coding}: {cause}")));
                return (Cow::default(), notes);
            }
            notes.push(truncated(coding, decoded.bytes.len()));
        }
        body = Cow::Owned(decoded.bytes);
        if decoded.is_cut {
            notes.push(cut_note(max_bytes));
        }
    }
    (cut(body, max_bytes, &mut notes), notes)
}

/// Reports whether the notes of [`decode_body`] say that nothing of the body can be read.
pub fn is_unreadable(notes: &[Note]) -> bool {
    notes.iter().any(|note| UNREADABLE.contains(&note.code.as_ref()))
}

/// Lists the codings that the headers of this name state, in the order in which they were applied.
/// Names are in lower case.
pub fn applied(headers: &[(String, String)], name: &str) -> Vec<String> {
    headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .flat_map(|(_, value)| value.split(','))
        .map(|coding| coding.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && !is_no_coding(coding))
        .collect()
}

fn is_no_coding(name: &str) -> bool {
    NO_CODINGS.contains(&name) || Encoding::for_label(name.as_bytes()).is_some()
}

fn truncated(coding: &str, bytes: usize) -> Note {
    Note::new("body_truncated", format!("{coding} ended early; {bytes} bytes could be read"))
}

fn cut_note(max_bytes: usize) -> Note {
    Note::new("body_cut", format!("longer than {max_bytes} bytes; the rest was dropped"))
}

fn cut<'a>(body: Cow<'a, [u8]>, max_bytes: usize, notes: &mut Vec<Note>) -> Cow<'a, [u8]> {
    if body.len() <= max_bytes {
        return body;
    }
    notes.push(cut_note(max_bytes));
    match body {
        Cow::Borrowed(body) => Cow::Borrowed(body.get(..max_bytes).unwrap_or_default()),
        Cow::Owned(mut body) => {
            body.truncate(max_bytes);
            Cow::Owned(body)
        }
    }
}

/// Reports whether bytes have no control characters at their beginning, as coded bytes do.
fn looks_like_text(body: &[u8]) -> bool {
    let start = body.get(..512).unwrap_or(body);
    let is_wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let is_control =
        |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | 0x1b);
    is_wide || !start.iter().any(is_control)
}

fn decoder<'a>(coding: &str, body: &'a [u8]) -> Option<Box<dyn Read + 'a>> {
    match coding {
        "gzip" | "x-gzip" => Some(Box::new(flate2::read::MultiGzDecoder::new(body))),
        // The name means zlib, but many servers send raw deflate.
        "deflate" if is_zlib(body) => Some(Box::new(flate2::read::ZlibDecoder::new(body))),
        "deflate" => Some(Box::new(flate2::read::DeflateDecoder::new(body))),
        "zstd" => Some(Box::new(ZstdFrames::new(body))),
        "br" => Some(Box::new(brotli_decompressor::Decompressor::new(body, 16 * 1024))),
        _ => None,
    }
}

fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, check, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*check)) % 31 == 0
        }
        _ => false,
    }
}

/// The bytes that a decoder gave.
struct Decoded {
    bytes: Vec<u8>,
    /// The error that ended it early.
    error: Option<String>,
    /// Whether there are more bytes than the limit.
    is_cut: bool,
}

/// Reads until the end, an error or the limit.
fn read_up_to(reader: &mut dyn Read, max_bytes: usize) -> Decoded {
    let mut out = Vec::new();
    let mut buffer = [0u8; 16 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Decoded { bytes: out, error: None, is_cut: false },
            Ok(count) => {
                let remaining = max_bytes - out.len();
                let read = buffer.get(..count.min(remaining)).unwrap_or_default();
                if out.capacity() - out.len() < read.len() {
                    // A large body grows to the limit at once, so that it is not held twice.
                    let is_large = out.len() >= max_bytes / 4;
                    let more = if is_large { remaining } else { out.len().max(read.len()) };
                    out.reserve_exact(more);
                }
                out.extend_from_slice(read);
                if count > remaining {
                    return Decoded { bytes: out, error: None, is_cut: true };
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Decoded { bytes: out, error: Some(error.to_string()), is_cut: false };
            }
        }
    }
}

/// Joins the chunks of a body. Returns the bytes and whether the final chunk was present, or
/// `None` if the body is not chunked.
fn unchunk(stored: &[u8], max_bytes: usize) -> Option<(Vec<u8>, bool)> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = stored;
    loop {
        let line_end = rest.iter().take(1_024).position(|b| *b == b'\n');
        let Some(line_end) = line_end else {
            return if out.is_empty() { None } else { Some((out, false)) };
        };
        let line = std::str::from_utf8(rest.get(..line_end)?).ok();
        let size = line
            .and_then(|line| line.split(';').next())
            .and_then(|digits| usize::from_str_radix(digits.trim(), 16).ok());
        let Some(size) = size else {
            return if out.is_empty() { None } else { Some((out, false)) };
        };
        if size == 0 {
            return Some((out, true));
        }
        rest = rest.get(line_end + 1..)?;
        let chunk = rest.get(..size.min(rest.len()))?;
        let remaining = max_bytes.saturating_sub(out.len());
        if out.capacity() == 0 {
            // At once, so that a large body is not held twice.
            out.reserve_exact(rest.len().min(max_bytes));
        }
        out.extend_from_slice(chunk.get(..chunk.len().min(remaining))?);
        if chunk.len() < size {
            // The body ends inside this chunk.
            return Some((out, false));
        }
        rest = rest.get(size..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

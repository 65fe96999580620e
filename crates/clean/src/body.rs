//! Decodes the transfer and content codings of a stored HTTP body, up to a size limit.

use std::borrow::Cow;
use std::io::Read;

use model::Note;

/// The maximum number of codings of one body; a body with more is an attack, not a page.
const CODINGS_MAX: usize = 4;

/// Decodes chunked transfer coding (if the bytes really are chunked) and up to four gzip, deflate
/// and brotli content codings. The result never exceeds `max_bytes`.
///
/// Notes: `body_cut` if the body exceeds the limit, `body_truncated` if the stored bytes end early,
/// `body_unknown_coding` if a coding is unknown (the bytes are then returned unchanged).
///
/// A body without a coding is borrowed.
pub fn decode_body<'a>(
    headers: &[(String, String)],
    stored: &'a [u8],
    max_bytes: usize,
) -> (Cow<'a, [u8]>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut body = Cow::Borrowed(stored);
    if codings(headers, "transfer-encoding").iter().any(|coding| coding == "chunked")
        && let Some((whole, is_complete)) = unchunk(stored, stored.len())
    {
        body = Cow::Owned(whole);
        if !is_complete {
            notes.push(truncated("chunked", body.len()));
        }
    }
    let applied = codings(headers, "content-encoding");
    if applied.len() > CODINGS_MAX {
        notes.push(Note::new("body_unknown_coding", format!("{} codings", applied.len())));
        return (cut(body, max_bytes, &mut notes), notes);
    }
    // Codings are listed in the order in which they were applied.
    for coding in applied.iter().rev() {
        let Some(mut reader) = decoder(coding, &body) else {
            let coding_name: String = coding.chars().take(40).collect();
            notes.push(Note::new("body_unknown_coding", coding_name));
            break;
        };
        let (decoded, is_complete, is_cut) = read_up_to(&mut reader, max_bytes);
        drop(reader);
        if decoded.is_empty() && !is_complete && !is_encoded(coding, &body) {
            // Some fetchers store the decoded body but keep the header.
            continue;
        }
        if !is_complete {
            notes.push(truncated(coding, decoded.len()));
        }
        body = Cow::Owned(decoded);
        if is_cut {
            notes.push(cut_note(max_bytes));
        }
    }
    (cut(body, max_bytes, &mut notes), notes)
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

fn codings(headers: &[(String, String)], name: &str) -> Vec<String> {
    headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .flat_map(|(_, value)| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity" && coding != "none")
        .collect()
}

fn is_encoded(coding: &str, body: &[u8]) -> bool {
    match coding {
        "gzip" | "x-gzip" => body.starts_with(&[0x1f, 0x8b]),
        _ => !body.starts_with(b"<") && std::str::from_utf8(body).is_err(),
    }
}

fn decoder<'a>(coding: &str, body: &'a [u8]) -> Option<Box<dyn Read + 'a>> {
    match coding {
        "gzip" | "x-gzip" => Some(Box::new(flate2::read::MultiGzDecoder::new(body))),
        // The name means zlib, but many servers send raw deflate.
        "deflate" if is_zlib(body) => Some(Box::new(flate2::read::ZlibDecoder::new(body))),
        "deflate" => Some(Box::new(flate2::read::DeflateDecoder::new(body))),
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

/// Reads until the end, an error or the limit. Returns the bytes, whether the end or the limit was
/// reached, and whether the limit was exceeded.
fn read_up_to(reader: &mut dyn Read, max_bytes: usize) -> (Vec<u8>, bool, bool) {
    let mut out = Vec::new();
    let mut buffer = [0u8; 16 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (out, true, false),
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
                    return (out, true, true);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return (out, false, false),
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

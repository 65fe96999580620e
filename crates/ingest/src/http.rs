//! Parses HTTP responses as stored in WARC records: the head as received, then the body.

use std::fmt;

use model::Note;
use store::blob::{HEAD_BYTES_MAX, head_length};

/// The maximum number of header fields; a response with more is not legitimate.
const FIELDS_MAX: usize = 512;

/// A response, with its body still in the coding in which it was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse<'a> {
    /// The status; 200 if the status line is missing.
    pub status: u16,
    /// Names (lower case) and values, in order. Non-ASCII bytes are read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The bytes after the head.
    pub body: &'a [u8],
    /// Notes on its deviations.
    pub notes: Vec<Note>,
}

/// The reason why bytes are not an HTTP response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpError {
    /// The head does not end within 64 KiB.
    HeadTooLong,
    /// The head has more than 512 fields.
    TooManyFields,
    /// The head is not an HTTP head.
    Malformed(httparse::Error),
}

impl std::error::Error for HttpError {}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadTooLong => write!(f, "the HTTP head is longer than {HEAD_BYTES_MAX} bytes"),
            Self::TooManyFields => write!(f, "the HTTP head has more than {FIELDS_MAX} fields"),
            Self::Malformed(error) => write!(f, "malformed HTTP head: {error}"),
        }
    }
}

/// Parses a response. Lines may end in LF alone; malformed fields are skipped, as in browsers; a
/// status line of any HTTP version is accepted, and without one the bytes are treated as a body.
///
/// # Errors
/// [`HttpError`] if the head is too long, has too many fields or is malformed.
pub fn http_response(block: &[u8]) -> Result<HttpResponse<'_>, HttpError> {
    let Some((status, line_length)) = status_line(block) else {
        let notes = vec![Note::new("http_no_status_line", "no status line; read as a body")];
        return Ok(HttpResponse { status: 200, headers: Vec::new(), body: block, notes });
    };
    let mut notes = Vec::new();
    let prefix = block.get(..HEAD_BYTES_MAX).unwrap_or(block);
    let (head, body) = match head_length(prefix) {
        Some(length) => block.split_at(length),
        None if block.len() > HEAD_BYTES_MAX => return Err(HttpError::HeadTooLong),
        None => {
            notes.push(Note::new("http_no_body", "the HTTP head does not end"));
            (block, <&[u8]>::default())
        }
    };
    // The parser supports HTTP/1 only. The status line has been read already, so the parser is
    // given a fixed one.
    let mut lines = b"HTTP/1.1 200 \r\n".to_vec();
    lines.extend_from_slice(head.get(line_length..).unwrap_or_default());
    lines.extend_from_slice(b"\r\n\r\n");
    Ok(HttpResponse { status, headers: fields(&lines)?, body, notes })
}

/// Parses the status and length of the first line, if it is a status line.
fn status_line(block: &[u8]) -> Option<(u16, usize)> {
    let prefix = block.get(..1024).unwrap_or(block);
    let length = prefix.iter().position(|&byte| byte == b'\n').map_or(prefix.len(), |end| end + 1);
    let line = std::str::from_utf8(prefix.get(..length)?.get(..length.min(32))?)
        .or_else(|error| std::str::from_utf8(&prefix[..error.valid_up_to()]))
        .ok()?;
    let mut parts = line.split_ascii_whitespace();
    parts.next().filter(|part| part.starts_with("HTTP/"))?;
    let status = parts.next()?.parse().ok().filter(|status| (100..1000).contains(status))?;
    Some((status, length))
}

fn fields(lines: &[u8]) -> Result<Vec<(String, String)>, HttpError> {
    let mut field_buffer = vec![httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut response = httparse::Response::new(&mut field_buffer);
    let mut parser = httparse::ParserConfig::default();
    parser
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    match parser.parse_response(&mut response, lines) {
        Ok(_) => {}
        Err(httparse::Error::TooManyHeaders) => return Err(HttpError::TooManyFields),
        Err(error) => return Err(HttpError::Malformed(error)),
    }
    let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    let headers = response.headers.iter().take_while(|field| !field.name.is_empty());
    Ok(headers.map(|field| (field.name.to_ascii_lowercase(), latin(field.value))).collect())
}

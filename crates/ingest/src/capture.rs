//! The items that are read from an input: captures, rejections and notes.

use model::{Digest, IdHasher, Note, RawId, RawKind, Timestamp};
use store::blob::{BlobRecord, Entry, RecordType, record_id};
use url::Url;

/// One piece of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A page or an event.
    Record(Box<Capture>),
    /// Bytes that could not be read.
    Rejected(Rejected),
    /// Something valid that is not needed, or was repaired; it is counted.
    Noted(Note),
}

/// Bytes that could not be read; they become a dead letter of `ingest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The file, and the byte offset or line. In a gzip file it is the offset of the member.
    pub origin: String,
    /// The cause, as text for a person.
    pub cause: String,
    /// The first bytes, as they were read (decompressed if possible).
    pub kept: Vec<u8>,
}

impl Rejected {
    /// Builds a record of the kept bytes for the blob store, or `None` if there are none.
    pub fn entry(&self, at: Timestamp) -> Option<Entry> {
        let id = IdHasher::new("kept").part(&self.origin).part(at.0.to_le_bytes());
        let id = record_id(id.part(&self.kept).finish());
        (!self.kept.is_empty()).then(|| {
            Entry::Record(BlobRecord {
                record_type: RecordType::Metadata,
                id,
                target: String::new(),
                date: at,
                content_type: "application/octet-stream".to_owned(),
                payload: None,
                headers: Vec::new(),
                block: self.kept.clone(),
            })
        })
    }
}

/// One delivery: a page as it was served, or an event as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The hash of address, observation time and payload, so that reading a file twice gives the
    /// same ids.
    pub raw: RawId,
    /// The absolute http(s) address, in the spelling of the source if that is valid.
    pub url: String,
    /// The time at which it was fetched, saved or sent.
    pub observed: Timestamp,
    /// The kind of the block.
    pub kind: RawKind,
    /// HTTP status; `None` for an event.
    pub status: Option<u16>,
    /// HTTP header names (lower case) and values; empty for an event.
    pub headers: Vec<(String, String)>,
    /// The bytes to be stored: an HTTP response with its head, or one line of JSON.
    pub block: Vec<u8>,
    /// The offset of the payload in the block.
    pub payload_start: usize,
    /// The digest of the payload as served.
    pub snapshot_hash: Digest,
    /// The gzip member that contained it, if that can be stored unchanged.
    pub member: Option<Vec<u8>>,
    /// What was ignored of an object from another system, for its sender.
    pub notes: Vec<Note>,
}

impl Capture {
    /// Creates a capture of a page from an HTTP response, with notes on its deviations.
    ///
    /// # Errors
    /// The cause and the block, if the block is not an HTTP response.
    pub(crate) fn page(
        url: String,
        observed: Timestamp,
        block: Vec<u8>,
    ) -> Result<(Self, Vec<Note>), (String, Vec<u8>)> {
        let response = match crate::http_response(&block) {
            Ok(response) => response,
            Err(error) => return Err((error.to_string(), block)),
        };
        let (status, headers, notes) = (response.status, response.headers, response.notes);
        let payload_start = block.len() - response.body.len();
        let mut capture = Self::new(url, observed, RawKind::Response, block, payload_start);
        capture.status = Some(status);
        capture.headers = headers;
        Ok((capture, notes))
    }

    /// Creates a capture of a visited page with its head as served, except for the values of
    /// cookies, which end with the visit: only their names are kept.
    ///
    /// # Errors
    /// The cause, if it cannot be stored.
    pub(crate) fn visited(
        url: &str,
        observed: Timestamp,
        status: u16,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<Self, String> {
        let mut block = format!("HTTP/1.1 {status} \r\n").into_bytes();
        for (name, value) in headers {
            let value = match name.as_str() {
                "set-cookie" => {
                    value.find('=').and_then(|end| value.get(..=end)).unwrap_or_default()
                }
                _ => value,
            };
            block.extend_from_slice(name.as_bytes());
            block.extend_from_slice(b": ");
            // Values are read as Latin-1 from the wire and written the same way.
            block.extend(value.chars().map(|c| u8::try_from(c).unwrap_or(b'?')));
            block.extend_from_slice(b"\r\n");
        }
        block.extend_from_slice(b"\r\n");
        block.extend_from_slice(body);
        Self::page(url.to_owned(), observed, block)
            .map(|(capture, _)| capture)
            .map_err(|(cause, _)| cause)
    }

    /// Creates a capture of an event from its line.
    pub(crate) fn event(url: String, observed: Timestamp, line: Vec<u8>) -> Self {
        Self::new(url, observed, RawKind::Event, line, 0)
    }

    fn new(
        url: String,
        observed: Timestamp,
        kind: RawKind,
        block: Vec<u8>,
        payload_start: usize,
    ) -> Self {
        let snapshot_hash = Digest::of(block.get(payload_start..).unwrap_or_default());
        let raw = IdHasher::new("raw")
            .part(&url)
            .part(observed.0.to_le_bytes())
            .part(snapshot_hash.0)
            .finish();
        Self {
            raw: RawId(raw),
            url,
            observed,
            kind,
            status: None,
            headers: Vec::new(),
            block,
            payload_start,
            snapshot_hash,
            notes: Vec::new(),
            member: None,
        }
    }

    /// Returns the payload as served.
    pub fn payload(&self) -> &[u8] {
        self.block.get(self.payload_start..).unwrap_or_default()
    }

    /// Converts the capture to the entry for the blob store: the original gzip member or a new
    /// record.
    pub fn into_entry(self) -> Entry {
        if let Some(member) = self.member {
            return Entry::Member(member);
        }
        let (record_type, content_type) = match self.kind {
            RawKind::Response => (RecordType::Response, "application/http;msgtype=response"),
            RawKind::Event => (RecordType::Resource, "application/json"),
        };
        Entry::Record(BlobRecord {
            record_type,
            id: record_id(self.raw.0),
            target: self.url,
            date: self.observed,
            content_type: content_type.to_owned(),
            payload: Some(self.snapshot_hash),
            headers: Vec::new(),
            block: self.block,
        })
    }
}

/// Returns the address in the spelling of the source if it is valid in a header line and in a
/// link, otherwise in the spelling of browsers; `None` if it is not an http(s) address with a
/// host.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    let plain = text.contains("://") && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    Some(if plain { text.to_owned() } else { url.into() })
}

/// Checks whether a claimed time is more than a day ahead, so that a clock must be wrong.
pub(crate) fn is_future(observed: Timestamp, now: Timestamp) -> bool {
    const DAY_MICROS: i64 = 86_400_000_000;
    observed.0 > now.0.saturating_add(DAY_MICROS)
}

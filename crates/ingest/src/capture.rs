//! What reading an input yields.

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
    /// Something that is rightly there but not wanted, or was mended: to be counted.
    Noted(Note),
}

/// Bytes that could not be read: what becomes a dead letter of `ingest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// File, and byte offset or line. In a gzip file it is the offset of the member.
    pub origin: String,
    /// What is wrong, in words for a person.
    pub cause: String,
    /// The first of the bytes, as they were read (decompressed where that worked).
    pub kept: Vec<u8>,
}

impl Rejected {
    /// The kept bytes as a record to be stored; nothing when there are none.
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
    /// Hash of address, observed time and payload: the same file read twice yields the same ids.
    pub raw: RawId,
    /// Absolute http(s) address, in the source's spelling wherever that is one.
    pub url: String,
    /// When it was fetched, saved or sent.
    pub observed: Timestamp,
    /// What the block is.
    pub kind: RawKind,
    /// HTTP status; nothing for an event.
    pub status: Option<u16>,
    /// HTTP header names (lower case) and values; empty for an event.
    pub headers: Vec<(String, String)>,
    /// The bytes to be stored: an HTTP response with its head, or one line of JSON.
    pub block: Vec<u8>,
    /// Where in the block the payload begins.
    pub payload_start: usize,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// The gzip member it came in, when that can be kept as it is.
    pub member: Option<Vec<u8>>,
}

impl Capture {
    /// A page from an HTTP response; with what was odd about it.
    ///
    /// # Errors
    /// Why the block is no HTTP response, in words, and the block.
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

    /// A page that was visited: its head as it was served, but for the transfer coding, which the
    /// connection has taken off.
    ///
    /// # Errors
    /// Why it cannot be kept, in words.
    pub(crate) fn visited(
        url: &str,
        observed: Timestamp,
        status: u16,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<Self, String> {
        let mut block = format!("HTTP/1.1 {status} \r\n").into_bytes();
        for (name, value) in headers.iter().filter(|(name, _)| name != "transfer-encoding") {
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

    /// An event from its line.
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
            member: None,
        }
    }

    /// The payload as served.
    pub fn payload(&self) -> &[u8] {
        self.block.get(self.payload_start..).unwrap_or_default()
    }

    /// What the blob store is to keep: the member it came in, or a record of our own.
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

/// The address as leadq keeps it: as the source spelled it when it can stand in a header line and
/// in a link, else as browsers would spell it. Nothing when it is no http(s) address with a host.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    let plain = text.contains("://") && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    Some(if plain { text.to_owned() } else { url.into() })
}

/// Whether a claimed time lies so far ahead that a clock must be wrong.
pub(crate) fn is_future(observed: Timestamp, now: Timestamp) -> bool {
    const DAY_MICROS: i64 = 86_400_000_000;
    observed.0 > now.0.saturating_add(DAY_MICROS)
}

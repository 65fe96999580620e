//! Encoding and decoding of WARC 1.1 records.
//!
//! The payload digest is labelled `blake3:`. The standard leaves the algorithm open, leadq already
//! has that digest of every payload (it is the snapshot hash), and an additional SHA-1 would cost a
//! second pass and another dependency for a hash that is no longer secure. The drawback: other
//! programs' digest checks report an unknown algorithm; reading is not affected.

use std::cell::RefCell;
use std::fmt;
use std::io::{Read, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use model::{Digest, Timestamp};

/// The maximum size of a record's header in bytes.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The maximum size of a record's block in bytes.
pub const BLOCK_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The compression level, 1 of 9. Measured with zlib-rs on 146 web pages (343 KB on average),
/// processor time per 300 KB on a busy machine: level 1 takes 1.3 ms and shrinks to 1/4.2, level 2
/// 2.0 ms and 1/5.3, level 6 3.7 ms and 1/6.1. A page may cost about 5 ms in total, and raw
/// segments expire, so time matters more than space.
const LEVEL: u32 = 1;

/// The types of record that leadq keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// A server's response, with its protocol headers.
    Response,
    /// Bytes that were received without a protocol: a JSON event.
    Resource,
    /// Text derived from another record.
    Conversion,
    /// Anything else worth keeping, such as rejected input.
    Metadata,
}

impl RecordType {
    /// Returns the type's name in the WARC standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Resource => "resource",
            Self::Conversion => "conversion",
            Self::Metadata => "metadata",
        }
    }

    /// Parses the name of a type; `None` for one that leadq does not keep.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Response, Self::Resource, Self::Conversion, Self::Metadata]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One WARC record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRecord {
    /// The type.
    pub record_type: RecordType,
    /// The record's own URI, without brackets; [`record_id`] creates one.
    pub id: String,
    /// The URI of its source; may be empty.
    pub target: String,
    /// When it was observed.
    pub date: Timestamp,
    /// Media type of the block, for example `application/http;msgtype=response`.
    pub content_type: String,
    /// Digest of the payload, if it is a BLAKE3 digest.
    pub payload: Option<Digest>,
    /// Further named fields, in order.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub block: Vec<u8>,
}

/// Converts an id of sixteen bytes to a record's URI: a UUID of version 8 (derived from a hash).
pub fn record_id(mut id: [u8; 16]) -> String {
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let (a, rest) = hex.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    format!("urn:uuid:{a}-{b}-{c}-{d}-{e}")
}

/// A WARC record's named fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    fields: Vec<(String, String)>,
}

impl Head {
    /// Parses a header: the version line, then named fields, up to the blank line. Lines may end
    /// in LF alone, a field may be folded over lines, and bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// A message that describes the defect.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let version = lines.next().unwrap_or_default();
        if !version.starts_with("WARC/1.") && !version.starts_with("WARC/0.") {
            return Err(format!("expected a WARC version line, found {:?}", shortened(version)));
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                let Some((_, value)) = fields.last_mut() else { continue };
                value.push(' ');
                value.push_str(line.trim());
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            } else {
                return Err(format!("header line without a colon: {:?}", shortened(line)));
            }
        }
        Ok(Self { fields })
    }

    /// Returns the first value of a field; names are case-insensitive.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(&field.1)
    }

    /// Returns a field that holds a URI, without the brackets that some writers put around it.
    pub fn uri(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?;
        Some(value.strip_prefix('<').and_then(|v| v.strip_suffix('>')).unwrap_or(value))
    }

    /// Returns the size of the block in bytes.
    ///
    /// # Errors
    /// A message that describes the defect of the field.
    pub fn content_length(&self) -> Result<u64, String> {
        let text = self.get("Content-Length").ok_or("no Content-Length")?;
        text.parse().map_err(|_| format!("Content-Length is not a number: {:?}", shortened(text)))
    }

    /// Returns the record's date.
    ///
    /// # Errors
    /// A message that describes the defect of the field.
    pub fn date(&self) -> Result<Timestamp, String> {
        let text = self.get("WARC-Date").ok_or("no WARC-Date")?;
        parse_date(text).ok_or_else(|| format!("WARC-Date is not a time: {:?}", shortened(text)))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Returns the length of the header at the start of `bytes`, its blank line included, or `None` if
/// there is no blank line.
pub fn head_length(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(length) = bytes.get(start..)?.iter().position(|&byte| byte == b'\n') {
        let line = bytes.get(start..start + length)?;
        start += length + 1;
        if line.is_empty() || line == b"\r" {
            return Some(start);
        }
    }
    None
}

/// Parses a WARC date: RFC 3339, the shortened forms of WARC 1.1 (`2026`, `2026-03`,
/// `2026-03-31`) and the fourteen digits of old writers.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let full = match text.len() {
        4 if digits => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        14 if digits => {
            let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
            format!(
                "{}-{}-{}T{}:{}:{}Z",
                part(0..4),
                part(4..6),
                part(6..8),
                part(8..10),
                part(10..12),
                part(12..14)
            )
        }
        17 if text.ends_with('Z') => format!("{}:00Z", text.trim_end_matches('Z')),
        _ => return None,
    };
    full.parse().ok()
}

/// Fields that have their own field in [`BlobRecord`].
const OWN_FIELDS: [&str; 6] = [
    "WARC-Type",
    "WARC-Record-ID",
    "WARC-Target-URI",
    "WARC-Date",
    "Content-Type",
    "Content-Length",
];
const PAYLOAD_DIGEST: &str = "WARC-Payload-Digest";
const DIGEST_LABEL: &str = "blake3:";

impl BlobRecord {
    /// Encodes the record as WARC bytes, not yet compressed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.block.len() + 1024);
        bytes.extend_from_slice(b"WARC/1.1\r\n");
        let mut field = |name: &str, value: &str| {
            for part in [name, ": ", value] {
                // A line break inside a value would let the sender inject a field.
                bytes.extend(part.bytes().map(|b| if b.is_ascii_control() { b' ' } else { b }));
            }
            bytes.extend_from_slice(b"\r\n");
        };
        field("WARC-Type", self.record_type.as_str());
        field("WARC-Record-ID", &format!("<{}>", self.id));
        if !self.target.is_empty() {
            field("WARC-Target-URI", &self.target);
        }
        field("WARC-Date", &self.date.to_string());
        field("Content-Type", &self.content_type);
        if let Some(digest) = &self.payload {
            field(PAYLOAD_DIGEST, &format!("{DIGEST_LABEL}{digest}"));
        }
        for (name, value) in &self.headers {
            field(name, value);
        }
        field("Content-Length", &self.block.len().to_string());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.block);
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }

    /// Decodes one whole record: header, block, and only line breaks after it.
    ///
    /// # Errors
    /// A message that describes the defect.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let start = head_length(bytes).ok_or("the record's header has no end")?;
        let (head, rest) = bytes.split_at(start);
        let head = Head::parse(head)?;
        let length = usize::try_from(head.content_length()?).map_err(|error| error.to_string())?;
        let (block, rest) = rest
            .split_at_checked(length)
            .ok_or_else(|| format!("the block has {} of its {length} bytes", rest.len()))?;
        if rest.iter().any(|byte| !matches!(byte, b'\r' | b'\n')) {
            return Err("unexpected bytes after the record".to_owned());
        }
        Self::from_parts(head, block.to_vec())
    }

    /// Builds a record from its header and its block.
    ///
    /// # Errors
    /// A message that describes the defect of the header.
    pub fn from_parts(head: Head, block: Vec<u8>) -> Result<Self, String> {
        let type_name = head.get("WARC-Type").ok_or("no WARC-Type")?;
        let record_type = RecordType::parse(type_name)
            .ok_or_else(|| format!("unsupported WARC-Type: {:?}", shortened(type_name)))?;
        let date = head.date()?;
        let own = |name: &str| head.uri(name).unwrap_or_default().to_owned();
        let payload = head
            .get(PAYLOAD_DIGEST)
            .and_then(|value| value.strip_prefix(DIGEST_LABEL)?.parse::<Digest>().ok());
        let (id, target) = (own("WARC-Record-ID"), own("WARC-Target-URI"));
        let content_type = head.get("Content-Type").unwrap_or_default().to_owned();
        let mut headers = head.fields;
        headers.retain(|(name, _)| {
            // As it is written, and then read: a control character becomes a space.
            let name = name.replace(|c: char| c.is_ascii_control(), " ");
            let is = |own: &str| name.trim().eq_ignore_ascii_case(own);
            !(OWN_FIELDS.into_iter().any(is) || payload.is_some() && is(PAYLOAD_DIGEST))
        });
        Ok(Self { record_type, id, target, date, content_type, payload, headers, block })
    }
}

/// Encodes the first record of a segment, which names the software and the format.
pub(super) fn warcinfo(segment: &str, date: Timestamp) -> Vec<u8> {
    let block = format!(
        "software: leadq/{}\r\nformat: WARC File Format 1.1\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let id = model::IdHasher::new("segment").part(segment).part(date.to_string()).finish();
    format!(
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {date}\r\n\
         WARC-Filename: {segment}\r\nContent-Type: application/warc-fields\r\n\
         Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        record_id(id),
        block.len(),
    )
    .into_bytes()
}

/// The header of a gzip member without a name and a time, of the fastest compression.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff];

thread_local! {
    /// The compressor of a thread. Its state is as large as a hundred small records, so making one
    /// for each record would cost more than compressing it.
    static COMPRESSOR: RefCell<DeflateEncoder<Vec<u8>>> =
        RefCell::new(DeflateEncoder::new(Vec::new(), Compression::new(LEVEL)));
}

/// Compresses a record into one gzip member. The same bytes always produce the same member.
pub(super) fn compress(record: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut member = Vec::with_capacity(record.len() / 3 + 512);
    member.extend_from_slice(&GZIP_HEADER);
    let mut member = COMPRESSOR.with_borrow_mut(|compressor| {
        // Also takes back what an earlier failure has left.
        compressor.reset(member)?;
        compressor.write_all(record)?;
        compressor.reset(Vec::new())
    })?;
    let mut sum = Crc::new();
    sum.update(record);
    member.extend_from_slice(&sum.sum().to_le_bytes());
    member.extend_from_slice(&sum.amount().to_le_bytes());
    Ok(member)
}

/// Decompresses a member, up to the maximum length of a record: a member of a few kilobytes can
/// expand to gigabytes.
pub(super) fn decompress(member: &[u8]) -> Result<Vec<u8>, String> {
    let most = HEAD_BYTES_MAX + BLOCK_BYTES_MAX + 4;
    let mut record = Vec::with_capacity(member.len().saturating_mul(4).min(most));
    let mut decoder = flate2::bufread::GzDecoder::new(member);
    decoder
        .by_ref()
        .take(most as u64 + 1)
        .read_to_end(&mut record)
        .map_err(|error| format!("invalid gzip member: {error}"))?;
    if record.len() > most {
        return Err(format!("more than {most} bytes when decompressed"));
    }
    if !decoder.into_inner().is_empty() {
        return Err("more than one gzip member".to_owned());
    }
    Ok(record)
}

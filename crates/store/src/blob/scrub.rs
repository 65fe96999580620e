//! Scrubbing: reads a segment from its first byte to its last, with one record in memory at a time.
//!
//! Three checks together notice every changed bit. The bytes that a row refers to must match the
//! digest in the row. Every record, also one that no row refers to, must be a whole gzip member,
//! whose checksum covers its content, and a whole WARC record, whose digest covers its payload; and
//! the members must follow each other without a gap. The few bits that no checksum covers, in the
//! head and the padding of a member, are compared with the output of our own compressor.
//!
//! The end of a file may hold a write that was interrupted by a crash. No row refers to it, because
//! it was never acknowledged: it is reported, but it is not damage.

use std::io::{self, BufRead, Read};
use std::path::Path;

use model::{BlobRef, Digest};
use serde::Serialize;

use super::disk::Disk;
use super::warc::{self, BLOCK_BYTES_MAX, BlobRecord, HEAD_BYTES_MAX, Head, RecordType};

/// The maximum number of damaged places that a report describes; all are counted.
pub const DAMAGES_SHOWN: usize = 100;
const CHUNK_BYTES: u64 = 1 << 20;
/// The first bytes of a gzip member that holds deflated data.
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];
/// The length of a gzip member's head without optional fields.
const GZIP_HEAD: usize = 10;

/// The part of a segment that rows refer to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReferredPart {
    /// The number of bytes.
    pub bytes: u64,
    /// The first byte after the last record.
    pub end: u64,
}

impl ReferredPart {
    /// Adds a record that a row refers to.
    pub fn add(&mut self, at: &BlobRef) {
        self.bytes = self.bytes.saturating_add(at.length);
        self.end = self.end.max(at.offset.saturating_add(at.length));
    }
}

/// A damaged place of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedPlace {
    /// The offset of the damaged record, in bytes.
    pub offset: u64,
    /// The mismatch.
    pub why: String,
}

/// The result of reading a segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SegmentScrub {
    /// The number of whole records.
    pub records: u64,
    /// The number of damaged places.
    pub damages: u64,
    /// The first damaged places, at most [`DAMAGES_SHOWN`].
    pub first: Vec<DamagedPlace>,
    /// The offset and the size of a write at the end that was interrupted and never acknowledged.
    pub interrupted: Option<(u64, u64)>,
}

impl SegmentScrub {
    fn add(&mut self, offset: u64, why: impl Into<String>) {
        self.damages += 1;
        if self.first.len() < DAMAGES_SHOWN {
            self.first.push(DamagedPlace { offset, why: why.into() });
        }
    }
}

/// A segment to read, with its size at the start: it may grow meanwhile.
pub(super) struct ScrubbedSegment<'a> {
    pub(super) disk: &'a dyn Disk,
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    pub(super) bytes: u64,
    pub(super) referred: ReferredPart,
}

impl ScrubbedSegment<'_> {
    /// Reads the segment; calls `report` with the number of bytes read so far.
    pub(super) fn scrub(&self, report: &dyn Fn(u64)) -> io::Result<SegmentScrub> {
        let mut found = SegmentScrub::default();
        let mut reader = self.reader(0);
        // Whether there are records that no row refers to, besides the first.
        let mut has_others = true;
        while reader.position() < self.bytes {
            let at = reader.position();
            match member(&mut reader)? {
                Ok(record) => {
                    let length = reader.position() - at;
                    if at == 0 {
                        has_others = length.saturating_add(self.referred.bytes) != self.bytes;
                    }
                    let checked = match at {
                        0 => check_first(&record, self.name).map(|()| true),
                        _ => check_record(&record),
                    };
                    let checked = match checked {
                        Ok(true) if at == 0 || has_others => {
                            self.check_bits(at, length, &record)?
                        }
                        checked => checked.map(|_| ()),
                    };
                    match checked {
                        Ok(()) => found.records += 1,
                        Err(why) => found.add(at, why),
                    }
                }
                Err(fault) => {
                    if self.is_interrupted(at, &fault)? {
                        found.interrupted = Some((at, self.bytes - at));
                        break;
                    }
                    found.add(at, fault.why());
                    has_others = true;
                    match self.next_member(at + 1)? {
                        Some(next) => reader = self.reader(next),
                        None => break,
                    }
                }
            }
            report(reader.position());
        }
        report(self.bytes);
        Ok(found)
    }

    fn reader(&self, from: u64) -> SegmentReader<'_> {
        SegmentReader { segment: self, start: from, chunk: Vec::new(), read: 0, failure: None }
    }

    fn read(&self, offset: u64, length: u64) -> io::Result<Vec<u8>> {
        let length = length.min(self.bytes.saturating_sub(offset));
        let bytes = self.disk.read(self.path, offset, length)?;
        bytes.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the segment was removed"))
    }

    /// Compares a record of our own with the output of the compressor, in the bits that no checksum
    /// covers. Another version of the compressor may have packed the content otherwise.
    fn check_bits(&self, at: u64, length: u64, record: &[u8]) -> io::Result<Result<(), String>> {
        let (stored, packed) = (self.read(at, length)?, warc::compress(record)?);
        if stored == packed {
            return Ok(Ok(()));
        }
        if stored.get(..GZIP_HEAD) != packed.get(..GZIP_HEAD) {
            return Ok(Err("the head of the gzip member is damaged".to_owned()));
        }
        // One that packs otherwise differs in many bytes.
        let differing = stored.iter().zip(&packed).filter(|(stored, packed)| stored != packed);
        Ok(match stored.len() == packed.len() && differing.count() == 1 {
            true => Err("a bit of the gzip member that no checksum covers has changed".to_owned()),
            false => Ok(()),
        })
    }

    /// Returns whether the rest of the file is a write that a crash interrupted: no row refers to
    /// it, and it stops early, or consists of zeros, which a file system leaves in place of data.
    fn is_interrupted(&self, at: u64, fault: &Fault) -> io::Result<bool> {
        if at < self.referred.end {
            return Ok(false);
        }
        if matches!(fault, Fault::Short) {
            return Ok(true);
        }
        let mut from = at;
        while from < self.bytes {
            let chunk = self.read(from, CHUNK_BYTES)?;
            if chunk.is_empty() || chunk.iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
            from += chunk.len() as u64;
        }
        Ok(true)
    }

    /// Finds the next whole record at or after an offset.
    fn next_member(&self, from: u64) -> io::Result<Option<u64>> {
        let mut from = from;
        loop {
            let chunk = self.read(from, CHUNK_BYTES)?;
            for (index, bytes) in chunk.windows(GZIP.len()).enumerate() {
                let at = from + index as u64;
                if bytes == GZIP && member(&mut self.reader(at))?.is_ok() {
                    return Ok(Some(at));
                }
            }
            if (chunk.len() as u64) < CHUNK_BYTES {
                return Ok(None);
            }
            // The last bytes may be the first of a member.
            from += chunk.len() as u64 - (GZIP.len() as u64 - 1);
        }
    }
}

/// The reason why there is no whole member at an offset.
#[derive(Debug)]
enum Fault {
    /// The file ends before the member does.
    Short,
    Invalid(String),
}

impl Fault {
    fn why(self) -> String {
        match self {
            Self::Short => "the segment ends before the record does".to_owned(),
            Self::Invalid(why) => why,
        }
    }
}

/// Decompresses the member at the reader's position, and moves the reader behind it.
fn member(reader: &mut SegmentReader<'_>) -> io::Result<Result<Vec<u8>, Fault>> {
    const RECORD_BYTES_MAX: usize = HEAD_BYTES_MAX + BLOCK_BYTES_MAX + 4;
    let mut record = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(&mut *reader);
    let read = decoder.by_ref().take(RECORD_BYTES_MAX as u64 + 1).read_to_end(&mut record);
    drop(decoder);
    if let Some(failure) = reader.failure.take() {
        return Err(failure);
    }
    Ok(match read {
        Ok(_) if record.len() > RECORD_BYTES_MAX => {
            Err(Fault::Invalid(format!("more than {RECORD_BYTES_MAX} bytes when decompressed")))
        }
        Ok(_) => Ok(record),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Fault::Short),
        Err(error) => Err(Fault::Invalid(format!("invalid gzip member: {error}"))),
    })
}

/// Checks the first record of a segment, which names it.
fn check_first(record: &[u8], name: &str) -> Result<(), String> {
    let start = warc::head_length(record).ok_or("the record's header has no end")?;
    let head = Head::parse(record.get(..start).unwrap_or_default())?;
    let is_named = head.get("WARC-Filename") == Some(name);
    if head.get("WARC-Type") != Some("warcinfo") || !is_named {
        return Err("the segment does not begin with a warcinfo record of its name".to_owned());
    }
    let end = head.content_length()?.saturating_add((start + "\r\n\r\n".len()) as u64);
    if end != record.len() as u64 {
        return Err("the warcinfo record has another length".to_owned());
    }
    Ok(())
}

/// Checks a record, and returns whether leadq has encoded it.
fn check_record(record: &[u8]) -> Result<bool, String> {
    let record = BlobRecord::from_bytes(record)?;
    if let Some(digest) = record.payload
        && !payloads(&record).into_iter().any(|payload| Digest::of(payload) == digest)
    {
        return Err("the payload does not match the digest of the record".to_owned());
    }
    // The version of the UUIDs that `record_id` makes.
    let version = record.id.strip_prefix("urn:uuid:").and_then(|id| id.as_bytes().get(14));
    Ok(version == Some(&b'8'))
}

/// Returns the parts of a block that may be the payload: the body of a response, otherwise all.
fn payloads(record: &BlobRecord) -> Vec<&[u8]> {
    let block = record.block.as_slice();
    let body = warc::head_length(block).and_then(|start| block.get(start..));
    match record.record_type {
        // Without a status line all of a response is its body, and without an end of its head none.
        RecordType::Response => [Some(block), body, Some(&[])].into_iter().flatten().collect(),
        _ => vec![block],
    }
}

/// Reads a segment in chunks, up to its size at the start.
struct SegmentReader<'a> {
    segment: &'a ScrubbedSegment<'a>,
    /// The offset of the chunk.
    start: u64,
    chunk: Vec<u8>,
    /// The bytes of the chunk that were consumed.
    read: usize,
    /// The failure of the disk, which the decoder would present as damage.
    failure: Option<io::Error>,
}

impl SegmentReader<'_> {
    const fn position(&self) -> u64 {
        self.start + self.read as u64
    }
}

impl Read for SegmentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for SegmentReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read >= self.chunk.len() {
            self.start = self.position();
            self.read = 0;
            match self.segment.read(self.start, CHUNK_BYTES) {
                Ok(chunk) => self.chunk = chunk,
                Err(error) => {
                    self.chunk = Vec::new();
                    self.failure = Some(error);
                }
            }
        }
        Ok(self.chunk.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.read += count;
    }
}

#[cfg(test)]
mod tests;

//! Reads WARC records from a sequence of bytes and resumes at the next record after damage.

use std::io::Read;

use store::blob::{HEAD_BYTES_MAX, Head, head_length};

use super::allowance::Allowance;
use crate::ReadLimits;
use crate::byte_reader::{ByteReader, Continue};

/// The maximum length of a version line.
const VERSION_BYTES: usize = 16;
const STEP_BYTES: usize = 64 * 1024;

/// The next item in the bytes.
pub(super) enum ParsedItem {
    /// A complete record.
    LocatedRecord(LocatedRecord),
    /// Bytes that are not a record; reading continues after them.
    Damaged(Damaged),
    /// The end of the bytes.
    End,
}

/// A record with its position.
pub(super) struct LocatedRecord {
    /// The offset of its start.
    pub(super) offset: u64,
    pub(super) head: Head,
    /// The header as read, including the blank line.
    pub(super) head_bytes: Vec<u8>,
    pub(super) block: Vec<u8>,
    /// Whether the declared length was wrong and the end was found by the next record or the end of
    /// the member.
    pub(super) mended: bool,
}

/// Bytes that were skipped.
pub(super) struct Damaged {
    pub(super) offset: u64,
    pub(super) cause: String,
    /// The first of the bytes.
    pub(super) kept: Vec<u8>,
    /// The offset of the first record inside the skipped bytes.
    pub(super) resume: Option<u64>,
}

/// The rules for reading records from one sequence of bytes.
pub(super) struct Rules<'a> {
    pub(super) limits: &'a ReadLimits,
    pub(super) allowance: &'a mut Allowance,
    /// Whether the end of the bytes is known to be the end of a record. This holds in a gzip member
    /// with a valid checksum, but not in a file that may have been truncated.
    pub(super) end_is_sure: bool,
}

impl Rules<'_> {
    /// Reads the next record.
    pub(super) fn next<S: Read + Continue>(&mut self, feed: &mut ByteReader<S>) -> ParsedItem {
        skip_line_breaks(feed);
        let offset = feed.offset();
        if feed.view(1).is_empty() {
            return ParsedItem::End;
        }
        // The header may continue in the next gzip member.
        while head_in(feed.view(HEAD_BYTES_MAX)).is_none() && feed.go_on() {}
        let view = feed.view(HEAD_BYTES_MAX);
        let head = match head_in(view) {
            _ if !is_version_line(view) => Err("no WARC record begins here".to_owned()),
            None => Err("the header of the record does not end".to_owned()),
            Some(bytes) => Head::parse(bytes)
                .and_then(|head| Ok((head.content_length()?, head, bytes.to_vec()))),
        };
        match head {
            Ok((length, head, head_bytes)) => {
                feed.consume(head_bytes.len());
                self.block(
                    feed,
                    LocatedRecord { offset, head, head_bytes, block: vec![], mended: false },
                    length,
                )
            }
            Err(cause) => self.resynchronise(feed, offset, cause),
        }
    }

    fn block<S: Read + Continue>(
        &mut self,
        feed: &mut ByteReader<S>,
        mut record: LocatedRecord,
        length: u64,
    ) -> ParsedItem {
        let declared = match usize::try_from(length) {
            Ok(length) if length <= self.limits.record_bytes_max => length,
            _ => return self.skip_record(feed, &record, length),
        };
        read_up_to(feed, &mut record.block, declared);
        let whole = record.block.len() == declared;
        if whole && at_boundary(feed) {
            return ParsedItem::LocatedRecord(record);
        }
        // Reads a few more bytes, because the declared end may be inside a version line.
        let end = record.block.len();
        record.block.extend_from_slice(feed.view(VERSION_BYTES));
        feed.consume(record.block.len() - end);
        if let Some(start) = record_start(&record.block) {
            let rest = record.block.split_off(start);
            if self.allowance.take(rest.len() as u64) {
                feed.put_back(&rest);
                return ParsedItem::LocatedRecord(mended(record));
            }
            return ParsedItem::Damaged(self.damaged(&record, "its Content-Length is too large"));
        }
        feed.put_back(&record.block.split_off(end));
        if whole {
            self.read_on(feed, record)
        } else if self.end_is_sure && feed.broken().is_none() {
            ParsedItem::LocatedRecord(mended(record))
        } else {
            let cause = feed.broken().unwrap_or("the input ends inside the record").to_owned();
            ParsedItem::Damaged(self.damaged(&record, &cause))
        }
    }

    /// Handles a record whose declared length is not followed by a record: the block may continue
    /// until the next record begins. Without a next record the declared length is used.
    fn read_on<S: Read + Continue>(
        &mut self,
        feed: &mut ByteReader<S>,
        mut record: LocatedRecord,
    ) -> ParsedItem {
        let declared = record.block.len();
        let most = self.limits.record_bytes_max;
        let found_start = loop {
            let view = feed.view(STEP_BYTES);
            let ended = view.len() < STEP_BYTES;
            let start = record_start(view);
            let take = start.unwrap_or(if ended { view.len() } else { STEP_BYTES - VERSION_BYTES });
            if record.block.len() + take > most {
                break false;
            }
            record.block.extend_from_slice(view.get(..take).unwrap_or_default());
            feed.consume(take);
            if start.is_some() || ended {
                break start.is_some() || (self.end_is_sure && feed.broken().is_none());
            }
        };
        if found_start {
            return ParsedItem::LocatedRecord(mended(record));
        }
        let rest = record.block.split_off(declared);
        if self.allowance.take(rest.len() as u64) {
            feed.put_back(&rest);
            return ParsedItem::LocatedRecord(record);
        }
        ParsedItem::Damaged(self.damaged(&record, "the bytes after the record are not a record"))
    }

    /// Skips a record that is too large, without holding it in memory. If its length is damaged,
    /// reading can resume at the first record that was skipped.
    fn skip_record<S: Read + Continue>(
        &mut self,
        feed: &mut ByteReader<S>,
        record: &LocatedRecord,
        length: u64,
    ) -> ParsedItem {
        let begin = feed.offset();
        let most = self.limits.record_bytes_max;
        let mut damaged =
            self.damaged(record, &format!("a record of {length} bytes; the limit is {most}"));
        let mut left = length;
        while left > 0 {
            let at = feed.offset();
            let view = feed.view(STEP_BYTES);
            if damaged.resume.is_none()
                && let Some(start) = record_start(view)
            {
                damaged.resume = Some(at + start as u64);
            }
            let last = view.len() < STEP_BYTES;
            let step = if last { view.len() } else { STEP_BYTES - VERSION_BYTES };
            let step = step.min(usize::try_from(left).unwrap_or(usize::MAX));
            let remaining = self.limits.kept_bytes_max.saturating_sub(damaged.kept.len());
            damaged.kept.extend(view.iter().take(step.min(remaining)));
            if step == 0 {
                break;
            }
            feed.consume(step);
            left -= step as u64;
        }
        let inside = |resume: &u64| *resume < begin.saturating_add(length);
        if left == 0 && at_boundary(feed) {
            damaged.resume = None;
        }
        damaged.resume = damaged.resume.filter(inside);
        ParsedItem::Damaged(damaged)
    }

    /// Skips to the start of the next record.
    fn resynchronise<S: Read + Continue>(
        &mut self,
        feed: &mut ByteReader<S>,
        offset: u64,
        cause: String,
    ) -> ParsedItem {
        let mut excerpt = Vec::new();
        loop {
            let view = feed.view(STEP_BYTES);
            let start = record_start(view);
            let last = view.len() < STEP_BYTES;
            let step = start.unwrap_or(if last { view.len() } else { STEP_BYTES - VERSION_BYTES });
            let remaining = self.limits.kept_bytes_max.saturating_sub(excerpt.len());
            excerpt.extend(view.iter().take(step.min(remaining)));
            feed.consume(step);
            if start.is_some() || last {
                break;
            }
        }
        let cause = feed.broken().map(|broken| format!("{cause}: {broken}")).unwrap_or(cause);
        ParsedItem::Damaged(Damaged { offset, cause, kept: excerpt, resume: None })
    }

    fn damaged(&self, record: &LocatedRecord, cause: &str) -> Damaged {
        let excerpt = record.kept(self.limits.kept_bytes_max);
        Damaged { offset: record.offset, cause: cause.to_owned(), kept: excerpt, resume: None }
    }
}

impl LocatedRecord {
    /// Copies the first bytes of the record as read.
    pub(super) fn kept(&self, bytes_max: usize) -> Vec<u8> {
        self.head_bytes.iter().chain(&self.block).take(bytes_max).copied().collect()
    }
}

/// Removes the line breaks that separate the block from the next record.
fn mended(mut record: LocatedRecord) -> LocatedRecord {
    for line_break in [b"\r\n\r\n".as_slice(), b"\n\n"] {
        if record.block.ends_with(line_break) {
            record.block.truncate(record.block.len() - line_break.len());
            break;
        }
    }
    record.mended = true;
    record
}

fn read_up_to<S: Read + Continue>(feed: &mut ByteReader<S>, block: &mut Vec<u8>, length: usize) {
    // The declared length may be wrong, so memory is allocated only as the bytes arrive.
    block.reserve(length.min(1 << 20));
    while block.len() < length {
        let view = feed.view(STEP_BYTES);
        if view.is_empty() {
            if feed.go_on() {
                continue;
            }
            return;
        }
        let take = view.len().min(length - block.len());
        if block.capacity() - block.len() < take && block.len() >= length / 4 {
            // At once, so that a large block is not held twice.
            block.reserve_exact(length - block.len());
        }
        block.extend_from_slice(view.get(..take).unwrap_or_default());
        feed.consume(take);
    }
}

/// Skips line breaks between records.
pub(super) fn skip_line_breaks<S: Read + Continue>(feed: &mut ByteReader<S>) {
    loop {
        let view = feed.view(64);
        let breaks = view.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if breaks == 0 {
            return;
        }
        feed.consume(breaks);
    }
}

/// Finds the header at the start of `view`. Few are longer than 4 KiB; a longer one must not
/// contain the start of another record, or a file of only version lines would be read thousands
/// of times.
fn head_in(view: &[u8]) -> Option<&[u8]> {
    let near = view.get(..4096).unwrap_or(view);
    let length = head_length(near).or_else(|| {
        let end = record_start(view).unwrap_or(view.len());
        head_length(view.get(..end)?)
    })?;
    view.get(..length)
}

/// Checks whether a record may end here: line breaks, then another record or the end.
fn at_boundary<S: Read + Continue>(feed: &mut ByteReader<S>) -> bool {
    loop {
        let view = feed.view(64);
        let rest = view.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
        let rest = rest.and_then(|rest| view.get(rest..)).unwrap_or_default();
        if rest.is_empty() || is_version_line(rest) {
            return true;
        }
        // The version line may be cut by the end of a gzip member.
        let cut = rest.len() < VERSION_BYTES && b"WARC/".iter().zip(rest).all(|(a, b)| a == b);
        if !(cut && feed.go_on()) {
            break;
        }
    }
    // A damaged line break must not hide the next record.
    let view = feed.view(64);
    let next = (1..=8).find(|&junk| view.get(junk..).is_some_and(is_version_line));
    feed.consume(next.unwrap_or(0));
    next.is_some()
}

fn is_version_line(bytes: &[u8]) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    bytes.starts_with(b"WARC/")
        && digit(5)
        && bytes.get(6) == Some(&b'.')
        && digit(7)
        && bytes.iter().skip(8).take(VERSION_BYTES - 8).any(|&byte| byte == b'\n')
}

/// Finds the start of a line in `bytes` that opens a record; never at offset zero.
fn record_start(bytes: &[u8]) -> Option<usize> {
    let mut lines = memchr::memmem::find_iter(bytes, b"\nWARC/").map(|at| at + 1);
    lines.find(|line| bytes.get(*line..).is_some_and(is_version_line))
}

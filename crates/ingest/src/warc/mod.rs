//! Reads WARC files: plain, gzip or Zstandard. Yields every readable record, also of damaged files, and a
//! rejection for the rest.
//!
//! Responses and resources are read; the other types are only noted. After damage, reading
//! continues at the next record (plain) or the next gzip member or Zstandard frame in which a record
//! begins.

mod allowance;
mod packing;
mod records;
mod tape;
#[cfg(test)]
mod tests;
mod unpack;

use std::collections::VecDeque;
use std::io::{self, Read, Seek};

use model::{Note, Timestamp};
use store::blob::Head;

use self::allowance::Allowance;
use self::packing::Packing;
use self::records::{LocatedRecord, ParsedItem, Rules, skip_line_breaks};
use self::tape::Tape;
use self::unpack::Unpack;
use crate::byte_reader::ByteReader;
use crate::capture::{is_future, web_address};
use crate::{Capture, Options, Rejected, Taken};

/// An iterator over a WARC file.
pub(crate) struct Warc<R> {
    name: String,
    options: Options,
    allowance: Allowance,
    place: FilePosition<R>,
    /// The name of a compressed member, for messages.
    member_name: &'static str,
    /// The items that are ready: a record and its notes.
    ready: VecDeque<Taken>,
}

/// The reader's position in the file.
enum FilePosition<R> {
    Plain(ByteReader<Tape<R>>),
    BetweenMembers(Tape<R>),
    InMember(Box<PackedMember<R>>),
    End,
}

/// The state of reading a compressed member.
struct PackedMember<R> {
    /// The offset of its start in the file.
    start: u64,
    feed: ByteReader<Unpack<R>>,
    /// Whether no record of it has been read yet.
    untouched: bool,
}

impl<R: Read + Seek> Warc<R> {
    pub(crate) fn new(name: String, source: R, options: Options) -> io::Result<Self> {
        let mut tape = Tape::new(source, options.limits.record_bytes_max);
        let lower = name.to_lowercase();
        if !tape.detect_zstd()? && lower.ends_with(".zst") {
            tape.assume_zstd();
        }
        let member_name = tape.packing().member_name();
        let place = if tape.is_at_member()? {
            FilePosition::BetweenMembers(tape)
        } else if lower.ends_with(".gz") || matches!(tape.packing(), Packing::Zstd(_)) {
            // The first member is damaged; valid ones may follow.
            FilePosition::BetweenMembers(tape)
        } else {
            FilePosition::Plain(ByteReader::new(tape))
        };
        let allowance = Allowance::of_a_file();
        Ok(Self { name, options, allowance, place, member_name, ready: VecDeque::new() })
    }

    /// Performs one step and adds its results to `ready`.
    fn advance(&mut self) {
        match std::mem::replace(&mut self.place, FilePosition::End) {
            FilePosition::Plain(feed) => self.plain(feed),
            FilePosition::BetweenMembers(tape) => {
                let position = tape.position();
                if let Err(error) = self.between(tape) {
                    self.reject(position, 0, format!("reading failed: {error}"), Vec::new());
                }
            }
            FilePosition::InMember(member) => self.member(member),
            FilePosition::End => {}
        }
    }

    fn plain(&mut self, mut feed: ByteReader<Tape<R>>) {
        match self.rules(false).next(&mut feed) {
            ParsedItem::LocatedRecord(record) => self.take(record.offset, 0, record, None),
            ParsedItem::Damaged(damaged) => {
                self.reject(damaged.offset, 0, damaged.cause, damaged.kept);
                if let Some(resume) = damaged.resume
                    && self.allowance.take(feed.offset().saturating_sub(resume))
                    && feed.source().seek_to(resume).is_ok()
                {
                    feed.moved_to(resume);
                }
            }
            ParsedItem::End => return,
        }
        self.place = FilePosition::Plain(feed);
    }

    fn between(&mut self, mut tape: Tape<R>) -> io::Result<()> {
        let position = tape.position();
        if tape.is_at_end()? {
            return Ok(());
        }
        if tape.is_at_member()? {
            let feed = ByteReader::new(Unpack::new(tape));
            let member = PackedMember { start: position, feed, untouched: true };
            self.place = FilePosition::InMember(Box::new(member));
            return Ok(());
        }
        let kept_max = self.options.limits.kept_bytes_max;
        let skipped = tape.pass_to_member(kept_max, &mut self.allowance)?;
        if skipped.padding {
            let detail = format!("{}, byte {position}", self.name);
            self.ready.push_back(Taken::Noted(Note::new("warc_padding", detail)));
        } else {
            let cause = format!("no {} begins here", self.member_name);
            self.reject(position, 0, cause, skipped.kept);
        }
        if skipped.found {
            self.place = FilePosition::BetweenMembers(tape);
        }
        Ok(())
    }

    fn member(&mut self, mut member: Box<PackedMember<R>>) {
        match self.rules(true).next(&mut member.feed) {
            ParsedItem::LocatedRecord(record) => self.take_from_member(member, record),
            ParsedItem::Damaged(damaged) => {
                self.reject(member.start, damaged.offset, damaged.cause, damaged.kept);
                member.untouched = false;
                if member.feed.broken().is_some() {
                    self.recover(*member);
                } else {
                    self.place = FilePosition::InMember(member);
                }
            }
            ParsedItem::End => {
                if let Some(broken) = member.feed.broken() {
                    let (cause, inside) = (broken.to_owned(), member.feed.offset());
                    let mut recorded = member.feed.source().recorded().unwrap_or_default();
                    recorded.truncate(self.options.limits.kept_bytes_max);
                    self.reject(member.start, inside, cause, recorded);
                    self.recover(*member);
                } else if let Some(tape) = member.feed.into_source().into_tape() {
                    self.place = FilePosition::BetweenMembers(tape);
                }
            }
        }
    }

    /// Accepts a record only after the bytes that follow it are verified: another record, or the
    /// member's checksum.
    fn take_from_member(&mut self, mut member: Box<PackedMember<R>>, record: LocatedRecord) {
        skip_line_breaks(&mut member.feed);
        let ends_here = member.feed.view(1).is_empty();
        if ends_here && let Some(broken) = member.feed.broken() {
            let excerpt = record.kept(self.options.limits.kept_bytes_max);
            self.reject(member.start, record.offset, broken.to_owned(), excerpt);
            return self.recover(*member);
        }
        let recorded = member.feed.source().recorded();
        // The blob store keeps gzip members.
        let is_gzip = self.member_name == Packing::Gzip.member_name();
        let whole =
            recorded.filter(|_| is_gzip && ends_here && member.untouched && record.offset == 0);
        self.take(member.start, record.offset, record, whole);
        member.untouched = false;
        self.place = FilePosition::InMember(member);
    }

    /// Searches for the next valid member. It may be inside the damaged one, so the search begins
    /// directly after the start of the damaged one.
    fn recover(&mut self, member: PackedMember<R>) {
        let Some(mut tape) = member.feed.into_source().into_tape() else { return };
        let again = tape.position().saturating_sub(member.start);
        let from = if self.allowance.take(again) { member.start + 1 } else { tape.position() };
        let skipped = tape.seek_to(from).and_then(|()| tape.pass_to_member(0, &mut self.allowance));
        match skipped {
            Ok(skipped) if skipped.found => self.place = FilePosition::BetweenMembers(tape),
            Ok(_) => {}
            Err(error) => self.reject(from, 0, format!("reading failed: {error}"), Vec::new()),
        }
    }

    fn rules(&mut self, end_is_sure: bool) -> Rules<'_> {
        Rules { limits: &self.options.limits, allowance: &mut self.allowance, end_is_sure }
    }

    /// Formats the file and offset; in a compressed member also the offset inside it.
    fn origin(&self, start: u64, inside: u64) -> String {
        match inside {
            0 => format!("{}, byte {start}", self.name),
            _ => {
                let (name, member) = (&self.name, self.member_name);
                format!("{name}, byte {start}, {inside} bytes into the {member}")
            }
        }
    }

    fn reject(&mut self, start: u64, inside: u64, cause: String, excerpt: Vec<u8>) {
        let origin = self.origin(start, inside);
        self.ready.push_back(Taken::Rejected(Rejected { origin, cause, kept: excerpt }));
    }

    /// Classifies a complete record: accepted, noted or rejected.
    fn take(&mut self, start: u64, inside: u64, record: LocatedRecord, member: Option<Vec<u8>>) {
        let origin = self.origin(start, inside);
        let excerpt = |record: &LocatedRecord| record.kept(self.options.limits.kept_bytes_max);
        let wanted = match Wanted::of(&record.head, &record.block, self.options.now) {
            Ok(wanted) => wanted,
            Err(RecordRefusal::Note(code)) => {
                return self.ready.push_back(Taken::Noted(Note::new(code, origin)));
            }
            Err(RecordRefusal::Cause(cause)) => {
                let excerpt = excerpt(&record);
                return self.ready.push_back(Taken::Rejected(Rejected {
                    origin,
                    cause,
                    kept: excerpt,
                }));
            }
        };
        if record.mended {
            self.ready.push_back(Taken::Noted(Note::new("warc_length_mended", origin.as_str())));
        }
        // The member is kept only if reading it again gives the same record.
        let same = !record.mended && !wanted.bare && record.head.uri(TARGET) == Some(&wanted.url);
        let LocatedRecord { head, head_bytes, block, .. } = record;
        let block = if wanted.bare { page_around(&head, &block) } else { block };
        match Capture::page(wanted.url, wanted.observed, block) {
            Ok((mut capture, notes)) => {
                capture.member = member.filter(|_| same);
                let noted = notes.into_iter().map(Taken::Noted);
                self.ready.extend(noted);
                self.ready.push_back(Taken::Record(Box::new(capture)));
            }
            Err((cause, block)) => {
                let excerpt = head_bytes.into_iter().chain(block);
                let excerpt = excerpt.take(self.options.limits.kept_bytes_max).collect();
                self.ready.push_back(Taken::Rejected(Rejected { origin, cause, kept: excerpt }));
            }
        }
    }
}

impl<R: Read + Seek> Iterator for Warc<R> {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        while self.ready.is_empty() && !matches!(self.place, FilePosition::End) {
            self.advance();
        }
        self.ready.pop_front()
    }
}

const TARGET: &str = "WARC-Target-URI";

/// The parts of a record that are needed.
struct Wanted {
    url: String,
    observed: Timestamp,
    /// Whether the block is a body without an HTTP head.
    bare: bool,
}

/// The reason why a record is not accepted.
enum RecordRefusal {
    /// The record is valid but not needed.
    Note(&'static str),
    /// The record is invalid.
    Cause(String),
}

impl Wanted {
    fn of(head: &Head, block: &[u8], now: Timestamp) -> Result<Self, RecordRefusal> {
        let cause = |text: &str| RecordRefusal::Cause(text.to_owned());
        let kind = head.get("WARC-Type").ok_or_else(|| cause("no WARC-Type"))?;
        let kind = kind.to_ascii_lowercase();
        if let Some(code) = skip_code(&kind) {
            return Err(RecordRefusal::Note(code));
        }
        let target = head.uri(TARGET).ok_or_else(|| cause("no WARC-Target-URI"))?;
        let scheme = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match scheme.as_str() {
            "http" | "https" => {}
            "dns" => return Err(RecordRefusal::Note("warc_dns_skipped")),
            _ => return Err(RecordRefusal::Note("warc_not_web_skipped")),
        }
        let url = web_address(target)
            .ok_or_else(|| RecordRefusal::Cause(format!("not a web address: {target:?}")))?;
        let observed = head.date().map_err(RecordRefusal::Cause)?;
        if is_future(observed, now) {
            return Err(RecordRefusal::Cause(format!(
                "WARC-Date {observed} is in the future; check the clock of the machine that \
                 wrote the file"
            )));
        }
        let media = head.get("Content-Type").unwrap_or_default().to_ascii_lowercase();
        let http = media.starts_with("application/http") || block.starts_with(b"HTTP/");
        Ok(Self { url, observed, bare: !http })
    }
}

/// Names the counter for a type of record that is skipped.
fn skip_code(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "response" | "resource" => return None,
        "warcinfo" => "warc_warcinfo_skipped",
        "request" => "warc_request_skipped",
        "metadata" => "warc_metadata_skipped",
        "revisit" => "warc_revisit_skipped",
        "conversion" => "warc_conversion_skipped",
        "continuation" => "warc_continuation_skipped",
        _ => "warc_other_skipped",
    })
}

/// Builds an HTTP response around a resource.
fn page_around(head: &Head, body: &[u8]) -> Vec<u8> {
    let media = head.get("Content-Type").unwrap_or("application/octet-stream");
    crate::page::response_of(media, body)
}

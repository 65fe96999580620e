//! Reads WACZ files: zip archives with WARC files in their folder `archive`.
//!
//! The names of entries are compared and shown, but never used as names of files. The directory of
//! the archive is read within a limit; its WARC files are read as streams, from where they are.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use model::Note;
use zip::{CompressionMethod, ZipArchive};

use crate::warc::Warc;
use crate::{IngestError, Options, Rejected, Stream, Taken};

/// The maximum number of bytes that are read of the directory and of the heads of the entries.
const DIRECTORY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The maximum number of characters of an entry's name that are shown.
const NAME_CHARS_MAX: usize = 200;
const FOLDER: &str = "archive/";
const ENDINGS: [&str; 3] = [".warc", ".warc.gz", ".warc.zst"];

/// An iterator over the WARC files of a WACZ file.
pub(crate) struct Wacz {
    file: File,
    options: Options,
    ready: VecDeque<Taken>,
    parts: VecDeque<Part>,
    /// The records of the WARC file that is being read.
    records: Option<Stream>,
}

/// A WARC file in the archive.
struct Part {
    /// The names of the archive and of the entry.
    name: String,
    /// The offset of its bytes.
    start: u64,
    /// Its number of bytes in the archive.
    bytes: u64,
    is_deflated: bool,
}

impl Wacz {
    pub(crate) fn new(name: &str, file: File, options: Options) -> Result<Self, IngestError> {
        let io_error = |cause| IngestError::Io { path: name.to_owned(), cause };
        let unknown = |found| IngestError::UnknownFormat { path: name.to_owned(), found };
        let length = file.metadata().map_err(io_error)?.len();
        let source = file.try_clone().map_err(io_error)?;
        let mut archive = ZipArchive::new(Limited { source, left: DIRECTORY_BYTES_MAX })
            .map_err(|_| unknown("a zip archive whose directory is damaged or too large"))?;
        let (mut parts, mut ready) = (VecDeque::new(), VecDeque::new());
        let (mut left, mut skipped) = (length, 0usize);
        for index in 0..archive.len() {
            let entry_name = archive.by_index_data(index).map(|entry| shown(entry.name_raw()));
            let Some(entry_name) = entry_name.ok().filter(|name| is_warc(name)) else {
                skipped += 1;
                continue;
            };
            let part = part(&mut archive, index, format!("{name}, {entry_name}"), left);
            match part {
                Ok(part) => {
                    left -= part.bytes;
                    parts.push_back(part);
                }
                Err(rejected) => ready.push_back(Taken::Rejected(rejected)),
            }
        }
        if parts.is_empty() && ready.is_empty() {
            return Err(unknown("a zip archive without archive/*.warc.gz"));
        }
        if skipped > 0 {
            let detail = format!("{name}, {skipped} entries");
            ready.push_back(Taken::Noted(Note::new("wacz_other_skipped", detail)));
        }
        Ok(Self { file, options, ready, parts, records: None })
    }

    fn open(&self, part: &Part) -> io::Result<Stream> {
        let Part { name, start, bytes, is_deflated } = part;
        let source = self.file.try_clone()?;
        let section = Section { source, start: *start, bytes: *bytes, position: 0 };
        let options = self.options.clone();
        Ok(if *is_deflated {
            let inflated = Inflated(DeflateDecoder::new(BufReader::new(section)));
            Box::new(Warc::new(name.clone(), inflated, options)?)
        } else {
            Box::new(Warc::new(name.clone(), section, options)?)
        })
    }
}

impl Iterator for Wacz {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        loop {
            if let Some(taken) = self.ready.pop_front() {
                return Some(taken);
            }
            if let Some(taken) = self.records.as_mut().and_then(Iterator::next) {
                return Some(taken);
            }
            let part = self.parts.pop_front()?;
            match self.open(&part) {
                Ok(records) => self.records = Some(records),
                Err(error) => {
                    self.records = None;
                    let rejected = refused(part.name, &format!("reading failed: {error}"));
                    self.ready.push_back(Taken::Rejected(rejected));
                }
            }
        }
    }
}

/// Finds the bytes of an entry. `left` is the number of bytes that no entry before it has: entries
/// that share their bytes would be read many times.
fn part(
    archive: &mut ZipArchive<Limited<File>>,
    index: usize,
    name: String,
    left: u64,
) -> Result<Part, Rejected> {
    let entry = match archive.by_index_raw(index) {
        Ok(entry) => entry,
        Err(error) => return Err(refused(name, &error.to_string())),
    };
    let is_deflated = match entry.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        _ => return Err(refused(name, "its compression is not supported; store it as it is")),
    };
    if entry.encrypted() {
        return Err(refused(name, "it is encrypted"));
    }
    let bytes = entry.compressed_size();
    match entry.data_start() {
        Some(start) if bytes <= left => Ok(Part { name, start, bytes, is_deflated }),
        Some(_) => Err(refused(name, "it is longer than the archive, or shares bytes with others")),
        None => Err(refused(name, "its bytes cannot be found")),
    }
}

fn refused(origin: String, cause: &str) -> Rejected {
    Rejected { origin, cause: cause.to_owned(), kept: Vec::new() }
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().take(NAME_CHARS_MAX).collect()
}

fn is_warc(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with(FOLDER) && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// A reader that fails after a number of bytes.
struct Limited<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::other("the directory of the archive is too large"));
        }
        let count = (&mut self.source).take(self.left).read(buffer)?;
        self.left -= count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Limited<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// A part of a file as a file.
struct Section {
    source: File,
    start: u64,
    bytes: u64,
    position: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.saturating_sub(self.position);
        // The file is shared, so its position may be anywhere.
        self.source.seek(SeekFrom::Start(self.start.saturating_add(self.position)))?;
        let count = (&mut self.source).take(left).read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.bytes.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// A compressed entry, which can only be read from its beginning to its end: after damage, the rest
/// is not read.
struct Inflated(DeflateDecoder<BufReader<Section>>);

impl Read for Inflated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for Inflated {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        let cause = "the rest of a compressed archive entry cannot be read after damage";
        Err(io::Error::new(io::ErrorKind::Unsupported, cause))
    }
}

#[cfg(test)]
mod tests;

//! A file of compressed members that can be searched for the next member and, on request, records
//! the bytes that are read from it.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use codings::{DICTIONARY_BYTES_MAX, ZSTD_MAGIC, ZstdDecoder, skippable, unpack_dictionary};

use super::allowance::Allowance;
use super::packing::Packing;
use crate::byte_reader::Continue;

const BUFFER_BYTES: usize = 64 * 1024;
/// The maximum ratio of decompressed to compressed bytes of a file, that of gzip.
const RATIO_MAX: u64 = 1_032;
/// The number of decompressed bytes of a file for which the ratio does not matter.
const FREE_BYTES: u64 = 16 * 1024 * 1024;
/// The length of the head of a skippable frame.
const SKIPPABLE_HEAD_BYTES: usize = 8;
/// The number of the skippable frame that holds the dictionary of a file (WARC with Zstandard).
const DICTIONARY_FRAME: u8 = 0xd;

/// A file with its position, a lookahead buffer and a recorder.
pub(super) struct Tape<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    /// Whether the source has given its last byte, so that it is not asked for more at every look.
    is_drained: bool,
    position: u64,
    recorded: Option<Vec<u8>>,
    recorded_bytes_max: usize,
    packing: Packing,
    /// The number of bytes that were decompressed from Zstandard, with the dictionary of each frame.
    unpacked: u64,
}

/// The bytes that were skipped on the way to the next member.
pub(super) struct Passed {
    /// The first of the bytes.
    pub(super) kept: Vec<u8>,
    /// Whether they were only zeros and line breaks.
    pub(super) padding: bool,
    /// Whether a member follows; otherwise the file has ended.
    pub(super) found: bool,
}

impl<R: Read + Seek> Tape<R> {
    pub(super) fn new(source: R, recorded_bytes_max: usize) -> Self {
        let buffer = Vec::with_capacity(BUFFER_BYTES);
        Self {
            source,
            buffer,
            start: 0,
            is_drained: false,
            position: 0,
            recorded: None,
            recorded_bytes_max,
            packing: Packing::default(),
            unpacked: 0,
        }
    }

    pub(super) fn packing(&self) -> &Packing {
        &self.packing
    }

    /// Takes the packing while a member is decoded; [`Self::give_packing`] gives it back.
    pub(super) fn take_packing(&mut self) -> Packing {
        self.unpacked = self.unpacked.saturating_add(self.packing.dictionary_bytes() as u64);
        std::mem::take(&mut self.packing)
    }

    pub(super) fn give_packing(&mut self, packing: Packing) {
        self.packing = packing;
    }

    /// Sets the compression to Zstandard if the file begins with a frame of it, and reads the
    /// dictionary of the file.
    pub(super) fn detect_zstd(&mut self) -> io::Result<bool> {
        let view = self.view(SKIPPABLE_HEAD_BYTES)?;
        let frame = skippable(view);
        if frame.is_none() && !view.starts_with(&ZSTD_MAGIC) {
            return Ok(false);
        }
        let mut dictionary = None;
        if let Some((DICTIONARY_FRAME, length)) = frame {
            dictionary = Some(self.dictionary(length)?);
        }
        self.packing = Packing::Zstd(Box::new(ZstdDecoder::new(dictionary.as_deref())));
        Ok(true)
    }

    /// Treats the file as Zstandard although its beginning is damaged.
    pub(super) fn assume_zstd(&mut self) {
        self.packing = Packing::Zstd(Box::new(ZstdDecoder::new(None)));
    }

    fn dictionary(&mut self, length: u32) -> io::Result<Vec<u8>> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > DICTIONARY_BYTES_MAX {
            let cause = format!("its dictionary is larger than {DICTIONARY_BYTES_MAX} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, cause));
        }
        self.consume(SKIPPABLE_HEAD_BYTES);
        let mut stored = Vec::new();
        self.by_ref().take(length as u64).read_to_end(&mut stored)?;
        let invalid = |cause| io::Error::new(io::ErrorKind::InvalidData, cause);
        unpack_dictionary(stored).map_err(invalid)
    }

    /// Counts bytes that were decompressed from Zstandard.
    ///
    /// # Errors
    /// An error if the file expands more than gzip can: its blocks of one repeated byte expand
    /// thirty times as much.
    pub(super) fn count_unpacked(&mut self, bytes: usize) -> io::Result<()> {
        self.unpacked = self.unpacked.saturating_add(bytes as u64);
        let most = self.position.saturating_mul(RATIO_MAX).saturating_add(FREE_BYTES);
        if self.unpacked > most {
            return Err(io::Error::other("the file expands more than any archive of pages"));
        }
        Ok(())
    }

    /// Passes over skippable frames, which hold no data.
    fn pass_skippable(&mut self) -> io::Result<()> {
        while matches!(self.packing, Packing::Zstd(_)) {
            let Some((_, length)) = skippable(self.view(SKIPPABLE_HEAD_BYTES)?) else { break };
            self.consume(SKIPPABLE_HEAD_BYTES);
            let mut left = u64::from(length);
            while left > 0 {
                let bytes = self.view(1)?.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                if bytes == 0 {
                    break;
                }
                self.consume(bytes);
                left -= bytes as u64;
            }
        }
        Ok(())
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn seek_to(&mut self, position: u64) -> io::Result<()> {
        let buffered_from = self.position - self.start as u64;
        let offset = position.checked_sub(buffered_from).and_then(|at| usize::try_from(at).ok());
        if let Some(offset) = offset.filter(|offset| *offset <= self.buffer.len()) {
            // Reads nothing again: a malicious file could cause a search at every byte.
            (self.start, self.position, self.recorded) = (offset, position, None);
            return Ok(());
        }
        self.buffer.clear();
        self.start = 0;
        self.is_drained = false;
        self.recorded = None;
        self.position = position;
        self.source.seek(SeekFrom::Start(position)).map(|_| ())
    }

    /// Starts to record the consumed bytes.
    pub(super) fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// Ends the recording. Returns `None` if it was not started or became too long.
    pub(super) fn recorded(&mut self) -> Option<Vec<u8>> {
        self.recorded.take()
    }

    /// Returns at least the next `wanted` bytes without consuming them, unless the file ends
    /// earlier.
    fn view(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.start < wanted && !self.is_drained {
            self.buffer.drain(..self.start);
            self.start = 0;
            let length = self.buffer.len();
            self.buffer.resize(length + BUFFER_BYTES, 0);
            let read = self.source.read(self.buffer.get_mut(length..).unwrap_or_default());
            self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => self.is_drained = true,
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    pub(super) fn is_at_member(&mut self) -> io::Result<bool> {
        self.pass_skippable()?;
        self.view(ZSTD_MAGIC.len())?;
        Ok(self.packing.begins(self.buffer.get(self.start..).unwrap_or_default()))
    }

    /// Reports whether the tape is at a member in which no record begins.
    pub(super) fn is_at_continuation(&mut self) -> io::Result<bool> {
        let mut packing = self.take_packing();
        let continues = self.view(packing.trial_bytes()).map(|view| {
            let trial = view.get(..packing.trial_bytes()).unwrap_or(view);
            packing.begins(trial) && !packing.opens_with_record(trial)
        });
        self.packing = packing;
        continues
    }

    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        self.pass_skippable()?;
        Ok(self.view(1)?.is_empty())
    }

    /// Skips to the next member in which a record begins.
    pub(super) fn pass_to_member(
        &mut self,
        kept_bytes_max: usize,
        allowance: &mut Allowance,
    ) -> io::Result<Passed> {
        let mut packing = self.take_packing();
        let passed = self.pass(&mut packing, kept_bytes_max, allowance);
        self.packing = packing;
        passed
    }

    fn pass(
        &mut self,
        packing: &mut Packing,
        kept_bytes_max: usize,
        allowance: &mut Allowance,
    ) -> io::Result<Passed> {
        let mut passed = Passed { kept: Vec::new(), padding: true, found: false };
        let searched = packing.search_bytes();
        loop {
            let view = self.view(searched)?;
            let last = view.len() < searched;
            let search_end = if last { view.len() } else { searched - packing.trial_bytes() };
            let offset = member_in(packing, view, search_end, allowance);
            let step = offset.unwrap_or(search_end);
            let skipped = view.get(..step).unwrap_or_default();
            passed.padding &= skipped.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n'));
            let remaining = kept_bytes_max.saturating_sub(passed.kept.len());
            passed.kept.extend(skipped.iter().take(remaining));
            self.consume(step);
            passed.found = offset.is_some();
            if passed.found || last {
                return Ok(passed);
            }
        }
    }
}

/// Finds a member that begins in `view` before `search_end` and opens with a record.
fn member_in(
    packing: &mut Packing,
    view: &[u8],
    search_end: usize,
    allowance: &mut Allowance,
) -> Option<usize> {
    let (first, trial_bytes) = (packing.first_byte(), packing.trial_bytes());
    let mut from = 0;
    loop {
        let offset = from + memchr::memchr(first, view.get(from..search_end)?)?;
        let rest = view.get(offset..).unwrap_or_default();
        let trial = rest.get(..trial_bytes).unwrap_or(rest);
        if packing.is_likely(trial)
            && allowance.take(packing.trial_cost_bytes() as u64)
            && packing.opens_with_record(trial)
        {
            return Some(offset);
        }
        from = offset + 1;
    }
}

impl<R> Continue for Tape<R> {
    fn go_on(&mut self) -> bool {
        false
    }
}

impl<R: Read + Seek> Read for Tape<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read + Seek> BufRead for Tape<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.view(1)
    }

    fn consume(&mut self, bytes: usize) {
        let end = self.buffer.len().min(self.start + bytes);
        let consumed = self.buffer.get(self.start..end).unwrap_or_default();
        self.position += consumed.len() as u64;
        if let Some(recorded) = &mut self.recorded {
            recorded.extend_from_slice(consumed);
            if recorded.len() > self.recorded_bytes_max {
                self.recorded = None;
            }
        }
        self.start = end;
    }
}

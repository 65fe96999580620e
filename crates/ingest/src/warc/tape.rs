//! A file of gzip members that can be searched for the next member and, on request, records the
//! bytes that are read from it.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::allowance::Allowance;
use crate::byte_reader::Continue;

const BUFFER_BYTES: usize = 64 * 1024;
/// The number of bytes of a member that are checked for the beginning of a record.
const TRIAL_BYTES: usize = 1024;
const MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// A file with its position, a lookahead buffer and a recorder.
pub(super) struct Tape<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    position: u64,
    recorded: Option<Vec<u8>>,
    recorded_bytes_max: usize,
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
        Self { source, buffer, start: 0, position: 0, recorded: None, recorded_bytes_max }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn seek_to(&mut self, position: u64) -> io::Result<()> {
        self.buffer.clear();
        self.start = 0;
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
        while self.buffer.len() - self.start < wanted {
            self.buffer.drain(..self.start);
            self.start = 0;
            let length = self.buffer.len();
            self.buffer.resize(length + BUFFER_BYTES, 0);
            let read = self.source.read(self.buffer.get_mut(length..).unwrap_or_default());
            self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => break,
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    pub(super) fn is_at_member(&mut self) -> io::Result<bool> {
        Ok(self.view(MAGIC.len())?.starts_with(&MAGIC))
    }

    /// Reports whether the tape is at a member in which no record begins.
    pub(super) fn is_at_continuation(&mut self) -> io::Result<bool> {
        let view = self.view(TRIAL_BYTES)?;
        let trial = view.get(..TRIAL_BYTES).unwrap_or(view);
        Ok(trial.starts_with(&MAGIC) && !opens_with_record(trial))
    }

    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.view(1)?.is_empty())
    }

    /// Skips to the next member in which a record begins.
    pub(super) fn pass_to_member(
        &mut self,
        kept_bytes_max: usize,
        allowance: &mut Allowance,
    ) -> io::Result<Passed> {
        let mut passed = Passed { kept: Vec::new(), padding: true, found: false };
        loop {
            let view = self.view(BUFFER_BYTES)?;
            let last = view.len() < BUFFER_BYTES;
            let search_end = if last { view.len() } else { BUFFER_BYTES - TRIAL_BYTES };
            let offset = member_in(view, search_end, allowance);
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

/// Finds a member that begins in `view` before `sure` and opens with a record.
fn member_in(view: &[u8], search_end: usize, allowance: &mut Allowance) -> Option<usize> {
    let mut from = 0;
    loop {
        let offset =
            from + view.get(from..search_end)?.iter().position(|&byte| byte == MAGIC[0])?;
        let rest = view.get(offset..).unwrap_or_default();
        let trial = rest.get(..TRIAL_BYTES).unwrap_or(rest);
        // The three highest flag bits are reserved and zero.
        let likely =
            trial.starts_with(&MAGIC) && trial.get(3).is_some_and(|flags| flags & 0xe0 == 0);
        if likely && allowance.take(TRIAL_BYTES as u64) && opens_with_record(trial) {
            return Some(offset);
        }
        from = offset + 1;
    }
}

fn opens_with_record(trial: &[u8]) -> bool {
    let mut first = [0u8; 5];
    let mut decoder = flate2::bufread::GzDecoder::new(trial);
    decoder.read_exact(&mut first).is_ok() && first == *b"WARC/"
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

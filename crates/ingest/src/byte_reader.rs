//! A buffered byte reader with lookahead, which supports putting bytes back.

use std::io::Read;

/// The number of bytes that are read first. A source may consist of thousands of tiny parts, and
/// each step fills its place in the buffer with zeros.
const FIRST_STEP_BYTES: usize = 4 * 1024;
/// The maximum number of bytes that are read at once.
const STEP_BYTES: usize = 64 * 1024;

/// A source that may continue after its end.
pub(crate) trait Continue {
    /// Continues after the end if the next bytes belong to the bytes already read. Returns whether
    /// it continues.
    fn go_on(&mut self) -> bool;
}

/// A reader whose bytes can be inspected before they are consumed.
pub(crate) struct ByteReader<S> {
    source: S,
    buffer: Vec<u8>,
    /// The start of the view in the buffer.
    start: usize,
    /// The number of bytes consumed so far.
    consumed: u64,
    /// The number of bytes to read next.
    step: usize,
    ended: bool,
    broken: Option<String>,
}

impl<S: Read + Continue> ByteReader<S> {
    pub(crate) fn new(source: S) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            consumed: 0,
            step: FIRST_STEP_BYTES,
            ended: false,
            broken: None,
        }
    }

    /// Returns the next `wanted` bytes without consuming them, or fewer if the source ends earlier.
    pub(crate) fn view(&mut self, wanted: usize) -> &[u8] {
        while !self.ended && self.buffer.len() - self.start < wanted {
            self.fill();
        }
        let end = self.buffer.len().min(self.start + wanted);
        self.buffer.get(self.start..end).unwrap_or_default()
    }

    fn fill(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + self.step, 0);
        let destination = self.buffer.get_mut(length..).unwrap_or_default();
        let read = match self.source.read(destination) {
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                self.buffer.truncate(length);
                return;
            }
            Err(error) => {
                self.broken = Some(error.to_string());
                0
            }
        };
        if read == self.step {
            self.step = (2 * self.step).min(STEP_BYTES);
        }
        self.ended = read == 0;
        self.buffer.truncate(length + read);
    }

    /// Continues after the end of the source if that is possible.
    pub(crate) fn go_on(&mut self) -> bool {
        let more = self.ended && self.broken.is_none() && self.source.go_on();
        self.ended &= !more;
        if more {
            self.step = FIRST_STEP_BYTES;
        }
        more
    }

    /// Consumes bytes of the view.
    pub(crate) fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.buffer.len() - self.start);
        self.start += bytes;
        self.consumed += bytes as u64;
    }

    /// Puts the last consumed bytes back.
    pub(crate) fn put_back(&mut self, bytes: &[u8]) {
        self.consumed -= bytes.len() as u64;
        let rest = self.buffer.split_off(self.start);
        self.buffer.clear();
        self.buffer.extend_from_slice(bytes);
        self.buffer.extend_from_slice(&rest);
        self.start = 0;
    }

    /// Returns the number of bytes consumed.
    pub(crate) fn offset(&self) -> u64 {
        self.consumed
    }

    /// Returns the error of the source, if any. The source has ended in this case.
    pub(crate) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Returns the number of bytes of memory in use.
    #[cfg(test)]
    pub(crate) fn held_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    pub(crate) fn source(&mut self) -> &mut S {
        &mut self.source
    }

    pub(crate) fn into_source(self) -> S {
        self.source
    }

    /// Continues at another offset of the source, to which the caller has moved it.
    pub(crate) fn moved_to(&mut self, offset: u64) {
        self.buffer.clear();
        self.start = 0;
        self.consumed = offset;
        self.ended = false;
    }
}

//! Bytes with a view ahead, into which bytes can be put back.

use std::io::Read;

const STEP_BYTES: usize = 64 * 1024;

/// A source whose end may turn out not to be the end.
pub(crate) trait Continue {
    /// Goes on behind the end, when there is something that belongs to what was read.
    fn go_on(&mut self) -> bool;
}

/// A reader that is looked at before it is consumed.
pub(crate) struct Feed<S> {
    source: S,
    buffer: Vec<u8>,
    /// Where in the buffer the view begins.
    start: usize,
    /// Bytes consumed so far.
    consumed: u64,
    ended: bool,
    broken: Option<String>,
}

impl<S: Read + Continue> Feed<S> {
    pub(crate) fn new(source: S) -> Self {
        Self { source, buffer: Vec::new(), start: 0, consumed: 0, ended: false, broken: None }
    }

    /// What lies ahead: `wanted` bytes, or fewer when the source ends before.
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
        self.buffer.resize(length + STEP_BYTES, 0);
        let room = self.buffer.get_mut(length..).unwrap_or_default();
        let read = match self.source.read(room) {
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
        self.ended = read == 0;
        self.buffer.truncate(length + read);
    }

    /// At the end of the source: goes on behind it where that is possible.
    pub(crate) fn go_on(&mut self) -> bool {
        let more = self.ended && self.broken.is_none() && self.source.go_on();
        self.ended &= !more;
        more
    }

    /// Passes over bytes that were in view.
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

    /// How many bytes were consumed.
    pub(crate) fn offset(&self) -> u64 {
        self.consumed
    }

    /// What went wrong in the source, when something did. It has ended then.
    pub(crate) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Bytes of memory in use.
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

    /// Goes on at another place of the source, which the caller has moved there.
    pub(crate) fn moved_to(&mut self, offset: u64) {
        self.buffer.clear();
        self.start = 0;
        self.consumed = offset;
        self.ended = false;
    }
}

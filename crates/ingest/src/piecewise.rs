//! A reader of foreign text that limits the size of one piece of it, such as a line or an element.
//! Parsers hold a whole piece in memory, however long it is.

use std::io::{self, BufRead, Read};

/// The maximum number of bytes of one piece.
const PIECE_BYTES_MAX: usize = 1024 * 1024;

/// A reader that fails within a piece that is too long.
pub(crate) struct Piecewise<R> {
    source: R,
    /// The number of bytes that may still be read of the piece.
    remaining: usize,
}

impl<R: BufRead> Piecewise<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, remaining: PIECE_BYTES_MAX }
    }

    /// Returns the reader of the whole text.
    pub(crate) fn source(&self) -> &R {
        &self.source
    }

    /// Begins the next piece.
    pub(crate) fn begin_piece(&mut self) {
        self.remaining = PIECE_BYTES_MAX;
    }
}

impl<R: BufRead> Read for Piecewise<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Piecewise<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.remaining == 0 {
            return Err(io::Error::other("a part of the text is too long"));
        }
        let remaining = self.remaining;
        let bytes = self.source.fill_buf()?;
        Ok(bytes.get(..remaining).unwrap_or(bytes))
    }

    fn consume(&mut self, count: usize) {
        self.remaining = self.remaining.saturating_sub(count);
        self.source.consume(count);
    }
}

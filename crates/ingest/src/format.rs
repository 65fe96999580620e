//! A format of input files.

/// The way in which a format is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// WARC records: plain, gzip or Zstandard.
    Warc,
    /// A zip archive with WARC files.
    Wacz,
    /// One saved page.
    Page,
    /// Events as JSON, one per line.
    Events,
}

/// A supported format.
#[derive(Debug)]
pub struct FileFormat {
    /// The way in which it is read.
    pub format: Format,
    /// The name shown to users.
    pub name: &'static str,
    /// Extensions of file names, lower case; used only if the bytes match no format.
    pub extensions: &'static [&'static str],
    /// Checks whether a file that begins with these (decompressed) bytes has this format.
    pub begins: fn(&[u8]) -> bool,
}

/// Returns the text of bytes without a byte order mark and leading whitespace.
pub(crate) fn text_of(start: &[u8]) -> &[u8] {
    start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start()
}

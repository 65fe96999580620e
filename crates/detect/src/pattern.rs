//! Compiling patterns, each with a limit on its search cache.

use regex::{Error, Regex, RegexBuilder};

/// The maximum size of one thread's search cache of one pattern, in bytes. The cache grows with new
/// texts, so without a limit memory would grow with the number of pages read.
const NOTES_BYTES_MAX: usize = 512 * 1024;

/// Compiles a pattern.
pub(crate) fn pattern(text: &str) -> Result<Regex, Error> {
    RegexBuilder::new(text).dfa_size_limit(NOTES_BYTES_MAX).build()
}

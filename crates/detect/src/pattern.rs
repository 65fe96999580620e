//! Compiling patterns, each with a limit to what it may remember.

use regex::{Error, Regex, RegexBuilder};

/// What one thread's notes on one pattern may grow to, in bytes. They grow with every new turn of words
/// that a pattern meets, so without a limit memory would grow with the pages that have gone by.
const NOTES_BYTES_MAX: usize = 512 * 1024;

/// A compiled pattern.
pub(crate) fn pattern(text: &str) -> Result<Regex, Error> {
    RegexBuilder::new(text).dfa_size_limit(NOTES_BYTES_MAX).build()
}

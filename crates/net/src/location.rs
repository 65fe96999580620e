//! Resolves addresses in header values, which may hold any bytes. Pure.

use std::fmt::Write;

use url::{ParseError, Url};

/// Resolves an address that a response from `base` states. Bytes outside ASCII are percent-encoded
/// as they are, because the server expects them back in its own character set; only in the host,
/// which is text, are they read as Latin-1 if they are not UTF-8.
///
/// # Errors
/// The error of the parser, if it is not an address.
pub(crate) fn resolve(base: &Url, stated: &[u8]) -> Result<Url, ParseError> {
    if let Ok(text) = std::str::from_utf8(stated) {
        return base.join(text);
    }
    let mut encoded = String::with_capacity(stated.len() * 2);
    for &byte in stated {
        if byte.is_ascii() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let latin = || stated.iter().copied().map(char::from).collect::<String>();
    base.join(&encoded).or_else(|_| base.join(&latin()))
}

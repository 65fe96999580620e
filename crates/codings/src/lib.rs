//! The codings of HTTP bodies and of compressed files, decoded within limits.
//!
//! Invariant: a decoder holds at most its window and the limit of its caller in memory, whatever its
//! input claims, and stops at the limit. What cannot be decoded is reported as unreadable; it is
//! never passed on as if it were text.
//!
//! Not here: the character set of a text (`clean`), the framing of a live response (`net`).

mod body;
mod zstd;

#[cfg(test)]
mod tests;

pub use body::{ACCEPTED, CODINGS_MAX, applied, decode_body, is_unreadable};
pub use zstd::{
    DICTIONARY_BYTES_MAX, ZSTD_BLOCK_BYTES_MAX, ZSTD_MAGIC, ZstdDecoder, ZstdFrame, skippable,
    unpack_dictionary,
};

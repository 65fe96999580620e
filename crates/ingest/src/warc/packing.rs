//! The compression of a file: members that can be decompressed one at a time.

use std::io::Read;

use codings::{ZSTD_BLOCK_BYTES_MAX, ZSTD_MAGIC, ZstdDecoder};

const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];
/// The number of bytes of a gzip member that are checked for the beginning of a record.
const GZIP_TRIAL_BYTES: usize = 1024;
/// The same for a Zstandard frame: its header and its first block, without which nothing of it can
/// be decoded.
const ZSTD_TRIAL_BYTES: usize = ZSTD_BLOCK_BYTES_MAX + 32;

/// The compression of the members of a file.
#[derive(Default)]
pub(super) enum Packing {
    #[default]
    Gzip,
    /// Zstandard frames, with their decoder, which knows the dictionary of the file.
    Zstd(Box<ZstdDecoder>),
}

impl Packing {
    /// Returns the name of a member, for messages.
    pub(super) fn member_name(&self) -> &'static str {
        match self {
            Self::Gzip => "gzip member",
            Self::Zstd(_) => "zstd frame",
        }
    }

    /// Reports whether a member begins with these bytes.
    pub(super) fn begins(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Gzip => bytes.starts_with(&GZIP_MAGIC),
            Self::Zstd(_) => bytes.starts_with(&ZSTD_MAGIC),
        }
    }

    /// Returns the first byte of every member.
    pub(super) fn first_byte(&self) -> u8 {
        match self {
            Self::Gzip => GZIP_MAGIC[0],
            Self::Zstd(_) => ZSTD_MAGIC[0],
        }
    }

    /// Returns the number of bytes of a member that are checked for the beginning of a record.
    pub(super) fn trial_bytes(&self) -> usize {
        match self {
            Self::Gzip => GZIP_TRIAL_BYTES,
            Self::Zstd(_) => ZSTD_TRIAL_BYTES,
        }
    }

    /// Returns the number of bytes in which members are searched at once.
    pub(super) fn search_bytes(&self) -> usize {
        64 * GZIP_TRIAL_BYTES.max(self.trial_bytes() / 16)
    }

    /// Reports whether these bytes could begin a member.
    pub(super) fn is_likely(&self, bytes: &[u8]) -> bool {
        // The three highest flag bits of gzip are reserved and zero.
        let has_valid_flags = || bytes.get(3).is_some_and(|flags| flags & 0xe0 == 0);
        self.begins(bytes) && (matches!(self, Self::Zstd(_)) || has_valid_flags())
    }

    /// Returns the number of bytes that are processed to check one member for the beginning of a
    /// record.
    pub(super) fn trial_cost_bytes(&self) -> usize {
        self.trial_bytes() + self.dictionary_bytes()
    }

    /// Returns the size of the dictionary, in bytes.
    pub(super) fn dictionary_bytes(&self) -> usize {
        match self {
            Self::Gzip => 0,
            Self::Zstd(decoder) => decoder.dictionary_bytes(),
        }
    }

    /// Reports whether a record begins in the member that begins with these bytes.
    pub(super) fn opens_with_record(&mut self, trial: &[u8]) -> bool {
        let mut first = [0u8; 5];
        match self {
            Self::Gzip => {
                let read = flate2::bufread::GzDecoder::new(trial).read_exact(&mut first);
                read.is_ok() && first == *b"WARC/"
            }
            Self::Zstd(decoder) => {
                decoder.first_block(trial).is_some_and(|block| block.starts_with(b"WARC/"))
            }
        }
    }
}

//! A name of an open set: a value that this program does not know is read, stored and written again
//! unchanged.

use std::fmt;

/// The maximum length of a name, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 32;

/// A name in lower snake case: letters `a` to `z`, digits and single underscores between them, a
/// letter first, 32 bytes at most.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenName([u8; NAME_BYTES_MAX]);

impl OpenName {
    /// Creates a name from the source code; an invalid constant fails the build.
    ///
    /// # Panics
    /// If [`Self::parse`] rejects the name.
    pub const fn named(word: &'static str) -> Self {
        let name = Self::parse(word);
        assert!(name.is_some(), "a name is in lower snake case, at most 32 characters");
        match name {
            Some(name) => name,
            None => Self([0; NAME_BYTES_MAX]),
        }
    }

    /// Parses a name. Returns `None` for any other text.
    pub const fn parse(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        if bytes.is_empty() || bytes.len() > NAME_BYTES_MAX {
            return None;
        }
        let mut stored = [0; NAME_BYTES_MAX];
        let mut before = b'_';
        let mut rest: &[u8] = bytes;
        let mut free: &mut [u8] = &mut stored;
        while let (Some((byte, bytes)), Some((slot, slots))) =
            (rest.split_first(), free.split_first_mut())
        {
            let fits = match *byte {
                b'a'..=b'z' => true,
                b'0'..=b'9' => bytes.len() < name.len() - 1,
                b'_' => before != b'_',
                _ => false,
            };
            if !fits {
                return None;
            }
            *slot = *byte;
            before = *byte;
            (rest, free) = (bytes, slots);
        }
        if before == b'_' { None } else { Some(Self(stored)) }
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(NAME_BYTES_MAX);
        // Only ASCII is stored.
        self.0.get(..length).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for OpenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

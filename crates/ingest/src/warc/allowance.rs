//! The limit on repeated reading of a file.

/// The number of bytes of a file that may be read again. Finding the next valid record after
/// damage requires reading bytes again. A malicious file could cause this at every byte; the
/// allowance limits it to a few seconds per file. When it is used up, damage loses more records
/// than necessary.
#[derive(Debug)]
pub(super) struct Allowance {
    bytes: u64,
}

impl Allowance {
    pub(super) fn of_a_file() -> Self {
        Self { bytes: 1 << 30 }
    }

    /// Subtracts bytes from the allowance, or reports `false` if too few are left.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or(self.bytes);
        left.is_some()
    }
}

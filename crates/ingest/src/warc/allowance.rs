//! How much may be read twice.

/// Finding the next sound record after damage means reading bytes again. A file made for the
/// purpose could ask for that at every byte; the allowance bounds it to a few seconds per file.
/// When it is spent, damage costs more records than it would have to.
#[derive(Debug)]
pub(super) struct Allowance {
    bytes: u64,
}

impl Allowance {
    pub(super) fn of_a_file() -> Self {
        Self { bytes: 1 << 30 }
    }

    /// Takes from the allowance, or tells that it is spent.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or(self.bytes);
        left.is_some()
    }
}

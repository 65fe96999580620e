//! The result of a command.

/// The output of a command.
pub(crate) struct Output {
    pub(crate) text: String,
    /// Whether the command found no problem, which sets the exit code: 0 or 1.
    pub(crate) is_well: bool,
}

impl Output {
    pub(crate) fn well(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_well: true }
    }
}

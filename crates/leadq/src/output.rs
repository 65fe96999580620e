//! The result of a command.

/// What a command has to say.
pub(crate) struct Output {
    pub(crate) text: String,
    /// Whether all is well: the exit code 0 or 1.
    pub(crate) is_well: bool,
}

impl Output {
    pub(crate) fn well(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_well: true }
    }
}

//! Notes: oddities of an input that are not errors.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// An oddity to count and display. Pure stages return `(output, notes)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// The kind of oddity, in snake case, one per cause: the name of its counter.
    pub code: Cow<'static, str>,
    /// Details for a person, without personal data.
    pub detail: String,
}

impl Note {
    /// Creates a note.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), detail: detail.into() }
    }
}

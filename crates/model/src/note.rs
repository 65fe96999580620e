//! Notes: what was odd about an input, without being an error.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Something worth counting and showing. Pure stages return `(output, notes)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// What kind of oddity, in snake case, one per cause: the name of its counter.
    pub code: Cow<'static, str>,
    /// The details for a person; no personal data.
    pub detail: String,
}

impl Note {
    /// A note.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), detail: detail.into() }
    }
}

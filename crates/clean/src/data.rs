//! Machine-readable data on its way to becoming lines of the text.

use std::collections::BTreeMap;

use model::DatumKind;

use crate::folding::one_line;

/// Characters kept of one value.
const VALUE_CHARS_MAX: usize = 500;

/// A [`model::Datum`] that has no line yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// What it is.
    pub(crate) kind: DatumKind,
    /// Names and values.
    pub(crate) fields: BTreeMap<String, String>,
}

impl Draft {
    /// A datum without fields.
    pub(crate) fn new(kind: DatumKind) -> Self {
        Self { kind, fields: BTreeMap::new() }
    }

    /// Sets a field, unless the value is empty. Values become one line; the signs that separate
    /// fields are replaced.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let value = one_line(value).replace('|', "/");
        let end = value.char_indices().nth(VALUE_CHARS_MAX).map_or(value.len(), |(at, _)| at);
        let value = value.get(..end).unwrap_or_default().trim();
        if !value.is_empty() {
            self.fields.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The same, for chaining.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The line that stands for it in the text.
    pub(crate) fn line(&self) -> String {
        let fields: Vec<String> =
            self.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}: {}", self.kind.as_str(), fields.join(" | "))
    }
}

//! Machine-readable data before it is written as lines of the text.

use std::collections::BTreeMap;

use model::DatumKind;

use crate::whitespace::one_line;

/// The maximum number of characters of one value.
const VALUE_CHARS_MAX: usize = 500;

/// A [`model::Datum`] without its line in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The kind of datum.
    pub(crate) kind: DatumKind,
    /// Names and values.
    pub(crate) fields: BTreeMap<String, String>,
}

impl Draft {
    /// Creates a datum without fields.
    pub(crate) fn new(kind: DatumKind) -> Self {
        Self { kind, fields: BTreeMap::new() }
    }

    /// Sets a field, unless the value is empty. A value is folded to one line, and the characters
    /// that separate fields are replaced.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let value = one_line(value).replace('|', "/");
        let end = value.char_indices().nth(VALUE_CHARS_MAX).map_or(value.len(), |(at, _)| at);
        let value = value.get(..end).unwrap_or_default().trim();
        if !value.is_empty() {
            self.fields.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Sets a field like [`Draft::set`], for chaining.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Writes the line that represents the datum in the text.
    pub(crate) fn line(&self) -> String {
        let fields: Vec<String> =
            self.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}: {}", self.kind.as_str(), fields.join(" | "))
    }
}

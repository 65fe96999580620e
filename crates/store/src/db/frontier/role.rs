//! The role of a followed address, as stored in the frontier's rows.

use model::OpenName;

/// The role of an address for the followed company, as a name in lower snake case: `homepage`,
/// `feed`. The roles are listed in `ingest`, each with its polled source; a role without one is kept
/// in its row unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressRole(OpenName);

impl AddressRole {
    /// Creates a role from a name in the source code; an invalid constant fails the build.
    ///
    /// # Panics
    /// If [`OpenName::parse`] rejects the name.
    pub const fn named(word: &'static str) -> Self {
        Self(OpenName::named(word))
    }

    /// Returns the name stored in the database.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        OpenName::parse(word).map(Self)
    }
}

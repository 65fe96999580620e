//! Source entities: the permanent keys of records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{EntityId, IdHasher, InstallKey};

/// Kinds of source entity. The order decides which member gives a company its id: the first kind
/// that is present wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A registry and a number in it: `gb/01234567`.
    Registry,
    /// A registrable domain: `acme.example`.
    Domain,
    /// A board on a host that serves many companies: `greenhouse/acme`.
    Board,
    /// An actor known by name only: `acme|de`, the core of the name and an optional country.
    /// Scored, but no action is triggered until it is joined to another entity.
    Name,
    /// A host on which many authors write: `news.ycombinator.com`. It owns pages, and is never a
    /// company: no claim is placed on it.
    Publisher,
}

/// The vendor of the boards that stand for publishers in stored keys.
const PUBLISHERS: &str = "publisher/";

impl EntityKind {
    /// Returns the name used in keys and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Domain => "domain",
            Self::Board => "board",
            Self::Name => "name",
            Self::Publisher => "publisher",
        }
    }
}

/// A source entity in its normal form (`resolve` creates them).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entity {
    /// The kind of key.
    pub kind: EntityKind,
    /// The key itself, already normalised.
    pub value: String,
}

impl Entity {
    /// Creates an entity from a kind and an already normalised value.
    pub fn new(kind: EntityKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }

    /// Returns the key under which the entity is stored, from which [`FromStr`] reads it again: its
    /// own, but for a publisher that of a board, because processes that are one release behind
    /// cannot read this kind. The id does not depend on it.
    #[must_use]
    pub fn stored(&self) -> Self {
        match self.kind {
            EntityKind::Publisher => {
                Self::new(EntityKind::Board, format!("{PUBLISHERS}{}", self.value))
            }
            _ => self.clone(),
        }
    }

    /// Computes the keyed hash that identifies this entity on the log and in every row.
    pub fn id(&self, key: &InstallKey) -> EntityId {
        EntityId(IdHasher::keyed(key, "entity").part(self.kind.as_str()).part(&self.value).finish())
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.value)
    }
}

/// The error for a text that is not `kind:value`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an entity: {0:?}; write domain:acme.example, board:greenhouse/acme, registry:gb/123 or name:acme|de"
)]
pub struct InvalidEntity(String);

impl FromStr for Entity {
    type Err = InvalidEntity;

    fn from_str(text: &str) -> Result<Self, InvalidEntity> {
        let invalid = || InvalidEntity(text.chars().take(80).collect());
        let (kind, value) = text.split_once(':').ok_or_else(invalid)?;
        let (kind, value) = match (kind, value.strip_prefix(PUBLISHERS)) {
            ("board", Some(host)) => (EntityKind::Publisher, host),
            ("registry", _) => (EntityKind::Registry, value),
            ("domain", _) => (EntityKind::Domain, value),
            ("board", None) => (EntityKind::Board, value),
            ("name", _) => (EntityKind::Name, value),
            ("publisher", _) => (EntityKind::Publisher, value),
            _ => return Err(invalid()),
        };
        if value.is_empty() { Err(invalid()) } else { Ok(Self::new(kind, value)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written_and_as_they_are_stored() {
        for (text, stored) in [
            ("registry:gb/01234567", "registry:gb/01234567"),
            ("domain:acme.example", "domain:acme.example"),
            ("board:greenhouse/acme", "board:greenhouse/acme"),
            ("board:publishers/acme", "board:publishers/acme"),
            ("name:publisher/x|de", "name:publisher/x|de"),
            // The next release writes the first form.
            ("publisher:news.ycombinator.com", "board:publisher/news.ycombinator.com"),
        ] {
            let entity: Entity = text.parse().unwrap();
            assert_eq!(entity.to_string(), text);
            assert_eq!(entity.stored().to_string(), stored);
            assert_eq!(stored.parse(), Ok(entity));
        }
        for text in ["publisher:", "board:publisher/", "press:acme", "acme.example", ""] {
            assert!(text.parse::<Entity>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_publisher_sorts_behind_every_company() {
        let mut keys = ["publisher:a.example", "name:z|", "registry:gb/1234", "board:lever/z"]
            .map(|text| text.parse::<Entity>().unwrap());
        keys.sort();
        assert_eq!(keys.last().map(|last| last.kind), Some(EntityKind::Publisher));
    }
}

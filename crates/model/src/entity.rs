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
}

impl EntityKind {
    /// Returns the name used in keys and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Domain => "domain",
            Self::Board => "board",
            Self::Name => "name",
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
        let kind = match kind {
            "registry" => EntityKind::Registry,
            "domain" => EntityKind::Domain,
            "board" => EntityKind::Board,
            "name" => EntityKind::Name,
            _ => return Err(invalid()),
        };
        if value.is_empty() { Err(invalid()) } else { Ok(Self::new(kind, value)) }
    }
}

//! Facts: attributes of an entity, derived from looks and closed rather than overwritten.

use serde::{Deserialize, Serialize};

use crate::id::{EntityId, ObservationId};
use crate::time::Timestamp;

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKey {
    /// The company's name.
    Name,
    /// ISO 3166 alpha-2.
    Country,
    /// City of its seat.
    City,
    /// Industry in the source's words.
    Industry,
    /// Number of employees.
    Employees,
    /// Yearly revenue.
    Revenue,
    /// Registry and number.
    Registry,
    /// A tool in use; many values.
    Technology,
}

impl FactKey {
    /// Every key.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Country,
        Self::City,
        Self::Industry,
        Self::Employees,
        Self::Revenue,
        Self::Registry,
        Self::Technology,
    ];

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Country => "country",
            Self::City => "city",
            Self::Industry => "industry",
            Self::Employees => "employees",
            Self::Revenue => "revenue",
            Self::Registry => "registry",
            Self::Technology => "technology",
        }
    }

    /// The key of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == word)
    }
}

/// One attribute of one entity, with the look that says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact {
    /// Whose.
    pub entity: EntityId,
    /// What.
    pub key: FactKey,
    /// Its value.
    pub value: String,
    /// The look that says so; nothing when the team's own list says it.
    pub look: Option<ObservationId>,
    /// When that look was made.
    pub observed: Timestamp,
}

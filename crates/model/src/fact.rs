//! Facts: attributes of an entity, derived from observations and closed rather than overwritten.

use serde::{Deserialize, Serialize};

use crate::id::{EntityId, ObservationId};
use crate::time::Timestamp;

/// The attribute that a fact describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKey {
    /// The company's name.
    Name,
    /// Country, ISO 3166 alpha-2.
    Country,
    /// City of the company's seat.
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

    /// Returns the name used in the database.
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

    /// Parses the name of a key; `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }
}

/// One attribute of one entity, with the observation it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact {
    /// The entity.
    pub entity: EntityId,
    /// The attribute.
    pub key: FactKey,
    /// Its value.
    pub value: String,
    /// The observation it comes from; `None` if it comes from the team's own list.
    pub look: Option<ObservationId>,
    /// When that observation was made.
    pub observed: Timestamp,
}

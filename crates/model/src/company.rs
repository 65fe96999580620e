//! Companies: views over source entities that judgements join. Judgements can be undone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::by::By;
use crate::entity::Entity;
use crate::fact::FactKey;
use crate::id::{EntityId, IdHasher, JudgementId};
use crate::signal::Permille;
use crate::time::Timestamp;

/// A company as the input of the pure stages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompanyView {
    /// Member entities with their ids, sorted by entity.
    pub members: Vec<(Entity, EntityId)>,
    /// Current facts: for each key its values, best first. Single-valued keys have one value.
    pub facts: BTreeMap<FactKey, Vec<String>>,
    /// Whether the team already knows this company (`accounts.csv`).
    pub is_account: bool,
}

impl CompanyView {
    /// Returns the company's id, which is that of its smallest entity.
    pub fn id(&self) -> Option<EntityId> {
        self.members.first().map(|(_, id)| *id)
    }

    /// Returns the first value of a fact.
    pub fn fact(&self, key: FactKey) -> Option<&str> {
        self.facts.get(&key)?.first().map(String::as_str)
    }
}

/// The verdict of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One company.
    Same,
    /// Two companies; overrides any automatic `Same`.
    Different,
}

/// A recorded decision about two entities. Undoing closes it; nothing is overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Hash of the pair and the principal.
    pub id: JudgementId,
    /// The smaller entity.
    pub left: EntityId,
    /// The larger entity.
    pub right: EntityId,
    /// Same or different.
    pub verdict: Verdict,
    /// Confidence in the verdict.
    pub confidence: Permille,
    /// The reasons for a person, one per entry.
    pub reasons: Vec<String>,
    /// The principal that made it: a rule or a person.
    pub by: By,
    /// When we recorded it.
    pub known_from: Timestamp,
}

impl Judgement {
    /// Computes the id of a judgement on a pair; the order of the two entities does not matter.
    pub fn id_of(one: EntityId, other: EntityId, by: &By) -> JudgementId {
        let (left, right) = if one <= other { (one, other) } else { (other, one) };
        JudgementId(
            IdHasher::new("judgement").part(left.0).part(right.0).part(by.to_string()).finish(),
        )
    }
}

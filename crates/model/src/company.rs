//! Companies are views over source entities, put together by judgements that can be undone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::by::By;
use crate::entity::Entity;
use crate::fact::FactKey;
use crate::id::{EntityId, IdHasher, JudgementId};
use crate::signal::Permille;
use crate::time::Timestamp;

/// A company as the pure stages see it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompanyView {
    /// Member entities with their ids, sorted by entity.
    pub members: Vec<(Entity, EntityId)>,
    /// Current facts: for each key its values, best first. Single-valued keys hold one.
    pub facts: BTreeMap<FactKey, Vec<String>>,
    /// Whether the team already knows this company (`accounts.csv`).
    pub is_account: bool,
}

impl CompanyView {
    /// The company's id: that of its smallest entity.
    pub fn id(&self) -> Option<EntityId> {
        self.members.first().map(|(_, id)| *id)
    }

    /// The first value of a fact.
    pub fn fact(&self, key: FactKey) -> Option<&str> {
        self.facts.get(&key)?.first().map(String::as_str)
    }
}

/// What a judgement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One company.
    Same,
    /// Two companies; overrides any automatic `Same`.
    Different,
}

/// A recorded statement about two entities. Undoing closes it; nothing is overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Hash of the pair and who judged.
    pub id: JudgementId,
    /// The smaller entity.
    pub left: EntityId,
    /// The other.
    pub right: EntityId,
    /// Same or different.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Permille,
    /// Why, for a person, one reason a line.
    pub reasons: Vec<String>,
    /// Who judged so: a rule, or a person.
    pub by: By,
    /// When it became known to us.
    pub known_from: Timestamp,
}

impl Judgement {
    /// The id of a judgement on a pair, whichever way round it is given.
    pub fn id_of(one: EntityId, other: EntityId, by: &By) -> JudgementId {
        let (left, right) = if one <= other { (one, other) } else { (other, one) };
        JudgementId(
            IdHasher::new("judgement").part(left.0).part(right.0).part(by.to_string()).finish(),
        )
    }
}

//! Open judgements: which entities are one company, or are not, and why.

use std::collections::BTreeSet;

use model::{CompanyView, Entity, EntityId, JudgementId, Permille, Timestamp, Verdict};
use serde::{Serialize, Serializer};
use store::db::{OpenJudgement, ReadTx};
use utoipa::ToSchema;

use crate::{ReadContext, Result};

/// An open judgement that two entities are one company, or are not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinShown {
    /// The id, by which the judgement can be undone.
    #[schema(value_type = String)]
    pub id: JudgementId,
    /// One entity, as `kind:value`.
    #[schema(value_type = String)]
    #[serde(serialize_with = "as_text")]
    pub left: Entity,
    /// The other entity, as `kind:value`.
    #[schema(value_type = String)]
    #[serde(serialize_with = "as_text")]
    pub right: Entity,
    /// The verdict: same or different.
    #[schema(value_type = String)]
    pub verdict: Verdict,
    /// The confidence, 0 to 1.
    #[schema(value_type = f64)]
    pub confidence: Permille,
    /// The reasons, for people.
    pub reasons: Vec<String>,
    /// The principal: `auto:<rule>/<version>` or `person`.
    pub by: String,
    /// The time since which the judgement is known.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl JoinShown {
    /// Returns the two entities in the order of their keys, because the order of ids means nothing.
    pub fn pair(&self) -> [&Entity; 2] {
        if self.left <= self.right { [&self.left, &self.right] } else { [&self.right, &self.left] }
    }
}

impl From<OpenJudgement> for JoinShown {
    fn from(open: OpenJudgement) -> Self {
        let judgement = open.judgement;
        Self {
            id: judgement.id,
            left: open.left,
            right: open.right,
            verdict: judgement.verdict,
            confidence: judgement.confidence,
            reasons: judgement.reasons,
            by: judgement.by.to_string(),
            since: judgement.known_from,
        }
    }
}

fn as_text<S: Serializer>(entity: &Entity, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(entity)
}

/// Reads the open judgements about the members of a company.
///
/// # Errors
/// When the database fails.
pub async fn read(tx: &mut ReadTx, view: &CompanyView) -> Result<Vec<JoinShown>> {
    let mut seen = BTreeSet::new();
    let mut joins = Vec::new();
    let members: Vec<EntityId> = view.members.iter().map(|(_, id)| *id).collect();
    for open in tx.judgements_of_entities(&members).await?.into_iter().flatten() {
        if seen.insert(open.judgement.id) {
            joins.push(open.into());
        }
    }
    Ok(joins)
}

/// Reads every open judgement.
///
/// # Errors
/// When the database fails.
pub async fn joins(context: &ReadContext) -> Result<Vec<JoinShown>> {
    let joins = context.db.read(|tx| Box::pin(tx.judgements())).await?;
    Ok(joins.into_iter().map(JoinShown::from).collect())
}

//! Stored forms of entities and judgements, and the functions that read their rows.

use model::{Entity, EntityId, Judgement, Permille, Verdict};

use crate::db::Row;
use crate::{Result, StoreError};

/// An entity with its id and the company it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The entity.
    pub entity: Entity,
    /// The entity's id, its keyed hash.
    pub id: EntityId,
    /// The company's id.
    pub company: EntityId,
}

/// An open judgement with the keys of its two entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenJudgement {
    /// The judgement.
    pub judgement: Judgement,
    /// The left entity's key.
    pub left: Entity,
    /// The right entity's key.
    pub right: Entity,
}

/// A query for judgements with the keys of both entities, with the columns that [`to_judgement`]
/// reads.
macro_rules! standing_judgements {
    ($condition:literal) => {
        concat!(
            "SELECT j.id, j.left_entity, j.right_entity, j.verdict, j.confidence, j.reasons,
                    j.judged_by, j.known_from_us, l.kind AS left_kind, l.value AS left_value,
                    r.kind AS right_kind, r.value AS right_value
             FROM judgement j JOIN entity l ON l.id = j.left_entity
             JOIN entity r ON r.id = j.right_entity ",
            $condition
        )
    };
}
pub(super) use standing_judgements;

/// The condition that a row of `entity` can belong to a company, as all but publishers can. These
/// are stored in the form of [`Entity::stored`].
macro_rules! of_company {
    () => {
        "kind <> 'publisher' AND NOT (kind = 'board' AND value LIKE 'publisher/%')"
    };
}
pub(super) use of_company;

pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Different => "different",
    }
}

fn to_verdict(name: &str) -> Option<Verdict> {
    [Verdict::Same, Verdict::Different].into_iter().find(|verdict| verdict_word(*verdict) == name)
}

/// Reads an entity from its columns `kind` and `value`.
pub(in crate::db) fn to_entity(row: &Row, kind: &str, value: &str) -> Result<Entity> {
    format!("{}:{}", row.text(kind)?, row.text(value)?)
        .parse()
        .map_err(|error| StoreError::fatal(format!("{error}")))
}

pub(super) fn to_membership(row: &Row) -> Result<Membership> {
    Ok(Membership {
        id: row.parse("id")?,
        entity: to_entity(row, "kind", "value")?,
        company: row.parse("company")?,
    })
}

pub(super) fn to_judgement(row: &Row) -> Result<OpenJudgement> {
    Ok(OpenJudgement {
        judgement: Judgement {
            id: row.parse("id")?,
            left: row.parse("left_entity")?,
            right: row.parse("right_entity")?,
            verdict: row.word("verdict", to_verdict)?,
            confidence: Permille::new(row.int_as("confidence")?),
            reasons: row.json("reasons")?,
            by: row.parse("judged_by")?,
            known_from: row.time("known_from_us")?,
        },
        left: to_entity(row, "left_kind", "left_value")?,
        right: to_entity(row, "right_kind", "right_value")?,
    })
}

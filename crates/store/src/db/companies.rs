//! Entities, the judgements that join them, and the company each belongs to at present.

use model::{Entity, EntityId, Judgement, JudgementId, Permille, Timestamp, Verdict};

use super::{Row, Tx};
use crate::{Result, StoreError, params};

/// An entity with its id and the company it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The entity.
    pub entity: Entity,
    /// Its keyed hash.
    pub id: EntityId,
    /// The company's id.
    pub company: EntityId,
}

/// A judgement that stands, with its two entities spelt out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenJudgement {
    /// The judgement.
    pub judgement: Judgement,
    /// The left entity's key.
    pub left: Entity,
    /// The right entity's key.
    pub right: Entity,
}

/// Judgements with both entities spelt out; columns as [`to_judgement`] reads them.
macro_rules! standing_judgements {
    ($condition:literal) => {
        concat!(
            "SELECT j.id, j.left_entity, j.right_entity, j.verdict, j.confidence, j.reasons,
                    j.judged_by, j.known_from_us, l.kind, l.value, r.kind, r.value
             FROM judgement j JOIN entity l ON l.id = j.left_entity
             JOIN entity r ON r.id = j.right_entity ",
            $condition
        )
    };
}

impl Tx {
    /// Keeps an entity as a company of its own; one known already stays where it is.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_entity(&mut self, entity: &Entity, id: EntityId) -> Result<bool> {
        let added = self
            .execute(
                "INSERT INTO entity (id, kind, value, company) VALUES ($1, $2, $3, $1)
                 ON CONFLICT (id) DO NOTHING",
                &params![id, entity.kind.as_str(), &entity.value],
            )
            .await?;
        Ok(added == 1)
    }

    /// An entity by id.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn entity(&mut self, id: EntityId) -> Result<Option<Membership>> {
        let row = self
            .query_one("SELECT id, kind, value, company FROM entity WHERE id = $1", &params![id])
            .await?;
        row.as_ref().map(to_membership).transpose()
    }

    /// The members of a company, by its id, sorted by entity.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn members(&mut self, company: EntityId) -> Result<Vec<Membership>> {
        let rows = self
            .query(
                "SELECT id, kind, value, company FROM entity WHERE company = $1",
                &params![company],
            )
            .await?;
        let mut members: Vec<Membership> = rows.iter().map(to_membership).collect::<Result<_>>()?;
        members.sort_by(|a, b| a.entity.cmp(&b.entity));
        Ok(members)
    }

    /// Puts an entity into a company; tells whether it was elsewhere.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_company(&mut self, entity: EntityId, company: EntityId) -> Result<bool> {
        let moved = self
            .execute(
                "UPDATE entity SET company = $2 WHERE id = $1 AND company <> $2",
                &params![entity, company],
            )
            .await?;
        Ok(moved == 1)
    }

    /// Takes the company's lock until the transaction ends.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn lock_company(&mut self, company: EntityId) -> Result<()> {
        self.lock(&format!("company {company}")).await
    }

    /// Replaces the keys under which an entity's equals are looked up; returns the old ones.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_block_keys(
        &mut self,
        entity: EntityId,
        keys: &[String],
    ) -> Result<Vec<String>> {
        let rows = self
            .query("SELECT key FROM block_key WHERE entity = $1 ORDER BY key", &params![entity])
            .await?;
        let old: Vec<String> =
            rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_>>()?;
        if old != keys {
            self.execute("DELETE FROM block_key WHERE entity = $1", &params![entity]).await?;
            for key in keys {
                self.execute(
                    "INSERT INTO block_key (key, entity) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    &params![key, entity],
                )
                .await?;
            }
        }
        Ok(old)
    }

    /// The entities under a block key, at most `limit`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn block(&mut self, key: &str, limit: i64) -> Result<Vec<Membership>> {
        let rows = self
            .query(
                "SELECT e.id, e.kind, e.value, e.company FROM block_key b
                 JOIN entity e ON e.id = b.entity WHERE b.key = $1 ORDER BY e.kind, e.value LIMIT $2",
                &params![key, limit],
            )
            .await?;
        rows.iter().map(to_membership).collect()
    }

    /// Judgements that stand and touch an entity.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn judgements_of(&mut self, entity: EntityId) -> Result<Vec<OpenJudgement>> {
        let rows = self
            .query(
                standing_judgements!(
                    "WHERE (j.left_entity = $1 OR j.right_entity = $1) AND j.known_to_us IS NULL
                 ORDER BY j.id"
                ),
                &params![entity],
            )
            .await?;
        rows.iter().map(to_judgement).collect()
    }

    /// Every judgement that stands.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn judgements(&mut self) -> Result<Vec<OpenJudgement>> {
        let rows = self
            .query(
                standing_judgements!("WHERE j.known_to_us IS NULL ORDER BY j.known_from_us, j.id"),
                &[],
            )
            .await?;
        rows.iter().map(to_judgement).collect()
    }

    /// Records a judgement; false when the same one stands already.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_judgement(&mut self, judgement: &Judgement) -> Result<bool> {
        let standing = self
            .query_one(
                "SELECT verdict, confidence, reasons FROM judgement
                 WHERE id = $1 AND known_to_us IS NULL",
                &params![judgement.id],
            )
            .await?;
        let reasons = serde_json::to_string(&judgement.reasons)?;
        let verdict = verdict_word(judgement.verdict);
        let confidence = i64::from(judgement.confidence.get());
        if let Some(row) = standing {
            if row.text(0)? == verdict && row.int(1)? == confidence && row.text(2)? == reasons {
                return Ok(false);
            }
            self.close_judgement(judgement.id, judgement.known_from).await?;
        }
        self.execute(
            "INSERT INTO judgement (id, left_entity, right_entity, verdict, confidence, reasons,
                                    judged_by, known_from_us)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id, known_from_us) DO UPDATE
             SET verdict = excluded.verdict, confidence = excluded.confidence,
                 reasons = excluded.reasons, known_to_us = NULL",
            &params![
                judgement.id,
                judgement.left,
                judgement.right,
                verdict,
                confidence,
                reasons,
                &judgement.by,
                judgement.known_from
            ],
        )
        .await?;
        Ok(true)
    }

    /// Closes a judgement; false when none stands under that id.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn close_judgement(&mut self, id: JudgementId, now: Timestamp) -> Result<bool> {
        let closed = self
            .execute(
                "UPDATE judgement SET known_to_us = $2 WHERE id = $1 AND known_to_us IS NULL",
                &params![id, now],
            )
            .await?;
        Ok(closed > 0)
    }

    /// How many companies there are.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn company_count(&mut self) -> Result<i64> {
        let row = self.query_one("SELECT COUNT(DISTINCT company) FROM entity", &[]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Every company's id, in id order, after `after`, at most `limit`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn company_ids(&mut self, after: &str, limit: i64) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT DISTINCT company FROM entity WHERE company > $1 ORDER BY company LIMIT $2",
                &params![after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse(0)).collect()
    }
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Different => "different",
    }
}

fn to_entity(row: &Row, kind: usize) -> Result<Entity> {
    format!("{}:{}", row.text(kind)?, row.text(kind + 1)?)
        .parse()
        .map_err(|error| StoreError::Fatal(format!("{error}")))
}

fn to_membership(row: &Row) -> Result<Membership> {
    Ok(Membership { id: row.parse(0)?, entity: to_entity(row, 1)?, company: row.parse(3)? })
}

fn to_judgement(row: &Row) -> Result<OpenJudgement> {
    let verdict = match row.text(3)? {
        "same" => Verdict::Same,
        "different" => Verdict::Different,
        other => return Err(StoreError::Fatal(format!("an unknown verdict in a row: {other}"))),
    };
    Ok(OpenJudgement {
        judgement: Judgement {
            id: row.parse(0)?,
            left: row.parse(1)?,
            right: row.parse(2)?,
            verdict,
            confidence: Permille::new(row.int_as(4)?),
            reasons: row.json(5)?,
            by: row.text(6)?.to_owned(),
            known_from: row.time(7)?,
        },
        left: to_entity(row, 8)?,
        right: to_entity(row, 10)?,
    })
}

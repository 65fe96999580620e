//! Changes to entities and judgements.

use model::{Entity, EntityId, Judgement, JudgementId, Timestamp};

use super::rows::verdict_word;
use crate::Result;
use crate::db::{Tx, params};

impl Tx {
    /// Stores an entity as a company of its own. Returns false if the entity is known, which then
    /// keeps its company.
    ///
    /// # Errors
    /// When the engine fails.
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

    /// Moves an entity to a company. Returns whether it belonged to another.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_company(&mut self, entity: EntityId, company: EntityId) -> Result<bool> {
        let updated = self
            .execute(
                "UPDATE entity SET company = $2 WHERE id = $1 AND company <> $2",
                &params![entity, company],
            )
            .await?;
        Ok(updated == 1)
    }

    /// Takes the company's lock until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lock_company(&mut self, company: EntityId) -> Result<()> {
        self.lock(&format!("company {company}")).await
    }

    /// Replaces an entity's block keys, under which other entities that may be the same company
    /// are looked up. Returns the old keys.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_block_keys(
        &mut self,
        entity: EntityId,
        keys: &[String],
    ) -> Result<Vec<String>> {
        let rows = self
            .query("SELECT key FROM block_key WHERE entity = $1 ORDER BY key", &params![entity])
            .await?;
        let old: Vec<String> = rows.iter().map(|row| row.string("key")).collect::<Result<_>>()?;
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

    /// Records a judgement. Returns false if the same judgement is open already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_judgement(&mut self, judgement: &Judgement) -> Result<bool> {
        let current = self
            .query_one(
                "SELECT verdict, confidence, reasons FROM judgement
                 WHERE id = $1 AND known_to_us IS NULL",
                &params![judgement.id],
            )
            .await?;
        let reasons = serde_json::to_string(&judgement.reasons)?;
        let verdict = verdict_word(judgement.verdict);
        let confidence = i64::from(judgement.confidence.get());
        if let Some(row) = current {
            if row.text("verdict")? == verdict
                && row.int("confidence")? == confidence
                && row.text("reasons")? == reasons
            {
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
                judgement.by.to_string(),
                judgement.known_from
            ],
        )
        .await?;
        Ok(true)
    }

    /// Closes a judgement. Returns false if no judgement with that id is open.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn close_judgement(&mut self, id: JudgementId, now: Timestamp) -> Result<bool> {
        let closed = self
            .execute(
                "UPDATE judgement SET known_to_us = $2 WHERE id = $1 AND known_to_us IS NULL",
                &params![id, now],
            )
            .await?;
        Ok(closed > 0)
    }
}

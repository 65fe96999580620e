//! Changes to entities and judgements.

use model::{Entity, EntityId, Judgement, JudgementId, Timestamp};

use super::rows::verdict_word;
use crate::Result;
use crate::db::{Tx, Value, params};

impl Tx {
    /// Stores entities, each as a company of its own; a known entity keeps its company. Returns the
    /// number of new ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_entities(&mut self, entities: &[(&Entity, EntityId)]) -> Result<u64> {
        let mut values = Vec::with_capacity(entities.len() * 4);
        for (entity, id) in entities {
            let stored = entity.stored();
            values.extend([
                Value::from(*id),
                stored.kind.as_str().into(),
                stored.value.into(),
                Value::from(*id),
            ]);
        }
        self.insert_many(
            "INSERT INTO entity (id, kind, value, company) VALUES",
            4,
            "ON CONFLICT (id) DO NOTHING",
            &values,
        )
        .await
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
        let old = self.block_keys_of(&[entity]).await?.pop().unwrap_or_default();
        if old != keys {
            self.execute("DELETE FROM block_key WHERE entity = $1", &params![entity]).await?;
            let values: Vec<Value> =
                keys.iter().flat_map(|key| [Value::from(key), Value::from(entity)]).collect();
            let head = "INSERT INTO block_key (key, entity) VALUES";
            self.insert_many(head, 2, "ON CONFLICT DO NOTHING", &values).await?;
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

//! Facts: written only when they change, closed rather than overwritten.

use std::collections::BTreeSet;

use model::{EntityId, Fact, FactKey, Timestamp};

use super::tx::each_of;
use super::{ReadTx, Row, Tx, params};
use crate::Result;

fn to_fact(row: &Row) -> Result<Fact> {
    Ok(Fact {
        entity: row.parse("entity")?,
        key: row.word("key", FactKey::parse)?,
        value: row.string("value")?,
        look: row.opt_parse("look")?,
        observed: row.time("observed_us")?,
    })
}

impl ReadTx {
    /// Lists an entity's current facts, sorted.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn facts(&mut self, entity: EntityId) -> Result<Vec<Fact>> {
        Ok(self.facts_of(&[entity]).await?.pop().unwrap_or_default())
    }

    /// Lists the current facts of each of these entities, in their order, sorted. A repeated entity
    /// gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn facts_of(&mut self, entities: &[EntityId]) -> Result<Vec<Vec<Fact>>> {
        let rows = self
            .query_many(
                "SELECT entity, key, value, look, observed_us FROM fact
                 WHERE entity IN ({keys}) AND known_to_us IS NULL",
                &[],
                entities.iter().copied(),
            )
            .await?;
        let facts = rows.iter().map(|row| to_fact(row).map(|fact| (fact.entity, fact)));
        let mut all = each_of(entities, facts)?;
        for facts in &mut all {
            facts.sort();
        }
        Ok(all)
    }
}

impl Tx {
    /// Makes `facts` the entity's current facts. Returns whether anything changed.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_facts(
        &mut self,
        entity: EntityId,
        facts: &[Fact],
        now: Timestamp,
    ) -> Result<bool> {
        let before: BTreeSet<Fact> = self.facts(entity).await?.into_iter().collect();
        let after: BTreeSet<Fact> = facts.iter().cloned().collect();
        for removed in before.difference(&after) {
            self.execute(
                "UPDATE fact SET known_to_us = $4
                 WHERE entity = $1 AND key = $2 AND value = $3 AND known_to_us IS NULL",
                &params![entity, removed.key.as_str(), &removed.value, now],
            )
            .await?;
        }
        for new in after.difference(&before) {
            self.execute(
                "INSERT INTO fact (entity, key, value, look, observed_us, known_from_us)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (entity, key, value, known_from_us) DO UPDATE
                 SET look = excluded.look, observed_us = excluded.observed_us, known_to_us = NULL",
                &params![entity, new.key.as_str(), &new.value, new.look, new.observed, now],
            )
            .await?;
        }
        Ok(before != after)
    }
}

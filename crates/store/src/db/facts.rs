//! Facts: written only when they change, closed rather than overwritten.

use std::collections::BTreeSet;

use model::{EntityId, Fact, FactKey, Timestamp};

use super::{Row, Tx};
use crate::{Result, StoreError, params};

impl Tx {
    /// An entity's current facts, sorted.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn facts(&mut self, entity: EntityId) -> Result<Vec<Fact>> {
        let rows = self
            .query(
                "SELECT entity, key, value, look, observed_us FROM fact
                 WHERE entity = $1 AND known_to_us IS NULL",
                &params![entity],
            )
            .await?;
        let mut facts: Vec<Fact> = rows.iter().map(to_fact).collect::<Result<_>>()?;
        facts.sort();
        Ok(facts)
    }

    /// Makes `facts` the entity's current facts; tells whether anything changed.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_facts(
        &mut self,
        entity: EntityId,
        facts: &[Fact],
        now: Timestamp,
    ) -> Result<bool> {
        let before: BTreeSet<Fact> = self.facts(entity).await?.into_iter().collect();
        let after: BTreeSet<Fact> = facts.iter().cloned().collect();
        for gone in before.difference(&after) {
            self.execute(
                "UPDATE fact SET known_to_us = $4
                 WHERE entity = $1 AND key = $2 AND value = $3 AND known_to_us IS NULL",
                &params![entity, gone.key.as_str(), &gone.value, now],
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

fn to_fact(row: &Row) -> Result<Fact> {
    let key = FactKey::parse(row.text(1)?)
        .ok_or_else(|| StoreError::Fatal("an unknown fact key in a row".to_owned()))?;
    let look = row
        .opt_text(3)?
        .map(|look| look.parse().map_err(|_| StoreError::Fatal("not a look id".to_owned())))
        .transpose()?;
    Ok(Fact {
        entity: row.parse(0)?,
        key,
        value: row.text(2)?.to_owned(),
        look,
        observed: row.time(4)?,
    })
}

//! Queries about entities and judgements.

use std::collections::{BTreeMap, BTreeSet};

use model::{EntityId, JudgementId};

use super::rows::{
    Membership, OpenJudgement, of_company, standing_judgements, to_judgement, to_membership,
};
use crate::Result;
use crate::db::canonical::observed;
use crate::db::tx::{each_of, one_of};
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Finds an entity by id.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn entity(&mut self, id: EntityId) -> Result<Option<Membership>> {
        Ok(self.entities(&[id]).await?.pop().flatten())
    }

    /// Finds entities by id, in the order of the ids.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn entities(&mut self, ids: &[EntityId]) -> Result<Vec<Option<Membership>>> {
        let rows = self
            .query_many(
                "SELECT id, kind, value, company FROM entity WHERE id IN ({keys})",
                &[],
                ids.iter().copied(),
            )
            .await?;
        one_of(ids, rows.iter().map(|row| to_membership(row).map(|member| (member.id, member))))
    }

    /// Finds those of these entities that no observation and no account names.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn unobserved(&mut self, ids: &[EntityId]) -> Result<BTreeSet<EntityId>> {
        let rows = self
            .query_many(
                concat!("SELECT id FROM entity WHERE id IN ({keys}) AND NOT ", observed!()),
                &[],
                ids.iter().copied(),
            )
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
    }

    /// Lists the members of a company, by its id, sorted by entity.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn members(&mut self, company: EntityId) -> Result<Vec<Membership>> {
        Ok(self.members_of(&[company]).await?.pop().unwrap_or_default())
    }

    /// Lists the members of each of these companies, in their order, sorted by entity. A repeated
    /// company gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn members_of(&mut self, companies: &[EntityId]) -> Result<Vec<Vec<Membership>>> {
        let rows = self
            .query_many(
                "SELECT id, kind, value, company FROM entity WHERE company IN ({keys})",
                &[],
                companies.iter().copied(),
            )
            .await?;
        let members =
            rows.iter().map(|row| to_membership(row).map(|member| (member.company, member)));
        let mut all = each_of(companies, members)?;
        for members in &mut all {
            members.sort_by(|a, b| a.entity.cmp(&b.entity));
        }
        Ok(all)
    }

    /// Lists the entities under a block key, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn block(&mut self, key: &str, limit: i64) -> Result<Vec<Membership>> {
        Ok(self.blocks(&[key.to_owned()], limit).await?.pop().unwrap_or_default())
    }

    /// Lists the entities under each of these block keys, in their order, at most `limit` per key.
    /// A repeated key gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn blocks(&mut self, keys: &[String], limit: i64) -> Result<Vec<Vec<Membership>>> {
        let rows = self
            .query_many(
                "SELECT * FROM (
                   SELECT b.key, e.id, e.kind, e.value, e.company,
                     ROW_NUMBER() OVER (PARTITION BY b.key ORDER BY e.kind, e.value) AS place
                   FROM block_key b JOIN entity e ON e.id = b.entity WHERE b.key IN ({keys})
                 ) AS block WHERE place <= $1 ORDER BY place",
                &params![limit],
                keys,
            )
            .await?;
        each_of(keys, rows.iter().map(|row| Ok((row.string("key")?, to_membership(row)?))))
    }

    /// Lists the block keys of each of these entities, in their order, sorted. A repeated entity
    /// gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn block_keys_of(&mut self, entities: &[EntityId]) -> Result<Vec<Vec<String>>> {
        let rows = self
            .query_many(
                "SELECT entity, key FROM block_key WHERE entity IN ({keys}) ORDER BY key",
                &[],
                entities.iter().copied(),
            )
            .await?;
        each_of(entities, rows.iter().map(|row| Ok((row.parse("entity")?, row.string("key")?))))
    }

    /// Lists the open judgements about an entity.
    ///
    /// # Errors
    /// When the engine fails.
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

    /// Lists the open judgements about each of these entities, in their order. A judgement about
    /// two of them is in both lists. A repeated entity gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn judgements_of_entities(
        &mut self,
        entities: &[EntityId],
    ) -> Result<Vec<Vec<OpenJudgement>>> {
        let mut by_id: BTreeMap<JudgementId, OpenJudgement> = BTreeMap::new();
        for sql in [
            standing_judgements!("WHERE j.known_to_us IS NULL AND j.left_entity IN ({keys})"),
            standing_judgements!("WHERE j.known_to_us IS NULL AND j.right_entity IN ({keys})"),
        ] {
            for row in self.query_many(sql, &[], entities.iter().copied()).await? {
                let open = to_judgement(&row)?;
                by_id.insert(open.judgement.id, open);
            }
        }
        let sides = by_id.values().flat_map(|open| {
            let (left, right) = (open.judgement.left, open.judgement.right);
            let other = (right != left).then_some(right);
            [Some(left), other].into_iter().flatten().map(move |side| Ok((side, open.clone())))
        });
        each_of(entities, sides)
    }

    /// Lists every open judgement, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn judgements(&mut self) -> Result<Vec<OpenJudgement>> {
        let rows = self
            .query(
                standing_judgements!("WHERE j.known_to_us IS NULL ORDER BY j.known_from_us, j.id"),
                &[],
            )
            .await?;
        rows.iter().map(to_judgement).collect()
    }

    /// Counts the companies; publishers are none.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn company_count(&mut self) -> Result<i64> {
        self.total(
            concat!("SELECT COUNT(DISTINCT company) AS total FROM entity WHERE ", of_company!()),
            &[],
        )
        .await
    }

    /// Lists the ids of companies after `after`, sorted, at most `limit`; publishers are none.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn company_ids(&mut self, after: &str, limit: i64) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                concat!(
                    "SELECT DISTINCT company FROM entity WHERE company > $1 AND ",
                    of_company!(),
                    " ORDER BY company LIMIT $2"
                ),
                &params![after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("company")).collect()
    }
}

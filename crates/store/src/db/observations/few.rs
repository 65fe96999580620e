//! Queries for all observations of several entities or owners, provided that they are few.
//!
//! Queries with a limit for each of many rank the rows, which costs more than a query for each. These
//! count the rows first, and read them without a limit.

use model::{ClaimObservation, EntityId, PageObservation};

use super::rows::{claim_look_columns, claim_look_tables, to_claim_look, to_page_look};
use crate::Result;
use crate::db::tx::each_of;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Lists the claim observations about each of these entities, in their order and oldest first,
    /// if there are fewer than `rows_max` of all together; `None` otherwise. A repeated entity gets
    /// an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_looks_within(
        &mut self,
        entities: &[EntityId],
        rows_max: i64,
    ) -> Result<Option<Vec<Vec<ClaimObservation>>>> {
        let counted = "SELECT COUNT(*) AS total FROM
            (SELECT 1 FROM claim_look WHERE entity IN ({keys}) LIMIT $1) AS counted";
        if !self.are_fewer(counted, entities, rows_max).await? {
            return Ok(None);
        }
        let rows = self
            .query_many(
                concat!(
                    "SELECT ",
                    claim_look_columns!(),
                    " FROM ",
                    claim_look_tables!(),
                    " WHERE c.entity IN ({keys})"
                ),
                &[],
                entities.iter().copied(),
            )
            .await?;
        let claims = rows.iter().map(|row| to_claim_look(row).map(|claim| (claim.entity, claim)));
        let mut all = each_of(entities, claims)?;
        for claims in &mut all {
            claims.sort_by_key(|claim| (claim.evidence.observed, claim.evidence.look));
        }
        Ok(Some(all))
    }

    /// Lists the observations of the pages of each of these owners, in their order and oldest
    /// first, if there are fewer than `rows_max` of all together; `None` otherwise. A repeated owner
    /// gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_looks_within(
        &mut self,
        owners: &[EntityId],
        rows_max: i64,
    ) -> Result<Option<Vec<Vec<PageObservation>>>> {
        let counted = "SELECT COUNT(*) AS total FROM
            (SELECT 1 FROM page_look WHERE owner IN ({keys}) LIMIT $1) AS counted";
        if !self.are_fewer(counted, owners, rows_max).await? {
            return Ok(None);
        }
        let rows = self
            .query_many(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE owner IN ({keys})",
                &[],
                owners.iter().copied(),
            )
            .await?;
        let pages = rows.iter().map(|row| to_page_look(row).map(|page| (page.owner, page)));
        let mut all = each_of(owners, pages)?;
        for pages in &mut all {
            pages.sort_by_key(|page| (page.observed, page.id));
        }
        Ok(Some(all))
    }

    /// Checks whether the rows of all keys are fewer than `rows_max`, without reading more of them.
    async fn are_fewer(
        &mut self,
        counted: &'static str,
        keys: &[EntityId],
        rows_max: i64,
    ) -> Result<bool> {
        let rows = self.query_many(counted, &params![rows_max], keys.iter().copied()).await?;
        let totals = rows.iter().map(|row| row.int("total")).collect::<Result<Vec<_>>>()?;
        Ok(totals.iter().sum::<i64>() < rows_max)
    }
}

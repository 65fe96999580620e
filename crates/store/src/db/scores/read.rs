//! Queries about scores.

use model::EntityId;

use super::rows::{LedgerRow, ScoreRow, to_line, to_score};
use crate::Result;
use crate::db::tx::one_of;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Finds a company's current score for a product.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn score(&mut self, company: EntityId, product: &str) -> Result<Option<ScoreRow>> {
        Ok(self.scores_of(&[company], product).await?.pop().flatten())
    }

    /// Finds the current score of each of these companies for a product, in their order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn scores_of(
        &mut self,
        companies: &[EntityId],
        product: &str,
    ) -> Result<Vec<Option<ScoreRow>>> {
        let rows = self
            .query_many(
                "SELECT company, product, card, points, known_from_us FROM score
                 WHERE product = $1 AND known_to_us IS NULL AND company IN ({keys})",
                &params![product],
                companies.iter().copied(),
            )
            .await?;
        one_of(companies, rows.iter().map(|row| to_score(row).map(|row| (row.company, row))))
    }

    /// Lists the current scores for a product, best first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn scores(&mut self, product: &str, limit: i64) -> Result<Vec<ScoreRow>> {
        let rows = self
            .query(
                "SELECT company, product, card, points, known_from_us FROM score
                 WHERE product = $1 AND known_to_us IS NULL
                 ORDER BY points DESC, company LIMIT $2",
                &params![product, limit],
            )
            .await?;
        rows.iter().map(to_score).collect()
    }

    /// Lists a company's ledger for a product, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn ledger(
        &mut self,
        company: EntityId,
        product: &str,
        limit: i64,
    ) -> Result<Vec<LedgerRow>> {
        let rows = self
            .query(
                "SELECT at_us, cause, delta FROM ledger WHERE company = $1 AND product = $2
                 ORDER BY at_us DESC, number LIMIT $3",
                &params![company, product, limit],
            )
            .await?;
        rows.iter().map(to_line).collect()
    }
}

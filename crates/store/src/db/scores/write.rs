//! Changes to scores.

use model::{EntityId, Points, Timestamp};

use super::rows::LedgerRow;
use crate::Result;
use crate::db::{Tx, params};

impl Tx {
    /// Replaces a company's score; `None` closes it. Returns false if it is unchanged.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_score(
        &mut self,
        company: EntityId,
        product: &str,
        card: Option<(&str, Points)>,
        now: Timestamp,
    ) -> Result<bool> {
        let current = self.score(company, product).await?;
        if current.as_ref().map(|row| row.card.as_str()) == card.map(|(card, _)| card) {
            return Ok(false);
        }
        self.execute(
            "UPDATE score SET known_to_us = $3
             WHERE company = $1 AND product = $2 AND known_to_us IS NULL",
            &params![company, product, now],
        )
        .await?;
        if let Some((card, points)) = card {
            let newest = current.map_or(i64::MIN, |row| row.known_from.0);
            let known_from = now.0.max(newest.saturating_add(1));
            self.execute(
                "INSERT INTO score (company, product, card, points, known_from_us)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (company, product, known_from_us) DO UPDATE
                 SET card = excluded.card, points = excluded.points, known_to_us = NULL",
                &params![company, product, card, points.0, known_from],
            )
            .await?;
        }
        Ok(true)
    }

    /// Closes the scores of a company that has become part of another.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn close_scores(&mut self, company: EntityId, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE score SET known_to_us = $2 WHERE company = $1 AND known_to_us IS NULL",
            &params![company, now],
        )
        .await
        .map(drop)
    }

    /// Adds lines to the ledger.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_ledger(
        &mut self,
        company: EntityId,
        product: &str,
        lines: &[LedgerRow],
    ) -> Result<()> {
        for line in lines {
            self.execute(
                "INSERT INTO ledger (company, product, at_us, number, cause, delta)
                 VALUES ($1, $2, $3,
                   (SELECT COUNT(*) FROM ledger WHERE company = $1 AND product = $2 AND at_us = $3),
                   $4, $5)",
                &params![company, product, line.at, &line.cause, line.delta.0],
            )
            .await?;
        }
        Ok(())
    }
}

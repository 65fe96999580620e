//! Scores per company and product, and the ledger of what moved them.

use model::{EntityId, Points, Timestamp};

use super::{Row, Tx};
use crate::{Result, params};

/// A current score: the scorecard as JSON, without any date of computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// Whose.
    pub company: EntityId,
    /// For which product.
    pub product: String,
    /// The scorecard as JSON.
    pub card: String,
    /// Points on the day it was computed: to sort by, not to show.
    pub points: Points,
    /// Since when it stands.
    pub known_from: Timestamp,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// When.
    pub at: Timestamp,
    /// What moved the score.
    pub cause: String,
    /// By how much.
    pub delta: Points,
}

impl Tx {
    /// A company's current score for a product.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn score(&mut self, company: EntityId, product: &str) -> Result<Option<ScoreRow>> {
        let row = self
            .query_one(
                "SELECT company, product, card, points, known_from_us FROM score
                 WHERE company = $1 AND product = $2 AND known_to_us IS NULL",
                &params![company, product],
            )
            .await?;
        row.as_ref().map(to_score).transpose()
    }

    /// The current scores for a product, best first.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Replaces a company's score; `None` closes it. False when it already stands.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_score(
        &mut self,
        company: EntityId,
        product: &str,
        card: Option<(&str, Points)>,
        now: Timestamp,
    ) -> Result<bool> {
        let standing = self.score(company, product).await?;
        if standing.as_ref().map(|row| row.card.as_str()) == card.map(|(card, _)| card) {
            return Ok(false);
        }
        self.execute(
            "UPDATE score SET known_to_us = $3
             WHERE company = $1 AND product = $2 AND known_to_us IS NULL",
            &params![company, product, now],
        )
        .await?;
        if let Some((card, points)) = card {
            let newest = standing.map_or(i64::MIN, |row| row.known_from.0);
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

    /// Closes the scores of companies that are no longer companies of their own.
    ///
    /// # Errors
    /// What the engine says.
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
    /// What the engine says.
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

    /// A company's ledger, newest first.
    ///
    /// # Errors
    /// What the engine says.
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
        rows.iter()
            .map(|row| {
                Ok(LedgerRow {
                    at: row.time(0)?,
                    cause: row.text(1)?.to_owned(),
                    delta: Points(row.int_as(2)?),
                })
            })
            .collect()
    }
}

fn to_score(row: &Row) -> Result<ScoreRow> {
    Ok(ScoreRow {
        company: row.parse(0)?,
        product: row.text(1)?.to_owned(),
        card: row.text(2)?.to_owned(),
        points: Points(row.int_as(3)?),
        known_from: row.time(4)?,
    })
}

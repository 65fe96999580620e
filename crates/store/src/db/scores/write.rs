//! Changes to scores.

use std::collections::BTreeMap;

use model::{EntityId, Points, Timestamp};

use super::rows::{LedgerRow, ScoreRow};
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
        let card = card.map(|(card, points)| (card.to_owned(), points));
        let replaced = self.set_scores(product, &[(company, card)], now).await?;
        Ok(!replaced.is_empty())
    }

    /// Replaces the scores of companies, each of which occurs once, for a product; `None` closes
    /// one. Returns the scores that were replaced, by company: `None` if it had none. An unchanged
    /// score is not among them.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_scores(
        &mut self,
        product: &str,
        scores: &[(EntityId, Option<(String, Points)>)],
        now: Timestamp,
    ) -> Result<BTreeMap<EntityId, Option<ScoreRow>>> {
        let ids: Vec<EntityId> = scores.iter().map(|(company, _)| *company).collect();
        let current = self.scores_of(&ids, product).await?;
        let (mut replaced, mut values) = (BTreeMap::new(), Vec::new());
        for ((company, score), current) in scores.iter().zip(current) {
            let card = score.as_ref().map(|(card, _)| card);
            if current.as_ref().map(|row| &row.card) == card {
                continue;
            }
            if let Some((card, points)) = score {
                let newest = current.as_ref().map_or(i64::MIN, |row| row.known_from.0);
                let known_from = now.0.max(newest.saturating_add(1));
                values.extend(params![*company, product, card, points.0, known_from]);
            }
            replaced.insert(*company, current);
        }
        self.close_scores_for(product, &replaced, now).await?;
        self.insert_many(
            "INSERT INTO score (company, product, card, points, known_from_us) VALUES",
            5,
            "ON CONFLICT (company, product, known_from_us) DO UPDATE
             SET card = excluded.card, points = excluded.points, known_to_us = NULL",
            &values,
        )
        .await?;
        Ok(replaced)
    }

    async fn close_scores_for(
        &mut self,
        product: &str,
        replaced: &BTreeMap<EntityId, Option<ScoreRow>>,
        now: Timestamp,
    ) -> Result<()> {
        let open = replaced.iter().filter(|(_, row)| row.is_some()).map(|(company, _)| *company);
        self.query_many(
            "UPDATE score SET known_to_us = $2
             WHERE product = $1 AND known_to_us IS NULL AND company IN ({keys})",
            &params![product, now],
            open,
        )
        .await
        .map(drop)
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

    /// Adds lines to a company's ledger.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_ledger(
        &mut self,
        company: EntityId,
        product: &str,
        lines: &[LedgerRow],
    ) -> Result<()> {
        self.add_ledgers(product, &[(company, lines.to_vec())]).await
    }

    /// Adds lines to the ledgers of companies for a product.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_ledgers(
        &mut self,
        product: &str,
        ledgers: &[(EntityId, Vec<LedgerRow>)],
    ) -> Result<()> {
        let all = ledgers.iter().flat_map(|(_, lines)| lines);
        let Some(since) = all.map(|line| line.at).min() else { return Ok(()) };
        let mut counts = self.line_counts(product, since, ledgers).await?;
        let mut values = Vec::new();
        for (company, lines) in ledgers {
            for line in lines {
                let number = counts.entry((*company, line.at.0)).or_insert(0);
                values.extend(params![*company, product, line.at, *number]);
                values.extend(params![&line.cause, line.delta.0]);
                *number += 1;
            }
        }
        let head = "INSERT INTO ledger (company, product, at_us, number, cause, delta) VALUES";
        self.insert_many(head, 6, "", &values).await.map(drop)
    }

    /// Counts the lines of ledgers by company and time, in microseconds.
    async fn line_counts(
        &mut self,
        product: &str,
        since: Timestamp,
        ledgers: &[(EntityId, Vec<LedgerRow>)],
    ) -> Result<BTreeMap<(EntityId, i64), i64>> {
        let rows = self
            .query_many(
                "SELECT company, at_us, COUNT(*) AS total FROM ledger
                 WHERE product = $1 AND at_us >= $2 AND company IN ({keys})
                 GROUP BY company, at_us",
                &params![product, since],
                ledgers.iter().filter(|(_, lines)| !lines.is_empty()).map(|(company, _)| *company),
            )
            .await?;
        rows.iter()
            .map(|row| Ok(((row.parse("company")?, row.int("at_us")?), row.int("total")?)))
            .collect()
    }
}

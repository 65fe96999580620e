//! Queries about signals.

use std::collections::BTreeSet;

use model::{Day, EntityId, RunId, SignalId, Timestamp};

use super::rows::{SignalRow, current_signals, to_evidence, to_signal};
use crate::Result;
use crate::db::tx::{each_of, one_of};
use crate::db::{ReadTx, Row, params};

impl ReadTx {
    /// Lists the current signals of an entity in a run, sorted by id.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signals_of(&mut self, entity: EntityId, run: &RunId) -> Result<Vec<SignalRow>> {
        Ok(self.signals_of_entities(&[entity], run).await?.pop().unwrap_or_default())
    }

    /// Lists the current signals of each of these entities in a run, in their order, sorted by id.
    /// A repeated entity gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signals_of_entities(
        &mut self,
        entities: &[EntityId],
        run: &RunId,
    ) -> Result<Vec<Vec<SignalRow>>> {
        let rows = self
            .query_many(
                current_signals!("AND s.entity IN ({keys}) ORDER BY s.id"),
                &params![&run.0],
                entities.iter().copied(),
            )
            .await?;
        let signals = self.with_evidence(run, &rows).await?;
        each_of(entities, signals.into_iter().map(|row| Ok((row.signal.entity, row))))
    }

    /// Lists every current signal of a run, sorted by id.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signals(&mut self, run: &RunId) -> Result<Vec<SignalRow>> {
        let rows = self.query(current_signals!("ORDER BY s.id"), &params![&run.0]).await?;
        self.with_evidence(run, &rows).await
    }

    /// Finds a current signal by id.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signal(&mut self, id: SignalId, run: &RunId) -> Result<Option<SignalRow>> {
        Ok(self.signals_by_id(&[id], run).await?.pop().flatten())
    }

    /// Finds current signals by id, in the order of the ids.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signals_by_id(
        &mut self,
        ids: &[SignalId],
        run: &RunId,
    ) -> Result<Vec<Option<SignalRow>>> {
        let rows = self
            .query_many(
                current_signals!("AND s.id IN ({keys})"),
                &params![&run.0],
                ids.iter().copied(),
            )
            .await?;
        let signals = self.with_evidence(run, &rows).await?;
        one_of(ids, signals.into_iter().map(|row| Ok((row.signal.id, row))))
    }

    /// Counts the current signals of a run.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signal_count(&mut self, run: &RunId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS total FROM signal WHERE run = $1 AND known_to_us IS NULL";
        self.total(sql, &params![&run.0]).await
    }

    /// Lists the ids of companies with current signals that are known or have changed since a time,
    /// sorted, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn companies_with_signals_since(
        &mut self,
        run: &RunId,
        since: Timestamp,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT DISTINCT e.company FROM signal s JOIN entity e ON e.id = s.entity
                 WHERE s.run = $1 AND s.known_to_us IS NULL AND s.known_from_us >= $2
                   AND e.company > $3
                 ORDER BY e.company LIMIT $4",
                &params![&run.0, since, after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("company")).collect()
    }

    /// Finds which of these signals of a run were known before a time, also in another version.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signals_known_before(
        &mut self,
        ids: &[SignalId],
        run: &RunId,
        time: Timestamp,
    ) -> Result<BTreeSet<SignalId>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT id FROM signal
                 WHERE run = $1 AND known_from_us < $2 AND id IN ({keys})",
                &params![&run.0, time],
                ids.iter().copied(),
            )
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
    }

    /// Counts the pieces of evidence of the current signals of a run.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn evidence_count(&mut self, run: &RunId) -> Result<i64> {
        self.total(
            "SELECT COUNT(*) AS total FROM signal s JOIN evidence e
               ON e.signal = s.id AND e.run = s.run AND e.known_from_us = s.known_from_us
             WHERE s.run = $1 AND s.known_to_us IS NULL",
            &params![&run.0],
        )
        .await
    }

    /// Lists the ids of companies with current signals, sorted, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn companies_with_signals(
        &mut self,
        run: &RunId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT DISTINCT e.company FROM entity e JOIN signal s ON s.entity = e.id
                 WHERE s.run = $1 AND s.known_to_us IS NULL AND e.company > $2
                 ORDER BY e.company LIMIT $3",
                &params![&run.0, after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("company")).collect()
    }

    /// Finds the company of each of these current signals, in their order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn companies_of_signals(
        &mut self,
        ids: &[SignalId],
        run: &RunId,
    ) -> Result<Vec<Option<EntityId>>> {
        let rows = self
            .query_many(
                "SELECT s.id, e.company FROM signal s JOIN entity e ON e.id = s.entity
                 WHERE s.run = $1 AND s.known_to_us IS NULL AND s.id IN ({keys})",
                &params![&run.0],
                ids.iter().copied(),
            )
            .await?;
        one_of(ids, rows.iter().map(|row| Ok((row.parse("id")?, row.parse("company")?))))
    }

    /// Reads current signals with their evidence, in the order of `rows`.
    async fn with_evidence(&mut self, run: &RunId, rows: &[Row]) -> Result<Vec<SignalRow>> {
        let mut signals: Vec<SignalRow> = rows.iter().map(to_signal).collect::<Result<_>>()?;
        let evidence = self
            .query_many(
                "SELECT e.signal, e.look, e.url, e.snapshot_hash, e.text_hash, e.span_start,
                        e.span_end, e.quote, e.observed_us, e.seal
                 FROM evidence e JOIN signal s
                   ON s.id = e.signal AND s.run = e.run AND s.known_from_us = e.known_from_us
                 WHERE e.run = $1 AND s.known_to_us IS NULL AND e.signal IN ({keys})
                 ORDER BY e.signal, e.number",
                &params![&run.0],
                signals.iter().map(|row| row.signal.id),
            )
            .await?;
        let ids: Vec<SignalId> = signals.iter().map(|row| row.signal.id).collect();
        let evidence = evidence.iter().map(|row| Ok((row.parse("signal")?, row)));
        for (signal, rows) in signals.iter_mut().zip(each_of(&ids, evidence)?) {
            for row in rows {
                signal.signal.evidence.push(to_evidence(row)?);
                signal.seals.push(row.string("seal")?);
            }
        }
        Ok(signals)
    }

    /// Lists the companies due for review on a day, sorted, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn due_for_review(
        &mut self,
        day: Day,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT company FROM company_review WHERE review_on_day <= $1 AND company > $2
                 ORDER BY company LIMIT $3",
                &params![day, after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("company")).collect()
    }
}

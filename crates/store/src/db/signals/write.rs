//! Changes to signals.

use std::collections::BTreeMap;

use model::{Day, EntityId, RunId, Signal, SignalId, Timestamp};

use super::rows::SignalRow;
use crate::Result;
use crate::db::value::integer;
use crate::db::{Tx, Value, params};

impl Tx {
    /// Makes `signals` the entity's current signals of a run. Returns the ids of those that were
    /// opened, changed or closed.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_signals(
        &mut self,
        entity: EntityId,
        run: &RunId,
        signals: &[&Signal],
        now: Timestamp,
    ) -> Result<Vec<SignalId>> {
        let before: BTreeMap<SignalId, SignalRow> = self
            .signals_of(entity, run)
            .await?
            .into_iter()
            .map(|row| (row.signal.id, row))
            .collect();
        let mut changed = Vec::new();
        for signal in signals {
            match before.get(&signal.id) {
                Some(row) if row.signal == **signal => {}
                Some(_) => {
                    self.close_signal(signal.id, run, now).await?;
                    self.open_signal(signal, now).await?;
                    changed.push(signal.id);
                }
                None => {
                    self.open_signal(signal, now).await?;
                    changed.push(signal.id);
                }
            }
        }
        for id in before.keys() {
            if !signals.iter().any(|signal| signal.id == *id) {
                self.close_signal(*id, run, now).await?;
                changed.push(*id);
            }
        }
        Ok(changed)
    }

    async fn close_signal(&mut self, id: SignalId, run: &RunId, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE signal SET known_to_us = $3 WHERE id = $1 AND run = $2 AND known_to_us IS NULL",
            &params![id, &run.0, now],
        )
        .await
        .map(drop)
    }

    async fn open_signal(&mut self, signal: &Signal, now: Timestamp) -> Result<()> {
        // Two versions within one microsecond must still be two rows.
        let row = self
            .query_one(
                "SELECT MAX(known_from_us) AS newest_us FROM signal WHERE id = $1 AND run = $2",
                &params![signal.id, &signal.run.0],
            )
            .await?;
        let newest = row.map_or(Ok(None), |row| row.opt_int("newest_us"))?;
        let known_from = Timestamp(newest.map_or(now.0, |newest| now.0.max(newest + 1)));
        let mut body = signal.clone();
        body.evidence.clear();
        self.execute(
            "INSERT INTO signal (id, run, entity, kind, confidence, start_day, body, known_from_us)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &params![
                signal.id,
                &signal.run.0,
                signal.entity,
                &signal.kind,
                i64::from(signal.confidence.get()),
                signal.start,
                serde_json::to_string(&body)?,
                known_from
            ],
        )
        .await?;
        let mut values = Vec::with_capacity(signal.evidence.len() * 13);
        for (number, evidence) in (0i64..).zip(&signal.evidence) {
            values.extend([
                Value::from(signal.id),
                (&signal.run.0).into(),
                known_from.into(),
                number.into(),
                evidence.look.into(),
                (&evidence.url).into(),
                evidence.snapshot_hash.into(),
                evidence.text_hash.into(),
                integer(evidence.span.start as u64)?.into(),
                integer(evidence.span.end as u64)?.into(),
                (&evidence.quote).into(),
                evidence.observed.into(),
                evidence.seal().into(),
            ]);
        }
        self.insert_many(
            "INSERT INTO evidence (signal, run, known_from_us, number, look, url, snapshot_hash,
               text_hash, span_start, span_end, quote, observed_us, seal) VALUES",
            13,
            "",
            &values,
        )
        .await
        .map(drop)
    }

    /// Sets or clears the first day on which the passing of time alone changes a company's signals.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_review(&mut self, company: EntityId, day: Option<Day>) -> Result<()> {
        match day {
            Some(day) => {
                self.execute(
                    "INSERT INTO company_review (company, review_on_day) VALUES ($1, $2)
                     ON CONFLICT (company) DO UPDATE SET review_on_day = excluded.review_on_day",
                    &params![company, day],
                )
                .await
            }
            None => {
                self.execute("DELETE FROM company_review WHERE company = $1", &params![company])
                    .await
            }
        }
        .map(drop)
    }
}

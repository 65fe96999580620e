//! Signals and their evidence: closed and inserted anew, never overwritten.

use std::collections::BTreeMap;

use model::{Day, EntityId, Evidence, RunId, Signal, SignalId, Span, Timestamp};

use super::looks::integer;
use super::{Row, Tx, Value};
use crate::{Result, params};

/// A signal with when it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRow {
    /// The signal.
    pub signal: Signal,
    /// Since when we know this version of it.
    pub known_from: Timestamp,
    /// Since when we know any version of it.
    pub first_known: Timestamp,
    /// The seals kept beside its evidence, in order.
    pub seals: Vec<String>,
}

/// Current signals; columns as [`Tx::with_evidence`] reads them.
macro_rules! current_signals {
    ($condition:literal) => {
        concat!(
            "SELECT s.body, s.known_from_us,
                    (SELECT MIN(f.known_from_us) FROM signal f WHERE f.id = s.id AND f.run = s.run)
             FROM signal s WHERE s.run = $1 AND s.known_to_us IS NULL ",
            $condition
        )
    };
}

impl Tx {
    /// The current signals of an entity in a run, sorted by id.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn signals_of(&mut self, entity: EntityId, run: &RunId) -> Result<Vec<SignalRow>> {
        let rows = self
            .query(current_signals!("AND s.entity = $2 ORDER BY s.id"), &params![&run.0, entity])
            .await?;
        self.with_evidence(rows).await
    }

    /// Every current signal of a run, sorted by id.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn signals(&mut self, run: &RunId) -> Result<Vec<SignalRow>> {
        let rows = self.query(current_signals!("ORDER BY s.id"), &params![&run.0]).await?;
        self.with_evidence(rows).await
    }

    /// A current signal by id.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn signal(&mut self, id: SignalId, run: &RunId) -> Result<Option<SignalRow>> {
        let rows = self.query(current_signals!("AND s.id = $2"), &params![&run.0, id]).await?;
        Ok(self.with_evidence(rows).await?.pop())
    }

    /// Companies that have current signals, in id order, after `after`, at most `limit`.
    ///
    /// # Errors
    /// What the engine says.
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
        rows.iter().map(|row| row.parse(0)).collect()
    }

    /// Current signals with these words in a quote, whatever the case of their letters A to Z; at
    /// most `limit`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn signals_quoting(
        &mut self,
        run: &RunId,
        words: &str,
        limit: i64,
    ) -> Result<Vec<SignalId>> {
        let escaped = words
            .to_ascii_lowercase()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        let rows = self
            .query(
                "SELECT DISTINCT s.id FROM evidence e
                 JOIN signal s ON s.id = e.signal AND s.run = e.run
                   AND s.known_from_us = e.known_from_us
                 WHERE s.run = $1 AND s.known_to_us IS NULL
                   AND LOWER(e.quote) LIKE $2 ESCAPE '\\' ORDER BY s.id LIMIT $3",
                &params![&run.0, format!("%{escaped}%"), limit],
            )
            .await?;
        rows.iter().map(|row| row.parse(0)).collect()
    }

    async fn with_evidence(&mut self, rows: Vec<Row>) -> Result<Vec<SignalRow>> {
        let mut signals = Vec::with_capacity(rows.len());
        for row in rows {
            let known_from = row.time(1)?;
            let mut signal: Signal = row.json(0)?;
            let evidence = self
                .query(
                    "SELECT look, url, snapshot_hash, text_hash, span_start, span_end, quote,
                            observed_us, seal FROM evidence
                     WHERE signal = $1 AND run = $2 AND known_from_us = $3 ORDER BY number",
                    &params![signal.id, &signal.run.0, known_from],
                )
                .await?;
            let mut seals = Vec::with_capacity(evidence.len());
            for row in &evidence {
                signal.evidence.push(to_evidence(row)?);
                seals.push(row.text(8)?.to_owned());
            }
            signals.push(SignalRow { signal, known_from, first_known: row.time(2)?, seals });
        }
        Ok(signals)
    }

    /// Makes `signals` the entity's current signals of a run. Returns the ids of those that were
    /// opened, changed or closed.
    ///
    /// # Errors
    /// What the engine says.
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
        // Two versions in one microsecond must still be two rows.
        let row = self
            .query_one(
                "SELECT MAX(known_from_us) FROM signal WHERE id = $1 AND run = $2",
                &params![signal.id, &signal.run.0],
            )
            .await?;
        let newest = row.map_or(Ok(None), |row| row.opt_int(0))?;
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

    /// Sets, or clears, the first day on which time alone would change a company's signals.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Companies due for review on a day.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn due_for_review(&mut self, day: Day) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT company FROM company_review WHERE review_on_day <= $1 ORDER BY company",
                &params![day],
            )
            .await?;
        rows.iter().map(|row| row.parse(0)).collect()
    }
}

fn to_evidence(row: &Row) -> Result<Evidence> {
    Ok(Evidence {
        look: row.parse(0)?,
        url: row.text(1)?.to_owned(),
        snapshot_hash: row.parse(2)?,
        text_hash: row.parse(3)?,
        span: Span { start: row.int_as(4)?, end: row.int_as(5)? },
        quote: row.text(6)?.to_owned(),
        observed: row.time(7)?,
    })
}

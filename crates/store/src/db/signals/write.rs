//! Changes to signals.

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, EntityId, RunId, Signal, SignalId, Timestamp};

use super::rows::SignalRow;
use crate::Result;
use crate::db::tx::one_of;
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
        let changed = self.set_signals_of(&[(entity, signals.to_vec())], run, now).await?;
        Ok(changed.into_iter().flatten().collect())
    }

    /// Makes these signals the current ones of their entities, each of which occurs once. Returns
    /// for each entity, in their order, the ids that [`set_signals`](Self::set_signals) returns.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_signals_of(
        &mut self,
        entities: &[(EntityId, Vec<&Signal>)],
        run: &RunId,
        now: Timestamp,
    ) -> Result<Vec<Vec<SignalId>>> {
        let ids: Vec<EntityId> = entities.iter().map(|(entity, _)| *entity).collect();
        let before = self.signals_of_entities(&ids, run).await?;
        self.replace_signals_of(entities, &before, run, now).await
    }

    /// Does what [`set_signals_of`](Self::set_signals_of) does, given the current signals of each
    /// entity, which the transaction has read.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn replace_signals_of(
        &mut self,
        entities: &[(EntityId, Vec<&Signal>)],
        before: &[Vec<SignalRow>],
        run: &RunId,
        now: Timestamp,
    ) -> Result<Vec<Vec<SignalId>>> {
        let mut changed = Vec::with_capacity(entities.len());
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for ((_, signals), before) in entities.iter().zip(before) {
            let change = Change::between(before, signals);
            changed.push(change.ids());
            opened.extend(change.opened);
            closed.extend(change.closed);
        }
        self.close_signals(closed, run, now).await?;
        self.open_signals(&opened, run, now).await?;
        Ok(changed)
    }

    async fn close_signals(
        &mut self,
        ids: Vec<SignalId>,
        run: &RunId,
        now: Timestamp,
    ) -> Result<()> {
        self.query_many(
            "UPDATE signal SET known_to_us = $2
             WHERE run = $1 AND known_to_us IS NULL AND id IN ({keys})",
            &params![&run.0, now],
            ids,
        )
        .await
        .map(drop)
    }

    async fn open_signals(
        &mut self,
        signals: &[&Signal],
        run: &RunId,
        now: Timestamp,
    ) -> Result<()> {
        let ids: Vec<SignalId> = signals.iter().map(|signal| signal.id).collect();
        let rows = self
            .query_many(
                "SELECT id, MAX(known_from_us) AS newest_us FROM signal
                 WHERE run = $1 AND id IN ({keys}) GROUP BY id",
                &params![&run.0],
                ids.iter().copied(),
            )
            .await?;
        let newest =
            one_of(&ids, rows.iter().map(|row| Ok((row.parse("id")?, row.int("newest_us")?))))?;
        let (mut rows, mut evidence) = (Vec::new(), Vec::new());
        for (signal, newest) in signals.iter().zip(newest) {
            // Two versions within one microsecond must still be two rows.
            let known_from = Timestamp(newest.map_or(now.0, |newest| now.0.max(newest + 1)));
            rows.extend(signal_values(signal, known_from)?);
            evidence.extend(evidence_values(signal, known_from)?);
        }
        self.insert_many(
            "INSERT INTO signal (id, run, entity, kind, confidence, start_day, body, known_from_us)
             VALUES",
            8,
            "",
            &rows,
        )
        .await?;
        self.insert_many(
            "INSERT INTO evidence (signal, run, known_from_us, number, look, url, snapshot_hash,
               text_hash, span_start, span_end, quote, observed_us, seal) VALUES",
            13,
            "",
            &evidence,
        )
        .await
        .map(drop)
    }

    /// Sets or clears the first day on which the passing of time alone changes a company's signals.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_review(&mut self, company: EntityId, day: Option<Day>) -> Result<()> {
        self.set_reviews(&[(company, day)]).await
    }

    /// Sets or clears the days of [`set_review`](Self::set_review) of companies, each of which
    /// occurs once. Equal days are not written.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_reviews(&mut self, reviews: &[(EntityId, Option<Day>)]) -> Result<()> {
        let cleared = reviews.iter().filter(|(_, day)| day.is_none()).map(|(company, _)| *company);
        self.query_many("DELETE FROM company_review WHERE company IN ({keys})", &[], cleared)
            .await?;
        let days = reviews.iter().filter_map(|(company, day)| Some((*company, (*day)?)));
        let values: Vec<Value> = days.flat_map(|(company, day)| params![company, day]).collect();
        self.insert_many(
            "INSERT INTO company_review (company, review_on_day) VALUES",
            2,
            "ON CONFLICT (company) DO UPDATE SET review_on_day = excluded.review_on_day
             WHERE company_review.review_on_day <> excluded.review_on_day",
            &values,
        )
        .await
        .map(drop)
    }
}

/// The difference between the stored signals of an entity and its new ones.
struct Change<'a> {
    /// The signals to open, after closing those of them that are stored.
    opened: Vec<&'a Signal>,
    /// The stored signals to close.
    closed: Vec<SignalId>,
}

impl<'a> Change<'a> {
    fn between(before: &[SignalRow], after: &[&'a Signal]) -> Self {
        let stored: BTreeMap<SignalId, &Signal> =
            before.iter().map(|row| (row.signal.id, &row.signal)).collect();
        let is_new = |signal: &&Signal| stored.get(&signal.id) != Some(signal);
        let opened: Vec<&Signal> = after.iter().copied().filter(is_new).collect();
        let kept: BTreeSet<SignalId> =
            after.iter().filter(|signal| !is_new(signal)).map(|signal| signal.id).collect();
        let closed = stored.into_keys().filter(|id| !kept.contains(id)).collect();
        Self { opened, closed }
    }

    /// Returns the ids of the signals opened or changed, then of those closed.
    fn ids(&self) -> Vec<SignalId> {
        let opened: Vec<SignalId> = self.opened.iter().map(|signal| signal.id).collect();
        let closed = self.closed.iter().copied().filter(|id| !opened.contains(id));
        opened.iter().copied().chain(closed).collect()
    }
}

fn signal_values(signal: &Signal, known_from: Timestamp) -> Result<[Value; 8]> {
    let mut body = signal.clone();
    body.evidence.clear();
    Ok(params![
        signal.id,
        &signal.run.0,
        signal.entity,
        &signal.kind,
        i64::from(signal.confidence.get()),
        signal.start,
        serde_json::to_string(&body)?,
        known_from
    ])
}

fn evidence_values(signal: &Signal, known_from: Timestamp) -> Result<Vec<Value>> {
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
    Ok(values)
}

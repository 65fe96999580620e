//! The team's feedback on signals (`feedback`).

use model::{EntityId, Feedback, FeedbackOutcome, RunId, SignalId};

use super::tx::{each_of, one_of};
use super::{ReadTx, Row, Tx, params};
use crate::Result;

impl ReadTx {
    /// Finds the newest feedback on a signal.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn feedback(&mut self, signal: SignalId) -> Result<Option<Feedback>> {
        Ok(self.feedback_on(&[signal]).await?.pop().flatten())
    }

    /// Finds the newest feedback on each of these signals, in their order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn feedback_on(&mut self, signals: &[SignalId]) -> Result<Vec<Option<Feedback>>> {
        let rows = self
            .query_many(
                "SELECT signal, outcome, reason, value, ts_us FROM feedback f
                 WHERE signal IN ({keys})
                   AND ts_us = (SELECT MAX(ts_us) FROM feedback n WHERE n.signal = f.signal)",
                &[],
                signals.iter().copied(),
            )
            .await?;
        one_of(signals, rows.iter().map(|row| to_feedback(row).map(|row| (row.signal_id, row))))
    }

    /// Lists the newest feedback on each signal that each of these entities has in a run, or had,
    /// in their order, sorted by signal. A lead stays won although its signal has ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn feedback_of_entities(
        &mut self,
        entities: &[EntityId],
        run: &RunId,
    ) -> Result<Vec<Vec<Feedback>>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT s.entity, f.signal, f.outcome, f.reason, f.value, f.ts_us
                 FROM signal s JOIN feedback f ON f.signal = s.id
                 WHERE s.entity IN ({keys}) AND s.run = $1
                   AND f.ts_us = (SELECT MAX(ts_us) FROM feedback n WHERE n.signal = f.signal)
                 ORDER BY f.signal",
                &params![&run.0],
                entities.iter().copied(),
            )
            .await?;
        each_of(entities, rows.iter().map(|row| Ok((row.parse("entity")?, to_feedback(row)?))))
    }

    /// Lists the newest feedback on each signal that an entity has in a run, or had.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn feedback_of(&mut self, entity: EntityId, run: &RunId) -> Result<Vec<Feedback>> {
        Ok(self.feedback_of_entities(&[entity], run).await?.pop().unwrap_or_default())
    }
}

impl Tx {
    /// Stores feedback on a signal.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_feedback(&mut self, feedback: &Feedback) -> Result<()> {
        self.execute(
            "INSERT INTO feedback (signal, outcome, reason, value, ts_us)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (signal, ts_us) DO UPDATE
             SET outcome = excluded.outcome, reason = excluded.reason, value = excluded.value",
            &params![
                feedback.signal_id,
                feedback.outcome.as_str(),
                &feedback.reason,
                feedback.value,
                feedback.ts
            ],
        )
        .await
        .map(drop)
    }

    /// Deletes one piece of feedback on a signal.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn remove_feedback(&mut self, feedback: &Feedback) -> Result<()> {
        self.execute(
            "DELETE FROM feedback WHERE signal = $1 AND ts_us = $2",
            &params![feedback.signal_id, feedback.ts],
        )
        .await
        .map(drop)
    }
}

fn to_feedback(row: &Row) -> Result<Feedback> {
    Ok(Feedback {
        signal_id: row.parse("signal")?,
        outcome: row.word("outcome", FeedbackOutcome::parse)?,
        reason: row.string("reason")?,
        value: row.opt_real("value")?,
        ts: row.time("ts_us")?,
    })
}

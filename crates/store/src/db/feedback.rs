//! The team's feedback on signals (`feedback`).

use model::{Feedback, FeedbackOutcome, SignalId};

use super::tx::one_of;
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

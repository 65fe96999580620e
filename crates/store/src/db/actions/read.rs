//! Queries about actions and feedback.

use model::{Action, ActionId, Feedback, SignalId};

use super::rows::{to_action, to_feedback};
use crate::Result;
use crate::db::tx::one_of;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Checks whether an action was ever claimed.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn has_action(&mut self, id: ActionId) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM action WHERE id = $1", &params![id]).await?.is_some())
    }

    /// Checks for each of these actions, in their order, whether it was ever claimed.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn has_actions(&mut self, ids: &[ActionId]) -> Result<Vec<bool>> {
        let rows = self
            .query_many("SELECT id FROM action WHERE id IN ({keys})", &[], ids.iter().copied())
            .await?;
        let existing = one_of(ids, rows.iter().map(|row| Ok((row.parse("id")?, ()))))?;
        Ok(existing.into_iter().map(|found| found.is_some()).collect())
    }

    /// Finds an action by id.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn action(&mut self, id: ActionId) -> Result<Option<Action>> {
        let row = self
            .query_one(
                "SELECT id, signal, product, channel, status, created_us FROM action WHERE id = $1",
                &params![id],
            )
            .await?;
        row.as_ref().map(to_action).transpose()
    }

    /// Lists every action, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn actions(&mut self) -> Result<Vec<Action>> {
        let rows = self
            .query(
                "SELECT id, signal, product, channel, status, created_us FROM action
                 ORDER BY created_us, id",
                &[],
            )
            .await?;
        rows.iter().map(to_action).collect()
    }

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

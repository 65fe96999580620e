//! What a transaction may ask about actions and feedback.

use model::{Action, ActionId, Feedback, SignalId};

use super::rows::{to_action, to_feedback};
use crate::Result;
use crate::db::tx::one_of;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Whether an action was ever claimed.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_action(&mut self, id: ActionId) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM action WHERE id = $1", &params![id]).await?.is_some())
    }

    /// Whether each of these actions was ever claimed, in their order.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_actions(&mut self, ids: &[ActionId]) -> Result<Vec<bool>> {
        let rows = self
            .query_many("SELECT id FROM action WHERE id IN ({keys})", &[], ids.iter().copied())
            .await?;
        let known = one_of(ids, rows.iter().map(|row| Ok((row.parse("id")?, ()))))?;
        Ok(known.into_iter().map(|known| known.is_some()).collect())
    }

    /// An action.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn action(&mut self, id: ActionId) -> Result<Option<Action>> {
        let row = self
            .query_one(
                "SELECT id, signal, product, channel, status, created_us FROM action WHERE id = $1",
                &params![id],
            )
            .await?;
        row.as_ref().map(to_action).transpose()
    }

    /// Every action, oldest first.
    ///
    /// # Errors
    /// What the engine says.
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

    /// The newest feedback on a signal.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn feedback(&mut self, signal: SignalId) -> Result<Option<Feedback>> {
        Ok(self.feedback_on(&[signal]).await?.pop().flatten())
    }

    /// The newest feedback on each of these signals, in their order.
    ///
    /// # Errors
    /// What the engine says.
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

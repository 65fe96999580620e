//! Changes to actions and feedback.

use model::{Action, ActionId, ActionStatus, EntityId, Feedback};

use crate::Result;
use crate::db::{Tx, params};

impl Tx {
    /// Claims (signal, channel) for an action. Returns false if it is claimed already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_action(&mut self, action: &Action, company: EntityId) -> Result<bool> {
        let claimed = self
            .execute(
                "INSERT INTO action (id, signal, company, product, channel, status, created_us)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
                &params![
                    action.id,
                    action.signal,
                    company,
                    &action.product_id,
                    &action.channel,
                    action.status.as_str(),
                    action.created
                ],
            )
            .await?;
        Ok(claimed == 1)
    }

    /// Sets the status of an action after a recompute: held while its signal is current, withdrawn
    /// otherwise. A status that a person or a channel has set is kept. Returns false if the action
    /// does not exist or has such a status.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn hold_or_withdraw_action(&mut self, id: ActionId, is_held: bool) -> Result<bool> {
        let (held, withdrawn) = (ActionStatus::Held, ActionStatus::Withdrawn);
        let status = if is_held { held } else { withdrawn };
        let updated = self
            .execute(
                "UPDATE action SET status = $2 WHERE id = $1 AND status IN ($3, $4)",
                &params![id, status.as_str(), held.as_str(), withdrawn.as_str()],
            )
            .await?;
        Ok(updated == 1)
    }

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

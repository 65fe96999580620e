//! What a transaction may change about actions and feedback.

use model::{Action, ActionId, ActionStatus, EntityId, Feedback};

use crate::Result;
use crate::db::{Tx, params};

impl Tx {
    /// Claims (signal, channel) for an action; false when it is claimed already.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Sets what a recompute makes of an action: held while its signal stands, withdrawn when it does
    /// not. What a person or a channel has done to it stays. Returns false when there is no such action,
    /// or somebody acted on it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn hold_or_withdraw_action(&mut self, id: ActionId, is_held: bool) -> Result<bool> {
        let (held, withdrawn) = (ActionStatus::Held, ActionStatus::Withdrawn);
        let status = if is_held { held } else { withdrawn };
        let moved = self
            .execute(
                "UPDATE action SET status = $2 WHERE id = $1 AND status IN ($3, $4)",
                &params![id, status.as_str(), held.as_str(), withdrawn.as_str()],
            )
            .await?;
        Ok(moved == 1)
    }

    /// Keeps feedback on a signal.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Takes one word on a signal back.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn remove_feedback(&mut self, feedback: &Feedback) -> Result<()> {
        self.execute(
            "DELETE FROM feedback WHERE signal = $1 AND ts_us = $2",
            &params![feedback.signal_id, feedback.ts],
        )
        .await
        .map(drop)
    }
}

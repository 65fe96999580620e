//! Actions held for review, and the team's feedback on signals.

use model::{
    Action, ActionId, ActionStatus, EntityId, Feedback, FeedbackOutcome, SignalId, Timestamp,
};

use super::{Row, Tx};
use crate::{Result, StoreError, params};

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

    /// Whether an action was ever claimed.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_action(&mut self, id: ActionId) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM action WHERE id = $1", &params![id]).await?.is_some())
    }

    /// Moves an action to another status; false when there is no such action.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_action_status(&mut self, id: ActionId, status: ActionStatus) -> Result<bool> {
        let moved = self
            .execute("UPDATE action SET status = $2 WHERE id = $1", &params![id, status.as_str()])
            .await?;
        Ok(moved == 1)
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

    /// The newest feedback on a signal.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn feedback(&mut self, signal: SignalId) -> Result<Option<Feedback>> {
        let row = self
            .query_one(
                "SELECT signal, outcome, reason, value, ts_us FROM feedback
                 WHERE signal = $1 ORDER BY ts_us DESC LIMIT 1",
                &params![signal],
            )
            .await?;
        row.as_ref().map(to_feedback).transpose()
    }
}

fn to_action(row: &Row) -> Result<Action> {
    let status = match row.text(4)? {
        "held" => ActionStatus::Held,
        "withdrawn" => ActionStatus::Withdrawn,
        other => return Err(StoreError::Fatal(format!("an unknown action status: {other}"))),
    };
    Ok(Action {
        id: row.parse(0)?,
        signal: row.parse(1)?,
        product_id: row.text(2)?.to_owned(),
        channel: row.text(3)?.to_owned(),
        status,
        created: row.time(5)?,
    })
}

fn to_feedback(row: &Row) -> Result<Feedback> {
    let outcome = FeedbackOutcome::parse(row.text(1)?)
        .ok_or_else(|| StoreError::Fatal("an unknown outcome in a row".to_owned()))?;
    Ok(Feedback {
        signal_id: row.parse(0)?,
        outcome,
        reason: row.text(2)?.to_owned(),
        value: row.opt_real(3)?,
        ts: Timestamp(row.int(4)?),
    })
}

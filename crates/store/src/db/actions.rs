//! Actions held for review (`action`).

use model::{Action, ActionId, ActionStatus, EntityId, Timestamp};

use super::tx::one_of;
use super::{ReadTx, Row, Tx, params};
use crate::Result;

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

    /// Counts the actions.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn action_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM action", &[]).await
    }
}

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

    /// Marks an action as offered to the channels. Returns false if it was offered before.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn offer_action(&mut self, id: ActionId, now: Timestamp) -> Result<bool> {
        let updated = self
            .execute(
                "UPDATE action SET offered_us = $2 WHERE id = $1 AND offered_us IS NULL",
                &params![id, now],
            )
            .await?;
        Ok(updated == 1)
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
}

fn to_action(row: &Row) -> Result<Action> {
    let parse_status = |name: &str| {
        let statuses = [ActionStatus::Held, ActionStatus::Withdrawn];
        statuses.into_iter().find(|status| status.as_str() == name)
    };
    Ok(Action {
        id: row.parse("id")?,
        signal: row.parse("signal")?,
        product_id: row.string("product")?,
        channel: row.string("channel")?,
        status: row.word("status", parse_status)?,
        created: row.time("created_us")?,
    })
}

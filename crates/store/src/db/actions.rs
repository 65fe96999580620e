//! Actions held for review (`action`).

use std::collections::BTreeSet;

use model::{Action, ActionId, ActionStatus, EntityId, SignalId, Timestamp};

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

    /// Lists every action that was claimed, oldest first: none that stands for another one.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn actions(&mut self) -> Result<Vec<Action>> {
        let rows = self
            .query(
                "SELECT id, signal, product, channel, status, created_us FROM action
                 WHERE inherited IS NULL ORDER BY created_us, id",
                &[],
            )
            .await?;
        rows.iter().map(to_action).collect()
    }

    /// Finds the action that stands for another one, with its signal.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn heir_of_action(&mut self, id: ActionId) -> Result<Option<(ActionId, SignalId)>> {
        let sql = "SELECT id, signal FROM action WHERE inherited = $1 ORDER BY id LIMIT 1";
        let row = self.query_one(sql, &params![id]).await?;
        row.map(|row| Ok((row.parse("id")?, row.parse("signal")?))).transpose()
    }

    /// Counts the actions that were claimed: none that stands for another one.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn action_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM action WHERE inherited IS NULL", &[]).await
    }
}

impl Tx {
    /// Claims (signal, channel) for an action. Returns false if it is claimed already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_action(&mut self, action: &Action, company: EntityId) -> Result<bool> {
        Ok(!self.claim_actions(&[(action, company)]).await?.is_empty())
    }

    /// Claims (signal, channel) for actions with distinct ids, each with its company. Returns the
    /// ids of those that were not claimed already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_actions(
        &mut self,
        actions: &[(&Action, EntityId)],
    ) -> Result<BTreeSet<ActionId>> {
        let mut values = Vec::with_capacity(actions.len() * 7);
        for (action, company) in actions {
            values.extend(params![
                action.id,
                action.signal,
                *company,
                &action.product_id,
                &action.channel,
                action.status.as_str(),
                action.created,
            ]);
        }
        let claimed = self
            .insert_returning(
                "INSERT INTO action (id, signal, company, product, channel, status, created_us)
                 VALUES",
                7,
                "ON CONFLICT (id) DO NOTHING RETURNING id",
                &values,
            )
            .await?;
        claimed.iter().map(|row| row.parse("id")).collect()
    }

    /// Lets a signal take over from an earlier one what was done for it: its action on a channel,
    /// as that action now stands, and its feedback. Does nothing where there is none, or where the
    /// signal has an action of its own.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn inherit_action(
        &mut self,
        signal: SignalId,
        from: SignalId,
        channel: &str,
    ) -> Result<()> {
        let (id, inherited) = (Action::id_of(signal, channel), Action::id_of(from, channel));
        self.execute(
            "INSERT INTO action (id, signal, company, product, channel, status, created_us,
               offered_us, inherited)
             SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), company, product, channel, status,
               created_us, offered_us, id
             FROM action WHERE id = $3 ON CONFLICT (id) DO NOTHING",
            &params![id, signal, inherited],
        )
        .await?;
        self.execute(
            "INSERT INTO feedback (signal, outcome, reason, value, ts_us)
             SELECT CAST($1 AS TEXT), outcome, reason, value, ts_us
             FROM feedback WHERE signal = $2 ON CONFLICT (signal, ts_us) DO NOTHING",
            &params![signal, from],
        )
        .await
        .map(drop)
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
        Ok(!self.hold_or_withdraw_actions(&[id], is_held).await?.is_empty())
    }

    /// Sets the status of actions as [`hold_or_withdraw_action`](Self::hold_or_withdraw_action)
    /// does. Returns the ids of those that exist and have no other status.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn hold_or_withdraw_actions(
        &mut self,
        ids: &[ActionId],
        is_held: bool,
    ) -> Result<BTreeSet<ActionId>> {
        let (held, withdrawn) = (ActionStatus::Held, ActionStatus::Withdrawn);
        let status = if is_held { held } else { withdrawn };
        let rows = self
            .query_many(
                "UPDATE action SET status = $1 WHERE status IN ($2, $3) AND id IN ({keys})
                 RETURNING id",
                &params![status.as_str(), held.as_str(), withdrawn.as_str()],
                ids.iter().copied(),
            )
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
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

//! The functions that read rows of actions and feedback.

use model::{Action, ActionStatus, Feedback, FeedbackOutcome};

use crate::Result;
use crate::db::Row;

pub(super) fn to_action(row: &Row) -> Result<Action> {
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

pub(super) fn to_feedback(row: &Row) -> Result<Feedback> {
    Ok(Feedback {
        signal_id: row.parse("signal")?,
        outcome: row.word("outcome", FeedbackOutcome::parse)?,
        reason: row.string("reason")?,
        value: row.opt_real("value")?,
        ts: row.time("ts_us")?,
    })
}

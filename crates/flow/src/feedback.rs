//! Feedback on leads: stored or withdrawn, and the company scored again.

use std::sync::Arc;

use engine::PRODUCER;
use model::{By, Cause, EntityId, Feedback, RunId, SignalDetected, SignalId, Timestamp, Topic};
use store::Result;
use store::db::{Outgoing, Tx, Urgency};

use crate::context::Context;

/// A change of the feedback on a signal.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedbackChange {
    /// New feedback.
    Word(Feedback),
    /// The newest feedback on the signal is withdrawn.
    TakenBack(SignalId),
}

/// Stores feedback on a signal of a company, or withdraws the newest, and triggers scoring of the
/// company. `by` is the principal. Returns false if there was no feedback to withdraw.
///
/// # Errors
/// When the database fails.
pub async fn hear(
    context: &Arc<Context>,
    company: EntityId,
    change: FeedbackChange,
    by: &By,
) -> Result<bool> {
    let now = context.now();
    let (signal, outcome) = match &change {
        FeedbackChange::Word(feedback) => (feedback.signal_id, feedback.outcome.as_str()),
        FeedbackChange::TakenBack(signal) => (*signal, "taken back"),
    };
    let is_stored = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                match change {
                    FeedbackChange::Word(feedback) => tx.add_feedback(&feedback).await?,
                    FeedbackChange::TakenBack(signal) => match tx.feedback(signal).await? {
                        Some(last) => tx.remove_feedback(&last).await?,
                        None => return Ok(false),
                    },
                }
                rescore(tx, company, now).await?;
                Ok(true)
            })
        })
        .await?;
    tracing::info!(%by, %company, %signal, outcome, is_heard = is_stored, "feedback");
    Ok(is_stored)
}

/// Triggers scoring of a company. The record names no signals, because feedback changes none.
async fn rescore(tx: &mut Tx, company: EntityId, now: Timestamp) -> Result<()> {
    let record = SignalDetected {
        entity: company,
        signals: Vec::new(),
        run: RunId::default(),
        cause: Cause::Feedback,
    };
    let outgoing = Outgoing {
        topic: Topic::SignalsDetected.name().to_owned(),
        key: company.to_string(),
        event: now,
        payload: model::encode(&record)?,
    };
    tx.send(PRODUCER, vec![outgoing]).await.map(drop)
}

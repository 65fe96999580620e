//! What people say became of a lead: kept, or taken back, and the company scored again.

use std::sync::Arc;

use engine::PRODUCER;
use model::{By, Cause, EntityId, Feedback, RunId, SignalDetected, SignalId, Timestamp, Topic};
use store::Result;
use store::db::{Outgoing, Tx, Urgency};

use crate::context::Context;

/// One thing that people say about a signal.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedbackChange {
    /// What became of it.
    Word(Feedback),
    /// The newest word on it does not hold.
    TakenBack(SignalId),
}

/// Keeps a word on a signal of a company, or takes the newest back, and has the company scored again.
/// `by` is who says so. False when there was nothing to take back.
///
/// # Errors
/// What the engine says.
pub async fn hear(
    context: &Arc<Context>,
    company: EntityId,
    heard: FeedbackChange,
    by: &By,
) -> Result<bool> {
    let now = context.now();
    let (signal, outcome) = match &heard {
        FeedbackChange::Word(feedback) => (feedback.signal_id, feedback.outcome.as_str()),
        FeedbackChange::TakenBack(signal) => (*signal, "taken back"),
    };
    let is_heard = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                match heard {
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
    tracing::info!(%by, %company, %signal, outcome, is_heard, "feedback");
    Ok(is_heard)
}

/// Has a company scored again. What happened there is what it was: a word changes no signal.
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
    tx.send(PRODUCER, vec![outgoing]).await
}

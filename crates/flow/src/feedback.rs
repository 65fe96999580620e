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
    /// New feedback on a lead: the same on each of these signals.
    OnLead(Vec<Feedback>),
    /// The newest feedback on the signal is withdrawn.
    TakenBack(SignalId),
}

/// What a change of feedback has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The feedback is stored, or withdrawn.
    Changed,
    /// Nothing: the newest feedback on the signal says the same.
    Repeated,
    /// Nothing: there is no feedback to withdraw.
    Nothing,
}

/// Stores feedback on a signal of a company, or withdraws the newest, and triggers scoring of the
/// company. `by` is the principal.
///
/// # Errors
/// When the database fails.
pub async fn hear(
    context: &Arc<Context>,
    company: EntityId,
    change: FeedbackChange,
    by: &By,
) -> Result<Heard> {
    let now = context.now();
    let (signals, outcome) = match &change {
        FeedbackChange::Word(one) => (vec![one.signal_id], one.outcome.as_str()),
        FeedbackChange::OnLead(all) => (
            all.iter().map(|one| one.signal_id).collect(),
            all.first().map_or("nothing", |one| one.outcome.as_str()),
        ),
        FeedbackChange::TakenBack(signal) => (vec![*signal], "taken back"),
    };
    let heard = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                let heard = apply(tx, company, &change).await?;
                if heard == Heard::Changed {
                    rescore(tx, company, now).await?;
                }
                Ok(heard)
            })
        })
        .await?;
    tracing::info!(%by, %company, ?signals, outcome, ?heard, "feedback");
    Ok(heard)
}

/// Applies a change to the feedback on a company.
async fn apply(tx: &mut Tx, company: EntityId, change: &FeedbackChange) -> Result<Heard> {
    match change {
        FeedbackChange::Word(feedback) => return add(tx, std::slice::from_ref(feedback)).await,
        FeedbackChange::OnLead(all) => return add(tx, all).await,
        FeedbackChange::TakenBack(signal) => {
            let Some(last) = tx.feedback(*signal).await? else { return Ok(Heard::Nothing) };
            tx.remove_feedback(&last).await?;
            // It was given for other signals of the lead too, or a signal that is read in another
            // way now has inherited it.
            let members = tx.members(company).await?;
            let members: Vec<EntityId> = members.iter().map(|member| member.id).collect();
            for other in tx.feedback_of_entities(&members, &RunId::default()).await? {
                for copy in
                    other.iter().filter(|one| (one.ts, one.outcome) == (last.ts, last.outcome))
                {
                    tx.remove_feedback(copy).await?;
                }
            }
        }
    }
    Ok(Heard::Changed)
}

/// Stores feedback, except what the newest on its signal says already.
async fn add(tx: &mut Tx, feedback: &[Feedback]) -> Result<Heard> {
    let mut heard = Heard::Repeated;
    for one in feedback {
        let newest = tx.feedback(one.signal_id).await?;
        if !newest.is_some_and(|newest| newest.repeats(one)) {
            tx.add_feedback(one).await?;
            heard = Heard::Changed;
        }
    }
    Ok(heard)
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

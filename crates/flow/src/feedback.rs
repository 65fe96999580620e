//! What people say became of a lead: kept, or taken back, and the company looked at again.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{EntityId, Feedback, SignalId};
use store::Result;
use store::db::Urgency;

use crate::rooms::Rooms;
use crate::wake::wake;

/// The cause under which a company is looked at again after a word about it.
const CAUSE: &str = "feedback";

/// One thing that people say about a signal.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// What became of it.
    Word(Feedback),
    /// The newest word on it does not hold.
    TakenBack(SignalId),
}

/// Keeps a word on a signal of a company, or takes the newest back, and has the company looked at
/// again. False when there was nothing to take back.
///
/// # Errors
/// What the engine says.
pub async fn hear(rooms: &Arc<Rooms>, company: EntityId, heard: Heard) -> Result<bool> {
    let now = rooms.now();
    rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                match heard {
                    Heard::Word(feedback) => tx.add_feedback(&feedback).await?,
                    Heard::TakenBack(signal) => match tx.feedback(signal).await? {
                        Some(last) => tx.remove_feedback(&last).await?,
                        None => return Ok(false),
                    },
                }
                wake(tx, now, &BTreeSet::from([company]), CAUSE).await?;
                Ok(true)
            })
        })
        .await
}

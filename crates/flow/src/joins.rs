//! Undoing a join, as a person asks for it.

use std::sync::Arc;

use model::JudgementId;
use store::Result;
use store::db::Urgency;

use crate::membership::{Undone, undo};
use crate::rooms::Rooms;
use crate::wake::wake;

/// Undoes a join and has the companies concerned looked at again. `None` when no such judgement
/// stands.
///
/// # Errors
/// What the engine says.
pub async fn undo_join(
    rooms: &Arc<Rooms>,
    id: JudgementId,
    reason: &str,
) -> Result<Option<Undone>> {
    let (reason, now) = (reason.to_owned(), rooms.now());
    rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                let undone = undo(tx, id, &reason, now).await?;
                if let Some(undone) = &undone {
                    wake(tx, now, &undone.companies, &id.to_string()).await?;
                }
                Ok(undone)
            })
        })
        .await
}

//! Undoing of joins by a person.

use std::sync::Arc;

use model::{By, JudgementId};
use store::Result;
use store::db::Urgency;

use crate::context::Context;
use crate::listing;
use crate::membership::{Undone, undo};
use crate::recomputation::send_updates;

/// Undoes a join and triggers recomputation of the affected companies. `by` is the principal.
/// Returns `None` if there is no such open judgement.
///
/// # Errors
/// When the database fails.
pub async fn undo_join(
    context: &Arc<Context>,
    id: JudgementId,
    reason: &str,
    by: &By,
) -> Result<Option<Undone>> {
    let (reason, now, answers) = (reason.to_owned(), context.now(), context.answers());
    let undone = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                let undone = undo(tx, id, &reason, now).await?;
                if let Some(undone) = &undone {
                    listing::relist(tx, &answers, &undone.companies, now.day()).await?;
                    send_updates(tx, now, &undone.companies, &id.into()).await?;
                }
                Ok(undone)
            })
        })
        .await?;
    tracing::info!(%by, judgement = %id, stood = undone.is_some(), "a join is undone");
    Ok(undone)
}

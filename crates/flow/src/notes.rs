//! Counters of the notes of intake.

use std::collections::BTreeMap;

use store::Result;
use store::db::Urgency;

use crate::context::Context;

/// Adds the notes of intake to the counters, by the code of each note.
///
/// # Errors
/// When the database fails.
pub async fn count_notes(context: &Context, notes: &BTreeMap<String, i64>) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let notes = notes.clone();
    context
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                for (code, more) in notes {
                    tx.count(&format!("note.ingest.{code}"), more);
                }
                Ok(())
            })
        })
        .await
}

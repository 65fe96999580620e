//! Counting what was odd about what was handed over.

use std::collections::BTreeMap;

use store::Result;
use store::db::Urgency;

use crate::context::Context;

/// Adds to the counters of what intake noted, by the note's code.
///
/// # Errors
/// What the engine says.
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

//! The generation of a restored database.

use store::Result;
use store::db::{Db, Urgency};

/// Begins a new generation in a restored database, so that every record it sends from now on is
/// newer than all records sent before the restore.
///
/// # Errors
/// When the database fails.
pub async fn begin_generation(db: &Db) -> Result<()> {
    db.write(Urgency::Urgent, |tx| Box::pin(tx.raise_generation())).await
}

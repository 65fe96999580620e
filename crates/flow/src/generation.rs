//! Where the history of a restored database begins anew.

use store::Result;
use store::db::{Db, Urgency};

/// Begins a new generation in a restored database: what its outbox sends from now on is newer than
/// everything that was sent before the backup was brought back.
///
/// # Errors
/// What the database says.
pub async fn begin_generation(db: &Db) -> Result<()> {
    db.write(Urgency::Urgent, |tx| Box::pin(tx.raise_generation())).await
}

//! What the database promises of a commit, and where its history begins anew.

use store::Result;
use store::db::{Db, Urgency, Value};

/// What `PRAGMA synchronous` answers when every commit is flushed.
const SYNCHRONOUS_FULL: i64 = 2;

/// How the embedded database keeps a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// The journal's mode: `wal`.
    pub journal: String,
    /// Whether every commit is flushed to the disk.
    pub is_full: bool,
}

/// Asks the writer of an embedded database itself: what it was told to do is not what counts.
///
/// # Errors
/// What the engine says.
pub async fn durability(db: &Db) -> Result<Durability> {
    db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            let journal = tx.query_one("PRAGMA journal_mode", &[]).await?;
            let synchronous = tx.query_one("PRAGMA synchronous", &[]).await?;
            let journal = journal.and_then(|row| row.text(0).map(str::to_owned).ok());
            let is_full = synchronous.is_some_and(|row| row.0 == [Value::Int(SYNCHRONOUS_FULL)]);
            Ok(Durability { journal: journal.unwrap_or_default(), is_full })
        })
    })
    .await
}

/// Begins a new generation in a restored database: what its outbox sends from now on is newer than
/// everything that was sent before the backup was brought back.
///
/// # Errors
/// What the engine says.
pub async fn begin_generation(db: &Db) -> Result<()> {
    db.write(Urgency::Urgent, |tx| Box::pin(tx.raise_generation())).await
}

//! State: what is known, and how far each stage has come.
//!
//! One trait with two acts, write and read. All SQL lives in the aggregates beside this file and is
//! written once, in the words that SQLite and PostgreSQL share. An aggregate is the rows that change
//! together and the verbs for them: a folder of `rows` (stored forms, read by the names of columns),
//! `read` (verbs of a transaction that reads) and `write` (verbs of one that writes), or one file in
//! the same order where all three have fewer than 150 lines.

mod accounts;
mod actions;
mod canonical;
mod copy;
mod endpoints;
mod entities;
mod facts;
mod frontier;
mod jobs;
mod leases;
mod observations;
mod offsets;
mod outbox;
#[cfg(feature = "postgres")]
mod postgres;
mod projection;
mod schema;
mod scores;
mod settings;
mod signals;
mod sqlite;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;
mod tokens;
mod tx;
mod value;

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

pub use canonical::canonical_hash;
pub use copy::{Copied, copy_all};
pub use endpoints::EndpointState;
pub use entities::{Membership, OpenJudgement};
pub use frontier::{Address, AddressRole, Follow, Looked, NewAddress, Sight};
pub use jobs::{JobState, LeasedJob, NewJob};
pub use observations::{PageAbout, PageRow, PageSeen, PlacedClaim, RawRow};
pub use offsets::Consumer;
pub use outbox::{Numbered, Outgoing};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use projection::SeenPage;
pub use scores::{LedgerRow, ScoreRow};
pub use signals::SignalRow;
pub use sqlite::{InMemory, Sqlite};
pub use tokens::TokenRow;
pub use tx::{Connection, Dialect, ReadTx, Statement, Tx};
pub(crate) use value::params;
pub use value::{Row, Value};

use crate::{Result, StoreError};

/// What a transaction's work returns, with its type forgotten.
pub type Done = Result<Box<dyn Any + Send>>;

/// The work of one transaction.
pub type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

/// The work of one transaction that only reads.
pub type ReadWork = Box<dyn for<'t> FnOnce(&'t mut ReadTx) -> BoxFuture<'t, Done> + Send>;

/// Who goes first when several transactions wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for the answer: intake and the API.
    Urgent,
    /// The stages.
    Normal,
}

/// A SQL engine. An engine with one writer commits the waiting works of all stages together; an
/// engine with many gives each work its own transaction. Either way a work that fails leaves
/// nothing behind, and a work that returned is durable.
#[async_trait]
pub trait SqlEngine: Send + Sync {
    /// Runs `work` in a transaction and commits it.
    async fn write(&self, urgency: Urgency, work: Work) -> Done;
    /// Runs `work` on a consistent snapshot, where every write is refused.
    async fn read(&self, work: ReadWork) -> Done;
    /// Whether other processes may write at the same time.
    fn is_shared(&self) -> bool {
        false
    }
    /// Checks the engine's own files; empty when all is well.
    async fn check(&self) -> Result<Vec<String>>;
    /// How its writer makes a commit durable, as it answers itself; nothing where that is a server's
    /// own affair.
    async fn durability(&self) -> Result<Option<Durability>> {
        Ok(None)
    }
    /// Writes a consistent copy of everything into a new file, while others go on.
    async fn back_up(&self, to: &Path) -> Result<()>;
    /// Finishes the work that waits, takes no more, and lets go of the files. Calling it again does
    /// nothing.
    async fn close(&self);
}

/// How an engine's writer makes a commit durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// The kind of its journal, in the engine's own word.
    pub journal: String,
    /// Whether every commit is flushed to the disk.
    pub is_flushed: bool,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    engine: Arc<dyn SqlEngine>,
}

impl Db {
    /// A database on an engine.
    pub fn new(engine: Arc<dyn SqlEngine>) -> Self {
        Self { engine }
    }

    /// Runs `work` in a transaction; durable when it returns.
    ///
    /// # Errors
    /// What the work or the engine says; nothing is left behind then.
    pub async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let work: Work = Box::new(move |tx| {
            Box::pin(
                async move { work(tx).await.map(|value| Box::new(value) as Box<dyn Any + Send>) },
            )
        });
        unpack(self.engine.write(urgency, work).await)
    }

    /// Runs `work` on a consistent snapshot.
    ///
    /// # Errors
    /// What the work or the engine says.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut ReadTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let work: ReadWork = Box::new(move |tx| {
            Box::pin(
                async move { work(tx).await.map(|value| Box::new(value) as Box<dyn Any + Send>) },
            )
        });
        unpack(self.engine.read(work).await)
    }

    /// Whether other processes may write at the same time.
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    /// Checks the engine's own files; empty when all is well.
    ///
    /// # Errors
    /// When it cannot be checked.
    pub async fn check(&self) -> Result<Vec<String>> {
        self.engine.check().await
    }

    /// How the writer makes a commit durable; nothing where that is a server's own affair.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn durability(&self) -> Result<Option<Durability>> {
        self.engine.durability().await
    }

    /// Writes a consistent copy of everything into a new file, while others go on.
    ///
    /// # Errors
    /// When the engine has backups of its own, or the file cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<()> {
        self.engine.back_up(to).await
    }

    /// Finishes the work that waits, takes no more, and lets go of the files.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

fn unpack<T: 'static>(done: Done) -> Result<T> {
    done?
        .downcast::<T>()
        .map(|value| *value)
        .map_err(|_| StoreError::fatal("an engine returned another work's answer"))
}

//! The database: everything that the stages have stored, and the offset of each stage.
//!
//! [`SqlEngine`] has two operations, write and read. All SQL is in the aggregates beside this file
//! and is written once, in the subset that SQLite and PostgreSQL share. An aggregate is a set of
//! rows that change together and the methods for them: a folder of `rows` (stored forms, read by
//! column name), `read` (methods of [`ReadTx`]) and `write` (methods of [`Tx`]), or one file in the
//! same order if all three together have fewer than 150 lines.

mod accounts;
mod actions;
mod canonical;
mod copy;
mod endpoints;
mod entities;
mod facts;
mod feedback;
mod frontier;
mod jobs;
mod leases;
mod listing;
pub(crate) mod observations;
mod offsets;
mod outbox;
mod own_log;
#[cfg(feature = "postgres")]
mod postgres;
mod projection;
mod rereads;
mod schema;
mod scores;
mod segments;
mod sessions;
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
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use futures_util::future::BoxFuture;

pub use canonical::canonical_hash;
pub use copy::{Copied, copy_all};
pub use endpoints::EndpointState;
pub use entities::{Membership, OpenJudgement};
pub use frontier::{Address, AddressRole, Follow, LastVisit, Looked, NewAddress};
pub use jobs::{JobLane, JobState, LeaseRoom, LeasedJob, NewJob};
pub use listing::{
    COUNTRY_UNKNOWN, CompanyListing, KindInCountry, LeadFilter, LeadRank, ListedLead, ListedSignal,
    SignalFilter, SignalKey, SignalOrder, SignalRank,
};
pub use observations::{PageAbout, PageRow, PageSeen, PlacedClaim, RawRow};
pub use offsets::Consumer;
pub use outbox::{Numbered, Outgoing};
use own_log::OwnLog;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use projection::SeenPage;
pub use rereads::{
    ConcernedEntity, DifferingPage, PageReading, RenamedEntity, RereadCounts, RereadRun,
    RereadState, StoredClaim, StoredReading,
};
pub use scores::{LedgerRow, ScoreRow};
pub use sessions::SessionRow;
pub use signals::SignalRow;
pub use sqlite::{InMemory, Sqlite};
pub use tokens::TokenRow;
pub use tx::{Connection, Dialect, ReadTx, Statement, Tx};
pub(crate) use value::params;
pub use value::{Row, Value};

use crate::{ErrorKind, Result, StoreError};

/// The type-erased result of a transaction's work.
pub type Done = Result<Box<dyn Any + Send>>;

/// The work of one transaction, as a closure.
pub type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

/// The work of one read-only transaction, as a closure.
pub type ReadWork = Box<dyn for<'t> FnOnce(&'t mut ReadTx) -> BoxFuture<'t, Done> + Send>;

/// The priority of a transaction while several wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A client waits for the response: intake and the API.
    Urgent,
    /// Work of the stages, in the background.
    Normal,
}

/// A SQL engine. An engine with one writer commits the queued work of all stages together; an
/// engine with many writers runs each unit of work in its own transaction. With both, failed work
/// is rolled back, and work is durable once its call has returned.
#[async_trait]
pub trait SqlEngine: Send + Sync {
    /// Runs `work` in a transaction and commits it.
    async fn write(&self, urgency: Urgency, work: Work) -> Done;
    /// Runs `work` on a consistent snapshot, where every write is refused.
    async fn read(&self, work: ReadWork) -> Done;
    /// Returns whether other processes may write at the same time.
    fn is_shared(&self) -> bool {
        false
    }
    /// Checks the engine's own files and returns the faults; empty if there are none.
    async fn check(&self) -> Result<Vec<String>>;
    /// Checks that the engine's files still are where the next start will look for them. It takes
    /// no time worth mentioning.
    async fn check_place(&self) -> Result<()> {
        Ok(())
    }
    /// Returns how the writer makes a commit durable, as the engine itself reports it; `None` if a
    /// database server decides that.
    async fn durability(&self) -> Result<Option<Durability>> {
        Ok(None)
    }
    /// Returns the size of the engine's file; `None` if a database server has the files.
    async fn space(&self) -> Result<Option<FileSpace>> {
        Ok(None)
    }
    /// Writes a consistent copy of the database to a new file, while other work continues.
    async fn back_up(&self, to: &Path) -> Result<()>;
    /// Finishes the queued work, accepts no more, and closes the files. Calling it again does
    /// nothing.
    async fn close(&self);
}

/// How an engine's writer makes a commit durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// The journal mode, as the engine names it.
    pub journal: String,
    /// Whether every commit is flushed to the disk.
    pub is_flushed: bool,
}

/// The size of an engine's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSpace {
    /// The size, in bytes.
    pub bytes: u64,
    /// The part of it that deleted rows have left, in bytes. New rows use it before the file grows.
    pub free_bytes: u64,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    engine: Arc<dyn SqlEngine>,
    /// The damage that was found first.
    damage: Arc<OnceLock<String>>,
    own_log: Arc<OwnLog>,
}

impl Db {
    /// Creates a database on an engine.
    pub fn new(engine: Arc<dyn SqlEngine>) -> Self {
        Self { engine, damage: Arc::default(), own_log: Arc::default() }
    }

    /// Runs `work` in a transaction, which is durable when this returns.
    ///
    /// # Errors
    /// When the work or the engine fails; the transaction is then rolled back. After damage was
    /// found nothing is written any more: [`ErrorKind::Damaged`](crate::ErrorKind::Damaged).
    pub async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let has_log = self.own_log.is_open();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                tx.begin(has_log);
                let value = work(tx).await?;
                Ok(Box::new((value, tx.take_appended())) as Box<dyn Any + Send>)
            })
        });
        if let Some(damage) = self.damage() {
            return Err(StoreError::new(ErrorKind::Damaged, damage));
        }
        let (value, appended) = unpack(self.noticed(self.engine.write(urgency, work).await))?;
        self.own_log.notify(&appended);
        Ok(value)
    }

    /// Runs `work` on a consistent snapshot.
    ///
    /// # Errors
    /// When the work or the engine fails.
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
        unpack(self.noticed(self.engine.read(work).await))
    }

    /// Runs `work` in a transaction that is rolled back, and returns its result: what would be if
    /// it were done.
    ///
    /// # Errors
    /// When the work or the engine fails.
    pub async fn rehearse<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let result = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&result);
        let rolled_back: Result<()> = self
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    let value = work(tx).await?;
                    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
                    Err(StoreError::work("rolled back on purpose"))
                })
            })
            .await;
        let value = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (value, rolled_back) {
            (Some(value), _) => Ok(value),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::fatal("a rehearsal was committed")),
        }
    }

    /// Returns the damage that was found since the database was opened, with the remedy.
    pub fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Remembers damage: from then on nothing is written.
    fn noticed<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result
            && error.is_damage()
            && self.damage.set(error.to_string()).is_ok()
        {
            tracing::error!(%error, "nothing more is written to the database");
        }
        result
    }

    /// Returns the state of the log in this database.
    pub(crate) fn own_log(&self) -> &OwnLog {
        &self.own_log
    }

    /// Returns whether other processes may write at the same time.
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    /// Checks the engine's own files and returns the faults; empty if there are none.
    ///
    /// # Errors
    /// When the files cannot be checked.
    pub async fn check(&self) -> Result<Vec<String>> {
        let faults = self.noticed(self.engine.check().await)?;
        if let Some(fault) = faults.first() {
            let damaged = StoreError::damaged(format!("the database is damaged ({fault})"));
            drop(self.noticed::<()>(Err(damaged)));
        }
        Ok(faults)
    }

    /// Checks that the engine's files still are where the next start will look for them.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when they were removed or replaced.
    pub async fn check_place(&self) -> Result<()> {
        self.noticed(self.engine.check_place().await)
    }

    /// Returns how the writer makes a commit durable; `None` if a database server decides that.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn durability(&self) -> Result<Option<Durability>> {
        self.engine.durability().await
    }

    /// Returns the size of the engine's file; `None` if a database server has the files.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn space(&self) -> Result<Option<FileSpace>> {
        self.engine.space().await
    }

    /// Writes a consistent copy of the database to a new file, while other work continues.
    ///
    /// # Errors
    /// When the engine has backups of its own, or the file cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<()> {
        self.engine.back_up(to).await
    }

    /// Finishes the queued work, accepts no more, and closes the files.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

fn unpack<T: 'static>(done: Done) -> Result<T> {
    done?
        .downcast::<T>()
        .map(|value| *value)
        .map_err(|_| StoreError::fatal("an engine returned a result of the wrong type"))
}

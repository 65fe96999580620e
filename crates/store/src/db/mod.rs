//! State: what is known, and how far each stage has come.
//!
//! One trait with two acts, write and read. All SQL lives in the repositories beside this file
//! and is written once, in the words that SQLite and PostgreSQL share.

mod actions;
mod canonical;
mod companies;
mod copy;
mod counters;
mod endpoints;
mod facts;
mod frontier;
mod jobs;
mod leases;
mod looks;
mod offsets;
mod outbox;
mod pages;
#[cfg(feature = "postgres")]
mod postgres;
mod products;
mod projection;
mod role;
mod schema;
mod scores;
mod signals;
mod sqlite;
#[cfg(test)]
mod suite;
mod tokens;
mod value;

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub use canonical::canonical_hash;
pub use companies::{Membership, OpenJudgement};
pub use copy::{Copied, copy_all};
pub use endpoints::EndpointState;
pub use frontier::{Address, Follow, Looked, NewAddress};
pub use jobs::{Job, JobState, NewJob};
pub use looks::{PageRow, PlacedClaim, RawRow};
pub use offsets::Consumer;
pub use outbox::{Numbered, Outgoing};
pub use pages::{PageAbout, PageSeen};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
#[cfg(feature = "postgres")]
pub(crate) use postgres::said_by_postgres;
pub use projection::SeenPage;
pub use role::{Role, Sight};
pub use scores::{LedgerRow, ScoreRow};
pub use signals::SignalRow;
pub use sqlite::{InMemory, Sqlite};
pub use tokens::TokenRow;
pub use value::{Row, Value};

use crate::{Result, StoreError};

/// A connection inside a transaction (or, for readers, outside one).
#[async_trait]
pub trait Connection: Send {
    /// Runs a statement and tells how many rows it touched.
    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64>;
    /// Runs a query.
    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>>;
    /// Takes a named lock until the transaction ends. One writer is that lock already.
    async fn lock(&mut self, name: &str) -> Result<()> {
        let _ = name;
        Ok(())
    }
    /// What follows a query of rows to be claimed: those that another one claims are passed over.
    fn skip_locked(&self) -> &'static str {
        ""
    }
}

/// SQL text: a literal of ours, or one put together by [`Tx::insert_many`] from literals.
#[derive(Debug, Clone)]
pub struct Statement(std::borrow::Cow<'static, str>);

impl Statement {
    pub(crate) fn text(self) -> std::borrow::Cow<'static, str> {
        self.0
    }
}

impl From<&'static str> for Statement {
    fn from(sql: &'static str) -> Self {
        Self(sql.into())
    }
}

/// An open transaction. The repositories add their verbs to it.
pub struct Tx {
    connection: Box<dyn Connection>,
    /// Added to the counters when the work has succeeded.
    counted: BTreeMap<String, i64>,
}

impl Tx {
    pub(crate) fn new(connection: Box<dyn Connection>) -> Self {
        Self { connection, counted: BTreeMap::new() }
    }

    /// Runs a statement and tells how many rows it touched.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64> {
        self.connection.execute(sql.into(), params).await
    }

    /// Runs a query.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        self.connection.query(sql.into(), params).await
    }

    /// Runs a query whose text was put together of our own names.
    async fn fetch(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        self.connection.query(sql, params).await
    }

    /// Runs a statement whose text was put together of our own names.
    async fn put(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        self.connection.execute(sql, params).await
    }

    /// Takes a named lock until the transaction ends, waiting for whoever has it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        self.connection.lock(name).await
    }

    /// Runs a query of rows to be claimed until the transaction ends; rows that others have claimed
    /// are passed over.
    async fn claim(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        let sql = match self.connection.skip_locked() {
            "" => Statement::from(sql),
            tail => Statement(format!("{sql}{tail}").into()),
        };
        self.connection.query(sql, params).await
    }

    /// Runs a query of at most one row.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn query_one(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Inserts rows of `columns` values each, several to a statement.
    ///
    /// `head` ends with `VALUES`; `tail` is what follows the rows, for example
    /// `ON CONFLICT DO NOTHING`. Returns how many rows were inserted.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        columns: usize,
        tail: &'static str,
        values: &[Value],
    ) -> Result<u64> {
        // Two sizes of statement only, so that both stay in the statement cache.
        const ROWS: usize = 16;
        let mut inserted = 0;
        let mut rest = values;
        while !rest.is_empty() {
            let rows = if rest.len() >= ROWS * columns { ROWS } else { 1 };
            let (now, later) = rest.split_at((rows * columns).min(rest.len()));
            let sql = Statement(many_rows(head, rows, columns, tail).into());
            inserted += self.connection.execute(sql, now).await?;
            rest = later;
        }
        Ok(inserted)
    }

    /// Does a work and adds what it counted; a panic is an error of the work.
    async fn run(&mut self, work: Work) -> Done {
        let done = AssertUnwindSafe(work(self)).catch_unwind().await;
        let done = done.unwrap_or_else(|panic| Err(StoreError::Work(panicked(&*panic))));
        match done {
            Ok(value) => self.add_counted().await.map(|()| value),
            Err(error) => {
                self.counted.clear();
                Err(error)
            }
        }
    }

    async fn raw(&mut self, sql: &'static str) -> Result<()> {
        self.connection.execute(sql.into(), &[]).await.map(drop)
    }
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("panicked: {message}")
}

fn many_rows(head: &str, rows: usize, columns: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 5);
    sql.push_str(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                sql.push_str(", ");
            }
            sql.push('$');
            sql.push_str(&(row * columns + column + 1).to_string());
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

/// What a transaction's work returns, with its type forgotten.
pub type Done = Result<Box<dyn Any + Send>>;

/// The work of one transaction.
pub type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

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
pub trait Engine: Send + Sync {
    /// Runs `work` in a transaction and commits it.
    async fn write(&self, urgency: Urgency, work: Work) -> Done;
    /// Runs `work` on a consistent snapshot; it must not write.
    async fn read(&self, work: Work) -> Done;
    /// Whether other processes may write at the same time.
    fn is_shared(&self) -> bool {
        false
    }
    /// Checks the engine's own files; empty when all is well.
    async fn check(&self) -> Result<Vec<String>>;
    /// Writes a consistent copy of everything into a new file, while others go on.
    async fn back_up(&self, to: &Path) -> Result<()>;
    /// Finishes open work and lets go of the files.
    async fn close(&self);
}

/// The database.
#[derive(Clone)]
pub struct Db {
    engine: Arc<dyn Engine>,
}

impl Db {
    /// A database on an engine.
    pub fn new(engine: Arc<dyn Engine>) -> Self {
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
        unpack(self.engine.write(urgency, pack(work)).await)
    }

    /// Runs `work` on a consistent snapshot.
    ///
    /// # Errors
    /// What the work or the engine says.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        unpack(self.engine.read(pack(work)).await)
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

    /// Writes a consistent copy of everything into a new file, while others go on.
    ///
    /// # Errors
    /// When the engine has backups of its own, or the file cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<()> {
        self.engine.back_up(to).await
    }

    /// Finishes open work and lets go of the files.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

fn pack<T, F>(work: F) -> Work
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
{
    Box::new(move |tx| {
        Box::pin(async move { work(tx).await.map(|value| Box::new(value) as Box<dyn Any + Send>) })
    })
}

fn unpack<T: 'static>(done: Done) -> Result<T> {
    done?
        .downcast::<T>()
        .map(|value| *value)
        .map_err(|_| StoreError::Fatal("an engine returned another work's answer".to_owned()))
}

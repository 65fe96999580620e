//! Open transactions: [`ReadTx`] reads, and [`Tx`] writes and dereferences to it for code that only
//! reads.
//!
//! The aggregates beside this file add their methods: queries to [`ReadTx`], changes to [`Tx`].
//! Statements are visible in this crate only.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures_util::FutureExt;

use super::{Done, ReadWork, Row, Value, Work};
use crate::log::appended::Partition;
use crate::{Result, StoreError};

/// The SQL dialect of an engine. Most statements have the same text in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}

/// A connection inside a transaction (or, for readers, outside one).
#[async_trait]
pub trait Connection: Send {
    /// Returns the SQL dialect of its engine.
    fn dialect(&self) -> Dialect;
    /// Runs a statement and returns the number of rows affected.
    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64>;
    /// Runs a query.
    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>>;
    /// Takes a named lock until the transaction ends. Does nothing in an engine with one writer,
    /// where transactions never overlap.
    async fn lock(&mut self, name: &str) -> Result<()> {
        let _ = name;
        Ok(())
    }
    /// Closes the files.
    async fn close(self: Box<Self>) {}
}

/// SQL text: a literal of this crate, or a text built here from literals.
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

/// Makes a statement of SQL that was built from names in this crate.
pub(super) const fn built(sql: String) -> Statement {
    Statement(std::borrow::Cow::Owned(sql))
}

/// A query with a text for each dialect, where one text cannot serve both.
pub(crate) struct PerEngine {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl PerEngine {
    const fn of(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Builds a query for rows to be claimed that skips rows claimed by other transactions. SQLite has
/// one writer and needs no clause for it.
macro_rules! skip_locked {
    ($sql:literal) => {
        $crate::db::tx::PerEngine {
            sqlite: $sql,
            postgres: concat!($sql, " FOR UPDATE SKIP LOCKED"),
        }
    };
}
pub(super) use skip_locked;

/// A read-only transaction, without methods that write.
pub struct ReadTx {
    connection: Box<dyn Connection>,
}

impl ReadTx {
    pub(super) fn new(connection: Box<dyn Connection>) -> Self {
        Self { connection }
    }

    /// Returns the SQL dialect of the engine.
    pub(super) fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Runs a query.
    pub(crate) async fn query(
        &mut self,
        sql: impl Into<Statement>,
        params: &[Value],
    ) -> Result<Vec<Row>> {
        self.connection.query(sql.into(), params).await
    }

    /// Runs a query and returns its first row, if any.
    pub(crate) async fn query_one(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Runs a query for one number, in the column `total`.
    pub(crate) async fn total(&mut self, sql: &'static str, params: &[Value]) -> Result<i64> {
        self.query_one(sql, params).await?.map_or(Ok(0), |row| row.int("total"))
    }

    /// Runs a query for many keys, in batches of one statement each. `sql` has `{keys}` in place of
    /// their list, after the parameters in `params`. Rows are ordered only within a batch.
    pub(crate) async fn query_many(
        &mut self,
        sql: &'static str,
        params: &[Value],
        keys: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<Vec<Row>> {
        const KEYS_MAX: usize = 64;
        let keys: Vec<Value> = keys.into_iter().map(Into::into).collect();
        let mut rows = Vec::new();
        for batch in keys.chunks(KEYS_MAX) {
            // A list is filled up with its last key, which finds nothing more, so that there are
            // few statements and all of them stay in the statement cache.
            let size = batch.len().next_power_of_two();
            let filling = batch.iter().chain(batch.last().into_iter().cycle()).take(size);
            let placeholders: Vec<String> =
                (0..size).map(|index| format!("${}", params.len() + index + 1)).collect();
            let statement = built(sql.replace("{keys}", &placeholders.join(", ")));
            let params: Vec<Value> = params.iter().chain(filling).cloned().collect();
            rows.extend(self.query(statement, &params).await?);
        }
        Ok(rows)
    }

    /// Runs read-only work and turns a panic into an error.
    pub(super) async fn run_read(&mut self, work: ReadWork) -> Done {
        catch_panic(AssertUnwindSafe(work(self)).catch_unwind().await)
    }

    /// Runs a statement that begins or ends a transaction.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<()> {
        self.connection.execute(sql.into(), &[]).await.map(drop)
    }
}

/// A transaction that writes. Code that only reads can borrow it as a [`ReadTx`].
pub struct Tx {
    read: ReadTx,
    /// The counts to add to the counters when the work has succeeded.
    pub(super) counted: BTreeMap<String, i64>,
    /// Whether the log is in this database, so that outgoing records are appended at once.
    has_log: bool,
    /// The partitions that the work has appended records to.
    appended: BTreeSet<Partition>,
}

impl Deref for Tx {
    type Target = ReadTx;

    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.read
    }
}

impl Tx {
    pub(super) fn new(connection: Box<dyn Connection>) -> Self {
        Self {
            read: ReadTx::new(connection),
            counted: BTreeMap::new(),
            has_log: false,
            appended: BTreeSet::new(),
        }
    }

    /// Prepares for the next unit of work.
    pub(super) fn begin(&mut self, has_log: bool) {
        self.has_log = has_log;
        self.appended.clear();
    }

    /// Returns whether the log is in this database.
    pub(super) fn has_log(&self) -> bool {
        self.has_log
    }

    /// Remembers that records were appended to a partition, whose readers are woken after the
    /// commit.
    pub(crate) fn note_appended(&mut self, topic: &str, partition: u32) {
        self.appended.insert((topic.to_owned(), partition));
    }

    /// Returns the partitions that the work has appended records to.
    pub(super) fn take_appended(&mut self) -> BTreeSet<Partition> {
        std::mem::take(&mut self.appended)
    }

    /// Runs a statement and returns the number of rows affected.
    pub(crate) async fn execute(
        &mut self,
        sql: impl Into<Statement>,
        params: &[Value],
    ) -> Result<u64> {
        self.read.connection.execute(sql.into(), params).await
    }

    /// Takes a named lock until the transaction ends, and waits while another transaction has it.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        self.read.connection.lock(name).await
    }

    /// Runs a query for rows that stay claimed until the transaction ends; rows that other
    /// transactions have claimed are skipped.
    pub(super) async fn claim(&mut self, sql: &PerEngine, params: &[Value]) -> Result<Vec<Row>> {
        let sql = sql.of(self.dialect());
        self.query(sql, params).await
    }

    /// Inserts rows of `columns` values each, several in one statement.
    ///
    /// `head` ends with `VALUES`; `tail` follows the rows, for example `ON CONFLICT DO NOTHING`.
    /// Returns the number of rows inserted.
    pub(crate) async fn insert_many(
        &mut self,
        head: &'static str,
        columns: usize,
        tail: &'static str,
        values: &[Value],
    ) -> Result<u64> {
        let mut inserted = 0;
        for (rows, values) in insertions(columns, values) {
            inserted += self.execute(built(many_rows(head, rows, columns, tail)), values).await?;
        }
        Ok(inserted)
    }

    /// Inserts rows as [`insert_many`](Self::insert_many) does, with a `tail` that returns columns
    /// of the inserted rows.
    pub(crate) async fn insert_returning(
        &mut self,
        head: &'static str,
        columns: usize,
        tail: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>> {
        let mut returned = Vec::new();
        for (rows, values) in insertions(columns, values) {
            returned.extend(self.query(built(many_rows(head, rows, columns, tail)), values).await?);
        }
        Ok(returned)
    }

    /// Runs work and adds its counts to the counters. A panic becomes an error of the work.
    pub(super) async fn run(&mut self, work: Work) -> Done {
        match catch_panic(AssertUnwindSafe(work(self)).catch_unwind().await) {
            Ok(value) => self.add_counted().await.map(|()| value),
            Err(error) => {
                self.counted.clear();
                Err(error)
            }
        }
    }

    pub(super) async fn close(self) {
        self.read.connection.close().await;
    }
}

fn catch_panic(result: std::result::Result<Done, Box<dyn Any + Send>>) -> Done {
    result.unwrap_or_else(|panic| Err(StoreError::work(panicked(&*panic))))
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("panicked: {message}")
}

/// Splits the values of rows into statements, each with its number of rows: powers of two, so that
/// there are few statements and all of them stay in the statement cache.
fn insertions(columns: usize, values: &[Value]) -> impl Iterator<Item = (usize, &[Value])> {
    const ROWS_MAX: usize = 16;
    let mut rest = values;
    std::iter::from_fn(move || {
        let rows = (rest.len() / columns).min(ROWS_MAX);
        let rows = 1 << rows.checked_ilog2()?;
        let (now, later) = rest.split_at(rows * columns);
        rest = later;
        Some((rows, now))
    })
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

/// Returns the value of each key, in the order of the keys.
pub(super) fn one_of<K: Ord, T: Clone>(
    keys: &[K],
    rows: impl Iterator<Item = Result<(K, T)>>,
) -> Result<Vec<Option<T>>> {
    let by_key: BTreeMap<K, T> = rows.collect::<Result<_>>()?;
    Ok(keys.iter().map(|key| by_key.get(key).cloned()).collect())
}

/// Returns the values of each key, in the order of the keys and of the rows. A repeated key gets an
/// empty list.
pub(super) fn each_of<K: Ord, T>(
    keys: &[K],
    rows: impl Iterator<Item = Result<(K, T)>>,
) -> Result<Vec<Vec<T>>> {
    let mut by_key: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for row in rows {
        let (key, value) = row?;
        by_key.entry(key).or_default().push(value);
    }
    Ok(keys.iter().map(|key| by_key.remove(key).unwrap_or_default()).collect())
}

//! The embedded engine: one SQLite file in WAL mode, one writer, many readers.
//!
//! The writer commits the queued work of all stages in one transaction with one fsync. Each unit of
//! work has its own savepoint, so a failure rolls back nothing else. Another connection checkpoints
//! the write-ahead log into the file, so that no write waits for the checkpoint.

mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection as _, Executor, Row as _, ValueRef};
use tokio::sync::{mpsc, oneshot};

use super::value::Columns;
use super::{
    Connection, Dialect, Done, Durability, ReadTx, ReadWork, Row, SqlEngine, Statement, Tx,
    Urgency, Value, Work, schema,
};
use crate::{Result, StoreError};
use writer::{Queues, Task, Waiting, Writer, let_go, start_folding};

const QUEUE: usize = 256;
const READERS: u32 = 4;
/// Pages in the write-ahead log after which the writer checkpoints it itself, because the other
/// connection has not kept up.
const FOLD_PAGES_MAX: &str = "16000";
/// How long to wait while another connection locks the file.
const BUSY: Duration = Duration::from_secs(5);

/// The value of `PRAGMA synchronous` when every commit is flushed.
const SYNCHRONOUS_FULL: i64 = 2;

/// The SQLite engine.
pub struct Sqlite {
    urgent: mpsc::Sender<Waiting>,
    normal: mpsc::Sender<Waiting>,
    /// Stops the writer, which replies when it has closed the file.
    end: mpsc::Sender<oneshot::Sender<()>>,
    /// `None` in memory, where the one connection also reads.
    readers: Option<SqlitePool>,
    /// `None` in memory.
    path: Option<PathBuf>,
}

/// A database in memory, lost when the process ends: for tests.
pub struct InMemory;

impl InMemory {
    /// Opens a new database in memory.
    ///
    /// # Errors
    /// When SQLite cannot be started.
    pub async fn open() -> Result<super::Db> {
        let options = SqliteConnectOptions::new().in_memory(true);
        let engine = Sqlite::start(options, None, None).await?;
        Ok(super::Db::new(std::sync::Arc::new(engine)))
    }
}

impl Sqlite {
    /// Opens (or creates) the database file and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer leadq.
    pub async fn open(path: &Path) -> Result<Self> {
        let base = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY)
            .statement_cache_capacity(500)
            .pragma("cache_size", "-1024")
            .pragma("temp_store", "MEMORY");
        let writer = base
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Readers look up little; the writer's indexes are worth caching. Caches fill as the
            // file grows, so their sum bounds the memory (negative: KiB).
            .pragma("cache_size", "-8192")
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", FOLD_PAGES_MAX);
        Self::start(writer, Some(base), Some(path.to_owned())).await
    }

    /// Migrates the schema and starts the writer. `base` has the options for the readers and the
    /// checkpoints; it is `None` in memory.
    async fn start(
        writer: SqliteConnectOptions,
        base: Option<SqliteConnectOptions>,
        path: Option<PathBuf>,
    ) -> Result<Self> {
        let mut connection = writer.disable_statement_logging().connect().await?;
        migrate(&mut connection).await?;
        let (mut readers, mut fold) = (None, None);
        if let Some(base) = base {
            readers = Some(open_readers(base.clone().pragma("query_only", "ON")).await?);
            fold = Some(start_folding(base).await?);
        }
        let (urgent, urgent_waiting) = mpsc::channel(QUEUE);
        let (normal, normal_waiting) = mpsc::channel(QUEUE);
        let (end, ending) = mpsc::channel(1);
        let tx = Tx::new(Box::new(Writing(connection)));
        let writer = Writer { tx, commits: 0, fold };
        let queues = Queues { urgent: urgent_waiting, normal: normal_waiting };
        tokio::spawn(writer.run(queues, ending));
        Ok(Self { urgent, normal, end, readers, path })
    }
}

async fn open_readers(options: SqliteConnectOptions) -> Result<SqlitePool> {
    Ok(SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.disable_statement_logging())
        .await?)
}

async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    connection.execute(schema::TABLE).await?;
    let newest: i64 = sqlx::query_scalar(schema::NEWEST).fetch_one(&mut *connection).await?;
    for migration in schema::missing(newest)? {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        transaction.execute(migration.sql(Dialect::Sqlite)).await?;
        sqlx::query("INSERT INTO migration (number, name) VALUES ($1, $2)")
            .bind(migration.number)
            .bind(migration.name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}

fn closed() -> StoreError {
    StoreError::fatal("the database is closed")
}

impl Sqlite {
    async fn ask(&self, urgency: Urgency, work: Task) -> Done {
        let (answer, done) = oneshot::channel();
        let queue = match urgency {
            Urgency::Urgent => &self.urgent,
            Urgency::Normal => &self.normal,
        };
        queue.send(Waiting { work, answer }).await.map_err(|_| closed())?;
        done.await.map_err(|_| closed())?
    }
}

#[async_trait]
impl SqlEngine for Sqlite {
    async fn write(&self, urgency: Urgency, work: Work) -> Done {
        self.ask(urgency, Task::Write(work)).await
    }

    async fn read(&self, work: ReadWork) -> Done {
        let Some(readers) = &self.readers else {
            return self.ask(Urgency::Normal, Task::Read(work)).await;
        };
        let readers = readers.clone();
        // In a task of its own: the caller may be cancelled at any time, and a connection must not
        // return to the pool with its transaction open.
        let reading = tokio::spawn(async move {
            let connection = readers.acquire().await?;
            let mut tx = ReadTx::new(Box::new(Reading(connection)));
            tx.control("BEGIN").await?;
            let done = tx.run_read(work).await;
            // After some errors SQLite has ended the transaction itself, so the rollback fails too:
            // the first error is returned.
            let ended = tx.control("ROLLBACK").await;
            done.and_then(|value| ended.map(|()| value))
        });
        reading.await.map_err(|error| {
            StoreError::work(format!("reading failed: {error}")).with_source(error)
        })?
    }

    async fn check(&self) -> Result<Vec<String>> {
        let Some(readers) = &self.readers else { return Ok(Vec::new()) };
        let rows: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(readers).await?;
        Ok(rows.into_iter().filter(|row| row != "ok").collect())
    }

    async fn durability(&self) -> Result<Option<Durability>> {
        // Queried on the writer's connection: the effective values count, not the configured ones.
        let work: Work = Box::new(|tx| {
            Box::pin(async move {
                let journal = tx.query_one("PRAGMA journal_mode", &[]).await?;
                let flushing = tx.query_one("PRAGMA synchronous", &[]).await?;
                let journal =
                    journal.map_or(Ok(String::new()), |row| row.string("journal_mode"))?;
                let flushing = flushing.map_or(Ok(0), |row| row.int("synchronous"))?;
                let is_flushed = flushing == SYNCHRONOUS_FULL;
                Ok(Box::new(Durability { journal, is_flushed }) as Box<dyn std::any::Any + Send>)
            })
        });
        super::unpack(self.write(Urgency::Normal, work).await).map(Some)
    }

    async fn back_up(&self, to: &Path) -> Result<()> {
        let Some(path) = &self.path else {
            return Err(StoreError::unavailable("a database in memory cannot be backed up"));
        };
        // A connection of its own, because the time it takes grows with the file.
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY);
        let mut connection = options.disable_statement_logging().connect().await?;
        let to = to.to_str().ok_or_else(|| {
            StoreError::rejected(format!("the path {} of the backup is not UTF-8", to.display()))
        })?;
        sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    async fn close(&self) {
        // The readers first: the last connection to close checkpoints the whole write-ahead log.
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        let (ended, end) = oneshot::channel();
        if self.end.send(ended).await.is_ok() {
            // A writer that has ended already sends no reply.
            let _ = end.await;
        }
    }
}

struct Writing(SqliteConnection);

struct Reading(sqlx::pool::PoolConnection<sqlx::Sqlite>);

#[async_trait]
impl Connection for Writing {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn close(self: Box<Self>) {
        let_go(self.0).await;
    }

    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        execute(&mut self.0, sql, params).await
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        query(&mut self.0, sql, params).await
    }
}

#[async_trait]
impl Connection for Reading {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        execute(&mut self.0, sql, params).await
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        query(&mut self.0, sql, params).await
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bound<'q>(sql: Statement, params: &'q [Value]) -> Query<'q> {
    // The SQL comes from this crate: a `Statement` cannot be made from anything else.
    let mut query = sqlx::query(AssertSqlSafe(sql.text()));
    for param in params {
        query = match param {
            Value::Null => query.bind(None::<i64>),
            Value::Int(value) => query.bind(*value),
            Value::Real(value) => query.bind(*value),
            Value::Text(value) => query.bind(value.as_str()),
        };
    }
    query
}

async fn execute(
    connection: &mut SqliteConnection,
    sql: Statement,
    params: &[Value],
) -> Result<u64> {
    Ok(bound(sql, params).execute(connection).await?.rows_affected())
}

async fn query(
    connection: &mut SqliteConnection,
    sql: Statement,
    params: &[Value],
) -> Result<Vec<Row>> {
    let rows = bound(sql, params).fetch_all(connection).await?;
    let names = |row: &SqliteRow| row.columns().iter().map(|column| column.name().into()).collect();
    let columns: Columns = rows.first().map_or_else(|| [].into(), names);
    rows.iter().map(|row| to_row(&columns, row)).collect()
}

fn to_row(columns: &Columns, row: &SqliteRow) -> Result<Row> {
    let values: Result<Vec<Value>> =
        row.columns().iter().map(|column| to_value(row, column.ordinal())).collect();
    Ok(Row::new(columns, values?))
}

fn to_value(row: &SqliteRow, column: usize) -> Result<Value> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match sqlx::TypeInfo::name(&kind) {
        "INTEGER" | "BOOLEAN" => Value::Int(row.try_get_unchecked(column)?),
        "REAL" => Value::Real(row.try_get_unchecked(column)?),
        _ => Value::Text(row.try_get_unchecked(column)?),
    })
}

#[cfg(test)]
mod tests;

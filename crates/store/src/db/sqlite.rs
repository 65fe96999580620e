//! The embedded engine: one SQLite file in WAL mode, one writer, many readers.
//!
//! The writer commits the works that wait, of all stages, in one transaction with one fsync; each
//! work has its own savepoint, so one that fails takes nothing else with it. What it has written to the
//! log beside the file is folded into the file by another connection, so that nobody waits for that.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection as _, Executor, Row as _, ValueRef};
use tokio::sync::{mpsc, oneshot};

use super::{Connection, Done, Engine, Row, Statement, Tx, Urgency, Value, Work, schema};
use crate::{Result, StoreError};

const QUEUE: usize = 256;
/// Works committed together: enough to share an fsync, few enough to keep latency down.
const GROUP: usize = 64;
const READERS: u32 = 4;
/// Commits after which the write-ahead log is folded into the file.
const FOLD_AFTER: u32 = 32;
/// Pages in the write-ahead log after which the writer folds it in itself: nobody else could keep up.
const FOLD_PAGES_MAX: &str = "16000";
/// How long to wait for whoever has the file.
const BUSY: Duration = Duration::from_secs(5);

struct Waiting {
    work: Work,
    answer: oneshot::Sender<Done>,
}

/// The SQLite engine.
pub struct Sqlite {
    urgent: mpsc::Sender<Waiting>,
    normal: mpsc::Sender<Waiting>,
    /// None in memory, where the one connection also reads.
    readers: Option<SqlitePool>,
    /// None in memory.
    path: Option<PathBuf>,
}

/// Opens a database that lives and dies with the process: for tests.
pub struct InMemory;

impl InMemory {
    /// A fresh database in memory.
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
            // Readers look up little; the writer's indexes are what is worth keeping at hand. Caches
            // fill as the file grows, so their sum bounds the memory (negative: KiB).
            .pragma("cache_size", "-8192")
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", FOLD_PAGES_MAX);
        Self::start(writer, Some(base), Some(path.to_owned())).await
    }

    /// `base` is how others than the writer open the file; nothing in memory.
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
        let tx = Tx::new(Box::new(Writing(connection)));
        let writer = Writer { tx, commits: 0, fold };
        tokio::spawn(writer.run(urgent_waiting, normal_waiting));
        Ok(Self { urgent, normal, readers, path })
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

/// Folds the write-ahead log into the file whenever it is told to; until the writer has ended.
async fn start_folding(options: SqliteConnectOptions) -> Result<mpsc::Sender<()>> {
    let options = options.synchronous(SqliteSynchronous::Full).disable_statement_logging();
    let mut connection = options.connect().await?;
    let (tell, mut told) = mpsc::channel(1);
    tokio::spawn(async move {
        while told.recv().await.is_some() {
            // Passive: it waits for nobody, and nobody for it.
            if let Err(error) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").await {
                tracing::warn!(%error, "the write-ahead log was not folded in");
            }
        }
    });
    Ok(tell)
}

async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    connection.execute(schema::TABLE).await?;
    let newest: i64 = sqlx::query_scalar(schema::NEWEST).fetch_one(&mut *connection).await?;
    for migration in schema::missing(newest)? {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        transaction.execute(migration.sql).await?;
        sqlx::query("INSERT INTO migration (number, name) VALUES ($1, $2)")
            .bind(migration.number)
            .bind(migration.name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}

struct Writer {
    tx: Tx,
    commits: u32,
    /// Nothing in memory.
    fold: Option<mpsc::Sender<()>>,
}

impl Writer {
    async fn run(
        mut self,
        mut urgent: mpsc::Receiver<Waiting>,
        mut normal: mpsc::Receiver<Waiting>,
    ) {
        loop {
            let first = tokio::select! {
                biased;
                Some(waiting) = urgent.recv() => waiting,
                Some(waiting) = normal.recv() => waiting,
                else => break,
            };
            self.commit_together(first, &mut urgent, &mut normal).await;
            self.commits = self.commits.wrapping_add(1);
            if let Some(fold) =
                self.fold.as_ref().filter(|_| self.commits.is_multiple_of(FOLD_AFTER))
            {
                // Full: it has been told and did not get to it yet.
                let _ = fold.try_send(());
            }
        }
    }

    async fn commit_together(
        &mut self,
        first: Waiting,
        urgent: &mut mpsc::Receiver<Waiting>,
        normal: &mut mpsc::Receiver<Waiting>,
    ) {
        if let Err(error) = self.tx.raw("BEGIN IMMEDIATE").await {
            drop(first.answer.send(Err(error)));
            return;
        }
        let mut answers = Vec::new();
        let mut next = Some(first);
        let mut stands = Ok(());
        while let Some(waiting) = next {
            let (done, after) = self.run_one(waiting.work).await;
            answers.push((waiting.answer, done));
            stands = after;
            if answers.len() >= GROUP || stands.is_err() {
                break;
            }
            next = urgent.try_recv().or_else(|_| normal.try_recv()).ok();
        }
        let committed = match stands {
            Ok(()) => self.tx.raw("COMMIT").await,
            lost => lost,
        };
        if committed.is_err() {
            // Whatever the cause, nothing of this group may be acknowledged.
            let _ = self.tx.raw("ROLLBACK").await;
        }
        for (answer, done) in answers {
            let done = match (&committed, done) {
                (Err(error), Ok(_)) => {
                    Err(StoreError::Retryable(format!("the commit failed: {error}")))
                }
                (_, done) => done,
            };
            drop(answer.send(done));
        }
    }

    /// Does one work; and tells whether the transaction still stands: where the disk is full SQLite
    /// may have taken all of it back, and what followed would be committed alone.
    async fn run_one(&mut self, work: Work) -> (Done, Result<()>) {
        if let Err(error) = self.tx.raw("SAVEPOINT work").await {
            let lost = StoreError::Retryable(error.to_string());
            return (Err(error), Err(lost));
        }
        let done = self.tx.run(work).await;
        let after = self.end_one(done.is_err()).await;
        // Why it was taken back says the work's own error: ours is only that there is no savepoint.
        let after = match (&done, after) {
            (Err(error), Err(_)) => Err(StoreError::Retryable(error.to_string())),
            (_, after) => after,
        };
        (done, after)
    }

    async fn end_one(&mut self, is_taken_back: bool) -> Result<()> {
        if is_taken_back {
            self.tx.raw("ROLLBACK TO work").await?;
        }
        self.tx.raw("RELEASE work").await
    }
}

#[async_trait]
impl Engine for Sqlite {
    async fn write(&self, urgency: Urgency, work: Work) -> Done {
        let (answer, done) = oneshot::channel();
        let queue = match urgency {
            Urgency::Urgent => &self.urgent,
            Urgency::Normal => &self.normal,
        };
        let closed = || StoreError::Fatal("the database is closed".to_owned());
        queue.send(Waiting { work, answer }).await.map_err(|_| closed())?;
        done.await.map_err(|_| closed())?
    }

    async fn read(&self, work: Work) -> Done {
        let Some(readers) = &self.readers else {
            return self.write(Urgency::Normal, work).await;
        };
        let readers = readers.clone();
        // In a task of its own: whoever asked may leave at any moment, and a connection must not go
        // back to the others with its transaction open.
        let reading = tokio::spawn(async move {
            let connection = readers.acquire().await?;
            let mut tx = Tx::new(Box::new(Reading(connection)));
            tx.raw("BEGIN").await?;
            let done = tx.run(work).await;
            // After some errors SQLite has ended the transaction itself; the error counts, not that.
            let ended = tx.raw("ROLLBACK").await;
            done.and_then(|value| ended.map(|()| value))
        });
        reading.await.map_err(|error| StoreError::Work(format!("reading failed: {error}")))?
    }

    async fn check(&self) -> Result<Vec<String>> {
        let Some(readers) = &self.readers else { return Ok(Vec::new()) };
        let rows: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(readers).await?;
        Ok(rows.into_iter().filter(|row| row != "ok").collect())
    }

    async fn back_up(&self, to: &Path) -> Result<()> {
        let Some(path) = &self.path else {
            return Err(StoreError::Fatal("a database in memory is not kept".to_owned()));
        };
        // A connection of its own: it takes as long as the file is large.
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY);
        let mut connection = options.disable_statement_logging().connect().await?;
        let to = to.to_str().ok_or_else(|| {
            StoreError::Fatal(format!("{} is no name for a database", to.display()))
        })?;
        sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    async fn close(&self) {
        // The readers first: the last connection to go folds the WAL into the file.
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
    }
}

struct Writing(SqliteConnection);

struct Reading(sqlx::pool::PoolConnection<sqlx::Sqlite>);

#[async_trait]
impl Connection for Writing {
    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        execute(&mut self.0, sql, params).await
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        query(&mut self.0, sql, params).await
    }
}

#[async_trait]
impl Connection for Reading {
    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        execute(&mut self.0, sql, params).await
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        query(&mut self.0, sql, params).await
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bound<'q>(sql: Statement, params: &'q [Value]) -> Query<'q> {
    // The text is a literal of ours: `Statement` cannot be made from anything else.
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
    rows.iter().map(to_row).collect()
}

fn to_row(row: &SqliteRow) -> Result<Row> {
    let columns = row.columns().iter();
    let values: Result<Vec<Value>> =
        columns.map(|column| to_value(row, column.ordinal())).collect();
    values.map(Row)
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
mod tests {
    use super::*;
    use crate::db::Db;

    /// R6: a full disk is a bad moment, after which everything acknowledged is there.
    #[tokio::test]
    async fn a_full_disk_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::new(std::sync::Arc::new(
            Sqlite::open(&folder.path().join("leadq.db")).await.unwrap(),
        ));
        let limit = async |sql: &'static str| {
            let limited = db.write(Urgency::Urgent, move |tx| Box::pin(tx.query(sql, &[]))).await;
            limited.unwrap();
        };
        let keep = async |number: usize| {
            let name = format!("value {number}");
            db.write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.set_setting(&name, &"x".repeat(100_000)).await })
            })
            .await
        };
        limit("PRAGMA max_page_count = 2000").await;
        let mut kept = Vec::new();
        for round in 0..100 {
            let all = futures_util::future::join_all((0..5).map(|n| keep(round * 5 + n))).await;
            let is_full = all.iter().any(Result::is_err);
            for (number, done) in all.into_iter().enumerate() {
                match done {
                    Ok(()) => kept.push(round * 5 + number),
                    Err(error) => assert!(error.is_retryable(), "{error}"),
                }
            }
            if is_full {
                break;
            }
        }
        assert!((20..400).contains(&kept.len()), "{} values of 100 kB in 8 MB", kept.len());
        limit("PRAGMA max_page_count = 1000000").await;
        keep(1_000).await.unwrap();
        for number in kept {
            let name = format!("value {number}");
            let value =
                db.read(move |tx| Box::pin(async move { tx.setting(&name).await })).await.unwrap();
            assert_eq!(value.map(|value| value.len()), Some(100_000), "value {number}");
        }
    }
}

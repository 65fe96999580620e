//! The engine of a cluster: PostgreSQL 15 or later, many writers.
//!
//! Each unit of work has its own transaction and connection. Named locks give the guarantees that
//! the embedded engine has from its one writer. If two transactions still collide, one of them
//! fails with a transient error and is retried.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow,
    PgTypeInfo,
};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Encode, Executor, Row as _, Type, ValueRef};
use tokio::sync::Semaphore;

use super::value::Columns;
use super::{
    Connection, Dialect, Done, ReadTx, ReadWork, Row, SqlEngine, Statement, Tx, Urgency, Value,
    Work, schema,
};
use crate::{ErrorKind, Result, StoreError};

/// The number of connections of one process. The stages may use all but those reserved for urgent
/// work.
const CONNECTIONS: u32 = 16;
const CONNECTIONS_URGENT: u32 = 4;
/// How long to wait for a connection, the database being away included.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// The settings of every connection: time limits after which a statement, the wait for a lock, or a
/// transaction whose process has stopped is aborted.
const SESSION: &str = "SET statement_timeout = '60s'; SET lock_timeout = '30s';
    SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = warning";
/// The timeout of a statement without a response, because the server or the network to it is lost.
const SILENCE_MAX: Duration = Duration::from_secs(90);
/// The lock held while the schema is brought up to date: several processes may start at once.
const MIGRATION_LOCK: i64 = 0x6c65_6164;

/// The PostgreSQL engine.
pub struct Postgres {
    pool: PgPool,
    normal: Semaphore,
}

impl Postgres {
    /// Connects to the database and brings its schema up to date.
    ///
    /// # Errors
    /// When the address is invalid, the database is unreachable, or its schema is of a newer leadq.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_at(url, false).await
    }

    /// Connects to a database that must hold the data of an earlier run. A database without any is
    /// left as it is.
    ///
    /// # Errors
    /// As [`Postgres::open`], and [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when the
    /// database holds nothing of leadq.
    pub async fn reopen(url: &str) -> Result<Self> {
        Self::open_at(url, true).await
    }

    async fn open_at(url: &str, holds_data: bool) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| {
                StoreError::rejected(format!("{}: {error}", redacted(url))).with_source(error)
            })?
            .application_name("leadq")
            .statement_cache_capacity(500)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECT_WAIT)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(sqlx::raw_sql(SESSION)).await.map(drop) })
            })
            .connect_lazy_with(options);
        let mut connection = pool.acquire().await.map_err(|error| unreachable_at(url, error))?;
        if holds_data && !tables(&mut connection).await?.contains("migration") {
            return Err(lost(url, "holds nothing of leadq"));
        }
        migrate(&mut connection).await?;
        let tables = tables(&mut connection).await?;
        if let Some(table) =
            schema::tables(Dialect::Postgres).find(|table| !tables.contains(*table))
        {
            return Err(lost(url, &format!("has lost its table {table}")));
        }
        drop(connection);
        let normal = Semaphore::new((CONNECTIONS - CONNECTIONS_URGENT) as usize);
        Ok(Self { pool, normal })
    }
}

/// Returns an address for messages, without its password, whether before the host or in the query.
fn redacted(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    match url.rsplit_once('@') {
        Some((_, host)) => format!("postgres://…@{host}"),
        None => "the database's address".to_owned(),
    }
}

fn unreachable_at(url: &str, error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => {
            let message = format!("the database {} cannot be reached: {error}", redacted(url));
            StoreError::retryable(message).with_source(error)
        }
        error => error.into(),
    }
}

fn lost(url: &str, finding: &str) -> StoreError {
    let advice = "check `db` in the settings, or restore the database with PostgreSQL's own tools";
    let message = format!("the database {} {finding}: {advice}", redacted(url));
    StoreError::new(ErrorKind::Damaged, message)
}

/// Lists the tables that statements of a connection find.
async fn tables(connection: &mut PgConnection) -> Result<BTreeSet<String>> {
    let sql =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = ANY (current_schemas(false))";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await?;
    Ok(tables.into_iter().collect())
}

async fn migrate(connection: &mut PgConnection) -> Result<()> {
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *connection)
        .await?;
    let done = migrate_locked(connection).await;
    if done.is_err() {
        // A failed migration may have left its transaction open, which refuses other statements.
        connection.execute(sqlx::raw_sql(ROLLBACK)).await?;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *connection)
        .await?;
    done
}

async fn migrate_locked(connection: &mut PgConnection) -> Result<()> {
    connection.execute(sqlx::raw_sql(schema::TABLE)).await?;
    let newest: i64 = sqlx::query_scalar(schema::NEWEST).fetch_one(&mut *connection).await?;
    for migration in schema::missing(newest)? {
        // Text is compared byte by byte, as in SQLite, regardless of the database's locale.
        let sql = migration.sql(Dialect::Postgres).replace(" TEXT", " TEXT COLLATE \"C\"");
        let name = migration.name;
        let number = migration.number;
        let all = format!(
            "BEGIN; {sql}\nINSERT INTO migration (number, name) VALUES ({number}, '{name}'); COMMIT"
        );
        connection.execute(sqlx::raw_sql(AssertSqlSafe(all))).await?;
    }
    Ok(())
}

#[async_trait]
impl SqlEngine for Postgres {
    async fn write(&self, urgency: Urgency, work: Work) -> Done {
        let _place = match urgency {
            Urgency::Urgent => None,
            Urgency::Normal => Some(self.normal.acquire().await.map_err(|_| closed())?),
        };
        self.transaction(Task::Write(work)).await
    }

    async fn read(&self, work: ReadWork) -> Done {
        self.transaction(Task::Read(work)).await
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn check(&self) -> Result<Vec<String>> {
        // The server checks its own files; here only its response is checked.
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(Vec::new())
    }

    async fn back_up(&self, _to: &Path) -> Result<()> {
        Err(StoreError::unavailable("PostgreSQL has backups of its own: see pg_dump"))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

fn closed() -> StoreError {
    StoreError::fatal("the database is closed")
}

impl Postgres {
    /// Runs work in a transaction, in a task of its own: the caller may be cancelled at any time,
    /// and a connection must not return to the pool with its transaction open.
    async fn transaction(&self, work: Task) -> Done {
        let pool = self.pool.clone();
        let running = tokio::spawn(async move {
            let held = Box::new(Held::new(pool.acquire().await?));
            match work {
                Task::Write(work) => {
                    let mut tx = Tx::new(held);
                    tx.control("BEGIN").await?;
                    let done = tx.run(work).await;
                    let end = if done.is_ok() { COMMIT } else { ROLLBACK };
                    let ended = tx.control(end).await;
                    transaction_result(done, ended)
                }
                Task::Read(work) => {
                    let mut tx = ReadTx::new(held);
                    tx.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                    let done = tx.run_read(work).await;
                    let ended = tx.control(ROLLBACK).await;
                    transaction_result(done, ended)
                }
            }
        });
        running.await.map_err(|error| {
            StoreError::work(format!("a transaction failed: {error}")).with_source(error)
        })?
    }
}

enum Task {
    Write(Work),
    Read(ReadWork),
}

fn transaction_result(done: Done, ended: Result<()>) -> Done {
    match (done, ended) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => {
            Err(StoreError::retryable(format!("the commit failed: {error}")).with_source(error))
        }
        (Err(error), _) => Err(error),
    }
}

const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// A connection for one transaction.
struct Held {
    connection: PoolConnection<sqlx::Postgres>,
    /// Whether the transaction has ended, so that the connection may be reused.
    is_over: bool,
    /// Whether a statement failed. PostgreSQL rolls such a transaction back at its COMMIT, and
    /// reports success.
    failed: bool,
}

impl Held {
    fn new(connection: PoolConnection<sqlx::Postgres>) -> Self {
        Self { connection, is_over: false, failed: false }
    }

    fn note_failure<T>(&mut self, done: std::result::Result<T, sqlx::Error>) -> Result<T> {
        self.failed |= done.is_err();
        Ok(done?)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}

#[async_trait]
impl Connection for Held {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        let text = sql.text();
        let is_end = text == COMMIT || text == ROLLBACK;
        if text == COMMIT && self.failed {
            return Err(StoreError::work("a statement failed, but its work continued"));
        }
        let done = with_timeout(bound(text, params).execute(&mut *self.connection)).await;
        let done = self.note_failure(done)?;
        self.is_over = is_end;
        Ok(done.rows_affected())
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        let rows = with_timeout(bound(sql.text(), params).fetch_all(&mut *self.connection)).await;
        let rows = self.note_failure(rows)?;
        let names = |row: &PgRow| row.columns().iter().map(|column| column.name().into()).collect();
        let columns: Columns = rows.first().map_or_else(|| [].into(), names);
        rows.iter().map(|row| to_row(&columns, row)).collect()
    }

    async fn lock(&mut self, name: &str) -> Result<()> {
        let hash = blake3::hash(name.as_bytes());
        let number =
            hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| i64::from_le_bytes(*bytes));
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number);
        let locked = with_timeout(lock.execute(&mut *self.connection)).await;
        self.note_failure(locked).map(drop)
    }
}

/// Returns the result of a statement, or a timeout if the server does not respond.
async fn with_timeout<T>(
    statement: impl Future<Output = std::result::Result<T, sqlx::Error>>,
) -> std::result::Result<T, sqlx::Error> {
    match tokio::time::timeout(SILENCE_MAX, statement).await {
        Ok(result) => result,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// SQL null without a type: it takes the type of its parameter.
struct Nothing;

impl Type<sqlx::Postgres> for Nothing {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, sqlx::Postgres> for Nothing {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, PgArguments>;

fn bound<'q>(sql: Cow<'static, str>, params: &'q [Value]) -> Query<'q> {
    // The SQL comes from this crate: a `Statement` cannot be made from anything else.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for param in params {
        query = match param {
            Value::Null => query.bind(Nothing),
            Value::Int(value) => query.bind(*value),
            Value::Real(value) => query.bind(*value),
            Value::Text(value) => query.bind(value.as_str()),
        };
    }
    query
}

fn to_row(columns: &Columns, row: &PgRow) -> Result<Row> {
    let values: Result<Vec<Value>> =
        row.columns().iter().map(|column| to_value(row, column.ordinal())).collect();
    Ok(Row::new(columns, values?))
}

fn to_value(row: &PgRow, column: usize) -> Result<Value> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match sqlx::TypeInfo::name(&kind) {
        "INT8" => Value::Int(row.try_get_unchecked(column)?),
        "INT4" => Value::Int(row.try_get_unchecked::<i32, _>(column)?.into()),
        "BOOL" => Value::Int(row.try_get_unchecked::<bool, _>(column)?.into()),
        "FLOAT8" => Value::Real(row.try_get_unchecked(column)?),
        "TEXT" | "VARCHAR" | "NAME" => Value::Text(row.try_get_unchecked(column)?),
        other => {
            return Err(StoreError::fatal(format!("column {column} has the unknown type {other}")));
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::conformance::{Opened, address, db_suite, fresh_database};
    use crate::db::{Db, InMemory};

    async fn postgres() -> Opened<Db, ()> {
        let server = address("postgres")?;
        let url = fresh_database(&server).await;
        Some((Db::new(Arc::new(Postgres::open(&url).await.unwrap())), ()))
    }

    db_suite!(postgres);

    /// Returns the columns of every table, in their order.
    async fn columns(db: &Db, sql: &'static str) -> BTreeMap<String, Vec<String>> {
        let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await }));
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows.await.unwrap() {
            let column = row.string("column_name").unwrap();
            tables.entry(row.string("table_name").unwrap()).or_default().push(column);
        }
        tables
    }

    /// The migrations of both engines make the same tables, except those of the embedded log.
    #[tokio::test]
    async fn the_schema_is_that_of_the_embedded_engine() {
        let Some((cluster, ())) = postgres().await else { return };
        let embedded = InMemory::open().await.unwrap();
        let mut expected = columns(
            &embedded,
            "SELECT t.name AS table_name, c.name AS column_name
             FROM sqlite_master t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' ORDER BY t.name, c.cid",
        )
        .await;
        expected.retain(|table, _| !table.starts_with("log_"));
        let actual = columns(
            &cluster,
            "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name
             FROM information_schema.columns WHERE table_schema = 'public'
             ORDER BY table_name, ordinal_position",
        )
        .await;
        assert_eq!(actual, expected);
    }
    /// An emptied database is refused where data is expected, and is left as it is.
    #[tokio::test]
    async fn an_emptied_database_is_not_begun_anew() {
        let Some(server) = address("postgres") else { return };
        let url = fresh_database(&server).await;
        for _ in 0..2 {
            let error = Postgres::reopen(&url).await.err().unwrap();
            assert!(error.is_damage() && error.to_string().contains("nothing of leadq"), "{error}");
        }
        Postgres::open(&url).await.unwrap().close().await;
        Postgres::reopen(&url).await.unwrap().close().await;
    }
}

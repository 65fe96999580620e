//! The engine of a cluster: PostgreSQL 15 or later, many writers.
//!
//! Every work has a transaction and a connection of its own. What the embedded engine gets from
//! having one writer, locks with a name give here, and where two works collide all the same, one of
//! them is told to try again.

use std::borrow::Cow;
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

use super::{Connection, Done, Engine, Row, Statement, Tx, Urgency, Value, Work, schema};
use crate::{Result, StoreError};

/// Connections of one process. The stages may take all but those that are kept for whoever waits.
const CONNECTIONS: u32 = 16;
const CONNECTIONS_URGENT: u32 = 4;
/// How long to wait for a connection, the database being away included.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// What every connection is told: a statement that takes longer is given up, and so is a transaction
/// whose process has stopped in the middle.
const SESSION: &str = "SET statement_timeout = '60s'; SET lock_timeout = '30s';
    SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = warning";
/// A server that has gone silent, its machine or the way to it being lost, is waited for no longer.
const SILENCE_MAX: Duration = Duration::from_secs(90);
/// Held while the schema is brought up to date: several processes may start at once.
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
    /// When the address is none, the database is away, or its schema is a newer leadq's.
    pub async fn open(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| StoreError::Fatal(format!("{}: {error}", shown(url))))?
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
        migrate(&mut connection).await?;
        drop(connection);
        let normal = Semaphore::new((CONNECTIONS - CONNECTIONS_URGENT) as usize);
        Ok(Self { pool, normal })
    }
}

/// An address without its password, wherever it stands.
fn shown(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    match url.rsplit_once('@') {
        Some((_, host)) => format!("postgres://…@{host}"),
        None => "the database's address".to_owned(),
    }
}

fn unreachable_at(url: &str, error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => {
            StoreError::Retryable(format!("the database {} cannot be reached: {error}", shown(url)))
        }
        error => error.into(),
    }
}

async fn migrate(connection: &mut PgConnection) -> Result<()> {
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *connection)
        .await?;
    let done = migrate_locked(connection).await;
    if done.is_err() {
        // What failed may have left its transaction open, which hears of nothing else.
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
        // Text is compared byte by byte, as SQLite does, whatever the database's language.
        let sql = migration.sql.replace(" TEXT", " TEXT COLLATE \"C\"");
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
impl Engine for Postgres {
    async fn write(&self, urgency: Urgency, work: Work) -> Done {
        let _place = match urgency {
            Urgency::Urgent => None,
            Urgency::Normal => Some(self.normal.acquire().await.map_err(|_| closed())?),
        };
        self.transaction("BEGIN", COMMIT, work).await
    }

    async fn read(&self, work: Work) -> Done {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.transaction(begin, ROLLBACK, work).await
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn check(&self) -> Result<Vec<String>> {
        // Its files are the database's own affair; that it answers is ours.
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(Vec::new())
    }

    async fn back_up(&self, _to: &Path) -> Result<()> {
        Err(StoreError::Fatal("PostgreSQL has backups of its own: see pg_dump".to_owned()))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

fn closed() -> StoreError {
    StoreError::Fatal("the database is closed".to_owned())
}

impl Postgres {
    /// In a task of its own: whoever asked may leave at any moment, and a connection must not go
    /// back to the others with its transaction open.
    async fn transaction(&self, begin: &'static str, end: &'static str, work: Work) -> Done {
        let pool = self.pool.clone();
        let running = tokio::spawn(async move {
            let mut tx = Tx::new(Box::new(Held::new(pool.acquire().await?)));
            tx.raw(begin).await?;
            let done = tx.run(work).await;
            let ended = tx.raw(if done.is_ok() { end } else { ROLLBACK }).await;
            match (done, ended) {
                (Ok(value), Ok(())) => Ok(value),
                (Ok(_), Err(error)) => {
                    Err(StoreError::Retryable(format!("the commit failed: {error}")))
                }
                (Err(error), _) => Err(error),
            }
        });
        running.await.map_err(|error| StoreError::Work(format!("a work failed: {error}")))?
    }
}

const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// What an error of PostgreSQL asks of the caller, by the class of its code (appendix A of its
/// manual).
pub(crate) fn said_by_postgres(code: &str, message: &str) -> StoreError {
    let said = format!("{message} (code {code})");
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "53100") => StoreError::Retryable(format!(
            "the database's disk is full: free some space; nothing acknowledged is lost: {said}"
        )),
        (_, "25006") => StoreError::Retryable(format!("the database takes no writing now: {said}")),
        // Deadlocks and works that collided; a row that another work has inserted meanwhile.
        ("40", _) | (_, "23505" | "55P03") => {
            StoreError::Retryable(format!("another work was in the way: {said}"))
        }
        // Connections lost, resources short, a time limit, an administrator, the system.
        ("08" | "53" | "57" | "58", _) | (_, "25P03") => {
            StoreError::Retryable(format!("the database has a bad moment: {said}"))
        }
        ("28" | "3D", _) => StoreError::Fatal(format!("the database refuses us: {said}")),
        _ => StoreError::Work(format!("database: {said}")),
    }
}

/// A connection for one transaction.
struct Held {
    connection: PoolConnection<sqlx::Postgres>,
    /// Nothing of it is left open: others may have the connection.
    is_over: bool,
    /// A statement failed. PostgreSQL answers the COMMIT of such a transaction with success, having
    /// rolled it back.
    failed: bool,
}

impl Held {
    fn new(connection: PoolConnection<sqlx::Postgres>) -> Self {
        Self { connection, is_over: false, failed: false }
    }

    fn noting<T>(&mut self, done: std::result::Result<T, sqlx::Error>) -> Result<T> {
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
    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        let text = sql.text();
        let is_end = text == COMMIT || text == ROLLBACK;
        if text == COMMIT && self.failed {
            return Err(StoreError::Work("a statement failed and its work went on".to_owned()));
        }
        let done = heard(bound(text, params).execute(&mut *self.connection)).await;
        let done = self.noting(done)?;
        self.is_over = is_end;
        Ok(done.rows_affected())
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        let rows = heard(bound(sql.text(), params).fetch_all(&mut *self.connection)).await;
        self.noting(rows)?.iter().map(to_row).collect()
    }

    async fn lock(&mut self, name: &str) -> Result<()> {
        let hash = blake3::hash(name.as_bytes());
        let number =
            hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| i64::from_le_bytes(*bytes));
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number);
        let locked = heard(lock.execute(&mut *self.connection)).await;
        self.noting(locked).map(drop)
    }

    fn skip_locked(&self) -> &'static str {
        " FOR UPDATE SKIP LOCKED"
    }
}

/// What a statement says, unless nothing is heard of it.
async fn heard<T>(
    statement: impl Future<Output = std::result::Result<T, sqlx::Error>>,
) -> std::result::Result<T, sqlx::Error> {
    match tokio::time::timeout(SILENCE_MAX, statement).await {
        Ok(said) => said,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Nothing, of whatever type the place it is put into has.
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
    // The text is a literal of ours: `Statement` cannot be made from anything else.
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

fn to_row(row: &PgRow) -> Result<Row> {
    let columns = row.columns().iter();
    let values: Result<Vec<Value>> =
        columns.map(|column| to_value(row, column.ordinal())).collect();
    values.map(Row)
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
            return Err(StoreError::Fatal(format!("column {column} is of a type {other}")));
        }
    })
}

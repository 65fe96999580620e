//! A connection to a SQLite file, or to a database in memory.
//!
//! Statements run on the calling thread and block it: a statement takes a few microseconds, less
//! than a change of threads. A transaction must therefore run on a thread that may block.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, OpenFlags};

use crate::db::value::Columns;
use crate::db::{Connection, Dialect, Row, Statement, Value};
use crate::{Result, StoreError};

/// How long to wait while another connection locks the file.
const BUSY: Duration = Duration::from_secs(5);
/// The number of prepared statements that a connection keeps.
const STATEMENTS: usize = 500;
/// Pages in the write-ahead log after which the writer checkpoints it itself, because the other
/// connection has not kept up.
const WAL_PAGES_MAX: u32 = 16_000;

/// A connection.
pub(super) struct SqliteConnection(rusqlite::Connection);

impl SqliteConnection {
    /// Opens a new database in memory.
    pub(super) fn in_memory() -> Result<Self> {
        let connection = Self(rusqlite::Connection::open_in_memory()?);
        connection.keep_statements()?;
        connection.run("PRAGMA foreign_keys = ON")?;
        Ok(connection)
    }

    /// Opens the connection that writes, and creates the file if it does not exist.
    pub(super) fn writer(path: &Path) -> Result<Self> {
        let connection = Self::open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        // Readers look up little; the writer's indexes are worth caching. Caches fill as the
        // file grows, so their sum bounds the memory (negative: KiB).
        connection.run(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -24576; PRAGMA secure_delete = ON;
             PRAGMA wal_autocheckpoint = {WAL_PAGES_MAX}"
        ))?;
        Ok(connection)
    }

    /// Opens a connection that cannot write.
    pub(super) fn reader(path: &Path) -> Result<Self> {
        let connection = Self::open(path, OpenFlags::empty())?;
        connection.run("PRAGMA query_only = ON")?;
        Ok(connection)
    }

    /// Opens a connection for maintenance of the whole file: checkpoints and copies.
    pub(super) fn maintenance(path: &Path) -> Result<Self> {
        let connection = Self::open(path, OpenFlags::empty())?;
        connection.run("PRAGMA synchronous = FULL")?;
        Ok(connection)
    }

    fn open(path: &Path, more: OpenFlags) -> Result<Self> {
        // A connection is used by one thread at a time, so SQLite needs no mutex of its own.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        let connection = Self(connection);
        connection.keep_statements()?;
        connection.run("PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY")?;
        Ok(connection)
    }

    /// Keeps prepared statements, and their plans: otherwise SQLite prepares a statement again
    /// whenever a parameter that might change its plan has another value, on nearly every use.
    fn keep_statements(&self) -> Result<()> {
        self.0.set_prepared_statement_cache_capacity(STATEMENTS);
        self.0.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(())
    }

    /// Runs statements that are separated by semicolons, and ignores their rows.
    pub(super) fn run(&self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    /// Runs a statement and returns the number of rows affected.
    pub(super) fn execute_now(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut statement = self.bound(sql, params)?;
        if statement.column_count() == 0 {
            return Ok(statement.raw_execute()?.try_into().unwrap_or(u64::MAX));
        }
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        Ok(self.0.changes())
    }

    /// Runs a query.
    pub(super) fn query_now(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let mut statement = self.bound(sql, params)?;
        let columns: Columns = statement.column_names().map(Into::into).collect();
        let mut rows = statement.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns.len()).map(|index| to_value(row.get_ref(index)?));
            all.push(Row::new(&columns, values.collect::<Result<_>>()?));
        }
        Ok(all)
    }

    /// Prepares a statement and binds `$1`, `$2` … to the parameters of these numbers. To SQLite
    /// they are names, which it numbers in the order of their first use.
    fn bound(&self, sql: &str, params: &[Value]) -> Result<CachedStatement<'_>> {
        let mut statement = self.0.prepare_cached(sql)?;
        for index in 1..=statement.parameter_count() {
            let name = statement.parameter_name(index).unwrap_or_default();
            let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
            let param = number.and_then(|number| params.get(number.checked_sub(1)?));
            let param = param.ok_or_else(|| {
                StoreError::fatal(format!("a statement has no value for parameter {name:?}"))
            })?;
            match param {
                Value::Null => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
                Value::Int(value) => statement.raw_bind_parameter(index, value)?,
                Value::Real(value) => statement.raw_bind_parameter(index, value)?,
                Value::Text(value) => statement.raw_bind_parameter(index, value.as_str())?,
            }
        }
        Ok(statement)
    }

    /// Returns whether no transaction is open.
    pub(super) fn is_idle(&self) -> bool {
        self.0.is_autocommit()
    }

    /// Closes the connection; a failure only means that the write-ahead log is left for the next
    /// opening.
    pub(super) fn finish(self) {
        if let Err((_, error)) = self.0.close() {
            tracing::warn!(%error, "a database connection was not closed cleanly");
        }
    }
}

fn to_value(value: ValueRef<'_>) -> Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            let text = std::str::from_utf8(text)
                .map_err(|error| StoreError::fatal(format!("a text is not UTF-8: {error}")))?;
            Value::Text(text.to_owned())
        }
    })
}

#[async_trait]
impl Connection for SqliteConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        self.execute_now(&sql.text(), params)
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        self.query_now(&sql.text(), params)
    }

    async fn close(self: Box<Self>) {
        self.finish();
    }
}

//! The connections that read, each used by one transaction at a time on a blocking thread.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::closed;
use super::connection::SqliteConnection;
use crate::db::{Connection, Dialect, Done, ReadTx, ReadWork, Row, Statement, Value};
use crate::{Result, StoreError};

/// The maximum number of concurrent reading transactions.
const READERS: u32 = 4;

/// The readers of a file.
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: IdleConnections,
}

type IdleConnections = Arc<Mutex<Vec<SqliteConnection>>>;

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { path, permits, idle: IdleConnections::default() }
    }

    /// Runs work in a transaction that sees one snapshot.
    pub(super) async fn read(&self, work: ReadWork) -> Done {
        self.blocking(|connection, runtime| {
            let mut tx = ReadTx::new(Box::new(connection));
            runtime.block_on(async {
                tx.control("BEGIN").await?;
                let done = tx.run_read(work).await;
                // After some errors SQLite has ended the transaction itself, so the rollback fails
                // too: the first error is returned.
                let ended = tx.control("ROLLBACK").await;
                done.and_then(|value| ended.map(|()| value))
            })
        })
        .await
    }

    /// Checks the file and returns the faults; empty if there are none.
    pub(super) async fn check(&self) -> Result<Vec<String>> {
        let rows = self.blocking(|connection, _| {
            connection.connection()?.query_now("PRAGMA quick_check", &[])
        });
        let rows = rows.await?;
        let faults = rows.iter().map(|row| row.string("quick_check"));
        let faults = faults.collect::<Result<Vec<String>>>()?;
        Ok(faults.into_iter().filter(|fault| fault != "ok").collect())
    }

    /// Waits for the running transactions, accepts no more, and closes the connections.
    pub(super) async fn close(&self) {
        // An error means that they are closed already.
        if let Ok(_all) = self.permits.acquire_many(READERS).await {
            self.permits.close();
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        idle.into_iter().for_each(SqliteConnection::finish);
    }

    /// Runs work with a connection on a blocking thread, to its end even if the caller is
    /// cancelled, because a connection must not become idle with its transaction open.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Reading, &Handle) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let (idle, path, runtime) = (Arc::clone(&self.idle), self.path.clone(), Handle::current());
        let reading = tokio::task::spawn_blocking(move || {
            let reused = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match reused {
                Some(connection) => connection,
                None => SqliteConnection::reader(&path)?,
            };
            let done = work(Reading { connection: Some(connection), idle }, &runtime);
            drop(permit);
            done
        });
        reading.await.map_err(|error| {
            StoreError::work(format!("reading failed: {error}")).with_source(error)
        })?
    }
}

/// A connection in use, which becomes idle when it is dropped.
struct Reading {
    connection: Option<SqliteConnection>,
    idle: IdleConnections,
}

impl Reading {
    fn connection(&self) -> Result<&SqliteConnection> {
        self.connection.as_ref().ok_or_else(closed)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(SqliteConnection::is_idle) {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

#[async_trait]
impl Connection for Reading {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn execute(&mut self, sql: Statement, params: &[Value]) -> Result<u64> {
        self.connection()?.execute_now(&sql.text(), params)
    }

    async fn query(&mut self, sql: Statement, params: &[Value]) -> Result<Vec<Row>> {
        self.connection()?.query_now(&sql.text(), params)
    }
}

//! The embedded engine: one SQLite file in WAL mode, one writer, many readers.
//!
//! The writer commits the queued work of all stages in one transaction with one fsync. Each unit of
//! work has its own savepoint, so a failure rolls back nothing else. Another connection checkpoints
//! the write-ahead log into the file, so that no write waits for the checkpoint.

mod connection;
mod readers;
mod writer;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::{Dialect, Done, Durability, ReadWork, SqlEngine, Tx, Urgency, Value, Work, schema};
use crate::{Result, StoreError};
use connection::SqliteConnection;
use readers::Readers;
use writer::{Checkpointer, Queues, Task, Waiting, Writer};

const QUEUE: usize = 256;

/// The value of `PRAGMA synchronous` when every commit is flushed.
const SYNCHRONOUS_FULL: i64 = 2;

/// The SQLite engine.
pub struct Sqlite {
    urgent: mpsc::Sender<Waiting>,
    normal: mpsc::Sender<Waiting>,
    /// Stops the writer, which replies when it has closed the file.
    end: mpsc::Sender<oneshot::Sender<()>>,
    /// `None` in memory, where the one connection also reads.
    readers: Option<Readers>,
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
        let engine = Sqlite::start(None).await?;
        Ok(super::Db::new(std::sync::Arc::new(engine)))
    }
}

impl Sqlite {
    /// Opens (or creates) the database file and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer leadq.
    pub async fn open(path: &Path) -> Result<Self> {
        Self::start(Some(path.to_owned())).await
    }

    /// Migrates the schema and starts the writer, of a file or in memory.
    async fn start(path: Option<PathBuf>) -> Result<Self> {
        let file = path.clone();
        let opened = tokio::task::spawn_blocking(move || open_writer(file.as_deref())).await;
        let (connection, checkpointer) = opened.map_err(|error| {
            StoreError::fatal(format!("the database could not be opened: {error}"))
        })??;
        let (urgent, urgent_waiting) = mpsc::channel(QUEUE);
        let (normal, normal_waiting) = mpsc::channel(QUEUE);
        let (end, ending) = mpsc::channel(1);
        let writer = Writer { tx: Tx::new(Box::new(connection)), commits: 0, checkpointer };
        let queues = Queues { urgent: urgent_waiting, normal: normal_waiting };
        let runtime = Handle::current();
        std::thread::Builder::new()
            .name("leadq-writer".to_owned())
            .spawn(move || runtime.block_on(writer.run(queues, ending)))
            .map_err(|error| StoreError::fatal(format!("no thread for the writer: {error}")))?;
        Ok(Self { urgent, normal, end, readers: path.clone().map(Readers::new), path })
    }
}

/// Opens the connections of the writer and the checkpoints, and migrates the schema.
fn open_writer(path: Option<&Path>) -> Result<(SqliteConnection, Option<Checkpointer>)> {
    let Some(path) = path else {
        let connection = SqliteConnection::in_memory()?;
        migrate(&connection)?;
        return Ok((connection, None));
    };
    let connection = SqliteConnection::writer(path)?;
    migrate(&connection)?;
    Ok((connection, Some(Checkpointer::start(SqliteConnection::maintenance(path)?)?)))
}

fn migrate(connection: &SqliteConnection) -> Result<()> {
    connection.run(schema::TABLE)?;
    let newest = connection.query_now(schema::NEWEST, &[])?;
    let newest = newest.first().map_or(Ok(0), |row| row.int("newest"))?;
    for migration in schema::missing(newest)? {
        connection.run("BEGIN IMMEDIATE")?;
        connection.run(migration.sql(Dialect::Sqlite))?;
        let record = "INSERT INTO migration (number, name) VALUES ($1, $2)";
        let params = [Value::from(migration.number), Value::from(migration.name)];
        connection.execute_now(record, &params)?;
        connection.run("COMMIT")?;
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
        queue.send(Waiting { work, urgency, answer }).await.map_err(|_| closed())?;
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
        readers.read(work).await
    }

    async fn check(&self) -> Result<Vec<String>> {
        match &self.readers {
            Some(readers) => readers.check().await,
            None => Ok(Vec::new()),
        }
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
        let to = to.to_str().ok_or_else(|| {
            StoreError::rejected(format!("the path {} of the backup is not UTF-8", to.display()))
        })?;
        let (path, to) = (path.clone(), to.to_owned());
        let copying = tokio::task::spawn_blocking(move || {
            // A connection of its own, because the time it takes grows with the file.
            let connection = SqliteConnection::maintenance(&path)?;
            connection.execute_now("VACUUM INTO $1", &[Value::from(to)])?;
            connection.finish();
            Ok(())
        });
        copying.await.map_err(|error| StoreError::work(format!("copying failed: {error}")))?
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

#[cfg(test)]
mod tests;

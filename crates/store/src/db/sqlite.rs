//! The embedded engine: one SQLite file in WAL mode, one writer, many readers.
//!
//! The writer commits the queued work of all stages in one transaction with one fsync. Each unit of
//! work has its own savepoint, so a failure rolls back nothing else. Another connection checkpoints
//! the write-ahead log into the file, so that no write waits for the checkpoint.

mod connection;
mod file;
mod readers;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::{
    Dialect, Done, Durability, FileSpace, ReadWork, SqlEngine, Tx, Urgency, Value, Work, schema,
};
use crate::{ErrorKind, Result, StoreError};
use connection::SqliteConnection;
use file::DatabaseFile;
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
    file: Option<DatabaseFile>,
}

/// A database in memory, lost when the process ends: for tests.
pub struct InMemory;

impl InMemory {
    /// Opens a new database in memory.
    ///
    /// # Errors
    /// When SQLite cannot be started.
    pub async fn open() -> Result<super::Db> {
        let connection = blocking("open the database", || {
            let connection = SqliteConnection::in_memory()?;
            migrate(&connection)?;
            Ok(connection)
        });
        let engine = Sqlite::start(connection.await?, None, None)?;
        Ok(super::Db::new(std::sync::Arc::new(engine)))
    }
}

impl Sqlite {
    /// Opens (or creates) the database file and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer leadq;
    /// [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when it is damaged.
    pub async fn open(path: &Path) -> Result<Self> {
        file::create(path)?;
        Self::open_file(path, false).await.map_err(|error| file::named(path, error))
    }

    /// Opens a database file that must hold the data of an earlier run. A file without any is left
    /// as it is.
    ///
    /// # Errors
    /// As [`Sqlite::open`], and [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when the file or
    /// its write-ahead log is missing, or holds nothing of leadq.
    pub async fn reopen(path: &Path) -> Result<Self> {
        file::check_before_reopening(path)?;
        Self::open_file(path, true).await.map_err(|error| file::named(path, error))
    }

    async fn open_file(path: &Path, holds_data: bool) -> Result<Self> {
        let file = path.to_owned();
        let opened = blocking("open the database", move || open_writer(&file, holds_data));
        let (connection, checkpointer) = opened.await?;
        Self::start(connection, Some(checkpointer), Some(DatabaseFile::of(path)?))
    }

    /// Starts the writer on its connection. In memory there are no checkpoints and no file.
    fn start(
        connection: SqliteConnection,
        checkpointer: Option<Checkpointer>,
        file: Option<DatabaseFile>,
    ) -> Result<Self> {
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
        let readers = file.as_ref().map(|file| Readers::new(file.path.clone()));
        Ok(Self { urgent, normal, end, readers, file })
    }
}

/// Runs work on a thread that may block.
async fn blocking<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::work(format!("cannot {what}: {error}")))?
}

/// Opens the connections of the writer and of the checkpoints, and brings the schema up to date.
fn open_writer(path: &Path, holds_data: bool) -> Result<(SqliteConnection, Checkpointer)> {
    let damaged = |finding: String| StoreError::new(ErrorKind::Damaged, finding);
    let connection = SqliteConnection::writer(path)?;
    if holds_data && !tables(&connection)?.contains("migration") {
        return Err(damaged("it holds nothing of leadq".to_owned()));
    }
    migrate(&connection)?;
    let tables = tables(&connection)?;
    if let Some(lost) = schema::tables(Dialect::Sqlite).find(|table| !tables.contains(*table)) {
        return Err(damaged(format!("its table {lost} is missing")));
    }
    Ok((connection, Checkpointer::start(SqliteConnection::maintenance(path)?)?))
}

/// Lists the tables of a database.
fn tables(connection: &SqliteConnection) -> Result<BTreeSet<String>> {
    let rows = connection.query_now("SELECT name FROM sqlite_master WHERE type = 'table'", &[])?;
    rows.iter().map(|row| row.string("name")).collect()
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
    /// Adds the name of the file to an error that reports damage.
    fn named(&self, error: StoreError) -> StoreError {
        match &self.file {
            Some(file) => file.named(error),
            None => error,
        }
    }

    async fn ask(&self, urgency: Urgency, work: Task) -> Done {
        let (answer, done) = oneshot::channel();
        let queue = match urgency {
            Urgency::Urgent => &self.urgent,
            Urgency::Normal => &self.normal,
        };
        queue.send(Waiting { work, urgency, answer }).await.map_err(|_| closed())?;
        done.await.map_err(|_| closed())?.map_err(|error| self.named(error))
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
        readers.read(work).await.map_err(|error| self.named(error))
    }

    async fn check(&self) -> Result<Vec<String>> {
        match &self.readers {
            Some(readers) => readers.check().await.map_err(|error| self.named(error)),
            None => Ok(Vec::new()),
        }
    }

    async fn check_place(&self) -> Result<()> {
        self.file.as_ref().map_or(Ok(()), DatabaseFile::check)
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

    async fn space(&self) -> Result<Option<FileSpace>> {
        let work: ReadWork = Box::new(|tx| {
            Box::pin(async move {
                let mut sizes = [0u64; 3];
                let pragmas = [
                    ("page_size", "PRAGMA page_size"),
                    ("page_count", "PRAGMA page_count"),
                    ("freelist_count", "PRAGMA freelist_count"),
                ];
                for (size, (name, pragma)) in sizes.iter_mut().zip(pragmas) {
                    let row = tx.query_one(pragma, &[]).await?;
                    *size = row.map_or(Ok(0), |row| row.int_as(name))?;
                }
                let [page_bytes, pages, free_pages] = sizes;
                let (bytes, free_bytes) = (page_bytes * pages, page_bytes * free_pages);
                Ok(Box::new(FileSpace { bytes, free_bytes }) as Box<dyn std::any::Any + Send>)
            })
        });
        super::unpack(self.read(work).await).map(Some)
    }

    async fn back_up(&self, to: &Path) -> Result<()> {
        let Some(DatabaseFile { path, .. }) = &self.file else {
            return Err(StoreError::unavailable("a database in memory cannot be backed up"));
        };
        let to = to.to_str().ok_or_else(|| {
            StoreError::rejected(format!("the path {} of the backup is not UTF-8", to.display()))
        })?;
        // SQLite writes into the empty file, which others cannot read.
        file::create(Path::new(to))?;
        let (path, to) = (path.clone(), to.to_owned());
        let copied = blocking("copy the database", move || {
            // A connection of its own, because the time it takes grows with the file.
            let connection = SqliteConnection::maintenance(&path)?;
            connection.execute_now("VACUUM INTO $1", &[Value::from(to)])?;
            connection.finish();
            Ok(())
        });
        copied.await.map_err(|error| self.named(error))
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
mod damage;
#[cfg(test)]
mod tests;

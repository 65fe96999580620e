//! The one writer, on a thread of its own, and the thread that checkpoints the write-ahead log into
//! the file.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::connection::SqliteConnection;
use crate::db::{Done, ReadWork, Tx, Urgency, Work};
use crate::{ErrorKind, Result, StoreError};

/// Units of work committed together: enough to share an fsync, few enough for a low latency.
const GROUP: usize = 64;
/// The time after which a group is committed although more work waits, if a client waits for it.
const URGENT_GROUP_TIME: Duration = Duration::from_millis(8);
/// The same time while no client waits. It is longer than a flush takes on a slow disk, so that
/// stages are not slowed by flushes; work is short, so that urgent work waits little longer.
const GROUP_TIME: Duration = Duration::from_millis(24);
/// Commits after which the write-ahead log is checkpointed.
const CHECKPOINT_AFTER: u32 = 32;

pub(super) struct Waiting {
    pub(super) work: Task,
    pub(super) urgency: Urgency,
    pub(super) answer: oneshot::Sender<Done>,
}

pub(super) enum Task {
    Write(Work),
    /// In memory, where the one connection also reads.
    Read(ReadWork),
}

/// The thread that checkpoints the write-ahead log into the file.
pub(super) struct Checkpointer {
    trigger: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts a thread that checkpoints on each notification, until the sender is dropped.
    pub(super) fn start(connection: SqliteConnection) -> Result<Self> {
        let (trigger, triggers) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("leadq-checkpoint".to_owned())
            .spawn(move || checkpoint_on(&triggers, connection))
            .map_err(|error| StoreError::fatal(format!("no thread for checkpoints: {error}")))?;
        Ok(Self { trigger, thread })
    }

    fn notify(&self) {
        // A full channel means that an earlier notification is still pending.
        let _ = self.trigger.try_send(());
    }

    fn stop(self) {
        drop(self.trigger);
        // The thread does not panic, and the last checkpoint is made by the writer.
        let _ = self.thread.join();
    }
}

fn checkpoint_on(triggers: &Receiver<()>, connection: SqliteConnection) {
    while triggers.recv().is_ok() {
        // Passive: it waits for no other connection, and no other connection waits for it.
        if let Err(error) = connection.run("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::warn!(%error, "the write-ahead log was not checkpointed");
        }
    }
    connection.finish();
}

/// The one writer.
pub(super) struct Writer {
    pub(super) tx: Tx,
    pub(super) commits: u32,
    /// `None` in memory.
    pub(super) checkpointer: Option<Checkpointer>,
}

/// The units of work that are committed together.
struct Group {
    started: Instant,
    has_normal: bool,
    has_urgent: bool,
}

/// The queued work.
pub(super) struct Queues {
    pub(super) urgent: mpsc::Receiver<Waiting>,
    pub(super) normal: mpsc::Receiver<Waiting>,
}

impl Queues {
    fn next(&mut self) -> Option<Waiting> {
        self.urgent.try_recv().or_else(|_| self.normal.try_recv()).ok()
    }

    /// Returns the next unit of work of a group. Once its time is over, a group with urgent work
    /// gets only one more normal unit, so that urgent work never holds up all of the others.
    fn next_in_group(&mut self, group: &Group) -> Option<Waiting> {
        let elapsed = group.started.elapsed();
        if elapsed < URGENT_GROUP_TIME {
            return self.next();
        }
        match (group.has_urgent, group.has_normal) {
            (true, true) => None,
            (true, false) => self.normal.try_recv().ok(),
            (false, _) if elapsed < GROUP_TIME => self.next(),
            (false, _) => None,
        }
    }

    /// Accepts no more work; the queued work remains.
    fn close(&mut self) {
        self.urgent.close();
        self.normal.close();
    }
}

/// Builds the error of work that is lost with its transaction: it may be repeated, unless the
/// database is damaged.
fn lost(how: &str, cause: &StoreError) -> StoreError {
    match cause.is_damage() {
        true => StoreError::new(ErrorKind::Damaged, cause.to_string()),
        false => StoreError::retryable(format!("{how}: {cause}")),
    }
}

impl Writer {
    pub(super) async fn run(
        mut self,
        mut queues: Queues,
        mut ending: mpsc::Receiver<oneshot::Sender<()>>,
    ) {
        let ended = loop {
            let first = tokio::select! {
                biased;
                Some(waiting) = queues.urgent.recv() => waiting,
                Some(waiting) = queues.normal.recv() => waiting,
                Some(ended) = ending.recv() => break Some(ended),
                else => break None,
            };
            self.commit_together(first, &mut queues).await;
            self.commits = self.commits.wrapping_add(1);
            if self.commits.is_multiple_of(CHECKPOINT_AFTER)
                && let Some(checkpointer) = &self.checkpointer
            {
                checkpointer.notify();
            }
        };
        queues.close();
        while let Some(first) = queues.next() {
            self.commit_together(first, &mut queues).await;
        }
        self.close().await;
        if let Some(ended) = ended {
            // The caller may have been cancelled.
            let _ = ended.send(());
        }
    }

    /// Checkpoints the whole write-ahead log and closes the file.
    async fn close(mut self) {
        if let Some(checkpointer) = self.checkpointer.take() {
            checkpointer.stop();
            let folded = self.tx.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]).await;
            if let Err(error) = folded {
                tracing::warn!(%error, "the write-ahead log was not checkpointed");
            }
        }
        self.tx.close().await;
    }

    async fn commit_together(&mut self, first: Waiting, queues: &mut Queues) {
        if let Err(error) = self.tx.control("BEGIN IMMEDIATE").await {
            drop(first.answer.send(Err(error)));
            return;
        }
        let mut answers = Vec::new();
        let mut next = Some(first);
        let mut transaction = Ok(());
        let mut group = Group { started: Instant::now(), has_normal: false, has_urgent: false };
        while let Some(waiting) = next {
            match waiting.urgency {
                Urgency::Urgent => group.has_urgent = true,
                Urgency::Normal => group.has_normal = true,
            }
            let (done, after) = self.run_one(waiting.work).await;
            answers.push((waiting.answer, done));
            transaction = after;
            if answers.len() >= GROUP || transaction.is_err() {
                break;
            }
            next = queues.next_in_group(&group);
        }
        let committed = match transaction {
            Ok(()) => self.tx.control("COMMIT").await,
            lost => lost,
        };
        if committed.is_err() {
            // For any cause, nothing in this group may be acknowledged.
            let _ = self.tx.control("ROLLBACK").await;
        }
        for (answer, done) in answers {
            let done = match (&committed, done) {
                (Err(error), Ok(_)) => Err(lost("the commit failed", error)),
                (_, done) => done,
            };
            drop(answer.send(done));
        }
    }

    /// Runs one unit of work. Also returns whether the transaction is still open: on a full disk
    /// SQLite may have rolled back all of it, and any later work would be committed on its own.
    async fn run_one(&mut self, work: Task) -> (Done, Result<()>) {
        if let Err(error) = self.tx.control("SAVEPOINT work").await {
            let after = lost("the transaction ended", &error);
            return (Err(error), Err(after));
        }
        let done = match work {
            Task::Write(work) => self.tx.run(work).await,
            Task::Read(work) => self.read_only(work).await,
        };
        let after = self.end_one(done.is_err()).await;
        // The work's own error has the cause of the rollback; the other error only says that
        // there is no savepoint.
        let after = match (&done, after) {
            (Err(error), Err(_)) => Err(lost("the transaction ended", error)),
            (_, after) => after,
        };
        (done, after)
    }

    /// Runs read-only work on the connection that also writes.
    async fn read_only(&mut self, work: ReadWork) -> Done {
        self.tx.control("PRAGMA query_only = ON").await?;
        let done = self.tx.run_read(work).await;
        self.tx.control("PRAGMA query_only = OFF").await?;
        done
    }

    async fn end_one(&mut self, is_taken_back: bool) -> Result<()> {
        if is_taken_back {
            self.tx.control("ROLLBACK TO work").await?;
        }
        self.tx.control("RELEASE work").await
    }
}

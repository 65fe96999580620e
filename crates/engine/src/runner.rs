//! The runner: one loop for every stage and partition.
//!
//! Fetches a batch, skips duplicates, prepares outside the transaction, then commits rows, outgoing
//! records and offset in one transaction. A batch that fails is run record by record; a record that
//! fails `attempts_max` times goes to `dead.<stage>` with its cause. After two take-overs without a
//! commit, records run one at a time with a stored attempt count, so that a record that aborts the
//! process cannot do so endlessly.

mod attempts;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use store::db::{Consumer, Outgoing, Urgency};
use store::log::{Record, Subscription};
use store::{ErrorKind, Result, StoreError};
use tokio::sync::watch;

use crate::activity::Activity;
use crate::notifier::Notifier;
use crate::resources::Resources;
use crate::stage::{Apply, StageRow, Step, StepEnd};

const FETCH_WAIT: Duration = Duration::from_millis(250);
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MOST: Duration = Duration::from_secs(5);
/// Take-overs without a commit after which records run one at a time.
const CAREFUL_AFTER: i64 = 2;

/// The goal for the time that a batch takes of its transaction. While a transaction of the embedded
/// engine runs, every acknowledgement waits.
const TRANSACTION_TIME: Duration = Duration::from_millis(6);

/// The number of records in a batch, adapted to the time that they take.
struct BatchSize {
    records: usize,
    max: usize,
}

impl BatchSize {
    fn up_to(max: usize) -> Self {
        Self { records: max, max }
    }

    /// Adapts the size after a batch of some records.
    fn took(&mut self, records: usize, elapsed: Duration) {
        if elapsed > TRANSACTION_TIME {
            self.records = (records / 2).max(1);
        } else if records == self.records && elapsed < TRANSACTION_TIME / 2 {
            self.records = (self.records * 2).min(self.max);
        }
    }
}

/// The outcome of a batch.
enum BatchOutcome {
    /// It is committed; its transaction took this time.
    Done(Duration),
    /// A store failed with a transient error; the whole batch is retried.
    TransientError,
    /// A record failed; the batch is run record by record.
    Failed,
}

/// The work on one partition of one stage's input.
pub(crate) struct PartitionRun {
    pub(crate) row: StageRow,
    pub(crate) resources: Resources,
    pub(crate) subscription: Arc<dyn Subscription>,
    pub(crate) partition: u32,
    pub(crate) notifier: Notifier,
    pub(crate) activity: Arc<Activity>,
    pub(crate) stop: watch::Receiver<bool>,
}

impl PartitionRun {
    fn name(&self) -> &'static str {
        self.row.info.name
    }

    /// Runs until stopped or fenced, or until an error occurs that needs an operator.
    pub(crate) async fn run(&self) -> Result<()> {
        let Some(mut consumer) = self.take().await? else { return Ok(()) };
        let mut careful = consumer.takeovers > CAREFUL_AFTER;
        let mut pause = RETRY_FIRST;
        let mut size = BatchSize::up_to(self.row.info.batch);
        while !*self.stop.borrow() {
            let fetched = self
                .subscription
                .fetch(self.partition, consumer.position, size.records, FETCH_WAIT)
                .await;
            let records = match fetched {
                Ok(records) => records,
                Err(error) if error.is_retryable() => {
                    tracing::warn!(stage = self.name(), %error, "fetch failed; retrying");
                    pause = self.wait(pause).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            if records.is_empty() {
                pause = RETRY_FIRST;
                continue;
            }
            match self.batch(&mut consumer, &records, careful).await? {
                BatchOutcome::Done(elapsed) => {
                    pause = RETRY_FIRST;
                    // With many writers only the locks of a batch make others wait.
                    if !self.resources.db.is_shared() {
                        size.took(records.len(), elapsed);
                    }
                }
                BatchOutcome::TransientError => {
                    pause = self.wait(pause).await;
                    self.reload_position(&mut consumer).await?;
                }
                BatchOutcome::Failed => {
                    pause = RETRY_FIRST;
                    self.process_each(&mut consumer, records).await?;
                    careful = false;
                }
            }
        }
        Ok(())
    }

    /// Takes the partition, and retries on transient errors. Returns `None` if stopped meanwhile.
    async fn take(&self) -> Result<Option<Consumer>> {
        let mut pause = RETRY_FIRST;
        while !*self.stop.borrow() {
            match self.take_once().await {
                Err(error) if error.is_retryable() => {
                    tracing::warn!(stage = self.name(), %error, "cannot take the partition; retrying");
                    pause = self.wait(pause).await;
                }
                result => return result.map(Some),
            }
        }
        Ok(None)
    }

    async fn take_once(&self) -> Result<Consumer> {
        let (name, partition) = (self.name(), self.partition);
        let consumer = self
            .resources
            .db
            .write(Urgency::Urgent, move |tx| Box::pin(tx.take_partition(name, partition)))
            .await?;
        let bounds = self.resources.log.bounds(self.row.info.input.name()).await?;
        let bounds = bounds.get(partition as usize).copied().ok_or_else(|| {
            StoreError::fatal(format!("{} has no partition {partition}", self.row.info.input))
        })?;
        if bounds.first > consumer.position || bounds.next < consumer.position {
            return Err(StoreError::fatal(format!(
                "stage {name} stopped on partition {partition}: its position is {} but the log holds {} to {}; \
                 log and database are from different times: restore both from one copy of the data folder",
                consumer.position, bounds.first, bounds.next
            )));
        }
        Ok(consumer)
    }

    /// Processes a batch as a whole, unless `careful` requires record by record.
    async fn batch(
        &self,
        consumer: &mut Consumer,
        records: &[Record],
        careful: bool,
    ) -> Result<BatchOutcome> {
        if careful {
            return Ok(BatchOutcome::Failed);
        }
        match self.process(consumer, records).await {
            Ok(elapsed) => Ok(BatchOutcome::Done(elapsed)),
            Err(error) if must_stop(&error) => Err(error),
            Err(error) if error.is_retryable() => {
                tracing::warn!(stage = self.name(), %error, "batch failed; retrying");
                self.activity.failed(self.name());
                Ok(BatchOutcome::TransientError)
            }
            Err(error) => {
                tracing::debug!(stage = self.name(), %error, "batch failed; retrying record by record");
                self.activity.failed(self.name());
                Ok(BatchOutcome::Failed)
            }
        }
    }

    /// Reads the committed position of the partition, and retries on transient errors. A commit may
    /// have succeeded although its response was lost.
    async fn reload_position(&self, consumer: &mut Consumer) -> Result<()> {
        let mut pause = RETRY_FIRST;
        while !*self.stop.borrow() {
            let owned = consumer.clone();
            let stored = self
                .resources
                .db
                .read(move |tx| Box::pin(async move { tx.place_of(&owned).await }));
            match stored.await {
                Ok(stored) => {
                    *consumer = stored;
                    return Ok(());
                }
                Err(error) if error.is_retryable() => pause = self.wait(pause).await,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn process_each(&self, consumer: &mut Consumer, records: Vec<Record>) -> Result<()> {
        let row = self.row.clone();
        // Before attempts are counted: no record is at fault if the process ends here.
        let result = tokio::task::spawn_blocking(move || row.warm_up()).await;
        result
            .map_err(|error| StoreError::work(format!("{} is not ready: {error}", self.name())))?;
        for record in records {
            let mut pause = RETRY_FIRST;
            while consumer.position <= record.position {
                if *self.stop.borrow() {
                    return Ok(());
                }
                match self.attempt(consumer, &record).await {
                    Ok(()) => {}
                    Err(error) if must_stop(&error) => return Err(error),
                    Err(error) => {
                        tracing::warn!(stage = self.name(), %error, "record failed");
                        self.activity.failed(self.name());
                        pause = self.wait(pause).await;
                        if error.is_retryable() {
                            self.reload_position(consumer).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Prepares and commits records; skips duplicates. Returns the time that the work took of its
    /// transaction.
    async fn process(&self, consumer: &mut Consumer, records: &[Record]) -> Result<Duration> {
        let mut seen = consumer.seen.clone();
        let fresh: Vec<Record> =
            records.iter().filter(|record| is_newer(&mut seen, record)).cloned().collect();
        let apply = self.row.prepare(fresh).await?;
        self.commit(consumer, records, Some(apply), Vec::new()).await
    }

    /// Commits rows, outgoing records and the offset in ONE transaction. Returns the time that the
    /// work took of it.
    async fn commit(
        &self,
        consumer: &mut Consumer,
        records: &[Record],
        apply: Option<Apply>,
        dead: Vec<Outgoing>,
    ) -> Result<Duration> {
        let Some(last) = records.last() else { return Ok(Duration::ZERO) };
        let position = last.position + 1;
        let mut seen = BTreeMap::new();
        for record in records {
            let record = &record.record;
            let newest = seen.entry(record.producer.clone()).or_insert((i64::MIN, i64::MIN));
            *newest = (*newest).max((record.generation, record.number));
        }
        seen.retain(|producer, newest| consumer.seen.get(producer) < Some(newest));
        let producer = format!("{}/{}", self.name(), self.partition);
        let (clock, owned, seen_numbers) =
            (Arc::clone(&self.resources.clock), consumer.clone(), seen.clone());
        let started = tokio::time::Instant::now();
        let (waits, adds_jobs, after_commit, elapsed) = self
            .resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    let begun = tokio::time::Instant::now();
                    // The offset comes first, so that a fenced worker fails before other work.
                    tx.commit_position(&owned, position, &seen_numbers).await?;
                    tx.forget_attempts(&owned, position).await?;
                    let mut step = Step::begin(tx, clock.now(), dead);
                    if let Some(apply) = apply {
                        apply(&mut step).await?;
                    }
                    let StepEnd { outgoing, after_commit, adds_jobs } = step.end();
                    let waits = tx.send(&producer, outgoing).await?;
                    Ok((waits, adds_jobs, after_commit, begun.elapsed()))
                })
            })
            .await?;
        consumer.position = position;
        consumer.seen.extend(seen);
        if waits {
            self.notifier.notify();
        }
        if adds_jobs {
            self.notifier.notify_jobs();
        }
        for callback in after_commit {
            callback();
        }
        self.activity.committed(self.name(), records.len(), started.elapsed());
        Ok(elapsed)
    }

    /// Waits for `pause` or until stopped. Returns whether it was stopped.
    pub(crate) async fn rests(&self, pause: Duration) -> bool {
        let mut stop = self.stop.clone();
        // The sender was dropped: no task owns this run any more, so it counts as stopped.
        let stopped = async { stop.wait_for(|stop| *stop).await.map(drop).unwrap_or_default() };
        tokio::time::timeout(pause, stopped).await.is_ok()
    }

    async fn wait(&self, pause: Duration) -> Duration {
        tokio::time::sleep(pause).await;
        (pause * 2).min(RETRY_MOST)
    }
}

/// Returns whether this worker must stop, because it is fenced or because an operator must act. No
/// record is at fault then, and none becomes a dead letter.
fn must_stop(error: &StoreError) -> bool {
    matches!(error.kind(), ErrorKind::Fenced | ErrorKind::Fatal | ErrorKind::Damaged)
}

fn is_newer(seen: &mut BTreeMap<String, (i64, i64)>, record: &Record) -> bool {
    let record = &record.record;
    let number = (record.generation, record.number);
    match seen.get_mut(&record.producer) {
        Some(newest) if *newest >= number => false,
        Some(newest) => {
            *newest = number;
            true
        }
        None => {
            seen.insert(record.producer.clone(), number);
            true
        }
    }
}

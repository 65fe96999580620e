//! The trait of stages, with their input, output and work, in a form that one runner can drive.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{Timestamp, Topic, Versioned};
use store::db::{NewJob, Outgoing, Tx};
use store::log::Record;
use store::{Result, StoreError};

/// A stage of the journey. An implementation holds only the capabilities it needs.
pub trait Stage: Send + Sync + 'static {
    /// The name of the stage, used in `dead.<name>` and in every metric.
    const NAME: &'static str;
    /// The topic it reads.
    const INPUT: Topic;
    /// The topic it writes.
    const OUTPUT: Option<Topic>;
    /// The maximum number of records in a batch.
    const BATCH: usize;

    /// The value computed for a record before the transaction.
    type Prepared: Send + Sync + 'static;

    /// Computes the part of the work that needs no transaction, with one result for each record.
    fn prepare(
        &self,
        records: &[Record],
    ) -> impl Future<Output = Vec<Result<Self::Prepared>>> + Send;

    /// Does the rest of the work inside the transaction that moves the consumer's offset.
    fn apply(
        &self,
        step: &mut Step<'_>,
        inputs: &[Input<Self::Prepared>],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Runs slow initialization before attempts at single records are counted, so that if the
    /// process ends meanwhile, no record is blamed for it. It may block.
    fn warm_up(&self) {}
}

/// Returns the results of [`Stage::prepare`] for a stage that prepares nothing.
pub fn unprepared(records: &[Record]) -> Vec<Result<()>> {
    records.iter().map(|_| Ok(())).collect()
}

/// A record with the value prepared for it.
pub struct Input<P> {
    /// The record.
    pub record: Record,
    /// The value that [`Stage::prepare`] returned for it.
    pub prepared: P,
}

/// A transaction in progress, as given to a stage.
pub struct Step<'t> {
    /// The transaction.
    pub tx: &'t mut Tx,
    /// The time at which the transaction began.
    pub now: Timestamp,
    outgoing: Vec<Outgoing>,
    after_commit: Vec<AfterCommit>,
    adds_jobs: bool,
}

/// What happens when the transaction of a step has committed, besides its rows.
pub(crate) struct StepEnd {
    /// The records to send.
    pub(crate) outgoing: Vec<Outgoing>,
    pub(crate) after_commit: Vec<AfterCommit>,
    /// Whether there are new jobs.
    pub(crate) adds_jobs: bool,
}

pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

impl<'t> Step<'t> {
    pub(crate) fn begin(tx: &'t mut Tx, now: Timestamp, outgoing: Vec<Outgoing>) -> Self {
        Self { tx, now, outgoing, after_commit: Vec::new(), adds_jobs: false }
    }

    /// Sends a record when this transaction commits.
    ///
    /// # Errors
    /// When the record cannot be encoded as JSON.
    pub fn emit<R: Versioned>(
        &mut self,
        topic: Topic,
        key: impl Into<String>,
        event: Timestamp,
        record: &R,
    ) -> Result<()> {
        let payload = model::encode(record)?;
        let topic = topic.name().to_owned();
        self.outgoing.push(Outgoing { topic, key: key.into(), event, payload });
        Ok(())
    }

    /// Adds a job unless one with its key exists. Its workers are woken when this transaction
    /// commits. Returns whether it was new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_job(&mut self, job: NewJob<'_>) -> Result<bool> {
        let is_new = self.tx.add_job(job).await?;
        self.adds_jobs |= is_new;
        Ok(is_new)
    }

    /// Runs `done` once the transaction is durable; never if it fails.
    pub fn after_commit(&mut self, done: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(done));
    }

    pub(crate) fn end(self) -> StepEnd {
        let Self { outgoing, after_commit, adds_jobs, .. } = self;
        StepEnd { outgoing, after_commit, adds_jobs }
    }
}

/// The description of a stage in the table of stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageInfo {
    /// The name of the stage.
    pub name: &'static str,
    /// The topic it reads.
    pub input: Topic,
    /// The topic it writes.
    pub output: Option<Topic>,
    /// The maximum number of records in a batch.
    pub batch: usize,
}

impl StageInfo {
    /// Describes a stage by its type.
    pub const fn of<S: Stage>() -> Self {
        Self { name: S::NAME, input: S::INPUT, output: S::OUTPUT, batch: S::BATCH }
    }
}

/// A row of the table of stages: a type-erased [`Stage`]. A clone is the same stage.
#[derive(Clone)]
pub struct StageRow {
    pub(crate) info: StageInfo,
    stage: Arc<dyn ErasedStage>,
}

impl StageRow {
    /// Creates the row of a stage.
    pub fn new<S: Stage>(stage: S) -> Self {
        Self { info: StageInfo::of::<S>(), stage: Arc::new(Adapter(Arc::new(stage))) }
    }

    pub(crate) async fn prepare(&self, records: Vec<Record>) -> Result<Apply> {
        self.stage.prepare(records).await
    }

    pub(crate) fn warm_up(&self) {
        self.stage.warm_up();
    }
}

/// The rest of a stage's work on a batch, which runs inside the transaction.
pub(crate) type Apply =
    Box<dyn for<'s, 't> FnOnce(&'s mut Step<'t>) -> BoxFuture<'s, Result<()>> + Send>;

trait ErasedStage: Send + Sync {
    fn prepare(&self, records: Vec<Record>) -> BoxFuture<'_, Result<Apply>>;
    fn warm_up(&self);
}

struct Adapter<S>(Arc<S>);

impl<S: Stage> ErasedStage for Adapter<S> {
    fn prepare(&self, records: Vec<Record>) -> BoxFuture<'_, Result<Apply>> {
        Box::pin(async move {
            let work = AssertUnwindSafe(self.0.prepare(&records)).catch_unwind().await;
            let prepared =
                work.map_err(|_| StoreError::work("panicked while reading".to_owned()))?;
            let inputs = records
                .into_iter()
                .zip(prepared)
                .map(|(record, prepared)| Ok(Input { record, prepared: prepared? }));
            let inputs = inputs.collect::<Result<Vec<Input<S::Prepared>>>>()?;
            let stage = Arc::clone(&self.0);
            let apply: Apply =
                Box::new(move |step| Box::pin(async move { stage.apply(step, &inputs).await }));
            Ok(apply)
        })
    }

    fn warm_up(&self) {
        self.0.warm_up();
    }
}

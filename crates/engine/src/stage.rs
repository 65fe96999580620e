//! A stage: what it reads and writes, and its work, in a shape that one runner can drive.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{Timestamp, Topic, Versioned};
use store::db::{Outgoing, Tx};
use store::log::Record;
use store::{Result, StoreError};

/// A stage of the journey. It holds the capabilities it needs and nothing else.
pub trait Stage: Send + Sync + 'static {
    /// Its name, in `dead.<name>` and in every metric.
    const NAME: &'static str;
    /// The topic it reads.
    const INPUT: Topic;
    /// The topic it writes.
    const OUTPUT: Option<Topic>;
    /// Records processed together.
    const BATCH: usize;

    /// What is computed for a record before the transaction.
    type Prepared: Send + Sync + 'static;

    /// Computes what needs no transaction; returns one result for each record.
    fn prepare(
        &self,
        records: &[Record],
    ) -> impl Future<Output = Vec<Result<Self::Prepared>>> + Send;

    /// Does everything else inside the transaction that moves the consumer's offset.
    fn apply(
        &self,
        step: &mut Step<'_>,
        inputs: &[Input<Self::Prepared>],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Does what is slow and could be interrupted by the end of the process, before attempts at
    /// single records are counted: an interruption then is no record's fault. It may block.
    fn warm_up(&self) {}
}

/// Returns the preparations of a stage that has none.
pub fn unprepared(records: &[Record]) -> Vec<Result<()>> {
    records.iter().map(|_| Ok(())).collect()
}

/// A record with what was computed for it.
pub struct Input<P> {
    /// The record.
    pub record: Record,
    /// What [`Stage::prepare`] returned for it.
    pub prepared: P,
}

/// A transaction in progress, as a stage sees it.
pub struct Step<'t> {
    /// The transaction.
    pub tx: &'t mut Tx,
    /// The instant at which the transaction began.
    pub now: Timestamp,
    outgoing: Vec<Outgoing>,
    after_commit: Vec<AfterCommit>,
}

pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

impl<'t> Step<'t> {
    pub(crate) fn begin(tx: &'t mut Tx, now: Timestamp, outgoing: Vec<Outgoing>) -> Self {
        Self { tx, now, outgoing, after_commit: Vec::new() }
    }

    /// Sends a record with this transaction.
    ///
    /// # Errors
    /// When the record cannot be written as JSON.
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

    /// Runs `done` when the transaction is durable; never when it fails.
    pub fn after_commit(&mut self, done: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(done));
    }

    pub(crate) fn end(self) -> (Vec<Outgoing>, Vec<AfterCommit>) {
        (self.outgoing, self.after_commit)
    }
}

/// What a table of stages says of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageInfo {
    /// Its name.
    pub name: &'static str,
    /// The topic it reads.
    pub input: Topic,
    /// The topic it writes.
    pub output: Option<Topic>,
    /// Records processed together.
    pub batch: usize,
}

impl StageInfo {
    /// Returns what is known of a stage by its type.
    pub const fn of<S: Stage>() -> Self {
        Self { name: S::NAME, input: S::INPUT, output: S::OUTPUT, batch: S::BATCH }
    }
}

/// A row of the table of stages: a [`Stage`] with its types erased. A clone is the same stage.
#[derive(Clone)]
pub struct StageRow {
    pub(crate) info: StageInfo,
    stage: Arc<dyn ErasedStage>,
}

impl StageRow {
    /// Makes the row of a stage.
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

/// The rest of a stage's work on a batch, to be done inside the transaction.
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

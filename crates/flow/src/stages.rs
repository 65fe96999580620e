//! THE table of stages. One runner drives every row.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::{Timestamp, Topic, Versioned};
use store::Result;
use store::db::{Outgoing, Tx};
use store::log::Record;

use crate::rooms::Rooms;
use crate::stage::{act, clean, detect, resolve, score};

/// Every stage, in the order of the journey.
pub const STAGES: [Stage; 5] = [
    Stage {
        name: "clean",
        input: Topic::RawEvents,
        output: Some(Topic::CleanEvents),
        batch: 16,
        prepare: clean::prepare,
        apply: clean::apply,
    },
    Stage {
        name: "resolve",
        input: Topic::CleanEvents,
        output: Some(Topic::CompaniesUpdates),
        batch: 64,
        prepare: nothing,
        apply: resolve::apply,
    },
    Stage {
        name: "detect",
        input: Topic::CompaniesUpdates,
        output: Some(Topic::SignalsDetected),
        batch: 64,
        prepare: nothing,
        apply: detect::apply,
    },
    Stage {
        name: "score",
        input: Topic::SignalsDetected,
        output: Some(Topic::ActionsTriggered),
        batch: 64,
        prepare: nothing,
        apply: score::apply,
    },
    Stage {
        name: "act",
        input: Topic::ActionsTriggered,
        output: None,
        batch: 64,
        prepare: nothing,
        apply: act::apply,
    },
];

/// Who has dead letters: intake, then every row of the table.
pub fn dead_stages() -> impl Iterator<Item = &'static str> {
    std::iter::once("ingest").chain(STAGES.iter().map(|stage| stage.name))
}

/// One row of the table.
pub struct Stage {
    /// Its name, in `dead.<name>` and in every metric.
    pub name: &'static str,
    /// What it reads.
    pub input: Topic,
    /// What it writes.
    pub output: Option<Topic>,
    /// Records processed together.
    pub batch: usize,
    /// What can be computed before the transaction; only clean has something.
    pub(crate) prepare: Prepare,
    /// Everything else, inside the transaction.
    pub(crate) apply: Apply,
}

pub(crate) type Prepare = for<'a> fn(&'a Arc<Rooms>, &'a [Record]) -> BoxFuture<'a, Vec<Prepared>>;

pub(crate) type Apply = for<'a, 't> fn(&'a mut Step<'t>, &'a [Input]) -> BoxFuture<'a, Result<()>>;

/// What was computed before the transaction.
pub(crate) type Prepared = Result<Option<Box<clean::ReadPage>>>;

/// A record with what was computed for it.
pub(crate) struct Input {
    pub(crate) record: Record,
    pub(crate) page: Option<Box<clean::ReadPage>>,
}

fn nothing<'a>(_: &'a Arc<Rooms>, records: &'a [Record]) -> BoxFuture<'a, Vec<Prepared>> {
    Box::pin(async move { records.iter().map(|_| Ok(None)).collect() })
}

/// A transaction in progress, as a stage sees it.
pub(crate) struct Step<'t> {
    pub(crate) rooms: &'t Arc<Rooms>,
    pub(crate) tx: &'t mut Tx,
    pub(crate) now: Timestamp,
    pub(crate) outgoing: Vec<Outgoing>,
    /// How long pages took from their taking in to the signals they led to.
    pub(crate) latencies_us: Vec<i64>,
}

impl<'t> Step<'t> {
    /// A step with what it sends in any case.
    pub(crate) fn begin(
        rooms: &'t Arc<Rooms>,
        tx: &'t mut Tx,
        now: Timestamp,
        outgoing: Vec<Outgoing>,
    ) -> Self {
        Self { rooms, tx, now, outgoing, latencies_us: Vec::new() }
    }

    /// Sends a record on its way, in this transaction.
    pub(crate) fn emit<R: Versioned>(
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
}

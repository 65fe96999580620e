//! act: counts each action for its channel and offers it to the targets of every channel. The
//! channels decide which targets want it.

use std::sync::Arc;

use engine::{Input, Stage, Step, unprepared};
use model::{ActionTriggered, Topic, decode};
use store::log::Record;
use store::{Result, StoreError};

use crate::context::Context;
use crate::jobs::deliver::{self, Messages};
use crate::latency::LatencyMeter;

pub(crate) struct Act {
    messages: Messages,
}

impl Act {
    pub(super) fn new(context: &Context, _: &Arc<LatencyMeter>) -> Self {
        Self { messages: Messages::of(context) }
    }
}

impl Stage for Act {
    const NAME: &'static str = "act";
    const INPUT: Topic = Topic::ActionsTriggered;
    const OUTPUT: Option<Topic> = None;
    const BATCH: usize = 64;
    type Prepared = ();

    async fn prepare(&self, records: &[Record]) -> Vec<Result<()>> {
        unprepared(records)
    }

    async fn apply(&self, step: &mut Step<'_>, inputs: &[Input<()>]) -> Result<()> {
        for input in inputs {
            let (record, position) = (&input.record.record, input.record.position);
            let action: ActionTriggered = decode(&record.payload)?;
            let channel = ::act::channel(&action.channel).ok_or_else(|| {
                StoreError::poison(format!("no such channel: {:?}", action.channel))
            })?;
            step.tx.count(&format!("act.{}", channel.name), 1);
            deliver::offer(step, &self.messages, &action, record.event, position).await?;
        }
        Ok(())
    }
}

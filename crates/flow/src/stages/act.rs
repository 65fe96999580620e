//! act: an action goes to its channel. It is held for a person's review, and offered to the
//! endpoints that the settings name.

use std::sync::Arc;

use ::act::Endpoint;
use engine::{Input, Stage, Step, unprepared};
use model::{ActionTriggered, Topic, decode};
use store::log::Record;
use store::{Result, StoreError};

use crate::jobs::deliver;
use crate::meter::Meter;
use crate::rooms::Rooms;

pub(crate) struct Act {
    endpoints: Vec<Endpoint>,
}

impl Act {
    pub(super) fn new(rooms: &Rooms, _: &Arc<Meter>) -> Self {
        Self { endpoints: rooms.outside.endpoints.clone() }
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
            let record = &input.record.record;
            let action: ActionTriggered = decode(&record.payload)?;
            let channel = ::act::channel(&action.channel).ok_or_else(|| {
                StoreError::poison(format!("no such channel: {:?}", action.channel))
            })?;
            step.tx.count(&format!("act.{}", channel.name), 1);
            deliver::offer(step, &self.endpoints, &action, record.event).await?;
        }
        Ok(())
    }
}

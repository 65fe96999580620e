//! act: an action goes to its channel. It is held for a person's review, and offered to the
//! endpoints that the settings name.

use futures_util::future::BoxFuture;
use model::{ActionTriggered, decode};
use store::{Result, StoreError};

use crate::deliver;
use crate::stages::{Input, Step};

pub(crate) fn apply<'a>(step: &'a mut Step<'_>, inputs: &'a [Input]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for input in inputs {
            let record = &input.record.record;
            let action: ActionTriggered = decode(&record.payload)?;
            let channel = act::channel(&action.channel).ok_or_else(|| {
                StoreError::Poison(format!("no such channel: {:?}", action.channel))
            })?;
            step.tx.count(&format!("act.{}", channel.name), 1);
            deliver::offer(step, &action, record.event).await?;
        }
        Ok(())
    })
}

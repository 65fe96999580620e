//! act: an action goes to its channel. The only channel yet holds it for a person's review.

use futures_util::future::BoxFuture;
use model::{ActionTriggered, decode};
use store::{Result, StoreError};

use crate::stages::{Input, Step};

pub(crate) fn apply<'a>(step: &'a mut Step<'_>, inputs: &'a [Input]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for input in inputs {
            let action: ActionTriggered = decode(&input.record.record.payload)?;
            let channel = act::channel(&action.channel).ok_or_else(|| {
                StoreError::Poison(format!("no such channel: {:?}", action.channel))
            })?;
            step.tx.count(&format!("act.{}", channel.name), 1).await?;
        }
        Ok(())
    })
}

//! A worker that lost a partition cannot commit any more; a log that no longer holds unread records
//! stops the stage instead of skipping them.

use std::sync::Arc;

use flow::JourneyEngine;
use model::Topic;

use crate::journey::{Engines, Journey};
use crate::small_world::{TODAY, at, captures, product};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_taken_over_is_fenced() {
    let expected = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    expected.accept(captures()).await;
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    let captures = captures();
    let (first, second) = captures.split_at(captures.len() / 2);
    journey.accept(first.to_vec()).await;
    // A second worker takes every partition while the first is running, unaware of it.
    let successor = JourneyEngine::start(Arc::clone(journey.context())).await.unwrap();
    journey.accept(second.to_vec()).await;
    successor.nudge();
    successor.settle(|_| {}).await.unwrap();
    assert_eq!(journey.hash().await, expected.hash().await);
    successor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_log_stops_the_stage_with_an_error() {
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    journey.settle().await;
    let context = Arc::clone(journey.context());
    journey.engine.stop().await;
    let topic = Topic::CleanEvents.name();
    for partition in 0..context.log.partitions(topic).await.unwrap() {
        let next = context.log.bounds(topic).await.unwrap()[partition as usize].next;
        // As if the log had been lost and recreated.
        context
            .db
            .write(store::db::Urgency::Urgent, move |tx| {
                Box::pin(async move {
                    let lease = tx.take_partition("resolve", partition).await?;
                    tx.commit_position(&lease, next + 5, &std::collections::BTreeMap::new()).await
                })
            })
            .await
            .unwrap();
    }
    let engine = JourneyEngine::start(context).await.unwrap();
    let error = engine.settle(|_| {}).await.unwrap_err().to_string();
    assert!(error.contains("resolve") && error.contains("its position is"), "{error}");
}

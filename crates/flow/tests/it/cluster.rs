//! The journey on PostgreSQL and Kafka: the same guarantees, and the same hash as embedded.

use std::sync::Arc;
use std::time::Duration;

use flow::{JourneyEngine, Role};
use store::conformance::{address, fresh_database, fresh_name};
use store::db::{Db, Postgres};
use store::log::KafkaLog;

use crate::journey::{Engines, Journey};
use crate::small_world::{TODAY, at, captures, product};

/// Creates a new database on the test server.
pub(crate) async fn database() -> Db {
    let server = address("postgres").unwrap();
    let url = fresh_database(&server).await;
    Db::new(Arc::new(Postgres::open(&url).await.unwrap()))
}

/// Opens a log with topics of its own on the test broker.
pub(crate) fn log() -> KafkaLog {
    let broker = address("kafka").unwrap();
    KafkaLog::open(&format!("{broker}/{}", fresh_name())).unwrap()
}

pub(crate) fn is_there() -> bool {
    address("postgres").is_some() && address("kafka").is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_workers_come_to_the_hash_of_one_embedded() {
    if !is_there() {
        return;
    }
    let expected = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    expected.accept(captures()).await;
    let journey = Journey::start(Engines::Cluster, vec![product()], at(TODAY)).await;
    let second = JourneyEngine::start_as(Role::Work, Arc::clone(journey.context())).await.unwrap();
    let captures = captures();
    let (first, rest) = captures.split_at(captures.len() / 2);
    journey.accept(first.to_vec()).await;
    let third = JourneyEngine::start_as(Role::Work, Arc::clone(journey.context())).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    second.stop().await;
    journey.accept(rest.to_vec()).await;
    assert_eq!(journey.hash().await, expected.hash().await);
    third.stop().await;
}

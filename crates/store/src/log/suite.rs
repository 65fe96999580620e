//! Conformance cases for log engines; `log_suite!` runs them against each engine.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a case reports a failure by panicking, and its name is the requirement"
)]

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;

use super::{Assignment, EventLog, NewRecord, RECORD_BYTES_MAX, Record, partition_of};
use crate::ErrorKind;

fn record(key: &str, number: i64) -> NewRecord {
    NewRecord {
        key: key.to_owned(),
        producer: "suite".to_owned(),
        generation: 1,
        number,
        event: Timestamp(number),
        payload: format!("{{\"number\":{number}}}"),
    }
}

async fn all(log: &dyn EventLog, topic: &str) -> Vec<Vec<Record>> {
    let mut partitions = Vec::new();
    for partition in 0..log.partitions(topic).await.unwrap() {
        partitions.push(log.read(topic, partition, 0, usize::MAX).await.unwrap());
    }
    partitions
}

pub async fn topics_only_grow(log: Arc<dyn EventLog>) {
    assert_eq!(log.partitions("t").await.unwrap(), 0);
    log.ensure_topic("t", 3).await.unwrap();
    log.append("t", vec![record("a", 1)]).await.unwrap();
    log.ensure_topic("t", 3).await.unwrap();
    log.ensure_topic("t", 1).await.unwrap();
    assert_eq!(log.partitions("t").await.unwrap(), 3);
    log.ensure_topic("t", 5).await.unwrap();
    assert_eq!(log.partitions("t").await.unwrap(), 5);
    assert_eq!(all(&*log, "t").await.concat().len(), 1, "growing loses nothing");
}

pub async fn order_is_kept_per_key(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 4).await.unwrap();
    let keys = ["acme", "bolt", "crow", "dune", "elm"];
    for chunk in 0..10 {
        let records = (0..20).map(|n| record(keys[n % 5], chunk * 20 + n as i64)).collect();
        log.append("t", records).await.unwrap();
    }
    let partitions = all(&*log, "t").await;
    assert_eq!(partitions.concat().len(), 200);
    for (partition, records) in (0u32..).zip(&partitions) {
        let positions: Vec<u64> = records.iter().map(|record| record.position).collect();
        assert_eq!(positions, (0..records.len() as u64).collect::<Vec<_>>(), "no gaps");
        for key in keys {
            let numbers: Vec<i64> =
                records.iter().filter(|r| r.record.key == key).map(|r| r.record.number).collect();
            assert!(numbers.is_sorted());
            assert!(numbers.is_empty() || partition_of(key, 4) == partition);
        }
    }
}

pub async fn reading_starts_and_stops_at_the_bounds(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 1).await.unwrap();
    log.append("t", (0..10).map(|n| record("k", n)).collect()).await.unwrap();
    let read = log.read("t", 0, 4, 3).await.unwrap();
    assert_eq!(read.iter().map(|r| r.record.number).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!(read[0].record, record("k", 4), "every field comes back");
    assert!(log.read("t", 0, 10, 3).await.unwrap().is_empty());
    log.truncate_before("t", 0, 6).await.unwrap();
    let bounds = log.bounds("t").await.unwrap()[0];
    assert_eq!((bounds.first, bounds.next), (6, 10));
    assert_eq!(log.read("t", 0, 0, 1).await.unwrap()[0].position, 6);
    log.truncate_before("t", 0, 99).await.unwrap();
    let bounds = log.bounds("t").await.unwrap()[0];
    assert_eq!((bounds.first, bounds.next), (10, 10), "positions are never given twice");
    log.append("t", vec![record("k", 10)]).await.unwrap();
    assert_eq!(log.read("t", 0, 0, 9).await.unwrap()[0].position, 10);
}

pub async fn a_reading_that_is_left_spoils_no_later_one(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 1).await.unwrap();
    log.append("t", (0..10).map(|n| record("k", n)).collect()).await.unwrap();
    for ms in 0..20 {
        // Like a client that closes its page before the response.
        let _ = tokio::time::timeout(Duration::from_millis(ms), log.read("t", 0, 0, 10)).await;
    }
    assert_eq!(log.read("t", 0, 0, 10).await.unwrap().len(), 10);
    assert_eq!(log.read("t", 0, 7, 10).await.unwrap().len(), 3);
}

pub async fn a_member_gets_every_partition_and_waits_for_records(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 2).await.unwrap();
    let member: Arc<dyn super::Subscription> = log.subscribe("g", "t").await.unwrap().into();
    assert_eq!(member.changed().await.unwrap(), Assignment::Assigned(vec![0, 1]));
    let short = Duration::from_millis(20);
    let partition = partition_of("k", 2);
    assert!(member.fetch(partition, 0, 9, short).await.unwrap().is_empty());
    let waiting = tokio::spawn({
        let member = Arc::clone(&member);
        async move { member.fetch(partition, 0, 9, Duration::from_secs(20)).await }
    });
    tokio::time::sleep(short).await;
    log.append("t", vec![record("k", 7)]).await.unwrap();
    let fetched = waiting.await.unwrap().unwrap();
    assert_eq!(fetched.iter().map(|r| r.record.number).collect::<Vec<_>>(), [7]);
}

pub async fn appending_to_no_topic_is_an_error(log: Arc<dyn EventLog>) {
    assert!(log.append("nowhere", vec![record("k", 1)]).await.is_err());
    assert!(log.bounds("nowhere").await.unwrap().is_empty());
}

pub async fn refuses_oversized_records_and_appends_nothing(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 1).await.unwrap();
    let large = NewRecord { payload: "x".repeat(RECORD_BYTES_MAX + 1), ..record("k", 2) };
    let refused = log.append("t", vec![record("k", 1), large]).await.unwrap_err();
    assert!(
        refused.kind() == ErrorKind::Poison && refused.to_string().contains("878 KiB"),
        "{refused}"
    );
    let most = NewRecord { payload: "x".repeat(RECORD_BYTES_MAX), ..record("k", 3) };
    log.append("t", vec![most]).await.unwrap();
    let numbers: Vec<i64> =
        all(&*log, "t").await.concat().iter().map(|r| r.record.number).collect();
    assert_eq!(numbers, [3]);
}

pub async fn appends_at_once_lose_nothing(log: Arc<dyn EventLog>) {
    log.ensure_topic("t", 3).await.unwrap();
    let appends = (0..20).map(|writer| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            for n in 0..10 {
                log.append("t", vec![record(&format!("k{n}"), writer * 10 + n)]).await.unwrap();
            }
        })
    });
    for append in appends.collect::<Vec<_>>() {
        append.await.unwrap();
    }
    let mut numbers: Vec<i64> =
        all(&*log, "t").await.concat().iter().map(|record| record.record.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
}

/// Runs the cases against engines. Each engine is an async function of that name in the calling
/// module that returns [`Opened`](crate::conformance::Opened).
#[macro_export]
macro_rules! log_suite {
    ($($engine:ident),+ $(,)?) => {
        $crate::conformance_cases!(log, $($engine),+: [
            topics_only_grow,
            order_is_kept_per_key,
            reading_starts_and_stops_at_the_bounds,
            a_reading_that_is_left_spoils_no_later_one,
            a_member_gets_every_partition_and_waits_for_records,
            appending_to_no_topic_is_an_error,
            appends_at_once_lose_nothing,
            refuses_oversized_records_and_appends_nothing,
        ]);
    };
}

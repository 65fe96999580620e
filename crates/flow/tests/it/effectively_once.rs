//! R7: captures in any order, number, batches and delay, and a replay of the whole log, give one
//! canonical hash.

use model::{Timestamp, Topic};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::log::NewRecord;

use crate::journey::{Engines, Journey};
use crate::small_world::{TODAY, at, captures, product};

type Hash = (model::Digest, Vec<(&'static str, usize, model::Digest)>);

/// One way of delivering the captures of the small world.
#[derive(Debug, Clone)]
struct Delivery {
    /// The order of captures, by index; each at least once, some more often.
    order: Vec<usize>,
    /// The sizes of batches, used in a cycle.
    batches: Vec<usize>,
    /// Whether the clock follows the captures; otherwise all are 90 days late.
    live: bool,
    /// Whether the journey settles between batches.
    settles: bool,
    /// Whether everything is replayed at the end.
    replays: bool,
}

fn deliveries(count: usize) -> impl Strategy<Value = Delivery> {
    let often: Vec<usize> = (0..count).flat_map(|index| [index, index, index]).collect();
    let repeated = proptest::sample::subsequence(often, count..=count * 3);
    (repeated, prop::collection::vec(1usize..12, 1..5), any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(move |(mut order, batches, live, settles, replays)| {
            order.extend(0..count);
            (order, batches, live, settles, replays)
        })
        .prop_flat_map(|(order, batches, live, settles, replays)| {
            Just(order).prop_shuffle().prop_map(move |order| Delivery {
                order,
                batches: batches.clone(),
                live,
                settles,
                replays,
            })
        })
}

async fn undisturbed(engines: Engines) -> Hash {
    let journey = Journey::start(engines, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    journey.hash().await
}

async fn delivered(engines: Engines, delivery: Delivery) -> Hash {
    let captures = captures();
    let journey = Journey::start(engines, vec![product()], at(TODAY)).await;
    let mut sizes = delivery.batches.iter().cycle();
    let mut rest = delivery.order.as_slice();
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).min(rest.len());
        let (now, later) = rest.split_at(size);
        let batch: Vec<_> = now.iter().map(|index| captures[*index].clone()).collect();
        if delivery.live {
            let newest = batch.iter().map(|capture| capture.observed).max().unwrap();
            journey.clock.set(Timestamp(newest.0 + 1_000_000));
        }
        journey.accept(batch).await;
        if delivery.settles {
            journey.settle().await;
        }
        rest = later;
    }
    journey.clock.set(at(TODAY));
    journey.settle().await;
    // Results computed on an earlier day are computed again on this one.
    recompute_all(&journey).await;
    if delivery.replays {
        replay(&journey).await;
    }
    journey.hash().await
}

async fn recompute_all(journey: &Journey) {
    flow::recompute_all(journey.context(), &"test".into()).await.unwrap();
    journey.engine.nudge();
}

/// Appends every raw record again, like a producer that has lost its position.
async fn replay(journey: &Journey) {
    journey.settle().await;
    let log = &journey.context().log;
    let topic = Topic::RawEvents.name();
    let mut number = 0;
    for partition in 0..log.partitions(topic).await.unwrap() {
        let records = log.read(topic, partition, 0, usize::MAX).await.unwrap();
        let duplicates = records
            .into_iter()
            .map(|record| {
                number += 1;
                NewRecord { producer: "replay".to_owned(), number, ..record.record }
            })
            .collect();
        log.append(topic, duplicates).await.unwrap();
    }
}

fn same_hash_on(engines: Engines, cases: u32) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let expected = runtime.block_on(undisturbed(engines));
    let config =
        Config { cases, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&deliveries(captures().len()), |delivery| {
        let actual = runtime.block_on(delivered(engines, delivery));
        prop_assert_eq!(&actual.1, &expected.1);
        prop_assert_eq!(actual.0, expected.0);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn any_delivery_comes_to_one_hash_in_memory() {
    same_hash_on(Engines::Memory, 24);
}

#[test]
fn any_delivery_comes_to_one_hash_on_disk() {
    same_hash_on(Engines::Disk, 12);
}

#[cfg(all(feature = "kafka", feature = "postgres"))]
#[test]
fn any_delivery_comes_to_one_hash_on_a_cluster() {
    if crate::cluster::is_there() {
        same_hash_on(Engines::Cluster, 3);
    }
}

/// Checks that the small world has signals, because the property is vacuous without any.
#[tokio::test(flavor = "multi_thread")]
async fn the_small_world_has_every_kind_of_signal() {
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    let signals = journey.signals().await;
    let kinds: std::collections::BTreeSet<&str> =
        signals.iter().map(|signal| signal.kind.as_str()).collect();
    assert!(kinds.contains("budget_event"), "{kinds:?}");
    assert!(kinds.contains("hiring_spike"), "{kinds:?}");
    assert!(kinds.contains("tech_adoption"), "{kinds:?}");
    let memory = undisturbed(Engines::Memory).await;
    let disk = undisturbed(Engines::Disk).await;
    assert_eq!(memory, disk, "the engines agree");
}

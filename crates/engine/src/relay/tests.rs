//! A relay on a log that fails: whatever fails, every other producer's records arrive, in order.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use model::{Clock, DeadLetter, FixedClock, Timestamp, Topic, decode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::blob::FsBlobs;
use store::db::{Db, InMemory, Outgoing};
use store::log::{Bounds, EventLog, MemoryLog, Record, Subscription, partition_of};

use super::*;
use crate::resources::EngineLimits;

/// The largest payload that the log of these tests holds.
const LOG_BYTES_MAX: usize = 20_000;
const PARTITIONS: u32 = 3;
const TOPIC: Topic = Topic::CleanEvents;
const BLOCKED: &str = "clean/0";
const HANGING: &str = "clean/1";

/// What happens to an append of a producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Nothing is appended.
    Refused,
    /// The records are appended, but the answer is lost.
    AnswerLost,
}

/// A log in memory whose appends fail by a plan for each producer; `BLOCKED` always fails, and
/// `HANGING` never gets an answer.
#[derive(Default)]
struct FailingLog {
    log: MemoryLog,
    plans: Mutex<BTreeMap<String, Vec<Fault>>>,
}

#[async_trait]
impl EventLog for FailingLog {
    async fn ensure_topic(&self, topic: &str, partitions: u32) -> Result<()> {
        self.log.ensure_topic(topic, partitions).await
    }
    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Result<()> {
        let producer = records[0].producer.clone();
        if producer == BLOCKED {
            return Err(StoreError::fatal("this partition has no leader"));
        }
        if producer == HANGING {
            std::future::pending::<()>().await;
        }
        if records.iter().any(|record| record.payload.len() > LOG_BYTES_MAX) {
            return Err(StoreError::poison("a record exceeds the limit of the log"));
        }
        let fault = self.plans.lock().unwrap().get_mut(&producer).and_then(Vec::pop);
        let fault = fault.unwrap_or(Fault::None);
        if fault != Fault::Refused {
            self.log.append(topic, records).await?;
        }
        match fault {
            Fault::None => Ok(()),
            _ => Err(StoreError::retryable("the connection was lost")),
        }
    }
    async fn partitions(&self, topic: &str) -> Result<u32> {
        self.log.partitions(topic).await
    }
    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>> {
        self.log.bounds(topic).await
    }
    async fn read(&self, topic: &str, part: u32, from: u64, max: usize) -> Result<Vec<Record>> {
        self.log.read(topic, part, from, max).await
    }
    async fn truncate_before(&self, topic: &str, partition: u32, position: u64) -> Result<()> {
        self.log.truncate_before(topic, partition, position).await
    }
    async fn subscribe(&self, group: &str, topic: &str) -> Result<Box<dyn Subscription>> {
        self.log.subscribe(group, topic).await
    }
}

/// A record of a producer: its key, and whether the log can never hold it.
type Planned = (u8, bool);

fn outgoing((key, is_huge): Planned, number: usize) -> Outgoing {
    let length = if is_huge { LOG_BYTES_MAX + 1 } else { 1 };
    Outgoing {
        topic: TOPIC.name().to_owned(),
        key: key.to_string(),
        event: Timestamp(0),
        payload: format!("{number} {}", "x".repeat(length)),
    }
}

async fn put(db: &Db, producer: &str, records: &[Planned]) {
    let (producer, records) = (producer.to_owned(), records.to_vec());
    db.write(Urgency::Normal, move |tx| {
        Box::pin(async move {
            let numbered = records.into_iter().zip(1..);
            let records = numbered.map(|(record, number)| outgoing(record, number)).collect();
            tx.send(&producer, records).await.map(drop)
        })
    })
    .await
    .unwrap();
}

async fn waiting(db: &Db) -> Vec<String> {
    db.read(|tx| Box::pin(tx.outbox_producers())).await.unwrap()
}

/// Relays everything that can be relayed.
async fn relayed(producers: &[(Vec<Planned>, Vec<Fault>)]) -> Arc<FailingLog> {
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(Timestamp(0)));
    let log = Arc::new(FailingLog::default());
    log.ensure_topic(TOPIC.name(), PARTITIONS).await.unwrap();
    log.ensure_topic("dead.resolve", 1).await.unwrap();
    let db = InMemory::open().await.unwrap();
    // More than one share, and first in the order of names.
    put(&db, BLOCKED, &[(0, false); 600]).await;
    put(&db, HANGING, &[(0, false); 3]).await;
    for (index, (records, plan)) in producers.iter().enumerate() {
        let producer = format!("resolve/{index}");
        put(&db, &producer, records).await;
        log.plans.lock().unwrap().insert(producer, plan.clone());
    }
    let resources = Resources {
        db: db.clone(),
        log: log.clone(),
        blobs: Arc::new(FsBlobs::open(folder.path(), &clock).unwrap()),
        clock,
        limits: EngineLimits { partitions: PARTITIONS, attempts_max: 3 },
    };
    let activity = Arc::new(Activity::default());
    let (notifier, dead) = (Notifier::default(), vec!["ingest", "clean", "resolve"]);
    let relay = Relay::new(resources, Arc::clone(&activity), notifier, Vec::new(), dead);
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(relay.run(stopped));
    for _ in 0..2_000 {
        if waiting(&db).await == [BLOCKED, HANGING] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(waiting(&db).await, [BLOCKED, HANGING], "only these are held up");
    tokio::time::sleep(Duration::from_secs(6)).await;
    let held_up = activity.held_up(Duration::from_secs(5));
    assert_eq!(held_up.len(), 2, "{held_up:?}");
    assert!(held_up[0].starts_with(BLOCKED) && held_up[0].contains("no leader"), "{held_up:?}");
    assert!(held_up[1].starts_with(HANGING), "{held_up:?}");
    stop.send_replace(true);
    task.await.unwrap();
    log
}

/// Reads a partition like a consumer, which skips numbers that are not newer.
async fn taken(log: &dyn EventLog, topic: &str, partition: u32) -> Vec<(String, i64, String)> {
    let mut newest: BTreeMap<String, i64> = BTreeMap::new();
    let mut taken = Vec::new();
    for Record { record, .. } in log.read(topic, partition, 0, usize::MAX).await.unwrap() {
        let last = newest.entry(record.producer.clone()).or_default();
        if record.number > *last {
            *last = record.number;
            taken.push((record.producer, record.number, record.payload));
        }
    }
    taken
}

async fn check(producers: &[(Vec<Planned>, Vec<Fault>)]) {
    let log = relayed(producers).await;
    let letters = taken(&*log, "dead.resolve", 0).await;
    let mut partitions = Vec::new();
    for partition in 0..PARTITIONS {
        partitions.push(taken(&*log, TOPIC.name(), partition).await);
    }
    for (index, (records, _)) in producers.iter().enumerate() {
        let producer = format!("resolve/{index}");
        let numbers_in = |taken: &[(String, i64, String)]| -> Vec<i64> {
            let own = taken.iter().filter(|(of, _, _)| *of == producer);
            own.map(|(_, number, _)| *number).collect()
        };
        let expected = |wanted: &dyn Fn(&Planned) -> bool| -> Vec<i64> {
            let numbered = (1..).zip(records).filter(|(_, record)| wanted(record));
            numbered.map(|(number, _)| number).collect()
        };
        for (partition, taken) in (0..PARTITIONS).zip(&partitions) {
            let is_here = |(key, is_huge): &Planned| {
                !is_huge && partition_of(&key.to_string(), PARTITIONS) == partition
            };
            assert_eq!(numbers_in(taken), expected(&is_here), "{producer} in {partition}");
        }
        assert_eq!(numbers_in(&letters), expected(&|(_, is_huge)| *is_huge), "{producer}");
    }
    for (_, number, payload) in letters {
        assert!(payload.len() < 3_000, "cut to size");
        let letter: DeadLetter = decode(&payload).unwrap();
        assert_eq!((letter.stage.as_str(), letter.record), ("resolve", None));
        assert!(letter.cause.contains("exceeds the limit"), "{}", letter.cause);
        assert!(letter.excerpt.unwrap().starts_with(&format!("{number} xxx")));
    }
}

fn producers() -> impl Strategy<Value = Vec<(Vec<Planned>, Vec<Fault>)>> {
    let record = (any::<u8>(), prop::bool::weighted(0.1));
    let fault = prop_oneof![Just(Fault::None), Just(Fault::Refused), Just(Fault::AnswerLost)];
    let producer = (prop::collection::vec(record, 1..40), prop::collection::vec(fault, 0..4));
    prop::collection::vec(producer, 1..4)
}

#[test]
fn a_producer_that_cannot_be_appended_holds_up_no_other() {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&producers(), |producers| {
        // Paused: time passes at once while everything waits.
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(check(&producers));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

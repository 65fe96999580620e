//! Old rows that no result depends on are deleted: the tables stay flat, and nothing else changes.

use std::sync::Arc;

use flow::{Context, JourneyLimits, RetentionLimits, deletable};
use ingest::Capture;
use model::{Day, EntityId, FixedClock, Timestamp, Topic};
use serde_json::json;
use store::db::Urgency;
use store::search::{DocumentKind, SearchIndex, TantivyIndex};

use crate::journey::{Engines, Journey, captures_of_lines, until};
use crate::search::{all_hits, find};
use crate::small_world::{TODAY, at, captures, product};

const DAY_US: i64 = 86_400_000_000;

fn limits(days: u16) -> JourneyLimits {
    let retention = RetentionLimits { jobs_days: days, log_days: days, raw_days: 0 };
    JourneyLimits { partitions: 3, retention, ..JourneyLimits::default() }
}

/// Some news of a company on a day.
fn news(day: i64) -> Vec<Capture> {
    let lines = [json!({
        "schema": 1, "type": "press", "lang": "en", "ts": "2026-11-10T08:00:00Z",
        "url": format!("https://company-{day}.example/news"),
        "title": "Onwards", "text": format!("Day {day} was a good day for Elbe Robotics."),
    })
    .to_string()];
    captures_of_lines(&lines, at(TODAY)).0
}

/// Begins the next day with some news, and waits until the deletion of that day has ended.
async fn next_day(journey: &Journey, day: i64) {
    journey.clock.set(Timestamp(at(TODAY).0 + day * DAY_US));
    journey.accept(news(day)).await;
    journey.settle().await;
    let now = journey.context().now();
    if journey.context().limits.retention.log_days > 0 {
        let marked = format!("\"at\":\"{now}\"");
        until("the log is marked", async || marks(journey.context()).await.contains(&marked)).await;
    }
    until("nothing is left to delete", async || {
        let deletable = deletable(journey.context()).await.unwrap();
        (deletable.jobs, deletable.log_records) == (0, 0)
    })
    .await;
}

async fn marks(context: &Context) -> String {
    let read = context.db.read(|tx| Box::pin(async move { tx.setting("retention.log").await }));
    read.await.unwrap().unwrap_or_default()
}

/// Counts the records of the log, and the jobs.
async fn sizes(context: &Context) -> (u64, i64) {
    let mut records = 0;
    for topic in Topic::ALL {
        let bounds = context.log.bounds(topic.name()).await.unwrap();
        records += bounds.iter().map(|bounds| bounds.next - bounds.first).sum::<u64>();
    }
    let jobs = context.db.read(|tx| Box::pin(tx.job_counts())).await.unwrap();
    (records, jobs.iter().map(|(_, count)| count).sum())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deletion_keeps_the_tables_flat_and_changes_no_result() {
    const DAYS: i64 = 16;
    let folder = tempfile::tempdir().unwrap();
    let index = || {
        Some(Arc::new(TantivyIndex::in_folder(folder.path().to_owned())) as Arc<dyn SearchIndex>)
    };
    let clock = || Arc::new(FixedClock::at(at(TODAY)));
    let mut journey = Journey::start_limited(vec![product()], clock(), index(), limits(3)).await;
    let forever = Journey::start_limited(vec![product()], clock(), None, limits(0)).await;
    for journey in [&journey, &forever] {
        journey.accept(captures()).await;
        journey.settle().await;
    }
    let begun = sizes(journey.context()).await;
    let mut flat = None;
    for day in 1..=DAYS {
        next_day(&forever, day).await;
        // The index may lag, but not by days.
        flow::catch_up_search(journey.context()).await.unwrap();
        next_day(&journey, day).await;
        if day == DAYS / 2 {
            flat = Some(sizes(journey.context()).await);
            journey = journey.restart(index()).await;
        }
    }
    let (flat, ended) = (flat.unwrap(), sizes(journey.context()).await);
    assert!(ended.0 <= flat.0 + 8 && ended.1 <= flat.1 + 4, "{flat:?} {ended:?}");
    assert!(ended.0 < begun.0 / 2, "of {begun:?} hardly any is left: {ended:?}");
    let kept = sizes(forever.context()).await;
    assert!(kept.0 > begun.0 && kept.1 > ended.1, "{kept:?}");
    assert_eq!(journey.hash().await, forever.hash().await, "no result depends on it");

    // The index was never rebuilt: it goes on from its position, and finds the first pages too.
    flow::catch_up_search(journey.context()).await.unwrap();
    let context = journey.context();
    assert_eq!(find(context, "hubspot", DocumentKind::Signal).await.total, 1);
    assert_eq!(find(context, "\"good day\"", DocumentKind::Page).await.total, 16);
    let all = all_hits(context).await;
    let position = context.search.as_ref().unwrap().position().await.unwrap().unwrap();
    assert!(position.contains("\"rows\":null"), "{position}");
    flow::forget_search(context).await.unwrap();
    flow::catch_up_search(context).await.unwrap();
    assert_eq!(all_hits(context).await, all, "a new index finds the same");
}

/// The search index lags, so nothing that it has not read is deleted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_kept_for_the_slowest_reader() {
    let clock = Arc::new(FixedClock::at(at(TODAY)));
    let journey = Journey::start_limited(vec![product()], clock, None, limits(1)).await;
    let (index, topic) = (TantivyIndex::in_memory(), Topic::CleanEvents.name());
    let position = r#"{"log":{"clean.events":[1,0,0],"signals.detected":[0,0,0]},"rows":null}"#;
    index.apply(store::search::Changes::default(), None, position).await.unwrap();
    journey.accept(captures()).await;
    journey.settle().await;
    journey.engine.stop().await;
    let journey = journey.restart(Some(Arc::new(Lagging(index)))).await;
    for day in 1..=4 {
        next_day(&journey, day).await;
    }
    let bounds = journey.context().log.bounds(topic).await.unwrap();
    let first: Vec<u64> = bounds.iter().map(|bounds| bounds.first).collect();
    assert_eq!(first, [1, 0, 0], "{bounds:?}");
    let raw = journey.context().log.bounds(Topic::RawEvents.name()).await.unwrap();
    assert!(raw.iter().any(|bounds| bounds.first > 1), "others are cut: {raw:?}");
}

/// An index that accepts no changes.
struct Lagging(TantivyIndex);

#[async_trait::async_trait]
impl SearchIndex for Lagging {
    async fn position(&self) -> store::Result<Option<String>> {
        self.0.position().await
    }
    async fn apply(
        &self,
        _: store::search::Changes,
        _: Option<&str>,
        _: &str,
    ) -> store::Result<()> {
        Err(store::StoreError::retryable("the index is away"))
    }
    async fn clear(&self) -> store::Result<()> {
        panic!("it must not be rebuilt")
    }
    async fn damaged_files(&self) -> store::Result<Vec<String>> {
        self.0.damaged_files().await
    }
    async fn search(&self, query: store::search::Query) -> store::Result<store::search::Found> {
        self.0.search(query).await
    }
    async fn ids(&self, query: store::search::Query) -> store::Result<store::search::FoundIds> {
        self.0.ids(query).await
    }
}

/// More companies than one transaction wakes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tick_wakes_every_due_company_in_steps() {
    const DUE: u16 = 1_200;
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    journey.settle().await;
    let today = at(TODAY).day();
    let add = journey.context().db.write(Urgency::Normal, move |tx| {
        Box::pin(async move {
            for number in 0..DUE {
                let mut id = [0; 16];
                id[..2].copy_from_slice(&number.to_be_bytes());
                // Every second one is due later.
                let day = Day(today.0 + 1 + i32::from(number % 2) * 100);
                tx.set_review(EntityId(id), Some(day)).await?;
            }
            Ok(())
        })
    });
    add.await.unwrap();
    let ends = async || -> u64 {
        let bounds = journey.context().log.bounds(Topic::CompaniesUpdates.name()).await.unwrap();
        bounds.iter().map(|bounds| bounds.next).sum()
    };
    let (before, jobs) = (ends().await, sizes(journey.context()).await.1);
    journey.clock.set(Timestamp(at(TODAY).0 + DAY_US));
    journey.settle().await;
    assert_eq!(ends().await - before, u64::from(DUE / 2));
    let ticks = sizes(journey.context()).await.1 - jobs;
    assert!(ticks >= 3, "500 companies, then the rest, then none: {ticks}");
}

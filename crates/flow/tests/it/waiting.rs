//! A command waits for what it sent, and not for what others send.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use flow::{Intake, Patience, SentWork, Settled};
use model::{RunId, Topic};

use crate::journey::{Engines, Journey, captures_of_lines};
use crate::small_world::{TODAY, at, captures, product};

const SENT: SentWork = SentWork { topic: Topic::RawEvents, has_jobs: true, is_backfill: false };

fn event(number: usize) -> String {
    format!(
        "{{\"schema\":1,\"type\":\"page\",\"url\":\"https://busy-{number}.example/\",\
         \"ts\":\"2026-11-01T00:00:00Z\",\"text\":\"Page {number}.\"}}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_processed_while_others_keep_sending() {
    let journey = Arc::new(Journey::start(Engines::Memory, vec![product()], at(TODAY)).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let sender = tokio::spawn({
        let (journey, is_over) = (Arc::clone(&journey), Arc::clone(&is_over));
        async move {
            let mut sent = 0;
            while !is_over.load(Ordering::SeqCst) {
                journey.accept(captures_of_lines(&[event(sent)], at(TODAY)).0).await;
                sent += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    });
    journey.accept(captures()).await;
    let minute = Duration::from_secs(60);
    let patience = Patience { stalled_max: minute, total_max: Some(minute) };
    let mut reports = 0;
    let settled = journey.engine.settle_sent(SENT, patience, |_| reports += 1).await.unwrap();
    let db = &journey.context().db;
    let signals = db.read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await }));
    let found = signals.await.unwrap().len();
    is_over.store(true, Ordering::SeqCst);
    sender.await.unwrap();
    assert_eq!(settled, Settled::Done);
    assert!(reports > 0);
    assert_eq!(found, journey.signals().await.len(), "all signals were there already");
    assert!(found > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_when_nothing_is_processed() {
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    journey.settle().await;
    journey.engine.stop().await;
    let sent = captures();
    let count = sent.len() as u64;
    journey.accept(sent).await;
    let (short, long) = (Duration::from_millis(200), Duration::from_secs(600));
    for patience in [
        Patience { stalled_max: short, total_max: None },
        Patience { stalled_max: long, total_max: Some(short) },
    ] {
        let settled = journey.engine.settle_sent(SENT, patience, |_| {}).await.unwrap();
        assert_eq!(settled, Settled::Behind(count));
        let settled = journey.engine.settle_within(patience, |_| {}).await.unwrap();
        assert_eq!(settled, Settled::Behind(count));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_fresh_overtakes_backfill() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let lines: Vec<String> = (0..3_000).map(event).collect();
    let backfill = Intake::new(&journey.engine).for_backfill();
    backfill.accept(captures_of_lines(&lines, at(TODAY)).0).await.unwrap();
    journey.accept(captures()).await;
    let settled = journey.engine.settle_sent(SENT, Patience::UNLIMITED, |_| {}).await.unwrap();
    assert_eq!(settled, Settled::Done);
    let read = journey.context().db.read(|tx| {
        Box::pin(
            async move { Ok((tx.signals(&RunId::default()).await?.len(), tx.outbox_len().await?)) },
        )
    });
    let (found, waiting) = read.await.unwrap();
    assert!(waiting > 1_000, "most of the backfill waits: {waiting}");
    let sent = SentWork { is_backfill: true, ..SENT };
    let settled = journey.engine.settle_sent(sent, Patience::UNLIMITED, |_| {}).await.unwrap();
    assert_eq!(settled, Settled::Done);
    let db = &journey.context().db;
    assert_eq!(db.read(|tx| Box::pin(tx.outbox_len())).await.unwrap(), 0);
    assert_eq!(found, journey.signals().await.len(), "all signals were there before");
    assert!(found > 0);
}

//! Feedback on a lead triggers scoring of its company, and recomputes nothing else.

use flow::{FeedbackChange, Heard, hear};
use model::{
    By, Cause, CompanyUpdate, Feedback, FeedbackOutcome, SignalDetected, SignalId, Topic, decode,
};
use store::db::{LedgerRow, ScoreRow};
use store::log::Record;

use crate::journey::{Engines, Journey};
use crate::small_world::{TODAY, at, captures, product};

async fn records(journey: &Journey, topic: Topic) -> Vec<Record> {
    let log = &journey.context().log;
    let mut records = Vec::new();
    for partition in 0..log.partitions(topic.name()).await.unwrap() {
        records.extend(log.read(topic.name(), partition, 0, usize::MAX).await.unwrap());
    }
    records
}

async fn scored(journey: &Journey, signal: SignalId) -> (Option<ScoreRow>, Vec<LedgerRow>) {
    journey.settle().await;
    let read = journey.context().db.read(move |tx| {
        Box::pin(async move {
            let row = tx.signal(signal, &model::RunId::default()).await?.unwrap();
            let company = tx.entity(row.signal.entity).await?.unwrap().company;
            let ledger = tx.ledger(company, "quality", i64::MAX).await?;
            Ok((tx.score(company, "quality").await?, ledger))
        })
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_scores_anew_and_recomputes_no_history() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    let signal = journey.signals().await.swap_remove(0);
    let (before, ledger_before) = scored(&journey, signal.id).await;
    let hash = journey.hash().await;
    let updates = records(&journey, Topic::CompaniesUpdates).await.len();

    let feedback = Feedback {
        signal_id: signal.id,
        outcome: FeedbackOutcome::Ignore,
        reason: "a customer already".to_owned(),
        value: None,
        ts: journey.context().now(),
    };
    let by = &By::OPERATOR;
    let word = FeedbackChange::Word(feedback);
    let said = async || hear(journey.context(), signal.entity, word.clone(), by).await.unwrap();
    assert_eq!(said().await, Heard::Changed);
    assert_eq!(said().await, Heard::Repeated, "the same twice is one");
    journey.engine.nudge();
    let (after, ledger_after) = scored(&journey, signal.id).await;
    assert_ne!(before, after, "the word counts");
    assert!(ledger_after.len() > ledger_before.len(), "and the ledger says so");
    assert_eq!(records(&journey, Topic::CompaniesUpdates).await.len(), updates);
    let newest = records(&journey, Topic::SignalsDetected).await;
    let of_feedback = newest.iter().map(|record| decode(&record.record.payload).unwrap());
    let of_feedback: Vec<SignalDetected> =
        of_feedback.filter(|one: &SignalDetected| one.cause == Cause::Feedback).collect();
    assert_eq!((of_feedback.len(), of_feedback[0].signals.len()), (1, 0));

    // Recomputing the whole history gives the same result.
    let hash_with_feedback = journey.hash().await;
    flow::recompute_all(journey.context(), &Cause::Profile).await.unwrap();
    journey.engine.nudge();
    assert_eq!(journey.hash().await, hash_with_feedback);
    assert_eq!(scored(&journey, signal.id).await, (after, ledger_after));
    let causes = records(&journey, Topic::CompaniesUpdates).await;
    let mut causes =
        causes.iter().map(|one| decode::<CompanyUpdate>(&one.record.payload).unwrap().cause);
    assert!(causes.any(|cause| cause == Cause::Profile), "it was recomputed");

    // After the feedback is withdrawn, everything is as before.
    let withdrawal = FeedbackChange::TakenBack(signal.id);
    let withdraw =
        async || hear(journey.context(), signal.entity, withdrawal.clone(), by).await.unwrap();
    assert_eq!(withdraw().await, Heard::Changed);
    journey.engine.nudge();
    assert_eq!(scored(&journey, signal.id).await.0.map(|row| row.card), before.map(|row| row.card));
    assert_eq!(journey.hash().await.0, hash.0);
    assert_eq!(withdraw().await, Heard::Nothing, "nothing is left");
}

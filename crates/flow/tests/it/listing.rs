//! The rows of lists equal those computed from scratch, whatever happened in which order, and the
//! lists equal those read from every company.

use std::collections::BTreeMap;
use std::sync::Arc;

use answer::{CallQuery, ListingState, Profile, SignalCounts, SignalOrder, SignalQuery};
use flow::{Context, FeedbackChange, JourneyEngine, hear, undo_join};
use model::{By, Feedback, FeedbackOutcome, Permille, Points, Product, Timestamp, Verdict};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use store::conformance::{forget_lists, listed_rows};

use crate::journey::{Engines, Journey, until};
use crate::small_world::{TODAY, at, captures, product};

const DAY_US: i64 = 86_400_000_000;

/// Something that changes the lists.
#[derive(Debug, Clone)]
enum Event {
    /// These captures arrive, by index.
    Captures(Vec<usize>),
    /// Feedback on a signal, by index among the current ones.
    Feedback(usize, FeedbackOutcome, &'static str),
    /// A join is undone, by index among the open ones.
    Undo(usize),
    /// The team has this number of products.
    Products(usize),
    /// Days pass.
    Days(i64),
    /// Everything is processed.
    Settle,
}

fn events(count: usize) -> impl Strategy<Value = Vec<Event>> {
    let outcome = prop_oneof![
        Just(FeedbackOutcome::Lost),
        Just(FeedbackOutcome::Ignore),
        Just(FeedbackOutcome::Won),
        Just(FeedbackOutcome::Snooze)
    ];
    let reason = prop_oneof![Just(""), Just("too old"), Just("already in talks")];
    let other = prop_oneof![
        (0usize..9, outcome, reason)
            .prop_map(|(signal, outcome, reason)| Event::Feedback(signal, outcome, reason)),
        (0usize..3).prop_map(Event::Undo),
        (0usize..3).prop_map(Event::Products),
        (1i64..20).prop_map(Event::Days),
        Just(Event::Settle),
    ];
    let order = Just((0..count).collect::<Vec<usize>>()).prop_shuffle();
    (order, prop::collection::vec(1usize..9, 8), prop::collection::vec(other, 8)).prop_map(
        |(order, sizes, others)| {
            let mut rest = order.as_slice();
            let mut events = Vec::new();
            for (size, other) in sizes.into_iter().zip(others) {
                let (now, later) = rest.split_at(size.min(rest.len()));
                events.extend([Event::Captures(now.to_vec()), other]);
                rest = later;
            }
            events.push(Event::Captures(rest.to_vec()));
            events
        },
    )
}

/// Products that value the kinds of signal differently.
fn products(count: usize) -> Vec<Product> {
    let other = Product {
        id: "other".to_owned(),
        signal_weights: BTreeMap::from([
            ("budget_event".to_owned(), 5),
            ("hiring_spike".to_owned(), 100),
        ]),
        ..product()
    };
    [product(), other].into_iter().take(count).collect()
}

async fn happen(journey: &Journey, event: &Event) {
    let context = journey.context();
    let by = &By::OPERATOR;
    match event {
        Event::Captures(indexes) => {
            let captures = captures();
            let batch = indexes.iter().map(|index| captures[*index].clone());
            journey.accept(batch.collect()).await;
        }
        Event::Feedback(index, outcome, reason) => {
            let signals = journey.signals().await;
            let Some(signal) = signals.get(index % signals.len().max(1)) else { return };
            let feedback = Feedback {
                signal_id: signal.id,
                outcome: *outcome,
                reason: (*reason).to_owned(),
                value: None,
                ts: context.now(),
            };
            hear(context, signal.entity, FeedbackChange::Word(feedback), by).await.unwrap();
        }
        Event::Undo(index) => {
            journey.settle().await;
            let open = context.db.read(|tx| Box::pin(tx.judgements())).await.unwrap();
            let joins: Vec<_> =
                open.iter().filter(|one| one.judgement.verdict == Verdict::Same).collect();
            let Some(join) = joins.get(index % joins.len().max(1)) else { return };
            undo_join(context, join.judgement.id, "another firm", by).await.unwrap();
        }
        Event::Products(count) => {
            flow::introduce(context, Some(products(*count)), &[], by).await.unwrap();
        }
        Event::Days(days) => {
            journey.clock.set(Timestamp(context.now().0 + days * DAY_US));
        }
        Event::Settle => journey.settle().await,
    }
    journey.engine.nudge();
}

/// Returns whether all rows are those of the day and the products.
async fn is_listed(context: &Arc<Context>) -> bool {
    let (answers, packs) = (context.answers(), Arc::clone(&context.packs));
    let day = answers.day(None);
    let read = answers.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            let wanted = ListingState::wanted(&packs, &profile, day)?;
            Ok(ListingState::read(tx).await? == Some(wanted))
        })
    });
    read.await.unwrap()
}

/// Reads every page of a list of calls.
async fn calls(context: &Context, query: CallQuery, companies_max: usize) -> Vec<Value> {
    let answers = context.answers();
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let query = CallQuery { cursor: cursor.take(), ..query.clone() };
        let page = answer::calls(&answers, query, answers.day(None), companies_max).await.unwrap();
        cursor.clone_from(&page.next);
        pages.push(serde_json::to_value(page).unwrap());
        if cursor.is_none() {
            return pages;
        }
    }
}

/// Reads every page of a list of signals.
async fn signals(context: &Context, query: SignalQuery, companies_max: usize) -> Vec<Value> {
    let (answers, counts) = (context.answers(), SignalCounts::default());
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let query = SignalQuery { cursor: cursor.take(), ..query.clone() };
        let (day, position) = (answers.day(None), String::new());
        let page =
            answer::search_signals(&answers, &counts, &query, day, companies_max, position).await;
        let page = page.unwrap();
        cursor.clone_from(&page.next);
        pages.push(serde_json::to_value(page).unwrap());
        if cursor.is_none() {
            return pages;
        }
    }
}

/// Reads many lists: from the rows if `companies_max` is 0, and otherwise from every company if the
/// rows are missing or of another day.
async fn lists(context: &Context, product: Option<&str>, companies_max: usize) -> Vec<Vec<Value>> {
    let product = product.map(str::to_owned);
    let mut lists = Vec::new();
    for (countries, limit) in [(vec![], 3), (vec!["de".to_owned()], 50)] {
        let query = CallQuery { product: product.clone(), countries, limit, cursor: None };
        lists.push(calls(context, query, companies_max).await);
    }
    for order in [SignalOrder::Newest, SignalOrder::Score] {
        let all =
            SignalQuery { product: product.clone(), order, limit: 5, ..SignalQuery::default() };
        let whole = SignalQuery { limit: 50, ..all.clone() };
        for query in [
            all.clone(),
            SignalQuery { kinds: vec!["budget_event".to_owned()], ..all.clone() },
            SignalQuery { countries: vec!["DE".to_owned(), "fr".to_owned()], ..whole.clone() },
            SignalQuery { days: Some(40), ..whole.clone() },
            SignalQuery { confidence_min: Some(Permille::new(800)), ..whole.clone() },
            whole,
        ] {
            lists.push(signals(context, query, companies_max).await);
        }
    }
    lists
}

/// Reads lists with a minimum score, whose totals are exact only if the rows are.
async fn lists_by_score(context: &Context, companies_max: usize) -> Vec<Vec<Value>> {
    let mut lists = Vec::new();
    for minimum in [1_000, 3_000, 4_500] {
        let score_min = Some(Points(minimum));
        let query = SignalQuery { score_min, limit: 2, ..SignalQuery::default() };
        lists.push(signals(context, query, companies_max).await);
    }
    lists
}

async fn check(events: Vec<Event>) {
    let journey = Journey::start(Engines::Memory, products(1), at(TODAY)).await;
    let mut count = 1;
    for event in &events {
        happen(&journey, event).await;
        if let Event::Products(products) = event {
            count = *products;
        }
    }
    let context = Arc::clone(journey.context());
    journey.settle().await;
    until("the rows are listed", async || is_listed(&context).await).await;
    journey.settle().await;
    journey.engine.stop().await;
    let rows = listed_rows(&context.db).await.unwrap();
    let selections: Vec<Option<&str>> = match count {
        0 => vec![None],
        1 => vec![None, Some("quality")],
        _ => vec![None, Some("quality"), Some("other")],
    };
    let mut by_rows = vec![lists_by_score(&context, 0).await];
    for product in &selections {
        by_rows.push(lists(&context, *product, 0).await);
    }
    // On a later day the rows are upper bounds, from which a list is read downward.
    let now = context.now();
    for days in [1, 30] {
        journey.clock.set(Timestamp(now.0 + days * DAY_US));
        // With several products, the best one may be another by then.
        for product in selections.iter().filter(|one| count < 2 || one.is_some()) {
            let from_rows = lists(&context, *product, 0).await;
            let expected = lists(&context, *product, usize::MAX).await;
            assert_eq!(from_rows, expected, "{product:?} {days} days later");
        }
    }
    journey.clock.set(now);
    forget_lists(&context.db).await.unwrap();
    let mut expected = vec![lists_by_score(&context, usize::MAX).await];
    for product in &selections {
        expected.push(lists(&context, *product, usize::MAX).await);
    }
    assert_eq!(by_rows, expected);
    let engine = JourneyEngine::start(Arc::clone(&context)).await.unwrap();
    until("the rows are listed again", async || is_listed(&context).await).await;
    engine.stop().await;
    assert_eq!(listed_rows(&context.db).await.unwrap(), rows, "as computed from scratch");
}

#[test]
fn lists_equal_those_of_every_company_in_any_order_of_events() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config =
        Config { cases: 3, max_shrink_iters: 10, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&events(captures().len()), |events| {
        runtime.block_on(check(events));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_missing_are_filled_and_until_then_a_large_list_is_refused() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    journey.settle().await;
    let context = Arc::clone(journey.context());
    until("the rows are listed", async || is_listed(&context).await).await;
    journey.engine.stop().await;
    let rows = listed_rows(&context.db).await.unwrap();
    assert!(rows.len() > 5, "{rows:?}");

    // As in a folder that an earlier version wrote.
    forget_lists(&context.db).await.unwrap();
    let answers = context.answers();
    let query = CallQuery { limit: 5, ..CallQuery::default() };
    let ask = async |companies_max| {
        answer::calls(&answers, query.clone(), answers.day(None), companies_max).await
    };
    let all = ask(1_000).await.unwrap().items.len();
    assert!(all > 3, "{all}");
    let refused = ask(2).await.unwrap_err();
    let is_retryable = |error: &answer::AnswerError| matches!(error, answer::AnswerError::Store(e) if e.is_retryable());
    assert!(is_retryable(&refused), "{refused}");

    let engine = JourneyEngine::start(Arc::clone(&context)).await.unwrap();
    until("the rows are listed again", async || is_listed(&context).await).await;
    assert_eq!(listed_rows(&context.db).await.unwrap(), rows);
    assert_eq!(ask(0).await.unwrap().items.len(), all);
    // Without an index, words are searched for in a few companies only.
    let (counts, words) = (SignalCounts::default(), Some("Nordwind".to_owned()));
    let query = SignalQuery { words, limit: 5, ..SignalQuery::default() };
    let search = async |companies_max| {
        let (day, position) = (answers.day(None), String::new());
        answer::search_signals(&answers, &counts, &query, day, companies_max, position).await
    };
    assert!(search(1_000).await.unwrap().total > 0);
    assert!(is_retryable(&search(2).await.unwrap_err()));
    engine.stop().await;
}

//! The suite of all SQL engines: cases that `db_suite!` runs against each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a case reports a failure by a panic, and its name documents it"
)]

use std::collections::BTreeMap;

use model::{
    Action, ActionStatus, By, Day, Digest, Entity, EntityId, EntityKind, Evidence, Fact, FactKey,
    Feedback, FeedbackOutcome, InstallKey, Judgement, ObservationId, Permille, Points, Polarity,
    RunId, Signal, SignalStage, Slots, Span, Timestamp, Verdict,
};

use super::{Db, LedgerRow, Outgoing, Urgency, params};
use crate::{ErrorKind, Result, StoreError};

mod jobs;
mod listing;
mod many;
mod many_changes;
mod outbox;
mod outside;
mod reading;
mod rereads;
mod segments;
mod sessions;
mod waiting;

pub use jobs::*;
pub use listing::{
    leads_are_listed_in_order, signals_are_listed_in_order_and_counted,
    the_company_of_a_signal_is_the_present_one,
};
pub use many::many_ids_answer_as_one_by_one;
pub use many_changes::many_changes_do_what_single_ones_do;
pub use outbox::a_producer_counts_without_gaps;
pub use outside::{
    a_failed_look_forgets_nothing, a_host_is_asked_one_thing_at_a_time,
    a_killed_fetch_keeps_its_interval, an_announced_change_is_looked_at_sooner,
    an_endpoint_remembers_its_failures, following_again_keeps_the_interval,
};
pub use reading::a_read_cannot_write;
pub use rereads::{
    a_reading_is_replaced_as_a_whole, a_rehearsal_leaves_nothing,
    a_run_is_moved_by_one_worker_and_ends, an_inherited_action_is_not_claimed_again,
};
pub use segments::references_are_read_in_pages_and_expiry_is_on_record;
pub use sessions::a_session_ends_by_time_by_itself_and_with_its_token;
pub use waiting::what_a_command_waits_for_is_counted;

/// Runs work in a transaction of its own: `write!(db, |tx| expression)`.
macro_rules! write {
    ($db:expr, |$tx:ident| $work:expr) => {
        $db.write(Urgency::Normal, move |$tx| Box::pin(async move { $work })).await
    };
}

fn is_fenced<T>(done: Result<T>) -> bool {
    done.is_err_and(|error| error.kind() == ErrorKind::Fenced)
}

fn outgoing(number: i64) -> Outgoing {
    let topic = "raw.events".to_owned();
    let payload = number.to_string();
    Outgoing { topic, key: "k".to_owned(), event: Timestamp(number), payload }
}

pub async fn a_failed_work_leaves_nothing(db: Db) {
    let failed: Result<()> = write!(db, |tx| {
        tx.count("c", 1);
        Err(StoreError::work("no"))
    });
    assert!(failed.is_err_and(|error| error.kind() == ErrorKind::Work));
    let panicked: Result<()> = write!(db, |tx| {
        tx.count("c", 1);
        if true {
            panic!("on purpose");
        }
        Ok(())
    });
    let message = panicked.unwrap_err().to_string();
    assert!(message.contains("on purpose"), "{message}");
    write!(db, |tx| {
        tx.count("c", 1);
        Ok(())
    })
    .unwrap();
    let counters = db.read(|tx| Box::pin(tx.counters())).await.unwrap();
    assert_eq!(counters, BTreeMap::from([("c".to_owned(), 1)]));
}

pub async fn a_reader_that_leaves_or_panics_spoils_no_connection(db: Db) {
    for number in 0..24 {
        let reading: std::pin::Pin<Box<dyn Future<Output = Result<()>> + Send>> = {
            let db = db.clone();
            Box::pin(async move {
                db.read(move |tx| {
                    Box::pin(async move {
                        tx.counters().await?;
                        assert!(number % 3 > 0, "on purpose");
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                        tx.counters().await.map(drop)
                    })
                })
                .await
            })
        };
        // Some are cancelled while they run, like a request whose client disconnects.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(2), reading).await;
    }
    write!(db, |tx| {
        tx.count("c", 1);
        Ok(())
    })
    .unwrap();
    for _ in 0..24 {
        let counters = db.read(|tx| Box::pin(tx.counters())).await.unwrap();
        assert_eq!(counters, BTreeMap::from([("c".to_owned(), 1)]));
    }
}

pub async fn works_at_once_are_each_whole(db: Db) {
    let works = (0..60).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            let fails = number % 3 == 0;
            let result: Result<()> = write!(db, |tx| {
                tx.count("a", 1);
                tx.count("b", 1);
                if fails { Err(StoreError::work("no")) } else { Ok(()) }
            });
            assert_eq!(result.is_err(), fails);
        })
    });
    for work in works.collect::<Vec<_>>() {
        work.await.unwrap();
    }
    let counters = db.read(|tx| Box::pin(tx.counters())).await.unwrap();
    assert_eq!(counters.get("a"), Some(&40));
    assert_eq!(counters.get("b"), Some(&40));
}

pub async fn an_older_epoch_cannot_commit(db: Db) {
    let old = write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    assert_eq!((old.position, old.epoch, old.takeovers), (0, 1, 1));
    let new = write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    assert_eq!((new.epoch, new.takeovers), (2, 2));
    let seen = BTreeMap::from([("desk".to_owned(), (1, 5))]);
    let (zombie, none) = (old.clone(), seen.clone());
    let refused: Result<()> = write!(db, |tx| {
        tx.count("effect", 1);
        tx.commit_position(&zombie, 9, &none).await
    });
    assert!(is_fenced(refused));
    assert!(is_fenced(write!(db, |tx| tx.begin_attempt(&old, 3).await)));
    let holder = new.clone();
    write!(db, |tx| tx.commit_position(&holder, 7, &seen).await).unwrap();
    let third = write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    assert_eq!(
        (third.position, third.epoch, third.takeovers),
        (7, 3, 1),
        "a commit resets the count"
    );
    assert_eq!(third.seen.get("desk"), Some(&(1, 5)));
    assert!(db.read(|tx| Box::pin(tx.counters())).await.unwrap().is_empty());
}

pub async fn attempts_are_counted_until_forgotten(db: Db) {
    let holder = write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    for expected in 1..=3 {
        let holder = holder.clone();
        assert_eq!(write!(db, |tx| tx.begin_attempt(&holder, 3).await).unwrap(), expected);
    }
    let same = holder.clone();
    write!(db, |tx| tx.forget_attempts(&same, 4).await).unwrap();
    assert_eq!(write!(db, |tx| tx.begin_attempt(&holder, 3).await).unwrap(), 1);
}

pub async fn a_lease_has_one_owner_until_it_ends(db: Db) {
    let take = async |owner: &'static str, now: i64| {
        let until = Timestamp(now + 10);
        write!(db, |tx| tx.take_lease("relay", owner, Timestamp(now), until).await).unwrap()
    };
    assert!(take("a", 0).await);
    assert!(!take("b", 5).await);
    assert!(take("a", 5).await, "prolonged");
    assert!(!take("b", 14).await);
    assert!(take("b", 15).await, "it has run out");
    assert!(!take("a", 16).await);
    write!(db, |tx| tx.give_up_lease("relay", "a").await).unwrap();
    assert!(!take("a", 17).await, "only the owner can give a lease up");
    write!(db, |tx| tx.give_up_lease("relay", "b").await).unwrap();
    assert!(take("a", 18).await);
}

pub async fn a_commit_whose_answer_was_lost_is_not_done_again(db: Db) {
    let consumer = write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    let seen = BTreeMap::from([("desk".to_owned(), (1, 5))]);
    let commit = async || {
        let (consumer, seen) = (consumer.clone(), seen.clone());
        write!(db, |tx| {
            tx.commit_position(&consumer, 7, &seen).await?;
            tx.count("effect", 1);
            Ok(())
        })
    };
    commit().await.unwrap();
    assert!(commit().await.unwrap_err().is_retryable());
    let counters = db.read(|tx| Box::pin(tx.counters())).await.unwrap();
    assert_eq!(counters, BTreeMap::from([("effect".to_owned(), 1)]));
    let holder = consumer.clone();
    let stored = write!(db, |tx| tx.place_of(&holder).await).unwrap();
    assert_eq!((stored.position, stored.takeovers, stored.seen), (7, 0, seen));
    write!(db, |tx| tx.take_partition("clean", 0).await).unwrap();
    assert!(is_fenced(write!(db, |tx| tx.place_of(&consumer).await)));
}

fn entity(name: &str) -> (Entity, EntityId) {
    let entity = Entity::new(EntityKind::Domain, name);
    let id = entity.id(&InstallKey([7; 32]));
    (entity, id)
}

pub async fn facts_are_closed_not_overwritten(db: Db) {
    let (_, id) = entity("acme.example");
    let fact = |key, value: &str| Fact {
        entity: id,
        key,
        value: value.to_owned(),
        look: Some(ObservationId([3; 16])),
        observed: Timestamp(5),
    };
    let first = vec![fact(FactKey::Name, "Acme"), fact(FactKey::Country, "DE")];
    let same = first.clone();
    assert!(write!(db, |tx| tx.set_facts(id, &first, Timestamp(10)).await).unwrap());
    assert!(!write!(db, |tx| tx.set_facts(id, &same, Timestamp(11)).await).unwrap());
    let second = vec![fact(FactKey::Name, "Acme Group"), fact(FactKey::Country, "DE")];
    assert!(second.is_sorted());
    let expected = second.clone();
    assert!(write!(db, |tx| tx.set_facts(id, &second, Timestamp(12)).await).unwrap());
    assert_eq!(db.read(move |tx| Box::pin(tx.facts(id))).await.unwrap(), expected);
    let total = db.read(|tx| Box::pin(tx.total("SELECT COUNT(*) AS total FROM fact", &[])));
    assert_eq!(total.await.unwrap(), 3, "the closed row stays");
}

pub async fn judgements_stand_until_closed(db: Db) {
    let ((left, left_id), (right, right_id)) = (entity("acme.example"), entity("acme.test"));
    let by = By::System("name/1".to_owned());
    let judgement = Judgement {
        id: Judgement::id_of(left_id, right_id, &by),
        left: left_id,
        right: right_id,
        verdict: Verdict::Same,
        confidence: Permille::new(990),
        reasons: vec!["same name".to_owned()],
        by: by.clone(),
        known_from: Timestamp(10),
    };
    assert_eq!(judgement.id, Judgement::id_of(right_id, left_id, &by));
    let (added, again) = (judgement.clone(), judgement.clone());
    write!(db, |tx| {
        assert_eq!(tx.add_entities(&[(&left, left_id), (&right, right_id)]).await?, 2);
        assert_eq!(tx.add_entities(&[(&right, right_id)]).await?, 0);
        assert!(tx.add_judgement(&added).await?);
        assert!(!tx.add_judgement(&again).await?);
        assert!(tx.set_company(right_id, left_id).await?);
        Ok(())
    })
    .unwrap();
    let open = db.read(move |tx| Box::pin(tx.judgements_of(right_id))).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].judgement, judgement);
    assert_eq!(open[0].left.value, "acme.example");
    let members = db.read(move |tx| Box::pin(tx.members(left_id))).await.unwrap();
    assert_eq!(members.len(), 2);
    let id = judgement.id;
    assert!(write!(db, |tx| tx.close_judgement(id, Timestamp(20)).await).unwrap());
    assert!(!write!(db, |tx| tx.close_judgement(id, Timestamp(21)).await).unwrap());
    assert!(db.read(|tx| Box::pin(tx.judgements())).await.unwrap().is_empty());
}

fn signal(entity: EntityId, round: &str, confidence: u16) -> Signal {
    let identity = Slots::from([("round".to_owned(), round.to_owned())]);
    Signal {
        id: Signal::id_of("budget_event", entity, &identity),
        entity,
        kind: "budget_event".to_owned(),
        identity,
        slots: Slots::new(),
        confidence: Permille::new(confidence),
        start: Day(20_000),
        undated: false,
        end: None,
        evidence: vec![Evidence {
            look: ObservationId([1; 16]),
            url: "https://acme.example/news".to_owned(),
            snapshot_hash: Digest::of(b"bytes"),
            text_hash: Digest::of(b"text"),
            span: Span { start: 3, end: 9 },
            quote: "Acme raised €20 million".to_owned(),
            observed: Timestamp(77),
        }],
        explanation: "it raised money".to_owned(),
        independent_sources: 1,
        half_life_days: 60,
        same_within_days: 60,
        polarity: Polarity::Positive,
        stage: SignalStage::Announced,
        pack: "budget_event/1".to_owned(),
        run: RunId::default(),
    }
}

pub async fn signals_change_only_by_closing(db: Db) {
    let (_, id) = entity("acme.example");
    let run = RunId::default;
    let (a, b) = (signal(id, "series_a", 800), signal(id, "series_b", 700));
    let (first, second) = (a.clone(), b.clone());
    let opened =
        write!(db, |tx| tx.set_signals(id, &run(), &[&first, &second], Timestamp(1)).await)
            .unwrap();
    assert_eq!(opened.len(), 2);
    let (first, second) = (a.clone(), b.clone());
    let same = write!(db, |tx| tx.set_signals(id, &run(), &[&second, &first], Timestamp(2)).await)
        .unwrap();
    assert!(same.is_empty(), "nothing changed, nothing written");
    let better = signal(id, "series_a", 950);
    let changed = better.clone();
    let changes =
        write!(db, |tx| tx.set_signals(id, &run(), &[&changed], Timestamp(1)).await).unwrap();
    assert_eq!(changes.len(), 2, "one changed, one closed");
    let current = db
        .read(move |tx| Box::pin(async move { tx.signals_of(id, &RunId::default()).await }))
        .await
        .unwrap();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].signal, better, "including its evidence");
    assert_eq!(current[0].seals, [better.evidence[0].seal().to_string()]);
}

pub async fn scores_and_ledger_keep_their_history(db: Db) {
    let (_, id) = entity("acme.example");
    for (at, card, expected) in [(1, "{1}", true), (2, "{1}", false), (2, "{2}", true)] {
        let set = write!(db, |tx| {
            tx.set_score(id, "p", Some((card, Points(4_200))), Timestamp(at)).await
        });
        assert_eq!(set.unwrap(), expected, "{card} at {at}");
    }
    let line =
        |cause: &str| LedgerRow { at: Timestamp(2), cause: cause.to_owned(), delta: Points(7) };
    let (a, b) = (line("a"), line("b"));
    write!(db, |tx| tx.add_ledger(id, "p", &[a, b]).await).unwrap();
    let ledger =
        db.read(move |tx| Box::pin(async move { tx.ledger(id, "p", 9).await })).await.unwrap();
    assert_eq!(ledger, [line("a"), line("b")]);
    let best = db.read(|tx| Box::pin(async move { tx.scores("p", 9).await })).await.unwrap();
    assert_eq!(best.iter().map(|row| row.card.as_str()).collect::<Vec<_>>(), ["{2}"]);
    write!(db, |tx| tx.close_scores(id, Timestamp(9)).await).unwrap();
    assert!(
        db.read(|tx| Box::pin(async move { tx.scores("p", 9).await })).await.unwrap().is_empty()
    );
}

pub async fn an_action_is_claimed_once(db: Db) {
    let (_, company) = entity("acme.example");
    let signal = signal(company, "series_a", 800).id;
    let action = Action {
        id: Action::id_of(signal, "review"),
        signal,
        product_id: "p".to_owned(),
        channel: "review".to_owned(),
        status: ActionStatus::Held,
        created: Timestamp(3),
    };
    let (first, second) = (action.clone(), action.clone());
    assert!(write!(db, |tx| tx.claim_action(&first, company).await).unwrap());
    assert!(!write!(db, |tx| tx.claim_action(&second, company).await).unwrap());
    assert_eq!(db.read(|tx| Box::pin(tx.actions())).await.unwrap(), [action]);
    let feedback = |outcome, at| Feedback {
        signal_id: signal,
        outcome,
        reason: "budget".to_owned(),
        value: Some(12_000.5),
        ts: Timestamp(at),
    };
    let (old, new) = (feedback(FeedbackOutcome::Won, 1), feedback(FeedbackOutcome::Lost, 2));
    write!(db, |tx| {
        tx.add_feedback(&new).await?;
        tx.add_feedback(&old).await
    })
    .unwrap();
    let newest = db.read(move |tx| Box::pin(tx.feedback(signal))).await.unwrap();
    assert_eq!(newest, Some(feedback(FeedbackOutcome::Lost, 2)));
}

pub async fn a_recompute_leaves_what_somebody_did_to_an_action(db: Db) {
    let (_, company) = entity("acme.example");
    let signal = signal(company, "series_a", 800).id;
    let id = Action::id_of(signal, "review");
    let action = Action {
        id,
        signal,
        product_id: "p".to_owned(),
        channel: "review".to_owned(),
        status: ActionStatus::Held,
        created: Timestamp(3),
    };
    assert!(!write!(db, |tx| tx.hold_or_withdraw_action(id, true).await).unwrap());
    write!(db, |tx| tx.claim_action(&action, company).await).unwrap();
    let status = async |db: &Db| {
        let read = db.read(move |tx| {
            Box::pin(async move {
                let sql = "SELECT status FROM action WHERE id = $1";
                tx.query_one(sql, &params![id]).await?.unwrap().string("status")
            })
        });
        read.await.unwrap()
    };
    for (is_held, word) in [(false, "withdrawn"), (true, "held"), (false, "withdrawn")] {
        assert!(write!(db, |tx| tx.hold_or_withdraw_action(id, is_held).await).unwrap());
        assert_eq!(status(&db).await, word);
    }
    // A status of a later release: the action was sent, then its signal is withdrawn and restored.
    let sent = "UPDATE action SET status = 'sent' WHERE id = $1";
    write!(db, |tx| tx.execute(sent, &params![id]).await).unwrap();
    for is_held in [false, true] {
        assert!(!write!(db, |tx| tx.hold_or_withdraw_action(id, is_held).await).unwrap());
        assert_eq!(status(&db).await, "sent");
    }
}

/// Runs the cases against engines. Each name is an async function in the calling module that
/// returns [`Opened`](crate::conformance::Opened).
#[macro_export]
macro_rules! db_suite {
    ($($engine:ident),+ $(,)?) => {
        $crate::conformance_cases!(db, $($engine),+: [
            a_failed_work_leaves_nothing,
            a_reader_that_leaves_or_panics_spoils_no_connection,
            works_at_once_are_each_whole,
            an_older_epoch_cannot_commit,
            attempts_are_counted_until_forgotten,
            a_lease_has_one_owner_until_it_ends,
            a_commit_whose_answer_was_lost_is_not_done_again,
            a_producer_counts_without_gaps,
            a_job_runs_once_and_a_lost_lease_cannot_finish_it,
            facts_are_closed_not_overwritten,
            judgements_stand_until_closed,
            signals_change_only_by_closing,
            scores_and_ledger_keep_their_history,
            an_action_is_claimed_once,
            a_recompute_leaves_what_somebody_did_to_an_action,
            a_killed_fetch_keeps_its_interval,
            a_host_is_asked_one_thing_at_a_time,
            a_failed_look_forgets_nothing,
            an_announced_change_is_looked_at_sooner,
            following_again_keeps_the_interval,
            jobs_of_a_lane_run_one_after_the_other,
            jobs_of_a_series_keep_their_order_while_others_overtake,
            finished_jobs_are_deleted_after_a_while,
            an_endpoint_remembers_its_failures,
            a_session_ends_by_time_by_itself_and_with_its_token,
            a_read_cannot_write,
            what_a_command_waits_for_is_counted,
            many_ids_answer_as_one_by_one,
            many_changes_do_what_single_ones_do,
            references_are_read_in_pages_and_expiry_is_on_record,
            leads_are_listed_in_order,
            signals_are_listed_in_order_and_counted,
            the_company_of_a_signal_is_the_present_one,
            a_reading_is_replaced_as_a_whole,
            a_run_is_moved_by_one_worker_and_ends,
            a_rehearsal_leaves_nothing,
            an_inherited_action_is_not_claimed_again,
        ]);
    };
}

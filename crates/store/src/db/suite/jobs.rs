//! Cases for jobs: leases, lanes, and the deletion of those that are done.

use model::{Cause, Timestamp};

use super::super::{Db, EndpointState, JobLane, LeaseRoom, LeasedJob, NewJob, Urgency};
use crate::ErrorKind;

/// Runs work in a transaction of its own: `write!(db, |tx| expression)`.
macro_rules! write {
    ($db:expr, |$tx:ident| $work:expr) => {
        $db.write(Urgency::Normal, move |$tx| Box::pin(async move { $work })).await.unwrap()
    };
}

pub async fn a_job_runs_once_and_a_lost_lease_cannot_finish_it(db: Db) {
    let job = || NewJob {
        unique_key: "tick:2026-11-20",
        kind: "tick",
        payload: "{}",
        cause: Cause::Schedule,
        run_at: Timestamp(100),
        max_attempts: 2,
        lane: None,
    };
    assert!(write!(db, |tx| tx.add_job(job()).await));
    assert!(!write!(db, |tx| tx.add_job(job()).await), "the same job is one job");
    let lease = |now: i64| (Timestamp(now), Timestamp(now + 10));
    let (now, until) = lease(99);
    assert_eq!(write!(db, |tx| tx.lease_due_job("tick", now, until).await), None, "not due yet");
    let (now, until) = lease(100);
    let first = write!(db, |tx| tx.lease_due_job("tick", now, until).await).unwrap();
    assert_eq!(first.attempts, 1);
    let (now, until) = lease(105);
    assert_eq!(write!(db, |tx| tx.lease_due_job("tick", now, until).await), None, "leased");
    let (now, until) = lease(111);
    let second = write!(db, |tx| tx.lease_due_job("tick", now, until).await).unwrap();
    assert_eq!(second.attempts, 2, "the lease ran out");
    let late =
        db.write(Urgency::Normal, move |tx| Box::pin(async move { tx.finish_job(&first).await }));
    assert!(late.await.is_err_and(|error| error.kind() == ErrorKind::Fenced));
    let last = second.clone();
    write!(db, |tx| tx.fail_job(&last, "broken", Timestamp(0)).await);
    let counts = db.read(|tx| Box::pin(tx.job_counts())).await.unwrap();
    assert_eq!(counts, [("dead".to_owned(), 1)], "given up after its last attempt");
    assert!(!write!(db, |tx| tx.add_job(job()).await), "and not begun again");
}

pub async fn jobs_of_a_lane_run_one_after_the_other(db: Db) {
    let job = |key, lane, at| NewJob {
        unique_key: key,
        kind: "deliver",
        payload: "{}",
        cause: "test".into(),
        run_at: Timestamp(at),
        max_attempts: 3,
        lane: Option::map(lane, |name| JobLane { name, series: "", turn: 0 }),
    };
    for (key, lane, at) in
        [("a1", Some("a"), 1), ("a2", Some("a"), 2), ("b1", Some("b"), 3), ("none", None, 70)]
    {
        write!(db, |tx| tx.add_job(job(key, lane, at)).await);
    }
    let next = async |now: i64| {
        let until = Timestamp(now + 60);
        let leased = write!(db, |tx| tx.lease_due_job("deliver", Timestamp(now), until).await);
        leased.map(|job| job.unique_key)
    };
    assert_eq!(next(10).await.as_deref(), Some("a1"));
    assert_eq!(next(10).await.as_deref(), Some("b1"), "a2 waits for a1");
    assert_eq!(next(10).await, None);
    assert_eq!(next(71).await.as_deref(), Some("a1"), "its lease ran out");
    let other = write!(db, |tx| tx.lease_due_job("tick", Timestamp(71), Timestamp(99)).await);
    assert_eq!(other, None, "another kind is not due");
    assert_eq!(next(72).await.as_deref(), Some("b1"), "its lease ran out");
    assert_eq!(next(72).await.as_deref(), Some("none"), "a job without a lane waits for no other");
    write!(db, |tx| tx.hold_lane("a", Timestamp(500)).await);
    write!(db, |tx| tx.hold_lane("a", Timestamp(400)).await);
    assert_eq!(next(140).await.as_deref(), Some("b1"), "the lane is held");
    assert_eq!(next(499).await.as_deref(), Some("b1"), "a shorter hold changes nothing");
    assert_eq!(next(500).await.as_deref(), Some("a1"));
    assert_eq!(write!(db, |tx| tx.give_up_lane("a", "gone").await), 1);
}

pub async fn jobs_of_a_series_keep_their_order_while_others_overtake(db: Db) {
    let add = async |key: &'static str, name: &'static str, series: &'static str, turn: i64| {
        let job = NewJob {
            unique_key: key,
            kind: "deliver",
            payload: "{}",
            cause: "test".into(),
            run_at: Timestamp(1),
            max_attempts: 3,
            lane: Some(JobLane { name, series, turn }),
        };
        write!(db, |tx| tx.add_job(job).await);
    };
    // The turns are against the order of the keys.
    for (key, series, turn) in
        [("1", "acme", 3), ("2", "acme", 2), ("3", "acme", 1), ("4", "bolt", 9), ("5", "crow", 9)]
    {
        add(key, "quick", series, turn).await;
    }
    for (key, series) in [("6", "acme"), ("7", "bolt")] {
        add(key, "silent", series, 1).await;
    }
    let lease = async |now: i64, jobs: usize, in_lane: usize, beside: usize| {
        let room = LeaseRoom { jobs, in_lane, beside };
        let (now, until) = (Timestamp(now), Timestamp(now + 60));
        write!(db, |tx| tx.lease_due_jobs("deliver", now, until, room).await)
    };
    let keys = |jobs: &[LeasedJob]| -> Vec<String> {
        jobs.iter().map(|job| job.unique_key.clone()).collect()
    };
    let first = lease(10, 9, 8, 9).await;
    assert_eq!(keys(&first), ["3", "6"], "one at a time until the endpoint has accepted one");
    let (done, none) = (first[0].clone(), EndpointState::default());
    write!(db, |tx| {
        tx.set_endpoint("quick", &none).await?;
        tx.finish_job(&done).await
    });
    assert_eq!(keys(&lease(11, 1, 8, 9).await), ["2"], "the next of its series");
    assert!(lease(11, 9, 8, 0).await.is_empty(), "there is no room beside it");
    assert_eq!(keys(&lease(11, 9, 2, 9).await), ["4"], "two at once in this lane");
    assert_eq!(keys(&lease(11, 9, 8, 9).await), ["5"], "acme's next waits for its turn");
    // All leases run out: everything is due again, in the same order.
    assert_eq!(keys(&lease(80, 9, 8, 9).await), ["2", "6", "4", "5"]);
    let failing = EndpointState { failures: 1, ..EndpointState::default() };
    write!(db, |tx| tx.set_endpoint("quick", &failing).await);
    assert_eq!(keys(&lease(200, 9, 8, 9).await), ["2", "6"], "after a failure one at a time");
}

pub async fn finished_jobs_are_deleted_after_a_while(db: Db) {
    let add = async |key: &'static str| {
        let job = NewJob {
            unique_key: key,
            kind: "tick",
            payload: "{}",
            cause: "test".into(),
            run_at: Timestamp(1),
            max_attempts: 1,
            lane: None,
        };
        write!(db, |tx| tx.add_job(job).await)
    };
    for key in ["1", "2", "3", "4"] {
        assert!(add(key).await);
    }
    for (now, fails) in [(10, false), (20, false), (30, true)] {
        let until = Timestamp(now + 5);
        let job = write!(db, |tx| tx.lease_due_job("tick", Timestamp(now), until).await).unwrap();
        write!(db, |tx| match fails {
            true => tx.give_up_job(&job, "broken").await,
            false => tx.finish_job(&job).await,
        });
    }
    let count = db.read(|tx| Box::pin(tx.finished_job_count(Timestamp(25))));
    assert_eq!(count.await.unwrap(), 1);
    assert_eq!(write!(db, |tx| tx.delete_finished_jobs(Timestamp(25), 9).await), 1);
    assert!(add("1").await, "its key may be used again");
    assert!(!add("2").await, "not yet");
    assert_eq!(write!(db, |tx| tx.delete_finished_jobs(Timestamp(999), 9).await), 1);
    assert!(!add("3").await, "one that was given up is kept");
    // Older releases leave no end of a lease.
    let older = "UPDATE job SET state = 'done', lease_until_us = NULL WHERE unique_key = '4'";
    write!(db, |tx| tx.execute(older, &[]).await);
    assert_eq!(write!(db, |tx| tx.delete_finished_jobs(Timestamp(999), 9).await), 0);
    assert_eq!(write!(db, |tx| tx.date_finished_jobs(Timestamp(50), 9).await), 1);
    assert_eq!(write!(db, |tx| tx.delete_finished_jobs(Timestamp(999), 9).await), 1);
}

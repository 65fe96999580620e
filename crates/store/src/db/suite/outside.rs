//! Cases for work with external systems: following sites, and endpoints of deliveries.

use model::{Cause, Digest, ObservationOutcome, Timestamp};

use super::super::{Address, AddressRole, Db, EndpointState, Looked, NewAddress, Urgency};

/// Runs work in a transaction of its own: `write!(db, |tx| expression)`.
macro_rules! write {
    ($db:expr, |$tx:ident| $work:expr) => {
        $db.write(Urgency::Normal, move |$tx| Box::pin(async move { $work })).await.unwrap()
    };
}

const DOMAIN: &str = "acme.example";
const INTERVAL: i64 = 100;

fn address(path: &str, announced: Option<&str>) -> NewAddress {
    NewAddress {
        url: format!("https://{DOMAIN}{path}"),
        host: DOMAIN.to_owned(),
        role: AddressRole::named("article"),
        depth: 1,
        announced: announced.map(str::to_owned),
        interval_us: INTERVAL,
    }
}

async fn add(db: &Db, address: NewAddress, now: i64) -> i64 {
    write!(db, |tx| tx.add_addresses(DOMAIN, &[address], 3, Timestamp(now)).await)
}

async fn lease(db: &Db, now: i64) -> Vec<Address> {
    write!(db, |tx| tx.lease_addresses(Timestamp(now), Timestamp(now + 60), 10).await)
}

async fn finish(
    db: &Db,
    leased: &Address,
    outcome: ObservationOutcome,
    at: i64,
    next: i64,
) -> bool {
    let leased = leased.clone();
    let looked = Looked {
        at: Timestamp(at),
        outcome,
        why: None,
        next_fetch: Timestamp(next),
        interval_us: INTERVAL,
        etag: Some(format!("\"{at}\"")),
        last_modified: None,
        content_hash: Some(Digest::of(b"text")),
        host_ready: Timestamp(at),
    };
    write!(db, |tx| tx.finish_look(&leased, &looked).await)
}

async fn follow(db: &Db, now: i64) -> bool {
    write!(db, |tx| tx.follow(DOMAIN, &Cause::from("test"), Timestamp(now)).await)
}

async fn rows(db: &Db) -> Vec<Address> {
    db.read(|tx| Box::pin(async move { tx.frontier(DOMAIN).await })).await.unwrap()
}

pub async fn a_killed_fetch_keeps_its_interval(db: Db) {
    assert_eq!(add(&db, address("/a", None), 0).await, 0, "not followed");
    assert!(follow(&db, 0).await);
    assert!(!follow(&db, 0).await, "followed already");
    let is_followed = async |domain: &'static str| {
        db.read(move |tx| Box::pin(tx.is_followed(domain))).await.unwrap()
    };
    assert!(is_followed(DOMAIN).await && !is_followed("other.example").await);
    assert_eq!(add(&db, address("/a", None), 0).await, 1);
    assert_eq!(add(&db, address("/a", None), 0).await, 0, "known");
    let first = lease(&db, 0).await;
    assert_eq!(first.len(), 1);
    // The process is killed here: the lease is never finished.
    for (now, due) in [(0, 0), (61, 0), (99, 0), (100, 1)] {
        assert_eq!(lease(&db, now).await.len(), due, "at {now}");
    }
    assert!(
        !finish(&db, &first[0], ObservationOutcome::Changed, 101, 500).await,
        "leased by another since"
    );
    assert_eq!((rows(&db).await[0].looks, rows(&db).await[0].lease), (0, 2));
}

pub async fn a_host_is_asked_one_thing_at_a_time(db: Db) {
    follow(&db, 0).await;
    for path in ["/a", "/b", "/c", "/d"] {
        add(&db, address(path, None), 0).await;
    }
    assert_eq!(rows(&db).await.len(), 3, "at most three");
    let first = lease(&db, 0).await;
    assert_eq!(first.len(), 1);
    assert!(lease(&db, 1).await.is_empty(), "the host is busy");
    assert!(finish(&db, &first[0], ObservationOutcome::Changed, 2, 500).await);
    let second = lease(&db, 2).await;
    assert_eq!(second[0].url, "https://acme.example/b");
    let deferred = second[0].clone();
    write!(db, |tx| tx.defer_look(&deferred, Timestamp(40)).await);
    assert!(lease(&db, 39).await.is_empty(), "the host is deferred");
    assert_eq!(lease(&db, 40).await[0].url, "https://acme.example/c", "it has waited longer");
    assert_eq!(lease(&db, 101).await[0].url, "https://acme.example/b", "the host's lease ran out");
    let seen = rows(&db).await[0].clone();
    assert_eq!((seen.outcome, seen.looks, seen.changes), (Some(ObservationOutcome::Changed), 1, 1));
    assert_eq!(seen.content_hash, Some(Digest::of(b"text")));
}

pub async fn a_failed_look_forgets_nothing(db: Db) {
    follow(&db, 0).await;
    add(&db, address("/a", None), 0).await;
    finish(&db, &lease(&db, 0).await[0], ObservationOutcome::Changed, 1, 10).await;
    finish(&db, &lease(&db, 10).await[0], ObservationOutcome::CouldNotLook, 11, 20).await;
    let row = rows(&db).await[0].clone();
    assert_eq!((row.failures, row.changes, row.looks), (1, 1, 2));
    assert_eq!(row.etag.as_deref(), Some("\"1\""), "still that of the look that worked");
    let visits = async || {
        let read = db.read(|tx| {
            Box::pin(async move { Ok((tx.last_visits().await?, tx.last_failed_visits().await?)) })
        });
        read.await.unwrap()
    };
    let (last, failed) = visits().await;
    assert_eq!((last.len(), &last), (1, &failed));
    assert_eq!((last[0].outcome, last[0].at), (ObservationOutcome::CouldNotLook, Timestamp(11)));
    let counts = async || {
        let follow = db.read(|tx| Box::pin(tx.follows())).await.unwrap().remove(0);
        (follow.visited, follow.failing)
    };
    assert_eq!(counts().await, (1, 1));
    finish(&db, &lease(&db, 20).await[0], ObservationOutcome::Unchanged, 21, 30).await;
    assert_eq!(rows(&db).await[0].failures, 0);
    let (last, failed) = visits().await;
    assert_eq!((last[0].outcome, failed.len()), (ObservationOutcome::Unchanged, 0));
    assert_eq!(counts().await, (1, 0));
    let is_bare = async || {
        db.read(|tx| Box::pin(async move { tx.is_followed_bare(DOMAIN).await })).await.unwrap()
    };
    assert!(!is_bare().await);
    write!(db, |tx| tx.set_bare(DOMAIN, true).await);
    assert!(is_bare().await);
}

pub async fn an_announced_change_is_looked_at_sooner(db: Db) {
    follow(&db, 0).await;
    add(&db, address("/a", None), 0).await;
    finish(&db, &lease(&db, 0).await[0], ObservationOutcome::Changed, 10, 9_000).await;
    let next = async |announced: &str, now: i64| {
        add(&db, address("/a", Some(announced)), now).await;
        rows(&db).await[0].next_fetch.0
    };
    assert_eq!(next("monday", 20).await, 9_000, "the first announcement is no change");
    assert_eq!(next("monday", 20).await, 9_000);
    assert_eq!(next("tuesday", 20).await, 110, "but not within the interval");
    finish(&db, &lease(&db, 110).await[0], ObservationOutcome::Changed, 110, 9_000).await;
    assert_eq!(next("wednesday", 700).await, 700, "at once");
}

pub async fn following_again_keeps_the_interval(db: Db) {
    follow(&db, 0).await;
    add(&db, address("/a", None), 0).await;
    finish(&db, &lease(&db, 0).await[0], ObservationOutcome::Changed, 10, 110).await;
    let ended = async |db: &Db| write!(db, |tx| tx.unfollow(DOMAIN).await);
    assert!(ended(&db).await);
    assert!(!ended(&db).await);
    assert!(lease(&db, 1_000_000).await.is_empty());
    assert!(follow(&db, 20).await);
    assert!(lease(&db, 109).await.is_empty());
    let late = lease(&db, 110).await[0].clone();
    ended(&db).await;
    assert!(finish(&db, &late, ObservationOutcome::Changed, 111, 200).await);
    assert!(lease(&db, 1_000_000).await.is_empty(), "a look that ends later does not revive it");
    let follows = db.read(|tx| Box::pin(tx.follows())).await.unwrap();
    assert_eq!((follows[0].is_active, follows[0].addresses, follows[0].looks), (false, 1, 2));
}

pub async fn an_endpoint_remembers_its_failures(db: Db) {
    let state = async |db: &Db| db.read(|tx| Box::pin(tx.endpoint("e"))).await.unwrap();
    assert_eq!(state(&db).await, EndpointState::default());
    let failing = EndpointState {
        failures: 2,
        failing_since: Some(Timestamp(5)),
        disabled: Some(Timestamp(9)),
        why: Some("410".to_owned()),
    };
    for stored in [failing, EndpointState::default()] {
        let expected = stored.clone();
        write!(db, |tx| tx.set_endpoint("e", &stored).await);
        assert_eq!(state(&db).await, expected);
    }
}

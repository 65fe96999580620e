//! Cases of runs that read stored pages again, and of what their promotion changes.

use model::{
    Action, ActionStatus, Actor, Claim, ClaimKind, Digest, Entity, EntityId, EntityKind, EventId,
    Feedback, FeedbackOutcome, InstallKey, ObservationId, ObservationOutcome, PageObservation,
    Permille, RawId, RawKind, SignalId, SignalStage, Slots, Span, Timestamp,
};

use super::entity;
use crate::ErrorKind;
use crate::db::{
    ConcernedEntity, Db, DifferingPage, PageReading, PageRow, PlacedClaim, RawRow, RereadCounts,
    RereadRun, RereadState, Tx, Urgency,
};

/// Runs work in a transaction of its own: `write!(db, |tx| expression)`.
macro_rules! write {
    ($db:expr, |$tx:ident| $work:expr) => {
        $db.write(Urgency::Normal, move |$tx| Box::pin(async move { $work })).await
    };
}

fn name(value: &str) -> (Entity, EntityId) {
    let entity = Entity::new(EntityKind::Name, value);
    let id = entity.id(&InstallKey([7; 32]));
    (entity, id)
}

fn claim(number: u8, (entity, entity_id): (Entity, EntityId)) -> PlacedClaim {
    PlacedClaim {
        claim: Claim {
            kind: ClaimKind::TENDER,
            actor: Actor::Owner,
            subject: "subject".to_owned(),
            slots: Slots::from([("amount".to_owned(), "5".to_owned())]),
            occurred: None,
            stage: SignalStage::Announced,
            confidence: Permille::new(701),
            matcher: "tender/1".to_owned(),
            span: Span { start: 1, end: 4 },
        },
        entity,
        entity_id,
        event: EventId([number; 16]),
        look: ObservationId([number; 16]),
        quote: "abc".to_owned(),
        undated: false,
    }
}

/// Reads a capture: its page, and a claim about each company.
fn reading(number: u8, names: &[&str]) -> PageReading {
    let text_hash = Digest::of(b"text");
    let page = PageRow {
        look: PageObservation {
            id: ObservationId([number; 16]),
            owner: entity("acme.example").1,
            url: format!("https://acme.example/{number}"),
            observed: Timestamp(i64::from(number)),
            outcome: ObservationOutcome::Changed,
            published: None,
            text_hash,
        },
        event: EventId([number; 16]),
        snapshot_hash: text_hash,
        raw: RawId([number; 16]),
        simhash: u64::MAX,
        lang: Some("en".to_owned()),
        title: None,
    };
    let claims = (0..).zip(names).map(|(at, one)| claim(number + 100 * (at + 1), name(one)));
    PageReading { page, claims: claims.collect() }
}

async fn store(tx: &mut Tx, readings: &[PageReading]) -> crate::Result<()> {
    let (owner, id) = entity("acme.example");
    tx.add_entities(&[(&owner, id)]).await?;
    for PageReading { page, claims } in readings {
        let raw = RawRow {
            id: page.raw,
            kind: RawKind::Response,
            url: page.look.url.clone(),
            owner: id,
            blob: model::BlobRef {
                segment: "raw/00000001.warc.gz".to_owned(),
                offset: 0,
                length: 7,
                stored: Digest::of(b"stored"),
            },
            snapshot_hash: page.snapshot_hash,
            observed: page.look.observed,
            taken: Timestamp(9),
        };
        tx.add_raws(&[raw]).await?;
        let named: Vec<_> = claims.iter().map(|one| (&one.entity, one.entity_id)).collect();
        tx.add_entities(&named).await?;
    }
    tx.replace_readings(readings).await
}

fn run() -> RereadRun {
    RereadRun {
        id: "reread-1".to_owned(),
        rules: "1".to_owned(),
        since: Timestamp(i64::MIN),
        owner: None,
        state: RereadState::Reading,
        after: String::new(),
        counts: RereadCounts::default(),
    }
}

pub async fn a_reading_is_replaced_as_a_whole(db: Db) {
    let old = [reading(1, &["sons|", "elbe|"]), reading(2, &["elbe|"])];
    let stored = old.clone();
    write!(db, |tx| store(tx, &stored).await).unwrap();
    let are_same = async |readings: Vec<PageReading>| -> Vec<bool> {
        let read = db.read(move |tx| Box::pin(async move { tx.stored_readings(&readings).await }));
        read.await.unwrap().iter().map(|stored| stored.is_same).collect()
    };
    // A copy in JSON is what a run keeps.
    let json = serde_json::to_string(&old).unwrap();
    let copy: Vec<PageReading> = serde_json::from_str(&json).unwrap();
    assert_eq!(are_same(copy).await, [true, true]);
    // The same claim with another detail, one claim fewer, another title.
    let mut changed = old.to_vec();
    changed[0].claims[1].claim.slots.clear();
    assert_eq!(are_same(changed.clone()).await, [false, true]);
    changed[0].claims.remove(1);
    changed[1].page.title = Some("Title".to_owned());
    assert_eq!(are_same(changed.clone()).await, [false, false]);
    let (new, sons, elbe) = (changed.clone(), name("sons|").1, name("elbe|").1);
    write!(db, |tx| tx.replace_readings(&new).await).unwrap();
    assert_eq!(are_same(changed).await, [true, true]);
    let counts = db
        .read(|tx| Box::pin(async move { Ok((tx.page_count().await?, tx.claim_count().await?)) }));
    assert_eq!(counts.await.unwrap(), (2, 2));
    let page = old[0].page.clone();
    let raw = db.read(move |tx| {
        Box::pin(async move {
            let (url, observed) = (page.look.url, page.look.observed);
            let other = tx.raw_of_page(&url, observed, Digest::of(b"other")).await?;
            Ok((tx.raw_of_page(&url, observed, page.snapshot_hash).await?.is_some(), other))
        })
    });
    assert_eq!(raw.await.unwrap(), (true, None));
    // A copy of a page, of the same address, time and text, is stored with the first.
    let mut twin = reading(1, &["sons|"]);
    twin.page.raw = RawId([9; 16]);
    assert_eq!(are_same(vec![twin]).await, [true]);
    assert_eq!(are_same(vec![reading(3, &[])]).await, [false]);
    // Only one that nothing names is unobserved.
    write!(db, |tx| tx.replace_readings(&[reading(2, &[])]).await).unwrap();
    let owner = entity("acme.example").1;
    let unobserved =
        db.read(move |tx| Box::pin(async move { tx.unobserved(&[sons, elbe, owner]).await }));
    assert_eq!(unobserved.await.unwrap().into_iter().collect::<Vec<_>>(), [elbe]);
}

pub async fn a_run_is_moved_by_one_worker_and_ends(db: Db) {
    let readings: Vec<PageReading> = (1..=3).map(|number| reading(number, &["sons|"])).collect();
    write!(db, |tx| store(tx, &readings).await).unwrap();
    assert_eq!(db.read(|tx| Box::pin(tx.open_reread())).await.unwrap(), None);
    write!(db, |tx| tx.add_reread(&run(), Timestamp(5)).await).unwrap();
    assert_eq!(db.read(|tx| Box::pin(tx.open_reread())).await.unwrap(), Some(run()));
    let captures = db.read(|tx| {
        Box::pin(async move {
            let late = RereadRun { since: Timestamp(3), ..run() };
            let other = RereadRun { owner: Some(EntityId([3; 16])), ..run() };
            Ok([
                tx.captures_to_reread(&run(), 2).await?.len(),
                tx.captures_to_reread(&late, 9).await?.len(),
                tx.captures_to_reread(&other, 9).await?.len(),
                tx.captures(&[RawId([1; 16]), RawId([8; 16])]).await?.into_iter().flatten().count(),
            ])
        })
    });
    assert_eq!(captures.await.unwrap(), [2, 1, 0, 1]);
    let (now, new) = name("hoskins and sons|");
    let concerned = ConcernedEntity { id: new, entity: Some(now), former: Some(name("sons|").1) };
    let former = ConcernedEntity { id: name("sons|").1, entity: None, former: None };
    let differing = DifferingPage {
        raw: RawId([1; 16]),
        reading: reading(1, &["hoskins and sons|"]),
        entities: vec![concerned.clone(), former],
    };
    let counts = RereadCounts { pages: 2, differing: 1, expired: 3, unreadable: 4 };
    let (first, second) = (differing.clone(), differing.clone());
    write!(db, |tx| tx.add_differing_pages(&run(), "01", counts, &[first]).await).unwrap();
    let late = write!(db, |tx| tx.add_differing_pages(&run(), "01", counts, &[second]).await);
    assert!(late.is_err_and(|error| error.kind() == ErrorKind::Fenced), "it was moved");
    let moved = RereadRun { after: "01".to_owned(), counts, ..run() };
    assert_eq!(db.read(|tx| Box::pin(tx.open_reread())).await.unwrap(), Some(moved.clone()));

    // Two of the three pages still name the old entity, until they are read otherwise too.
    let sons = name("sons|").1;
    let renamed = async |run: &RereadRun| {
        let run = run.clone();
        let read = db
            .read(move |tx| Box::pin(async move { tx.renamed_entities(&run, &[new, sons]).await }));
        read.await.unwrap().into_iter().map(|one| (one.id, one.former)).collect::<Vec<_>>()
    };
    assert!(renamed(&moved).await.is_empty());
    assert_eq!(renamed(&RereadRun { since: Timestamp(9), ..moved.clone() }).await, [(new, sons)]);
    write!(db, |tx| tx.replace_readings(&[reading(2, &[]), reading(3, &[])]).await).unwrap();
    assert_eq!(renamed(&moved).await, [(new, sons)]);
    let (of, other) = (
        moved.clone(),
        DifferingPage {
            raw: RawId([2; 16]),
            entities: vec![ConcernedEntity { id: EntityId([4; 16]), ..concerned }],
            ..differing
        },
    );
    write!(db, |tx| tx.add_differing_pages(&of, "02", counts, &[other]).await).unwrap();
    let moved = RereadRun { after: "02".to_owned(), ..moved };
    assert!(renamed(&moved).await.is_empty(), "two names come of one");

    let (of, raws) = (moved.clone(), [RawId([1; 16]), RawId([2; 16])]);
    write!(db, |tx| {
        tx.forget_differing_pages(&of, &raws[..1]).await?;
        let left = tx.differing_captures(&of, 9).await?;
        assert_eq!(left, &raws[1..]);
        assert_eq!(tx.reread_entities_after(&of, "", 9).await?, [EntityId([4; 16])]);
        tx.move_reread(&of, RereadState::Discarded, "", Some(Timestamp(8))).await
    })
    .unwrap();
    assert_eq!(db.read(|tx| Box::pin(tx.open_reread())).await.unwrap(), None);
    assert_eq!(db.read(|tx| Box::pin(tx.reread_count())).await.unwrap(), 1);
}

pub async fn a_rehearsal_leaves_nothing(db: Db) {
    let counted = db.rehearse(|tx| {
        Box::pin(async move {
            tx.count("c", 1);
            store(tx, &[reading(1, &["sons|"])]).await?;
            tx.claim_count().await
        })
    });
    assert_eq!(counted.await.unwrap(), 1);
    let failed =
        db.rehearse(|_| Box::pin(async move { Err::<(), _>(crate::StoreError::rejected("no")) }));
    assert_eq!(failed.await.unwrap_err().kind(), ErrorKind::Rejected);
    let left = db.read(|tx| {
        Box::pin(async move { Ok((tx.claim_count().await?, tx.counters().await?.len())) })
    });
    assert_eq!(left.await.unwrap(), (0, 0));
}

pub async fn an_inherited_action_is_not_claimed_again(db: Db) {
    let company = entity("acme.example").1;
    let [old, new, none] = [1, 2, 3].map(|number| SignalId([number; 16]));
    let action = |signal| Action {
        id: Action::id_of(signal, "review"),
        signal,
        product_id: "p".to_owned(),
        channel: "review".to_owned(),
        status: ActionStatus::Held,
        created: Timestamp(3),
    };
    write!(db, |tx| {
        tx.claim_action(&action(old), company).await?;
        tx.offer_action(action(old).id, Timestamp(4)).await?;
        let (outcome, reason) = (FeedbackOutcome::Won, String::new());
        let ts = Timestamp(5);
        tx.add_feedback(&Feedback { signal_id: old, outcome, reason, value: None, ts }).await?;
        for _ in 0..2 {
            tx.inherit_action(new, old, "review").await?;
            tx.inherit_action(none, new, "mail").await?;
        }
        assert!(!tx.claim_action(&action(new), company).await?, "it is claimed");
        assert!(!tx.offer_action(action(new).id, Timestamp(6)).await?, "and offered");
        assert!(tx.claim_action(&action(none), company).await?);
        assert_eq!(tx.action_count().await?, 2);
        assert_eq!(tx.feedback(new).await?.map(|one| one.outcome), Some(FeedbackOutcome::Won));
        let heir = tx.heir_of_action(action(old).id).await?;
        assert_eq!(heir, Some((action(new).id, new)));
        assert_eq!(tx.heir_of_action(action(new).id).await?, None);
        Ok(())
    })
    .unwrap();
}

//! Stored pages are read again by the rules of today: the folder comes to the hash of a fresh one,
//! nothing is acted on twice, and a name that is read in another way stays the same company.

use std::collections::BTreeSet;

use flow::{Reread, RereadDiff, RereadFilter, SignalChangeKind, undo_join};
use ingest::Capture;
use model::{
    Action, ActionStatus, By, CHANNEL_REVIEW, CleanEvent, Entity, EntityId, EntityKind, RunId,
    SignalId, Topic, encode,
};
use serde_json::json;
use store::db::{PageReading, Urgency};
use store::log::NewRecord;

use crate::journey::{Engines, Journey, captures_of_lines, packs_of, until};
use crate::small_world::{TODAY, at, captures, product};

/// More captures than one step reads.
const COMPANIES: u16 = 45;

/// Funding rounds of many companies, each reported by itself.
fn rounds() -> Vec<Capture> {
    let lines: Vec<String> = (0..COMPANIES)
        .map(|number| {
            json!({
                "schema": 1, "type": "press", "lang": "en", "ts": "2026-11-10T08:00:00Z",
                "url": format!("https://firma-{number}.example/news"),
                "title": "Fresh capital",
                "text": format!("Today we raised €{} million in a Series A round.", number + 6),
            })
            .to_string()
        })
        .collect();
    captures_of_lines(&lines, at(TODAY)).0
}

/// Returns the text of a pack in the version before, which knew no kinds of rounds.
fn older(name: &str, text: &str) -> String {
    let text = text.replacen("version = 2\n", "version = 1\n", 1);
    assert!(text.contains("version = 1\n"), "{name}");
    match name {
        "budget_event" => {
            assert!(text.contains(r#"["round", "#), "the identity of a round");
            text.replacen(r#"["round", "#, "[", 1)
        }
        _ => text,
    }
}

/// Starts a journey by the packs of an earlier version, and goes on with it by those of today.
async fn upgraded(packs: detect::Packs, captures: Vec<Capture>) -> Journey {
    let journey = Journey::start_by(packs, vec![product()], at(TODAY)).await;
    journey.accept(captures).await;
    journey.settle().await;
    let journey = journey.restart(None).await;
    journey.settle().await;
    journey
}

async fn read_all(journey: &Journey, filter: &RereadFilter) -> Reread {
    let mut reread = Reread::begin(journey.context(), filter).await.unwrap();
    while reread.read_some().await.unwrap() {}
    reread
}

async fn promoted(journey: &Journey) -> RereadDiff {
    let reread = read_all(journey, &RereadFilter::default()).await;
    let diff = reread.diff(|| ()).await.unwrap();
    reread.promote().await.unwrap();
    settled(journey).await;
    diff
}

/// Waits until the promotion has ended, and until the companies that it woke are computed.
async fn settled(journey: &Journey) {
    until("the run is promoted", async || {
        let read = journey.context().db.read(|tx| {
            Box::pin(async move {
                let jobs =
                    tx.open_job_count("reread").await? + tx.open_job_count("recompute").await?;
                Ok(jobs == 0 && tx.open_reread().await?.is_none())
            })
        });
        read.await.unwrap()
    })
    .await;
    journey.settle().await;
}

async fn actions(journey: &Journey) -> Vec<Action> {
    journey.settle().await;
    journey.context().db.read(|tx| Box::pin(tx.actions())).await.unwrap()
}

/// Counts the records of a topic.
async fn sent(journey: &Journey, topic: Topic) -> u64 {
    let bounds = journey.context().log.bounds(topic.name()).await.unwrap();
    bounds.iter().map(|bounds| bounds.next).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stored_pages_come_to_the_hash_of_a_fresh_folder() {
    let all = || captures().into_iter().chain(rounds()).collect::<Vec<_>>();
    let fresh = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    fresh.accept(all()).await;
    let expected = fresh.hash().await;

    // An earlier version knew neither rounds nor certificates, and named its other packs otherwise.
    let packs = packs_of(|name, text| {
        (!["budget_event", "compliance_win"].contains(&name)).then(|| older(name, text))
    });
    let journey = upgraded(packs, all()).await;
    let before = journey.hash().await;
    assert_ne!(before, expected);

    // It is interrupted between two steps, and goes on where it was.
    let mut reread = Reread::begin(journey.context(), &RereadFilter::default()).await.unwrap();
    assert!(reread.read_some().await.unwrap());
    let (id, first) = (reread.id().to_owned(), reread.counts());
    assert!(first.pages > 0 && first.pages < all().len() as u64, "{first:?}");
    drop(reread);
    let journey = journey.restart(None).await;
    let mut reread = Reread::begin(journey.context(), &RereadFilter::default()).await.unwrap();
    assert_eq!((reread.id(), reread.counts()), (id.as_str(), first));
    while reread.read_some().await.unwrap() {}
    let counts = reread.counts();
    assert_eq!((counts.pages, counts.expired, counts.unreadable), (all().len() as u64, 0, 0));
    assert!(counts.differing >= u64::from(COMPANIES), "{counts:?}");

    // Nothing is emitted and nothing changes before it is promoted.
    let diff = reread.diff(|| ()).await.unwrap();
    assert!(diff.gained > u64::from(COMPANIES) && diff.lost == 0, "{diff:?}");
    let round = diff.changes.iter().find(|change| change.url == "https://firma-7.example/news");
    let round = round.expect("it is listed");
    assert_eq!((round.change, round.kind.as_str()), (SignalChangeKind::Gained, "budget_event"));
    assert_eq!(round.company.domain.as_deref(), Some("firma-7.example"));
    assert_eq!(journey.hash().await, before);

    // The promotion is interrupted too.
    reread.promote().await.unwrap();
    let journey = journey.restart(None).await;
    settled(&journey).await;
    assert_eq!(journey.hash().await, expected);

    let again = read_all(&journey, &RereadFilter::default()).await;
    assert_eq!(again.counts().differing, 0);
    let diff = again.diff(|| ()).await.unwrap();
    assert!(diff.changes.is_empty() && !diff.is_outdated, "{diff:?}");
    again.discard().await.unwrap();
    assert_eq!(journey.hash().await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acted_on_is_not_acted_on_again() {
    let packs = packs_of(|name, text| (name != "compliance_win").then(|| older(name, text)));
    let journey = upgraded(packs, captures()).await;
    let acted = actions(&journey).await;
    let triggered = sent(&journey, Topic::ActionsTriggered).await;

    let diff = promoted(&journey).await;
    // The certificate is really new, and is held for review like every other signal.
    let signals = journey.signals().await;
    let certificate = signals.iter().find(|signal| signal.kind == "compliance_win");
    let certificate = certificate.map(|signal| signal.id);
    let claimed = actions(&journey).await;
    let fresh = claimed.len() - acted.len();
    assert_eq!(sent(&journey, Topic::ActionsTriggered).await - triggered, fresh as u64);
    assert!(claimed[acted.len()..].iter().all(|action| Some(action.signal) == certificate));
    // The round has its action under the new id; the old one is withdrawn.
    let statuses = async |ids: Vec<SignalId>| {
        let read = journey.context().db.read(move |tx| {
            Box::pin(async move {
                let mut statuses = Vec::new();
                for id in ids {
                    let action = tx.action(Action::id_of(id, CHANNEL_REVIEW)).await?;
                    statuses.push(action.map(|action| action.status));
                }
                Ok(statuses)
            })
        });
        read.await.unwrap()
    };
    let acted: BTreeSet<SignalId> = acted.iter().map(|action| action.signal).collect();
    let pairs = diff.changes.iter().filter_map(|one| Some((one.signal_id, one.former_id?)));
    let (new, old): (Vec<_>, Vec<_>) = pairs.filter(|(_, old)| acted.contains(old)).unzip();
    assert!(!old.is_empty(), "{diff:?}");
    assert_eq!(statuses(old.clone()).await, vec![Some(ActionStatus::Withdrawn); old.len()]);
    assert_eq!(statuses(new.clone()).await, vec![Some(ActionStatus::Held); new.len()]);
}

/// Gives a page the reading that names another company, and lets its companies learn of it.
async fn read_otherwise(journey: &Journey, reading: &PageReading, name: &str) -> EntityId {
    let entity = Entity::new(EntityKind::Name, name);
    let id = journey.context().id_of(&entity);
    let mut reading = reading.clone();
    for claim in reading.claims.iter_mut().filter(|one| one.entity.kind == EntityKind::Name) {
        (claim.entity, claim.entity_id) = (entity.clone(), id);
    }
    let page = reading.page.look.clone();
    let record = CleanEvent {
        raw: reading.page.raw,
        look: page.id,
        owner: page.owner,
        text_hash: page.text_hash,
        observed: page.observed,
    };
    let write = journey.context().db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.replace_readings(&[reading]).await })
    });
    write.await.unwrap();
    let record = NewRecord {
        key: page.owner.to_string(),
        producer: "test".to_owned(),
        generation: 1,
        number: 1,
        event: page.observed,
        payload: encode(&record).unwrap(),
    };
    journey.context().log.append(Topic::CleanEvents.name(), vec![record]).await.unwrap();
    journey.settle().await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_read_in_another_way_joins_the_old_one_until_a_person_says_no() {
    let fresh = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    fresh.accept(captures()).await;
    let expected = fresh.hash().await;
    let packs = packs_of(|name, text| (name != "budget_event").then(|| text.to_owned()));
    let journey = upgraded(packs, captures()).await;
    // The gazette's article, as an earlier version would have read its name.
    let reread = read_all(&journey, &RereadFilter::default()).await;
    let read = journey.context().db.read(|tx| {
        Box::pin(async move {
            let run = tx.open_reread().await?.unwrap();
            tx.differing_readings(&run, "", 100).await
        })
    });
    let readings = read.await.unwrap();
    let names = |reading: &&PageReading| {
        reading.page.look.url.contains("gazette") && !reading.claims.is_empty()
    };
    let article = readings.iter().find(names).expect("the article names a company").clone();
    let new = article.claims.iter().find(|one| one.entity.kind == EntityKind::Name).unwrap();
    let (new_name, new_id) = (new.entity.clone(), new.entity_id);
    reread.discard().await.unwrap();
    let short = new_name.value.replace(" logistics", "");
    assert_ne!(short, new_name.value);
    let old_id = read_otherwise(&journey, &article, &short).await;
    let signals = journey.signals().await;
    assert!(signals.iter().any(|signal| signal.entity == old_id), "it had a signal");

    promoted(&journey).await;
    let companies = async || {
        let read = journey
            .context()
            .db
            .read(move |tx| Box::pin(async move { tx.entities(&[old_id, new_id]).await }));
        let members = read.await.unwrap();
        let company = |at: usize| members[at].as_ref().map(|member| member.company);
        (company(0).unwrap(), company(1).unwrap())
    };
    let (old, now) = companies().await;
    assert_eq!(old, now, "one company");
    let open = journey.context().db.read(|tx| Box::pin(tx.judgements())).await.unwrap();
    let join =
        open.iter().find(|open| [open.judgement.left, open.judgement.right].contains(&old_id));
    let join = join.expect("it is joined").judgement.clone();
    assert!(join.reasons[0].contains("are read as name:nordwind logistics"), "{join:?}");
    // All else is as in a fresh folder: the old name has no claim, and counts for nothing.
    for (table, fresh) in journey.hash().await.1.into_iter().zip(expected.1) {
        assert_eq!(table == fresh, table.0 != "judgement", "{table:?} {fresh:?}");
    }

    undo_join(journey.context(), join.id, "two companies", &By::OPERATOR).await.unwrap().unwrap();
    flow::recompute_all(journey.context(), &"test".into()).await.unwrap();
    journey.settle().await;
    let (old, now) = companies().await;
    assert_ne!(old, now, "a person's word is not overridden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_reads_what_its_filter_names() {
    let packs = packs_of(|name, text| (name != "budget_event").then(|| text.to_owned()));
    let journey = upgraded(packs, rounds()).await;
    let begin = async |since: Option<&str>, domain: Option<&str>| {
        let since = since.map(|day| day.parse().unwrap());
        let filter = RereadFilter { since, domain: domain.map(str::to_owned) };
        let mut reread = Reread::begin(journey.context(), &filter).await?;
        while reread.read_some().await? {}
        Ok::<_, store::StoreError>(reread)
    };
    for (since, domain, expected) in [
        (None, None, u64::from(COMPANIES)),
        (Some("2026-11-10"), None, u64::from(COMPANIES)),
        (Some("2026-11-11"), None, 0),
        (None, Some("firma-7.example"), 1),
        (None, Some("https://www.firma-7.example/about"), 1),
        (None, Some("firma-99.example"), 0),
    ] {
        // Each begins anew, because the one before has read other pages.
        let reread = begin(since, domain).await.unwrap();
        assert_eq!(reread.counts().differing, expected, "{since:?} {domain:?}");
    }
    assert!(begin(None, Some("not a site")).await.is_err());
    let one = begin(None, Some("firma-7.example")).await.unwrap();
    assert!(one.diff(|| ()).await.unwrap().gained == 1);
    one.promote().await.unwrap();
    settled(&journey).await;
    let read = journey.context().db.read(|tx| {
        Box::pin(async move { tx.signals(&RunId::default()).await.map(|rows| rows.len()) })
    });
    assert_eq!(read.await.unwrap(), 1, "only one page is read anew");
}

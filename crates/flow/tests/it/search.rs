//! Search follows the canonical rows: its results are the current signals and pages.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use answer::search;
use flow::{Context, Outside, catch_up_search, forget_search};
use ingest::Capture;
use model::{EntityId, FixedClock, Signal};
use serde_json::json;
use store::search::{DocumentKind, Found, Hit, Query, TantivyIndex};

use crate::journey::{Engines, Journey, captures_of_lines};
use crate::small_world::{TODAY, at, captures, product};

async fn world(index: TantivyIndex) -> Journey {
    let index = Some(Arc::new(index) as _);
    let clock = Arc::new(FixedClock::at(at(TODAY)));
    Journey::start_with(Engines::Disk, vec![product()], clock, index, Outside::default()).await
}

pub(crate) async fn find(context: &Context, text: &str, kind: DocumentKind) -> Found {
    let query = Query { text: text.to_owned(), kinds: vec![kind], limit: 100, ..Query::default() };
    search(&context.answers(), None, query).await.unwrap()
}

/// Finds every document with a word that begins with a letter or digit, as text.
pub(crate) async fn all_hits(context: &Context) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for letter in "abcdefghijklmnopqrstuvwxyz0123456789".chars() {
        for kind in [DocumentKind::Signal, DocumentKind::Page] {
            let found = find(context, &format!("{letter}*"), kind).await;
            assert!(found.total <= 100);
            all.extend(found.hits.into_iter().map(|hit| described(&hit)));
        }
    }
    all
}

fn described(hit: &Hit) -> String {
    // The fragment is left out, because it depends on the query.
    format!("{} {:?} {} {} {} {:?}", hit.id, hit.kind, hit.title, hit.url, hit.day, hit.signal_kind)
}

async fn in_step(journey: &Journey) -> Vec<Signal> {
    let signals = journey.signals().await;
    catch_up_search(journey.context()).await.unwrap();
    let hits: BTreeSet<String> = all_hits(journey.context())
        .await
        .into_iter()
        .filter(|hit| hit.contains(" Signal "))
        .map(|hit| hit.split(' ').next().unwrap().to_owned())
        .collect();
    let current: BTreeSet<String> = signals.iter().map(|signal| signal.id.to_string()).collect();
    assert_eq!(hits, current, "the signals found are those that stand");
    signals
}

/// Builds the capture of a company's own press release, always at one address.
fn press(ts: &str, title: &str, text: &str) -> Vec<Capture> {
    let url = "https://elbe-robotics.example/press/series-a";
    let line = json!({"schema": 1, "type": "press", "url": url, "ts": ts, "title": title, "text": text, "lang": "en"});
    captures_of_lines(&[line.to_string()], at(TODAY)).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_and_pages_are_found_and_withdrawn() {
    let journey = world(TantivyIndex::in_memory()).await;
    let mut captures = captures();
    let later = captures.split_off(captures.len() / 2);
    journey.accept(captures).await;
    in_step(&journey).await;
    journey.accept(later).await;
    let signals = in_step(&journey).await;
    assert_eq!(signals.len(), 5);
    let context = journey.context();

    let found = find(context, "hubspot", DocumentKind::Signal).await;
    assert_eq!(found.hits[0].signal_kind.as_deref(), Some("tech_adoption"));
    let pages = find(context, "migrating HubSpot", DocumentKind::Page).await;
    assert_eq!(pages.hits[0].url, "https://fjord-analytics.example/blog/crm");
    let marked = pages.hits[0].fragment.iter().filter(|piece| piece.is_match);
    assert_eq!(marked.map(|piece| &*piece.text).collect::<Vec<_>>(), ["migrated", "HubSpot"]);
    // Two observations of one page are one document with the current text.
    let pages = find(context, "announced raised", DocumentKind::Page).await;
    assert_eq!((pages.total, pages.hits[0].day.to_string().as_str()), (1, "2026-09-08"));
    assert_eq!(find(context, "announced \"20 million\"", DocumentKind::Page).await.total, 0);

    // Search within one company, given by any of its entities, and within an unknown one.
    let title = "Elbe Robotics raises €9 million Series A";
    let text = "Elbe Robotics today announced that it has raised €9 million in a Series A round.";
    journey.accept(press("2026-11-01T10:00:00Z", title, text)).await;
    let signals = in_step(&journey).await;
    let round = find(context, "\"9 million\"", DocumentKind::Signal).await;
    assert_eq!((round.total, signals.len()), (1, 6));
    let answers = context.answers();
    let of = |company| {
        let text = "raise -tender".to_owned();
        search(&answers, Some(company), Query { text, limit: 9, ..Query::default() })
    };
    assert_eq!(of(round.hits[0].entity).await.unwrap().total, 2, "the page and its signal");
    assert_eq!(of(EntityId([9; 16])).await.unwrap().total, 0);

    // The claim is withdrawn the same day: the page has another text, and the signal is gone.
    let text = "Elbe Robotics is preparing its next round and has nothing to announce.";
    journey.accept(press("2026-11-01T18:00:00Z", "A correction", text)).await;
    assert_eq!(in_step(&journey).await.len(), 5);
    assert_eq!(find(context, "\"9 million\"", DocumentKind::Signal).await.total, 0);
    assert_eq!(find(context, "elbe-robotics correction", DocumentKind::Page).await.total, 1);

    // An index rebuilt from the rows equals one updated from the log.
    let all = all_hits(context).await;
    assert!(all.len() > 20, "{all:#?}");
    forget_search(context).await.unwrap();
    catch_up_search(context).await.unwrap();
    assert_eq!(all_hits(context).await, all);
    journey.engine.stop().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_fell_behind_goes_on_from_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let (live, old) = (folder.path().join("live"), folder.path().join("old"));
    let journey = world(TantivyIndex::in_folder(live.clone())).await;
    let mut captures = captures();
    let later = captures.split_off(captures.len() / 2);
    journey.accept(captures).await;
    in_step(&journey).await;
    copy(&live, &old);
    journey.accept(later).await;
    in_step(&journey).await;
    let expected = all_hits(journey.context()).await;

    // As after a crash that lost the last commits; then one that lost the content of the files.
    for damage in [false, true] {
        if damage {
            std::fs::write(old.join("meta.json"), "").unwrap();
        }
        let outdated = with_index(journey.context(), TantivyIndex::in_folder(old.clone()));
        catch_up_search(&outdated).await.unwrap();
        assert_eq!(all_hits(&outdated).await, expected, "damaged: {damage}");
    }
    journey.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_of_another_version_answers_until_it_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let (live, old) = (folder.path().join("live"), folder.path().join("old version"));
    let journey = world(TantivyIndex::in_folder(live.clone())).await;
    journey.accept(captures()).await;
    in_step(&journey).await;
    let expected = all_hits(journey.context()).await;
    copy(&live, &old);
    let meta = std::fs::read_to_string(old.join("meta.json")).unwrap();
    let version = meta.find("\"3 {").expect("the payload of the last commit");
    let meta = format!("{}\"1 {{{}", &meta[..version], &meta[version + 4..]);
    std::fs::write(old.join("meta.json"), meta).unwrap();

    let upgraded = with_index(journey.context(), TantivyIndex::in_folder(old.clone()));
    assert_eq!(all_hits(&upgraded).await, expected, "before the first step");
    assert!(old.join("old").exists());
    catch_up_search(&upgraded).await.unwrap();
    assert_eq!(all_hits(&upgraded).await, expected);
    assert!(!old.join("old").exists());
    journey.engine.stop().await;
}

/// Builds the same context with another index, which no engine updates.
fn with_index(context: &Context, index: TantivyIndex) -> Context {
    Context {
        outside: Outside::default(),
        db: context.db.clone(),
        log: Arc::clone(&context.log),
        blobs: Arc::clone(&context.blobs),
        search: Some(Arc::new(index)),
        key: context.key.clone(),
        packs: Arc::clone(&context.packs),
        clock: Arc::clone(&context.clock),
        limits: context.limits.clone(),
        readers: context.readers.clone(),
        pages: context.pages.clone(),
    }
}

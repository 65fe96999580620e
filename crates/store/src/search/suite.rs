//! Conformance cases for search engines; `search_suite!` runs them against each engine.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a case reports a failure by panicking, and its name is the requirement"
)]

use std::sync::Arc;

use model::{Day, EntityId};

use super::{Changes, DocumentKind, Found, Query, SearchDocument, SearchIndex};
use crate::ErrorKind;

const ACME: EntityId = EntityId([1; 16]);
const BOLT: EntityId = EntityId([2; 16]);

fn page(entity: EntityId, day: i32, title: &str, text: &str) -> SearchDocument {
    let company = if entity == ACME { "acme.example Acme Robotics" } else { "bolt.example" };
    SearchDocument {
        kind: DocumentKind::Page,
        entity,
        company: company.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        keywords: String::new(),
        url: format!("https://{}/", company.split(' ').next().unwrap()),
        lang: Some("en".to_owned()),
        day: Day(day),
        signal_kind: None,
        country: None,
    }
}

fn signal(entity: EntityId, day: i32, kind: &str, text: &str) -> SearchDocument {
    SearchDocument {
        kind: DocumentKind::Signal,
        signal_kind: Some(kind.to_owned()),
        country: Some("DE".to_owned()),
        ..page(entity, day, "Signal", text)
    }
}

fn changes<const N: usize>(documents: [(&str, Option<SearchDocument>); N]) -> Changes {
    documents.into_iter().map(|(id, document)| (id.to_owned(), document)).collect()
}

async fn ask(index: &dyn SearchIndex, query: Query) -> Found {
    index.search(Query { limit: 100, ..query }).await.unwrap()
}

fn of(text: &str) -> Query {
    Query { text: text.to_owned(), ..Query::default() }
}

/// Searches and returns the ids of the hits, sorted.
async fn ids(index: &dyn SearchIndex, query: Query) -> String {
    let found = ask(index, query.clone()).await;
    assert_eq!(found.hits.len(), found.total);
    let mut only_ids = index.ids(Query { limit: 1, ..query }).await.unwrap().ids;
    only_ids.sort_unstable();
    assert_eq!(only_ids, sorted_ids(&found));
    sorted_ids(&found).join(" ")
}

fn sorted_ids(found: &Found) -> Vec<String> {
    let mut ids: Vec<String> = found.hits.iter().map(|hit| hit.id.clone()).collect();
    ids.sort_unstable();
    ids
}

/// Applies changes at the current position of the index.
async fn apply(index: &dyn SearchIndex, changes: Changes, to: &str) {
    let from = index.position().await.unwrap();
    index.apply(changes, from.as_deref(), to).await.unwrap();
}

async fn library(index: &dyn SearchIndex) {
    let german = page(BOLT, 30, "Karriere", "Wir suchen Ingenieure für unser Büro in Köln.");
    let documents = changes([
        ("p1", Some(page(ACME, 10, "News", "Acme closed a Series B round led by Elbe Ventures."))),
        ("p2", Some(page(ACME, 20, "Jobs", "We are hiring platform engineers in Hamburg."))),
        ("p3", Some(SearchDocument { lang: Some("de".to_owned()), ..german })),
        ("s1", Some(signal(ACME, 11, "budget_event", "Raised €20 million in a Series B round."))),
        ("s2", Some(signal(BOLT, 31, "tech_adoption", "Bolt moved its customer data to HubSpot."))),
    ]);
    apply(index, documents, "library").await;
}

pub async fn words_are_found(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    for (text, expect) in [
        ("series", "p1 s1"),
        ("SERIES round", "p1 s1"),
        ("series hamburg", ""),
        ("\"series b\"", "p1 s1"),
        ("\"b series\"", ""),
        ("series -elbe", "s1"),
        ("round -\"series b\"", ""),
        ("hub*", "s2"),
        ("customer dat* -acme", "s2"),
        ("engineer", "p2"),
        ("\"engineer\"", ""),
        ("ingenieur koln", "p3"),
        ("buro", "p3"),
        ("acme", "p1 p2 s1"),
        ("acme.example hiring", "p2"),
        ("\"elbe venture", "p1"),
        ("elbe-vent*", "p1"),
        ("series-b", "p1 s1"),
        ("b-series", "p1 s1"),
        ("series/hamburg", ""),
        ("hub-spot", "s2"),
        ("-series", ""),
        ("", ""),
        ("\" ( * -- ]", ""),
        ("kind:signal", ""),
    ] {
        assert_eq!(ids(&*index, of(text)).await, expect, "{text}");
    }
}

pub async fn other_spellings_are_found(index: Arc<dyn SearchIndex>) {
    let documents = changes([
        ("iso", Some(page(ACME, 1, "News", "Certified to ISO/IEC 27001:2022 since May."))),
        ("iso9001", Some(page(ACME, 1, "News", "Our ISO9001 certificate, and 27 001 parts."))),
        ("shop", Some(page(BOLT, 1, "News", "A platform for e-commerce."))),
        ("land", {
            let signal = signal(BOLT, 1, "budget_event", "A round.");
            Some(SearchDocument { keywords: "Germany Deutschland".to_owned(), ..signal })
        }),
    ]);
    apply(&*index, documents, "spellings").await;
    for (text, expect) in [
        ("ISO-27001", "iso"),
        ("iso27001", "iso"),
        ("ISO 9001", "iso9001"),
        ("iso-9001", "iso9001"),
        ("ecommerce", "shop"),
        ("E‑Commerce", "shop"),
        ("e commerce", "shop"),
        ("deutschland", "land"),
        ("germany round", "land"),
        // Nothing is read into numbers and phrases.
        ("ISO-27002", ""),
        ("iso27002", ""),
        ("\"iso-27001\"", ""),
        ("\"ecommerce\"", ""),
    ] {
        assert_eq!(ids(&*index, of(text)).await, expect, "{text}");
    }
}

pub async fn an_unfinished_word_is_found(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    let typed = |text: &str| Query { is_unfinished: true, ..of(text) };
    for (text, expect) in [
        ("ser", "p1 s1"),
        ("series rou", "p1 s1"),
        ("ser rou", ""),
        ("ser ", ""),
        ("\"seri\"", ""),
        ("round -ser", "p1 s1"),
        ("series-b", "p1 s1"),
    ] {
        assert_eq!(ids(&*index, typed(text)).await, expect, "{text}");
    }
    assert_eq!(ids(&*index, of("rou")).await, "", "a finished word is whole");
}

pub async fn misspelt_words_are_read_as_similar_ones(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    for (text, expect, similar) in [
        ("seires", "p1 s1", "series"),
        ("Hambrug hiring", "p2", "hamburg"),
        ("platfrom", "p2", "platform"),
        ("hubspott customer", "s2", "hubspot"),
        // Words that occur are not replaced, nor are short ones, phrases and unlike ones.
        ("series hamburg", "", ""),
        ("b0lt", "", ""),
        ("blot", "p3 s2", "bolt"),
        ("\"seires\"", "", ""),
        ("seires hamburg", "", ""),
        ("zeppelin", "", ""),
    ] {
        let found = ask(&*index, of(text)).await;
        assert_eq!(sorted_ids(&found).join(" "), expect, "{text}");
        assert_eq!(found.similar.join(" "), similar, "{text}");
        assert_eq!(index.ids(of(text)).await.unwrap().similar, found.similar, "{text}");
    }
    let found = ask(&*index, of("seires")).await;
    assert!(found.hits[0].fragment.iter().any(|piece| piece.is_match), "{found:?}");
}

pub async fn scripts_without_spaces_are_found(index: Arc<dyn SearchIndex>) {
    let page_in = |lang: &str, text: &str| {
        let page = page(BOLT, 1, "Page", text);
        Some(SearchDocument { lang: Some(lang.to_owned()), ..page })
    };
    let documents = changes([
        ("ja", page_in("ja", "東京倉庫株式会社は、新しいロボットを導入した。")),
        ("kana", page_in("ja", "ﾛﾎﾞｯﾄ倉庫ABC（大阪）")),
        ("zh", page_in("zh", "北京仓库有限公司完成B轮融资")),
        ("ko", page_in("ko", "새로운 창고를 열었습니다")),
        ("th", page_in("th", "บริษัทเปิดคลังสินค้าใหม่ในกรุงเทพ")),
        ("en", page_in("en", "A warehouse in Tokyo, 東 京, opened.")),
    ]);
    apply(index.as_ref(), documents, "scripts").await;
    for (text, expect) in [
        ("倉庫", "ja kana"),
        ("東京倉庫株式会社", "ja"),
        ("京倉", "ja"),
        ("倉", "ja kana"),
        ("社", "ja"),
        ("社は", "ja"),
        ("ロボット", "ja kana"),
        ("倉庫abc", "kana"),
        ("\"ロボット倉庫\"", "kana"),
        ("倉庫 大阪", "kana"),
        ("倉庫 -東京", "kana"),
        ("仓库", "zh"),
        ("b轮", "zh"),
        ("창고", "ko"),
        ("คลังสินค้า", "th"),
        ("คลัง*", "th"),
        // Not together, in another order, or in another script.
        ("東京", "ja"),
        ("庫倉", ""),
        ("東倉", ""),
        ("京都", ""),
        ("\"東京 倉庫\"", ""),
        ("창문", ""),
        ("สินคลัง", ""),
    ] {
        assert_eq!(ids(&*index, of(text)).await, expect, "{text}");
    }
    let found = ask(&*index, of("株式会社")).await;
    let matches = found.hits[0].fragment.iter().filter(|piece| piece.is_match);
    assert_eq!(matches.map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["株式会社"]);
}

pub async fn filters_let_through(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    for (query, expect) in [
        (Query { kinds: vec![DocumentKind::Signal], ..of("round") }, "s1"),
        (Query { kinds: vec![DocumentKind::Signal, DocumentKind::Page], ..of("round") }, "p1 s1"),
        (Query { entities: vec![BOLT], ..of("b*") }, "p3 s2"),
        (Query { entities: vec![ACME, BOLT], ..of("b*") }, "p1 p3 s1 s2"),
        (Query { signal_kinds: vec!["budget_event".to_owned()], ..of("b*") }, "s1"),
        (Query { country: Some("DE".to_owned()), ..of("b*") }, "s1 s2"),
        (Query { from: Some(Day(11)), ..of("b*") }, "p3 s1 s2"),
        (Query { from: Some(Day(11)), to: Some(Day(30)), ..of("b*") }, "p3 s1"),
        (Query { to: Some(Day(9)), ..of("b*") }, ""),
    ] {
        assert_eq!(ids(&*index, query.clone()).await, expect, "{query:?}");
    }
}

pub async fn hits_say_what_they_are(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    let found = ask(&*index, of("million round")).await;
    let hit = &found.hits[0];
    assert_eq!((hit.id.as_str(), hit.kind, hit.entity), ("s1", DocumentKind::Signal, ACME));
    assert_eq!((hit.title.as_str(), hit.url.as_str()), ("Signal", "https://acme.example/"));
    assert_eq!((hit.day, hit.signal_kind.as_deref()), (Day(11), Some("budget_event")));
    assert_eq!(hit.country.as_deref(), Some("DE"));
    let matches: Vec<&str> =
        hit.fragment.iter().filter(|piece| piece.is_match).map(|piece| &*piece.text).collect();
    assert_eq!(matches, ["million", "round"]);
    let text: String = hit.fragment.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(text, "Raised €20 million in a Series B round.");
}

pub async fn the_best_come_first_and_pages_do_not_overlap(index: Arc<dyn SearchIndex>) {
    let texts = (0..20).map(|number| {
        let text = format!("harbour {}", "harbour ".repeat(number));
        let filler = "of something else ".repeat(20 - number);
        (format!("p{number:02}"), Some(page(ACME, 1, "Page", &format!("{text} {filler}"))))
    });
    apply(&*index, texts.collect(), "").await;
    let all = ask(&*index, of("harbour")).await;
    assert_eq!(all.total, 20);
    assert_eq!((all.hits[0].id.as_str(), all.hits[19].id.as_str()), ("p19", "p00"));
    assert!(all.hits.is_sorted_by(|a, b| a.score >= b.score));
    let mut paged = Vec::new();
    for offset in [0, 7, 14, 21] {
        let some = index.search(Query { limit: 7, offset, ..of("harbour") }).await.unwrap();
        assert_eq!(some.total, 20);
        paged.extend(some.hits);
    }
    assert_eq!(paged, all.hits);
    // A word in the title counts more than one in the text, and the word itself more than its stem.
    let title = page(ACME, 1, "Bridges", "Nothing of it here.");
    let documents = changes([
        ("title", Some(title)),
        ("text", Some(page(ACME, 1, "Nothing", "Of bridges here it."))),
        ("stem", Some(page(ACME, 1, "Nothing", "Of bridging here it."))),
    ]);
    apply(&*index, documents, "").await;
    let found = ask(&*index, of("bridges")).await;
    let order: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(order, ["title", "text", "stem"]);
}

pub async fn the_last_change_of_an_id_counts(index: Arc<dyn SearchIndex>) {
    assert_eq!(index.position().await.unwrap(), None);
    library(&*index).await;
    library(&*index).await;
    assert_eq!(ids(&*index, of("series")).await, "p1 s1", "twice is once");
    assert_eq!(index.position().await.unwrap().as_deref(), Some("library"));
    let documents = changes([
        ("p1", Some(page(ACME, 10, "News", "The round was cancelled."))),
        ("s1", None),
        ("never there", None),
    ]);
    apply(&*index, documents, "corrected: {\"a\": 1}").await;
    assert_eq!(ids(&*index, of("series")).await, "");
    assert_eq!(ids(&*index, of("cancelled")).await, "p1");
    assert_eq!(index.position().await.unwrap().as_deref(), Some("corrected: {\"a\": 1}"));
    apply(&*index, Changes::new(), "only further").await;
    assert_eq!(index.position().await.unwrap().as_deref(), Some("only further"));
    assert_eq!(ids(&*index, of("cancelled")).await, "p1");
}

pub async fn a_feeder_that_was_overtaken_changes_nothing(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    index.clear().await.unwrap();
    let late = || changes([("p9", Some(page(ACME, 1, "Late", "Too late.")))]);
    for from in [Some("library"), Some("elsewhere")] {
        let refused = index.apply(late(), from, "further").await;
        let kind = refused.as_ref().map_err(crate::StoreError::kind);
        assert_eq!(kind, Err(ErrorKind::Fenced), "{refused:?}");
    }
    assert_eq!(
        (ids(&*index, of("late")).await.as_str(), index.position().await.unwrap()),
        ("", None)
    );
    index.apply(late(), None, "begun").await.unwrap();
    assert!(index.apply(late(), None, "begun twice").await.is_err());
    assert_eq!(index.position().await.unwrap().as_deref(), Some("begun"));
}

pub async fn cleared_is_empty_and_usable(index: Arc<dyn SearchIndex>) {
    index.clear().await.unwrap();
    library(&*index).await;
    index.clear().await.unwrap();
    assert_eq!(index.position().await.unwrap(), None);
    assert_eq!(ids(&*index, of("series")).await, "");
    library(&*index).await;
    assert_eq!(ids(&*index, of("series")).await, "p1 s1");
}

pub async fn questions_and_changes_at_once(index: Arc<dyn SearchIndex>) {
    library(&*index).await;
    let searches = (0..4).map(|_| {
        let index = Arc::clone(&index);
        tokio::spawn(async move {
            for _ in 0..20 {
                assert_eq!(ids(&*index, of("series")).await, "p1 s1");
            }
        })
    });
    let searches: Vec<_> = searches.collect();
    for number in 0..10 {
        let more = page(BOLT, number, "More", "Something else.");
        apply(&*index, changes([("more", Some(more))]), "").await;
    }
    for search in searches {
        search.await.unwrap();
    }
}

/// Runs the cases against engines. Each engine is an async function of that name in the calling
/// module that returns [`Opened`](crate::conformance::Opened).
#[macro_export]
macro_rules! search_suite {
    ($($engine:ident),+ $(,)?) => {
        $crate::conformance_cases!(search, $($engine),+: [
            words_are_found,
            other_spellings_are_found,
            an_unfinished_word_is_found,
            misspelt_words_are_read_as_similar_ones,
            scripts_without_spaces_are_found,
            filters_let_through,
            hits_say_what_they_are,
            the_best_come_first_and_pages_do_not_overlap,
            the_last_change_of_an_id_counts,
            a_feeder_that_was_overtaken_changes_nothing,
            cleared_is_empty_and_usable,
            questions_and_changes_at_once,
        ]);
    };
}

//! A followed company that tells its own news under a longer name is the company that acts; others
//! that its pages name are not.

use answer::{CallQuery, display_name};
use model::{Cause, Entity};
use store::db::Urgency;

use crate::journey::{Engines, Journey, capture_of_html};
use crate::small_world::{TODAY, at, product};

/// Reads the companies of signals, as members, after these pages were read.
async fn actors(followed: &[&'static str], pages: &[(&str, &str)]) -> (Vec<String>, usize) {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    for domain in followed.iter().copied() {
        let follow = journey.context().db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.follow(domain, &Cause::from("test"), at(TODAY)).await })
        });
        assert!(follow.await.unwrap());
    }
    let captures = pages.iter().map(|(url, text)| {
        let html = format!("<html lang=en><title>News</title><h1>News</h1><p>{text}</p>");
        capture_of_html(url, &html, at(TODAY))
    });
    journey.accept(captures.collect()).await;
    journey.settle().await;
    let answers = journey.context().answers();
    let profile = answer::Profile::load(&answers).await.unwrap();
    let companies = answer::dossiers_after(&answers, &profile, String::new()).await.unwrap();
    let mut members: Vec<String> = companies
        .iter()
        .flat_map(|company| company.view.members.iter().map(|(entity, _)| entity))
        .map(Entity::to_string)
        .collect();
    members.sort();
    assert!(companies.iter().all(|company| !display_name(&company.view).is_empty()));
    let query = CallQuery { limit: 10, ..CallQuery::default() };
    let calls = answer::calls(&answers, query, answers.day(None), usize::MAX).await.unwrap();
    journey.engine.stop().await;
    (members, calls.items.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_party_news_is_the_followed_companys() {
    let own = (
        "https://acme.example/news/series-b",
        "Acme Robotics has raised EUR 21 million in a Series B round led by Elbe Ventures.",
    );
    let customer = (
        "https://acme.example/news/customer",
        "Zeta Bolts has raised EUR 5 million in a Series A round led by Elbe Ventures.",
    );
    let (members, calls) = actors(&["acme.example"], &[own, customer]).await;
    assert_eq!(members, ["domain:acme.example", "name:zeta bolts|"]);
    assert_eq!(calls, 1);
    // Of a site that nobody follows it is not known whose news it tells.
    let (members, calls) = actors(&["other.example"], &[own]).await;
    assert_eq!((members, calls), (vec!["name:acme robotics|".to_owned()], 0));
}

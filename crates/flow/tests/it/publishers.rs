//! Pages on hosts of many authors are read: what they say is about the companies that they name, and
//! the host itself is no company.

use answer::{AnswerError, SignalCounts, SignalQuery};
use flow::Accepted;
use serde_json::Value;

use crate::journey::{Engines, Journey, capture_of_html};
use crate::small_world::{TODAY, at, product};

/// A page in English: its title, and its markup.
fn html(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>{title}</title><main><h1>{title}</h1>{body}</main>"
    )
}

async fn read(pages: &[(&str, String)]) -> Journey {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let captures = pages.iter().map(|(url, page)| capture_of_html(url, page, at(TODAY)));
    let accepted = journey.accept(captures.collect()).await;
    assert!(accepted.iter().all(|one| matches!(one, Accepted::New(_))), "{accepted:?}");
    journey.settle().await;
    journey
}

/// Lists the names of the companies that have signals, as the wall shows them.
async fn on_the_wall(journey: &Journey) -> Vec<String> {
    let answers = journey.context().answers();
    let (counts, day) = (SignalCounts::default(), answers.day(None));
    let query = SignalQuery { limit: 20, ..SignalQuery::default() };
    let found = answer::search_signals(&answers, &counts, &query, day, 1_000, String::new()).await;
    let found = serde_json::to_value(found.unwrap()).unwrap();
    let name = |one: &Value| one["company"]["name"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = found["items"].as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

async fn count(journey: &Journey, name: &'static str) -> i64 {
    let read = journey.context().db.read(|tx| Box::pin(tx.counters()));
    read.await.unwrap().get(name).copied().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publishers_page_is_about_the_companies_that_it_names() {
    let raised = |name: &str| format!("<p>{name} has raised €18 million in a Series A round.</p>");
    let journey = read(&[
        ("https://huggingface.co/blog/lakes", html("Lakes for all", &raised("Veldor Lake"))),
        ("https://www.producthunt.com/", html("Launches of today", &raised("Quernworks"))),
        ("https://dev.to/", html("DEV", &raised("Hexbolt"))),
        ("https://news.ycombinator.com/item?id=7", html("Brassfen", &raised("Brassfen"))),
        ("https://blogspot.com/", html("Blogs", &raised("Oatmere"))),
        // The operator's own traces and words are nobody's.
        (
            "https://github.com/trending",
            html(
                "Trending",
                "<script src='https://js.hs-scripts.com/4711.js'></script>\
                 <p>We have raised €30 million in a Series B round.</p>",
            ),
        ),
        ("https://www.reddit.com/r/startups", html("Startups", "<p>What did you launch?</p>")),
    ])
    .await;
    let expected = ["Brassfen", "Hexbolt", "Oatmere", "Quernworks", "Veldor Lake"];
    assert_eq!(on_the_wall(&journey).await, expected);
    assert!(
        count(&journey, "note.clean.publisher_claims").await > 0,
        "what is left out is counted"
    );
    let db = &journey.context().db;
    let companies = db.read(|tx| Box::pin(tx.company_count())).await.unwrap();
    assert_eq!(companies, 5, "publishers are out of counts");
    let answers = journey.context().answers();
    for reference in ["github.com", "dev.to", "publisher:dev.to", "blogspot.com"] {
        let found = answer::company::find(&answers, reference).await;
        assert!(matches!(found, Err(AnswerError::Unknown(_))), "{reference}: {found:?}");
    }
}

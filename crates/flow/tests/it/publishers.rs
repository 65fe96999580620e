//! Pages on hosts of many authors are read: what they say is about the companies that they name, and
//! the host itself is no company.

use answer::{AnswerError, SignalCounts, SignalQuery};
use flow::Accepted;
use model::By;
use serde_json::Value;
use store::db::OpenJudgement;

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

/// Lists the automatic joins of names with sites by links.
async fn linked(journey: &Journey) -> Vec<String> {
    journey.settle().await;
    let open = journey.context().db.read(|tx| Box::pin(tx.judgements())).await.unwrap();
    let linked = open.iter().filter(|one| one.judgement.by.to_string() == "auto:linked_name/1");
    let pair = |one: &OpenJudgement| {
        let mut pair = [one.left.to_string(), one.right.to_string()];
        pair.sort();
        pair.join(" = ")
    };
    linked.map(pair).collect()
}

fn article(told: &str, href: &str) -> String {
    html(
        "Veldor Lake raises €18 million",
        &format!(
            "<p>{told}</p><p>Veldor Lake has raised €18 million in a Series A round led by Elbe \
             Ventures.</p><p>More about <a href='{href}'>Veldor Lake</a>.</p>"
        ),
    )
}

const GAZETTE: &str = "The harbour gazette met the founders on the quay, where their first sensors \
                       still measure the tide and the weather of every working day.";
const COURIER: &str = "Investors from four countries took part, says the courier of the mountains, \
                       and the number of engineers in Lindau is to double within a year.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sources_that_link_a_name_alike_make_it_a_lead() {
    let (gazette, courier) = ("https://gazette.example/7", "https://courier.example/lake");
    let site = "https://vl-group.example/";
    let journey = read(&[(gazette, article(GAZETTE, site))]).await;
    assert_eq!(linked(&journey).await, Vec::<String>::new(), "one page alone proves nothing");
    journey.accept(vec![capture_of_html(courier, &article(COURIER, site), at(TODAY))]).await;
    assert_eq!(linked(&journey).await, ["domain:vl-group.example = name:veldor lake|"]);
    assert_eq!(on_the_wall(&journey).await, ["Veldor Lake"]);
    let answers = journey.context().answers();
    let by_site = answer::company::find(&answers, "vl-group.example").await.unwrap();
    assert_eq!(answer::company::find(&answers, "Veldor Lake").await.unwrap(), by_site);
    // The other order gives the same.
    let turned =
        read(&[(courier, article(COURIER, site)), (gazette, article(GAZETTE, site))]).await;
    assert_eq!(turned.hash().await.0, journey.hash().await.0);

    // A person's word stands, whatever more pages link.
    let open = journey.context().db.read(|tx| Box::pin(tx.judgements())).await.unwrap();
    let id = open.iter().find(|one| one.judgement.by.is_system()).unwrap().judgement.id;
    flow::undo_join(journey.context(), id, "another firm", &By::OPERATOR).await.unwrap().unwrap();
    let third = article("Even the almanac of the north tells of it in its winter issue.", site);
    let third = capture_of_html("https://almanac.example/9", &third, at(TODAY));
    journey.accept(vec![third]).await;
    journey.settle().await;
    let found = answer::company::find(&answers, "Veldor Lake").await.unwrap();
    assert_ne!(found, answer::company::find(&answers, "vl-group.example").await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_binds_a_rivals_name_to_its_own_site() {
    let evil = "https://evil.example/";
    let own = |url: &'static str, told: &str| (url, article(told, evil));
    for (pages, why) in [
        (vec![own("https://evil.example/blog/1", GAZETTE)], "its own page"),
        (
            vec![
                own("https://evil.example/blog/1", GAZETTE),
                own("https://gazette.example/7", COURIER),
            ],
            "and one other",
        ),
        (
            vec![own("https://one.example/1", GAZETTE), own("https://two.example/2", GAZETTE)],
            "copies of one text",
        ),
        (
            vec![
                own("https://one.netlify.app/1", GAZETTE),
                own("https://dev.to/two/2", COURIER),
                own("https://news.ycombinator.com/item?id=3", "Anybody can write here, and does."),
            ],
            "hosts where everybody writes",
        ),
        (
            vec![
                own("https://one.example/1", GAZETTE),
                own("https://two.example/2", COURIER),
                (
                    "https://veldor-lake.example/",
                    html("Veldor Lake", "<p>Veldor Lake measures the depth of lakes.</p>"),
                ),
            ],
            "a name that another company has",
        ),
    ] {
        let journey = read(&pages).await;
        assert_eq!(linked(&journey).await, Vec::<String>::new(), "{why}");
    }
}

//! Sites whose visits fail: the reason that is told of them, and bare domains without https.

use std::sync::Arc;

use answer::FollowedCompany;
use ingest::{CrawlSettings, Pace};
use model::{By, ObservationOutcome, Timestamp};
use store::db::Address;

use crate::journey::{Engines, Journey};
use crate::site::{Site, SiteRequest, SiteResponse};
use crate::small_world::{TODAY, at, product};

const MINUTE: i64 = 60_000_000;

type Answers = Box<dyn Fn(&SiteRequest) -> SiteResponse + Send + Sync>;

/// Follows an address and crawls for some minutes. The site does not speak TLS.
async fn crawled(
    address: &str,
    answers: impl Fn(&SiteRequest) -> SiteResponse + Send + Sync + 'static,
) -> (FollowedCompany, Vec<Address>) {
    let site = Site::start(answers).await;
    let clock = Arc::new(model::FixedClock::at(at(TODAY)));
    let outside = site.outside(clock.clone());
    let journey = Journey::start_with(Engines::Disk, vec![product()], clock, None, outside).await;
    let (context, by) = (journey.context(), By::OPERATOR);
    flow::follow(context, address, &"test".into(), &by, Pace::default()).await.unwrap();
    for _ in 0..8 {
        flow::crawler(&journey.engine, CrawlSettings::default()).unwrap().settle().await.unwrap();
        journey.clock.set(Timestamp(context.now().0 + MINUTE));
    }
    let company = answer::followed(&context.answers()).await.unwrap().remove(0);
    let domain = company.domain.clone();
    let read = context.db.read(move |tx| Box::pin(async move { tx.frontier(&domain).await }));
    (company, read.await.unwrap())
}

fn home(request: &SiteRequest) -> SiteResponse {
    match request.path.as_str() {
        "/" => SiteResponse::html("<main><h1>Kornblum</h1><p>Kornblum mills flour.</p></main>"),
        _ => SiteResponse::status(404),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_domain_without_https_is_read_over_http() {
    for (address, read) in [
        ("kornblum.example", Some("http://kornblum.example/")),
        ("www.kornblum.example", Some("http://www.kornblum.example/")),
        ("http://kornblum.example/", Some("http://kornblum.example/")),
        ("https://kornblum.example/", None),
        ("https://www.kornblum.example/de", None),
    ] {
        let (company, rows) = crawled(address, home).await;
        let is_read = |row: &&Address| row.outcome == Some(ObservationOutcome::Changed);
        let found: Vec<&str> = rows.iter().filter(is_read).map(|row| row.url.as_str()).collect();
        assert_eq!(found, Vec::from_iter(read), "{address}");
        let is_any_http = rows.iter().any(|row| row.url.starts_with("http:"));
        assert_eq!(is_any_http, read.is_some(), "{address}");
        if read.is_none() {
            let failure = company.last_failure.unwrap();
            assert!(failure.why.unwrap().contains("secure connection"), "{address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_failure_of_a_site_is_told() {
    const HOME: &str = "http://kornblum.example/";
    let no_rules = |request: &SiteRequest, status: u16| match request.path.as_str() {
        "/" => SiteResponse::status(status),
        _ => SiteResponse::status(404),
    };
    let rules = |request: &SiteRequest| match request.path.as_str() {
        "/robots.txt" => SiteResponse::Page(200, "", "User-agent: *\nDisallow: /\n".to_owned()),
        _ => home(request),
    };
    let cases: [(&str, Answers, Option<&str>); 6] = [
        ("well", Box::new(home), None),
        (
            "error",
            Box::new(move |request: &SiteRequest| no_rules(request, 500)),
            Some("it answered 500"),
        ),
        (
            "forbidden",
            Box::new(move |request: &SiteRequest| no_rules(request, 403)),
            Some("it answered 403"),
        ),
        ("rules", Box::new(rules), Some("robots.txt does not allow it: disallow: /")),
        (
            "away",
            Box::new(|_: &SiteRequest| SiteResponse::status(503)),
            Some("robots.txt could not be read"),
        ),
        (
            "hangs up",
            Box::new(|_: &SiteRequest| SiteResponse::HangUp),
            Some("robots.txt could not be read"),
        ),
    ];
    for (name, answers, expected) in cases {
        let (company, _) = crawled(HOME, answers).await;
        assert!(company.looks > 0 && company.last_visit.is_some(), "{name}");
        let why = company.last_failure.and_then(|failure| failure.why);
        match expected {
            None => assert_eq!((why, company.failing, company.is_failing), (None, 0, false)),
            Some(expected) => {
                let why = why.unwrap_or_default();
                assert!(why.starts_with(expected), "{name}: {why}");
                assert!(company.is_failing && company.failing > 0, "{name}");
            }
        }
    }
}

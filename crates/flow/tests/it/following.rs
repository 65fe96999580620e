//! Following a site on loopback: from the front page to postings and news, by the site's rules, at
//! most once per interval, across restarts.

use std::sync::Arc;

use ingest::{CrawlSettings, Crawler, Pace};
use model::{By, ObservationOutcome, Timestamp};
use store::conformance::kept_pages;
use store::db::{Address, AddressRole};

use crate::journey::{Engines, Journey, until};
use crate::site::{Site, SiteRequest, SiteResponse};
use crate::small_world::{TODAY, at, product};

const HOME: &str = "http://acme.example/";
const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

fn page(request: &SiteRequest) -> SiteResponse {
    match request.path.as_str() {
        "/robots.txt" => SiteResponse::Page(
            200,
            "Content-Type: text/plain\r\n",
            "User-agent: *\nDisallow: /news/secret\nSitemap: http://acme.example/map.xml\n".to_owned(),
        ),
        "/" => SiteResponse::html(
            "<head><link rel=alternate type=application/rss+xml href=/feed></head><body>
             <nav><a href=/karriere>Karriere</a> <a href=/news>News</a> <a href=/product>Product</a></nav>
             <main><h1>Acme</h1><p>Acme moves freight between Rotterdam and the Alps.</p></main></body>",
        ),
        "/karriere" => SiteResponse::Page(
            200,
            "Content-Type: text/html\r\nETag: \"careers-1\"\r\n",
            "<!doctype html><main><h1>Karriere</h1><p>We are looking for people who move freight.</p>
             <a href=/karriere/dispatcher>Dispatcher</a> <a href=/karriere/pilot>Pilot</a></main>"
                .to_owned(),
        ),
        "/karriere/dispatcher" => {
            SiteResponse::html("<main><h1>Dispatcher</h1><p>You plan routes from Rotterdam.</p></main>")
        }
        "/news" => SiteResponse::html("<main><h1>News</h1><a href=/news/secret>Not for robots</a></main>"),
        "/news/moved" => SiteResponse::Page(302, "Location: /news/moved-to-rotterdam\r\n", String::new()),
        "/news/moved-to-rotterdam" => {
            SiteResponse::html("<main><h1>We moved</h1><p>Acme has a new office in Rotterdam.</p></main>")
        }
        "/news/draft" => SiteResponse::Page(
            200,
            "Content-Type: text/html\r\nX-Robots-Tag: noindex\r\n",
            "<!doctype html><p>This is a draft that nobody is to keep.</p>".to_owned(),
        ),
        "/news/broken" => SiteResponse::status(500),
        "/feed" => SiteResponse::Page(
            200,
            "Content-Type: application/rss+xml\r\n",
            "<rss version='2.0'><channel><title>N</title><link>http://acme.example/</link>
             <item><title>a</title><link>http://acme.example/news/moved</link></item>
             <item><title>b</title><link>http://other.example/news/theirs</link></item>
             <item><title>c</title><link>http://acme.example/news/draft</link></item></channel></rss>"
                .to_owned(),
        ),
        "/map.xml" => SiteResponse::Page(
            200,
            "Content-Type: text/xml\r\n",
            "<urlset><url><loc>http://acme.example/news/broken</loc></url></urlset>".to_owned(),
        ),
        _ => SiteResponse::status(404),
    }
}

struct Followed {
    journey: Journey,
    site: Site,
}

impl Followed {
    async fn start(answers: impl Fn(&SiteRequest) -> SiteResponse + Send + Sync + 'static) -> Self {
        let site = Site::start(answers).await;
        let clock = Arc::new(model::FixedClock::at(at(TODAY)));
        let outside = site.outside(clock.clone());
        let journey =
            Journey::start_with(Engines::Disk, vec![product()], clock, None, outside).await;
        let new =
            flow::follow(journey.context(), HOME, &"test".into(), &By::OPERATOR, Pace::default())
                .await
                .unwrap();
        assert!(new);
        Self { journey, site }
    }

    /// Creates a crawler as after a restart: it has only the state in the database.
    fn crawler(&self) -> Arc<Crawler> {
        flow::crawler(&self.journey.engine, CrawlSettings::default()).unwrap()
    }

    /// Crawls for some minutes, so that the backoff of a failing host passes.
    async fn crawl(&self) -> usize {
        let mut visits = 0;
        for _ in 0..8 {
            visits += self.crawler().settle().await.unwrap();
            let now = self.journey.context().now();
            self.journey.clock.set(Timestamp(now.0 + MINUTE));
        }
        visits
    }

    fn advance(&self, hours: i64) {
        let now = self.journey.context().now();
        self.journey.clock.set(Timestamp(now.0 + hours * HOUR));
    }

    async fn row(&self, path: &str) -> Address {
        let rows = self
            .journey
            .context()
            .db
            .read(|tx| Box::pin(async move { tx.frontier("acme.example").await }))
            .await
            .unwrap();
        let url = format!("http://acme.example{path}");
        rows.into_iter().find(|row| row.url == url).unwrap_or_else(|| panic!("no row {path}"))
    }

    /// Reads the addresses and outcomes of the stored observations of pages.
    async fn observations(&self) -> Vec<(String, String)> {
        self.journey.settle().await;
        let pages = kept_pages(&self.journey.context().db).await.unwrap();
        let path = |url: &str| url.replace("http://acme.example", "");
        pages.iter().map(|page| (path(&page.url), page.outcome.as_str().to_owned())).collect()
    }
}

fn seen(paths: &[&str]) -> Vec<(String, String)> {
    paths.iter().map(|path| ((*path).to_owned(), "changed".to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_followed_site_is_walked_by_its_rules() {
    let followed = Followed::start(page).await;
    followed.crawl().await;
    assert_eq!(
        followed.site.paths(),
        [
            "/",
            "/feed",
            "/karriere",
            "/karriere/dispatcher",
            "/karriere/pilot",
            "/map.xml",
            "/news",
            "/news/broken",
            "/news/draft",
            "/news/moved",
            "/news/moved-to-rotterdam",
        ],
        "robots.txt is respected; what has no role, or is somebody else's, is not asked"
    );
    let expected = ["/", "/karriere", "/karriere/dispatcher", "/news", "/news/moved-to-rotterdam"];
    assert_eq!(
        followed.observations().await,
        seen(&expected),
        "pages only, under the address that answered"
    );
    assert_eq!(followed.journey.context().pages.hits(), 5, "each page is read once");
    for (path, role, outcome) in [
        ("/", AddressRole::named("homepage"), ObservationOutcome::Changed),
        ("/karriere/dispatcher", AddressRole::named("posting"), ObservationOutcome::Changed),
        ("/karriere/pilot", AddressRole::named("posting"), ObservationOutcome::Gone),
        ("/news/draft", AddressRole::named("article"), ObservationOutcome::NotAllowed),
        ("/news/secret", AddressRole::named("article"), ObservationOutcome::NotAllowed),
        ("/news/broken", AddressRole::named("article"), ObservationOutcome::CouldNotLook),
        ("/news/moved", AddressRole::named("article"), ObservationOutcome::Changed),
        ("/map.xml", AddressRole::named("sitemap"), ObservationOutcome::Changed),
        ("/feed", AddressRole::named("feed"), ObservationOutcome::Changed),
    ] {
        let row = followed.row(path).await;
        assert_eq!((row.role, row.outcome, row.looks), (role, Some(outcome), 1), "{path}");
    }
    let why = followed.row("/news/secret").await.why.unwrap();
    assert!(why.contains("/news/secret"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_fetched_twice_inside_its_interval() {
    let followed = Followed::start(page).await;
    followed.crawl().await;
    followed.site.asked();
    assert_eq!(followed.crawl().await, 0, "a restart asks nothing");
    followed.advance(1);
    assert_eq!(followed.crawl().await, 0);
    followed.advance(12);
    followed.site.change(|request| {
        match (request.path.as_str(), request.header("if-none-match")) {
            ("/karriere", Some("\"careers-1\"")) => SiteResponse::status(304),
            // Different markup around the same text.
            ("/news", _) => SiteResponse::html(
                "<body class=x><main><h1>News</h1><a href=/news/secret>Not for robots</a></main>",
            ),
            _ => page(request),
        }
    });
    followed.crawl().await;
    let paths = followed.site.paths();
    assert_eq!(paths, ["/feed", "/karriere", "/map.xml", "/news"], "only what is due");
    assert_eq!(followed.row("/karriere").await.outcome, Some(ObservationOutcome::Unchanged), "304");
    assert_eq!(
        followed.row("/news").await.outcome,
        Some(ObservationOutcome::Unchanged),
        "the same words"
    );
    assert_eq!(followed.observations().await.len(), 5, "what did not change keeps no new body");
    followed.advance(12);
    followed.site.change(|request| match request.path.as_str() {
        "/karriere/dispatcher" => SiteResponse::status(410),
        "/" => {
            SiteResponse::html("<main><h1>Acme</h1><p>Acme moves freight by rail alone.</p></main>")
        }
        _ => page(request),
    });
    followed.crawl().await;
    assert_eq!(followed.row("/").await.outcome, Some(ObservationOutcome::Changed));
    assert_eq!(followed.row("/karriere/dispatcher").await.outcome, Some(ObservationOutcome::Gone));
    let observations = followed.observations().await;
    let removal = ("/karriere/dispatcher".to_owned(), "gone".to_owned());
    assert_eq!(observations.len(), 7);
    assert!(observations.contains(&removal), "that it is no more is news: {observations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_crawler_neither_doubles_nor_forgets() {
    let followed = Followed::start(|request| match request.path.as_str() {
        "/robots.txt" => SiteResponse::status(404),
        _ => SiteResponse::Silence,
    })
    .await;
    let crawler = followed.crawler();
    let killed = tokio::spawn(async move { crawler.settle().await });
    until("something is asked", async || !followed.site.paths().is_empty()).await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    followed.site.change(page);
    for _ in 0..5 {
        followed.crawl().await;
        followed.advance(1);
    }
    assert!(!followed.site.paths().contains(&"/".to_owned()), "inside the interval");
    followed.advance(1);
    followed.crawl().await;
    assert!(followed.site.paths().contains(&"/".to_owned()), "and not forgotten");
}

/// The target of a slow host's redirect is fetched at the host's next turn, and the page only once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_of_a_slow_host_is_fetched_once() {
    let site = Site::start(|request| match request.path.as_str() {
        "/robots.txt" => {
            let rules = "User-agent: *\nCrawl-delay: 1\n".to_owned();
            SiteResponse::Page(200, "Content-Type: text/plain\r\n", rules)
        }
        "/" => SiteResponse::Page(302, "Location: /home\r\n", String::new()),
        _ => {
            SiteResponse::html("<main><h1>Acme</h1><p>Acme moves freight by rail alone.</p></main>")
        }
    })
    .await;
    let clock = Arc::new(model::FixedClock::at(at(TODAY)));
    let outside = site.impatient(clock.clone());
    let journey = Journey::start_with(Engines::Disk, vec![product()], clock, None, outside).await;
    flow::follow(journey.context(), HOME, &"test".into(), &By::OPERATOR, Pace::default())
        .await
        .unwrap();
    let followed = Followed { journey, site };
    let mut fetched = Vec::new();
    until("it is followed", async || {
        followed.crawler().settle().await.unwrap();
        fetched.extend(followed.site.paths());
        // The delay between requests to a host uses the machine's clock.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        followed.journey.clock.set(Timestamp(followed.journey.context().now().0 + 300_000));
        fetched.contains(&"/home".to_owned())
    })
    .await;
    assert_eq!(fetched.iter().filter(|path| *path == "/").count(), 1, "{fetched:?}");
    assert_eq!(followed.row("/").await.looks, 1);
    assert_eq!(followed.row("/home").await.role, AddressRole::named("homepage"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_in_the_background_ends_when_stopped() {
    let followed = Followed::start(page).await;
    let following =
        flow::start_following(&followed.journey.engine, CrawlSettings::default()).unwrap();
    until("something is looked at", async || followed.row("/").await.looks > 0).await;
    following.stop().await;
    assert!(
        flow::unfollow(followed.journey.context(), "acme.example", &By::OPERATOR).await.unwrap()
    );
    followed.advance(9_000);
    assert_eq!(followed.crawl().await, 0, "no longer followed");
    let refused = flow::follow(
        followed.journey.context(),
        "127.0.0.1",
        &"test".into(),
        &By::OPERATOR,
        Pace::default(),
    )
    .await;
    assert!(refused.is_err_and(|error| error.to_string().contains("acme.example")));
}

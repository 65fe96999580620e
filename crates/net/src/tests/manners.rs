//! Tests of robots.txt, a host's turn, redirects and validators, against the server's journal.

use model::{FixedClock, Timestamp};

use super::*;
use crate::politeness::later;

/// Starts a server with this robots.txt and any page.
async fn site(robots: Action) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => robots.clone(),
        path => match path.strip_prefix("/to") {
            Some(target) => redirect(target),
            None => ok("page"),
        },
    })
    .await
}

fn robots(file: &str) -> Action {
    answer("200 OK", "content-type: text/plain\r\n", file.as_bytes())
}

#[tokio::test]
async fn disallowed_paths_are_never_fetched_not_even_through_a_redirect() {
    let server =
        site(robots("User-agent: LeadqBot\nDisallow: /private\nAllow: /private/news")).await;
    let opened = open(settings(&server));
    let forbidden = Refusal::Robots { rule: "disallow: /private".to_owned() };
    for path in ["/private", "/to/private/list", "/to/to/private"] {
        let refusal = opened.crawl(&format!("http://harbourline.example{path}")).await.unwrap_err();
        assert_eq!(refusal, forbidden, "{path}");
        assert!(refusal.is_not_allowed());
    }
    let visit = opened.crawl("http://harbourline.example/to/private/news#top").await.unwrap();
    assert_eq!(visit.url.as_str(), "http://harbourline.example/private/news");
    assert_eq!(visit.hops.len(), 1);
    assert_eq!(visit.hops[0].url.as_str(), "http://harbourline.example/to/private/news");
    assert_eq!(visit.robots.rule.as_deref(), Some("allow: /private/news"));
    let expected = [
        "/robots.txt",
        "/to/private/list",
        "/to/to/private",
        "/to/private",
        "/to/private/news",
        "/private/news",
    ];
    assert_eq!(server.paths(), expected);
    assert_eq!(server.seen()[0].headers["accept-encoding"], "identity");
    assert_eq!(opened.outcomes(Purpose::Robots), ["200"]);
    let rules: Vec<_> = opened.egress.lines().into_iter().filter_map(|line| line.rule).collect();
    assert_eq!(rules.len(), 4, "{rules:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_file_opens_closes_or_postpones() {
    let gone = answer("410 Gone", "", b"");
    let closed = answer("403 Forbidden", "", b"");
    let moved = redirect("/elsewhere");
    let packed = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"User-agent: *\nDisallow: /page").unwrap();
        answer("200 OK", "content-encoding: gzip\r\n", &packed.finish().unwrap())
    };
    for (name, action, expected) in [
        ("gone", gone, "200"),
        ("closed", closed, "robots.txt does not allow it: robots.txt returned status 403"),
        ("packed", packed, "robots.txt does not allow it: disallow: /page"),
        ("moved", moved, "200"),
        ("error", answer("500 Oops", "", b""), "away"),
        ("busy", answer("429 Slow down", "retry-after: 3600\r\n", b""), "away"),
        ("loop", redirect("/robots.txt"), "away"),
        ("silent", Action::Close(Vec::new()), "away"),
        ("private", redirect("http://10.0.0.1/robots.txt"), "away"),
    ] {
        let server = site(action).await;
        let opened = open(settings(&server));
        let actual = match opened.crawl("http://harbourline.example/page").await {
            Ok(visit) => visit.status.to_string(),
            Err(refusal @ Refusal::RobotsAway { .. }) => {
                assert!(refusal.is_could_not_look() && refusal.retry_at().is_some());
                "away".to_owned()
            }
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(actual, expected, "{name}");
        let pages = server.paths().iter().filter(|path| *path == "/page").count();
        assert_eq!(pages, usize::from(expected == "200"), "{name}");
    }
}

#[tokio::test]
async fn rules_are_fetched_once_a_day_and_the_last_good_ones_hold_when_the_site_fails() {
    let server = Server::start({
        let robots_requests = AtomicUsize::new(0);
        move |request| match request.path.as_str() {
            "/robots.txt" if robots_requests.fetch_add(1, Ordering::SeqCst) > 0 => {
                answer("503 Away", "", b"")
            }
            "/robots.txt" => robots("User-agent: *\nDisallow: /private"),
            _ => ok("page"),
        }
    })
    .await;
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let hours = |hours: u64| later(start, Duration::from_secs(hours * 3600));
    let opened = open_with(settings(&server), Arc::clone(&clock) as _, Vec::new(), Tls::default());
    let robots_fetches = || server.paths().iter().filter(|path| *path == "/robots.txt").count();
    assert!(opened.crawl("http://harbourline.example/a").await.is_ok());
    clock.set(hours(23));
    assert!(opened.crawl("http://harbourline.example/b").await.is_ok());
    assert_eq!(robots_fetches(), 1);
    clock.set(hours(25));
    // It is unavailable now, so its last rules apply, and it gets a pause of a minute.
    let busy = opened.crawl("http://harbourline.example/c").await.unwrap_err();
    assert_eq!(busy.retry_at(), Some(later(hours(25), Duration::from_secs(60))));
    assert_eq!(robots_fetches(), 2);
    clock.set(later(hours(25), Duration::from_secs(61)));
    assert!(opened.crawl("http://harbourline.example/c").await.is_ok());
    let refusal = opened.crawl("http://harbourline.example/private").await.unwrap_err();
    assert!(matches!(refusal, Refusal::Robots { .. }), "{refusal}");
    assert_eq!(robots_fetches(), 2);
    clock.set(hours(24 * 40));
    let refusal = opened.crawl("http://harbourline.example/d").await.unwrap_err();
    assert!(matches!(refusal, Refusal::RobotsAway { .. }), "{refusal}");
}

/// A robots.txt that a redirect took from another site is not kept longer than a day.
#[tokio::test]
async fn rules_behind_a_redirect_are_as_old_as_they_are() {
    let server = Server::start(|request| match (&*request.headers["host"], &*request.path) {
        ("harbourline.example", "/robots.txt") => redirect("http://www.example/robots.txt"),
        (_, "/robots.txt") => robots("User-agent: *\nDisallow: /private"),
        _ => ok("page"),
    })
    .await;
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let opened = open_with(settings(&server), Arc::clone(&clock) as _, Vec::new(), Tls::default());
    let robots_fetches = || server.paths().iter().filter(|path| *path == "/robots.txt").count();
    for (hours, url, expected) in [
        (0, "http://www.example/a", 1),
        (20, "http://harbourline.example/a", 2),
        (23, "http://harbourline.example/b", 2),
        (25, "http://harbourline.example/c", 4),
    ] {
        clock.set(later(start, Duration::from_secs(hours * 3600)));
        assert!(opened.crawl(url).await.is_ok(), "{url}");
        assert_eq!(robots_fetches(), expected, "after {hours} hours");
    }
    let refusal = opened.crawl("http://harbourline.example/private").await.unwrap_err();
    assert!(refusal.is_not_allowed(), "{refusal}");
}

#[tokio::test]
async fn the_journal_of_the_server_shows_one_request_at_a_time_and_the_pause_between() {
    let pause = Duration::from_millis(60);
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ => Action::Slowly(
            vec![b"HTTP/1.1 200 OK\r\n".to_vec(), b"content-length: 0\r\n\r\n".to_vec()],
            Duration::from_millis(5),
        ),
    })
    .await;
    let mut settings = settings(&server);
    settings.host_delay_min = pause;
    settings.host_wait_max = Duration::from_secs(20);
    let opened = Arc::new(open(settings));
    let visits: Vec<_> = (0..6)
        .map(|number| {
            let opened = Arc::clone(&opened);
            let url = format!("http://harbourline.example/{number}");
            tokio::spawn(async move { opened.crawl(&url).await.map(|visit| visit.status) })
        })
        .collect();
    for visit in visits {
        assert_eq!(visit.await.unwrap(), Ok(200));
    }
    let requests = server.seen();
    assert_eq!(requests.len(), 7, "{:?}", server.paths());
    for pair in requests.windows(2) {
        let gap = pair[1].begun.duration_since(pair[0].ended.unwrap());
        assert!(gap >= pause, "{gap:?} between {} and {}", pair[0].path, pair[1].path);
    }
}

#[tokio::test]
async fn a_host_that_wants_a_long_pause_is_reported_busy_and_named_slow() {
    let server = site(robots("User-agent: *\nCrawl-delay: 5\nCrawl-delay: 90")).await;
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let opened = open_with(settings(&server), Arc::clone(&clock) as _, Vec::new(), Tls::default());
    let at = |turns: u64| later(start, Duration::from_secs(90 * turns));
    let page = |path: &str| format!("http://harbourline.example{path}");
    let busy = |url: String, turns| {
        Some(Refusal::HostBusy { retry_at: at(turns), url: Url::parse(&url).unwrap() })
    };
    let to = page("/to/page");
    assert_eq!(opened.crawl(&to).await.err(), busy(to.clone(), 1));
    clock.set(at(1));
    // The redirect is followed at the next turn, starting from its target.
    assert_eq!(opened.crawl(&to).await.err(), busy(page("/page"), 2));
    clock.set(at(2));
    let visit = opened.crawl(&page("/page")).await.unwrap();
    assert_eq!(visit.robots.delay, Some(Duration::from_secs(90)));
    assert!(visit.robots.is_slow());
    assert_eq!(server.paths(), ["/robots.txt", "/to/page", "/page"]);
}

#[tokio::test]
async fn a_host_that_says_later_is_left_alone_until_then() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        "/429" => answer("429 Too Many Requests", "retry-after: 7200\r\n", b""),
        _ => answer("503 Unavailable", "retry-after: 1\r\n", b""),
    })
    .await;
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let opened = open_with(settings(&server), Arc::clone(&clock) as _, Vec::new(), Tls::default());
    let mut next = start;
    for (path, seconds) in [("429", 7_200), ("503", 120)] {
        clock.set(next);
        let url = format!("http://harbourline.example/{path}");
        assert_eq!(opened.crawl(&url).await.unwrap().status.to_string(), path);
        next = later(next, Duration::from_secs(seconds));
        assert_eq!(opened.crawl(&url).await.unwrap_err().retry_at(), Some(next));
        // Other hosts do not have to wait.
        let other = format!("http://other{path}.example/429");
        assert_eq!(opened.crawl(&other).await.unwrap().status, 429);
    }
}

#[tokio::test]
async fn redirects_end() {
    let server = site(no_robots()).await;
    let opened = open(settings(&server));
    let path = |count: usize| format!("http://harbourline.example{}/page", "/to".repeat(count));
    assert_eq!(opened.crawl(&path(5)).await.unwrap().hops.len(), 5);
    assert_eq!(opened.crawl(&path(6)).await.unwrap_err(), Refusal::TooManyHops(5));
    let circle = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ => redirect("http://other.example/again"),
    })
    .await;
    let opened = open(settings(&circle));
    let refusal = opened.crawl("http://harbourline.example/").await.unwrap_err();
    assert_eq!(refusal, Refusal::RedirectLoop);
    assert_eq!(circle.paths().iter().filter(|path| *path != "/robots.txt").count(), 2);
}

#[tokio::test]
async fn a_conditional_request_goes_to_its_own_address_only() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        "/moved" => redirect("/page"),
        _ if request.headers.contains_key("if-none-match") => {
            Action::Write(b"HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n".to_vec())
        }
        _ => ok("page"),
    })
    .await;
    let opened = open(settings(&server));
    let conditional = |path: &str| Crawl {
        etag: Some("\"1\"".to_owned()),
        last_modified: Some("Sun, 01 Mar 2026 12:00:00 GMT".to_owned()),
        ..page(&format!("http://harbourline.example{path}"))
    };
    let visit = opened.door.crawl(conditional("/page")).await.unwrap();
    assert_eq!((visit.status, visit.body.len()), (304, 0));
    let visit = opened.door.crawl(conditional("/moved")).await.unwrap();
    assert_eq!((visit.status, &*visit.body), (200, &b"page"[..]));
    let requests = server.seen();
    assert_eq!(requests[1].headers["if-modified-since"], "Sun, 01 Mar 2026 12:00:00 GMT");
    assert!(!requests[3].headers.contains_key("if-modified-since"));
}

#[tokio::test]
async fn a_cancelled_visit_gives_its_turn_back() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        "/silent" => Action::Silence,
        _ => ok("page"),
    })
    .await;
    let opened = open(settings(&server));
    let silent = opened.crawl("http://harbourline.example/silent");
    assert!(tokio::time::timeout(Duration::from_millis(100), silent).await.is_err());
    assert_eq!(opened.crawl("http://harbourline.example/page").await.unwrap().status, 200);
}

#[tokio::test]
async fn rules_that_were_read_are_not_requested_again_as_a_page() {
    const FILE: &str = "User-agent: *\nDisallow: /private\nSitemap: /map.xml";
    let moved = || redirect("http://www.harbourline.example/robots.txt");
    let gone = || answer("404 Not Found", "", b"");
    for (name, first, paths, expected) in [
        ("page, then rules", robots(FILE), ["/a", "/robots.txt"], (1, 200)),
        ("rules, then page", robots(FILE), ["/robots.txt", "/a"], (1, 200)),
        ("rules in turn with a query", robots(FILE), ["/a", "/robots.txt?x=1"], (1, 200)),
        ("no rules", gone(), ["/a", "/robots.txt"], (1, 404)),
        ("moved", moved(), ["/a", "/robots.txt"], (2, 200)),
        ("visited twice", robots(FILE), ["/robots.txt", "/robots.txt"], (2, 200)),
    ] {
        let server = Server::start(move |request| match request.path.as_str() {
            "/robots.txt" if request.headers["host"].starts_with("www.") => robots(FILE),
            "/robots.txt" => first.clone(),
            _ => ok("page"),
        })
        .await;
        let opened = open(settings(&server));
        let mut status = 0;
        for path in paths {
            let visit = opened.crawl(&format!("http://harbourline.example{path}")).await.unwrap();
            if path == "/robots.txt" {
                status = visit.status;
                if status == 200 {
                    assert_eq!(visit.body, FILE.as_bytes(), "{name}");
                }
                let is_moved = visit.url.host_str() == Some("www.harbourline.example");
                assert_eq!((visit.hops.len(), is_moved), (usize::from(is_moved), name == "moved"));
            } else if path.contains('?') {
                status = visit.status;
            }
        }
        let requests = server.paths().iter().filter(|path| *path == "/robots.txt").count();
        assert_eq!((requests, status), expected, "{name}");
    }
}

#[tokio::test]
async fn a_site_without_a_connection_is_told_from_one_that_fails() {
    for (name, action, expected) in [
        ("error", answer("500 Oops", "", b""), false),
        ("moved away", redirect("http://10.0.0.1/robots.txt"), false),
        ("nothing listens", no_robots(), true),
    ] {
        let server = site(action).await;
        let mut settings = settings(&server);
        if expected {
            let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = closed.local_addr().unwrap();
            settings.crawl_allow.push(address);
            settings.hosts = vec![HostRule { pattern: "*.example".to_owned(), address }];
        }
        let refusal = open(settings).crawl("http://harbourline.example/").await.unwrap_err();
        assert!(matches!(refusal, Refusal::RobotsAway { .. }), "{name}: {refusal}");
        assert_eq!(refusal.is_unconnected(), expected, "{name}: {refusal}");
    }
}

//! Tests of sites that answer only with a cookie that they have set.

use model::FixedClock;

use super::server::Seen;
use super::*;

/// Redirects to `target` and sets a cookie.
fn gate(target: &str, cookie: &str) -> Action {
    answer("302 Found", &format!("location: {target}\r\nset-cookie: {cookie}\r\n"), b"")
}

fn cookie(request: &Seen) -> Option<&str> {
    request.headers.get("cookie").map(String::as_str)
}

type Gate = fn(&str) -> Action;

/// Visits a page of a site that requires its cookie for every page, and also for robots.txt if
/// `guards_robots`.
async fn visit_gated(
    path: &str,
    gate_of: Gate,
    guards_robots: bool,
) -> (Result<Visit, Refusal>, Server) {
    let server = Server::start(move |request| match (cookie(request), request.path.as_str()) {
        (_, "/robots.txt") if !guards_robots => no_robots(),
        (Some("seen=1"), "/robots.txt") => no_robots(),
        (Some("seen=1"), path) => ok(&format!("page {path}")),
        (_, path) => gate_of(path),
    })
    .await;
    let visit = open(settings(&server)).crawl(&format!("http://tarnfield.example{path}")).await;
    (visit, server)
}

#[tokio::test]
async fn a_site_that_asks_for_its_cookie_once_is_read() {
    let gates: [(&str, Gate); 6] = [
        ("/", |_| gate("/", "seen=1; Path=/")),
        ("/", |_| gate("/", "seen=1; path=/; HttpOnly; SameSite=Lax; Max-Age=3600")),
        ("/", |_| gate("http://tarnfield.example/", "seen=1; Domain=.tarnfield.example; Path=/")),
        ("/news/a", |path| gate(path, "seen=1; Path=/")),
        ("/news/a", |path| gate(&format!("{path}#top"), "seen=1; Path=/")),
        // All addresses lead to the front page until the cookie is there.
        ("/news/a", |_| gate("/", "seen=1; Path=/")),
    ];
    for (path, gate_of) in gates {
        for guards_robots in [false, true] {
            let (visit, server) = visit_gated(path, gate_of, guards_robots).await;
            let visit = visit.unwrap();
            assert_eq!(visit.url.path(), path, "{:?}", server.paths());
            assert_eq!(&*visit.body, format!("page {path}").as_bytes());
        }
    }
}

#[tokio::test]
async fn a_gate_that_is_passed_only_by_other_cookies_is_left_alone() {
    let gates: [Gate; 7] = [
        redirect,
        |path| gate(path, "seen=1; Path=/; Secure"),
        |path| gate(path, "seen=1; Path=/; Domain=example"),
        |path| gate(path, "seen=1; Path=/; Domain=quillhaven.example"),
        |path| gate(path, "seen=1; Path=/elsewhere"),
        |path| gate(path, "seen=1; Path=/; Max-Age=0"),
        |path| gate(path, "other=1; Path=/"),
    ];
    for gate_of in gates {
        let (visit, server) = visit_gated("/", gate_of, false).await;
        assert_eq!(visit.unwrap_err(), Refusal::RedirectLoop, "{:?}", server.paths());
        let (visit, server) = visit_gated("/", gate_of, true).await;
        assert!(matches!(visit, Err(Refusal::RobotsAway { .. })), "{visit:?}");
        // The robots.txt is never read, so no page is requested.
        assert!(server.paths().iter().all(|path| path == "/robots.txt"), "{:?}", server.paths());
        assert!(server.paths().len() <= 2, "{:?}", server.paths());
    }
}

#[tokio::test]
async fn a_loop_ends_though_each_answer_sets_another_cookie() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ => gate("/", &format!("n={}; Path=/", count.fetch_add(1, Ordering::SeqCst))),
    })
    .await;
    let refusal = open(settings(&server)).crawl("http://tarnfield.example/").await.unwrap_err();
    assert_eq!(refusal, Refusal::TooManyHops(5));
    assert_eq!(server.paths().len(), 7);
}

/// A cookie ends with its visit, and no other host gets it.
#[tokio::test]
async fn cookies_stay_with_their_host_and_visit() {
    let server = Server::start(|request| match (&*request.headers["host"], &*request.path) {
        (_, "/robots.txt") => no_robots(),
        ("tarnfield.example", "/") => gate("http://quillhaven.example/", "seen=1; Path=/"),
        ("tarnfield.example", "/wide") => {
            gate("http://jobs.tarnfield.example/", "wide=1; Path=/; Domain=tarnfield.example")
        }
        ("quillhaven.example", _) => gate("http://tarnfield.example/back", "q=2; Path=/"),
        _ => ok("page"),
    })
    .await;
    let opened = open(settings(&server));
    for path in ["", "wide", "plain"] {
        let url = format!("http://tarnfield.example/{path}");
        assert_eq!(opened.crawl(&url).await.unwrap().status, 200);
    }
    let requests = server.seen();
    let pages = requests.iter().filter(|request| request.path != "/robots.txt");
    let sent: Vec<_> = pages.map(|r| (&*r.headers["host"], &*r.path, cookie(r))).collect();
    assert_eq!(
        sent,
        [
            ("tarnfield.example", "/", None),
            ("quillhaven.example", "/", None),
            ("tarnfield.example", "/back", Some("seen=1")),
            ("tarnfield.example", "/wide", None),
            ("jobs.tarnfield.example", "/", Some("wide=1")),
            ("tarnfield.example", "/plain", None),
        ]
    );
    let robots = requests.iter().filter(|request| request.path == "/robots.txt");
    assert!(robots.filter_map(cookie).all(|sent| sent == "wide=1"), "of another host");
    let log = format!("{:?}", opened.egress.lines());
    assert!(!log.contains("seen=1") && !log.contains("wide=1"), "{log}");
}

/// A cookie cannot outlive its visit, so the address is not tried again at once.
#[tokio::test]
async fn a_gate_of_a_slow_host_is_a_failure() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => answer("200 OK", "", b"User-agent: *\nCrawl-delay: 90"),
        path => gate(path, "seen=1; Path=/"),
    })
    .await;
    let start: model::Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let opened = open_with(settings(&server), Arc::clone(&clock) as _, Vec::new(), Tls::default());
    let url = "http://tarnfield.example/";
    let busy = opened.crawl(url).await.unwrap_err();
    assert!(matches!(busy, Refusal::HostBusy { .. }), "{busy}");
    clock.set(busy.retry_at().unwrap());
    let refusal = opened.crawl(url).await.unwrap_err();
    assert!(matches!(refusal, Refusal::CookieEnds { .. }), "{refusal}");
    assert!(refusal.is_could_not_look() && refusal.retry_at() > busy.retry_at());
}

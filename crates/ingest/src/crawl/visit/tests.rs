//! Tests of the addresses found in the pages, feeds and sitemaps of a small site.

use model::Timestamp;

use super::super::pace::Pace;
use super::*;
use crate::sources::{article, careers, feed, homepage, newsroom, robots, sitemap};

fn relation_of(domain: &str, url: &str) -> SiteRelation {
    let url = Url::parse(url).unwrap();
    match url.host_str().unwrap() {
        "boards.example" => SiteRelation::Board,
        host if host == domain || host.ends_with(&format!(".{domain}")) => SiteRelation::Own,
        _ => SiteRelation::Elsewhere,
    }
}

fn target_of(role: AddressRole, depth: i64) -> VisitTarget {
    VisitTarget {
        domain: "acme.example".to_owned(),
        role,
        depth,
        relation_of,
        agent: "leadqbot".to_owned(),
        pace: Pace::default(),
    }
}

fn served_at(url: &str, kind: &str, body: &str) -> Served {
    Served {
        url: Url::parse(url).unwrap(),
        status: 200,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: body.as_bytes().to_vec().into(),
        observed: Timestamp(0),
        place: net::BodyPlace::default(),
    }
}

fn reading(role: AddressRole, depth: i64, url: &str, kind: &str, body: &str) -> VisitResult {
    read(&target_of(role, depth), &mut served_at(url, kind, body), 1 << 20).unwrap()
}

/// A page or a list in a coding that cannot be decoded says nothing about the site.
#[test]
fn what_cannot_be_decoded_was_not_observed() {
    let html = "<!doctype html><a href=/jobs>Jobs</a>";
    let feed = "<rss><channel><item><link>https://acme.example/a</link></item></channel></rss>";
    for (role, coding, body, is_readable) in [
        (homepage::ROLE, "sdch", html, false),
        (homepage::ROLE, "utf-8", html, true),
        (feed::ROLE, "foo", feed, false),
        (feed::ROLE, "identity", feed, true),
        (sitemap::ROLE, "gzip, compress", "<urlset/>", false),
    ] {
        let target = target_of(role, 0);
        let mut served = served_at("https://acme.example/", "text/html", body);
        served.headers.push(("content-encoding".to_owned(), coding.to_owned()));
        let read = read(&target, &mut served, 1 << 20).unwrap();
        assert_eq!(read.why_unreadable().is_none(), is_readable, "{coding}: {read:?}");
        assert_eq!(read.page.is_some(), is_readable && role == homepage::ROLE, "{coding}");
        assert!(is_readable || read.found.is_empty(), "{coding}");
    }
}

fn check(role: AddressRole, url: &str, kind: &str, body: &str, expect: &[(&str, AddressRole)]) {
    let found = reading(role, 0, url, kind, body).found;
    let found: Vec<(&str, AddressRole)> =
        found.iter().map(|new| (new.url.as_str(), new.role)).collect();
    assert_eq!(found, expect, "{url}");
}

#[test]
fn a_front_page_leads_to_what_has_a_role() {
    let html = "<!doctype html><head><link rel=alternate type=application/rss+xml href=/feed></head>
        <nav><a href=/product>Product</a><a href='/karriere?utm_source=nav'>Karriere</a>
        <a href=/news>News</a><a href=/ueber-uns>Jobs bei Acme</a>
        <a href=https://boards.example/acme>Open roles</a><a href=/karriere#top>Karriere</a>
        <a href=https://other.example/careers>Careers</a><a href=/press/kit.zip>Press kit</a></nav>";
    check(
        homepage::ROLE,
        "https://acme.example/",
        "text/html",
        html,
        &[
            ("https://acme.example/feed", feed::ROLE),
            ("https://acme.example/karriere", careers::ROLE),
            ("https://acme.example/news", newsroom::ROLE),
            ("https://acme.example/ueber-uns", careers::ROLE),
            ("https://boards.example/acme", board::ROLE),
        ],
    );
}

#[test]
fn lists_lead_to_what_stands_below_them() {
    let html = "<!doctype html><body><a href=/arbeiten/ingenieurin>Ingenieurin</a>
        <a href=/arbeiten/>Alle</a><a href=/kontakt>Kontakt</a>
        <a href=https://boards.example/acme/jobs/7>Engineer</a></body>";
    check(
        careers::ROLE,
        "https://acme.example/arbeiten",
        "text/html",
        html,
        &[
            ("https://acme.example/arbeiten/ingenieurin", posting::ROLE),
            ("https://boards.example/acme/jobs/7", posting::ROLE),
        ],
    );
    let board =
        "<!doctype html><body><a href=/acme/jobs/7>Engineer</a><a href=/other/jobs/1>Other</a>
        <a href=https://acme.example/careers>Site</a></body>";
    check(
        board::ROLE,
        "https://boards.example/acme",
        "text/html",
        board,
        &[("https://boards.example/acme/jobs/7", posting::ROLE)],
    );
    let article = "<!doctype html><body><a href=/news/next>Next</a></body>";
    check(article::ROLE, "https://acme.example/news/a", "text/html", article, &[]);
}

#[test]
fn what_tells_of_pages_is_no_page() {
    let sitemap =
        "<urlset><url><loc>https://acme.example/careers/7</loc><lastmod>2026-03-01</lastmod>
        </url><url><loc>https://acme.example/product</loc></url>
        <url><loc>https://other.example/careers</loc></url></urlset>";
    let read = reading(sitemap::ROLE, 1, "https://acme.example/s.xml", "text/xml", sitemap);
    assert!(read.page.is_none());
    assert_eq!(read.found.len(), 1);
    assert_eq!(read.found[0].announced.as_deref(), Some("2026-03-01"));
    assert_eq!((read.found[0].role, read.found[0].depth), (posting::ROLE, 2));
    let index = "<sitemapindex><sitemap><loc>/t.xml</loc></sitemap></sitemapindex>";
    for (depth, expect) in [(1, 1), (2, 1), (3, 0)] {
        let read = reading(sitemap::ROLE, depth, "https://acme.example/s.xml", "text/xml", index);
        assert_eq!(read.found.len(), expect, "at depth {depth}");
    }
    for (robots, expect) in [
        ("Sitemap: https://acme.example/a.xml", "https://acme.example/a.xml"),
        ("User-agent: *\nDisallow:", "https://acme.example/sitemap.xml"),
    ] {
        let url = "https://acme.example/robots.txt";
        check(robots::ROLE, url, "text/plain", robots, &[(expect, sitemap::ROLE)]);
    }
}

#[test]
fn what_pages_tell_robots_is_heard() {
    let html =
        "<!doctype html><meta name=robots content='noindex, nofollow'><a href=/jobs>Jobs</a>";
    let read = reading(homepage::ROLE, 0, "https://acme.example/", "text/html", html);
    assert_eq!(read.permission, Permission { keep: false, follow: false });
    assert!(read.found.is_empty());
    let picture =
        reading(article::ROLE, 1, "https://acme.example/news/a", "image/png", "\u{89}PNG");
    assert!(picture.page.is_none());
}

#[test]
fn text_that_stays_is_no_change_though_bytes_differ() {
    let page = |nonce: &str| {
        let html = format!(
            "<!doctype html><head><script>n='{nonce}'</script></head><body class='{nonce}'>
             <main><h1>We moved</h1><p>Acme has a new address in Rotterdam since Monday.</p></main>"
        );
        reading(article::ROLE, 1, "https://acme.example/news/a", "text/html", &html).content
    };
    assert_eq!(page("one"), page("two"));
}

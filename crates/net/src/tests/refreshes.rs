//! Tests of refreshes: they are followed like redirects, under the same rules.

use std::io::Write;

use super::*;

fn html(body: &str) -> Action {
    answer("200 OK", "content-type: text/html; charset=utf-8\r\n", body.as_bytes())
}

fn refreshing(target: &str) -> Action {
    html(&format!("<title>Weiter</title><meta http-equiv=refresh content=\"0; url={target}\">"))
}

async fn site() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/robots.txt" => {
            answer("200 OK", "content-type: text/plain\r\n", b"User-agent: *\nDisallow: /private")
        }
        "/de/" => html("<h1>Pumpen</h1>"),
        "/header" => answer("200 OK", "refresh: 1;url=de/\r\n", b"<h1>Choose</h1>"),
        "/late" => answer("200 OK", "refresh: 30; url=/de/\r\n", b"<h1>News</h1>"),
        "/itself" => refreshing("/itself"),
        "/packed" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(b"<meta http-equiv=refresh content='0;url=/de/'>").unwrap();
            let headers = "content-type: text/html\r\ncontent-encoding: gzip\r\n";
            answer("200 OK", headers, &packed.finish().unwrap())
        }
        "/gone" => answer(
            "404 Not Found",
            "content-type: text/html\r\n",
            b"<meta http-equiv=refresh content='0;url=/de/'>",
        ),
        "/javascript" => refreshing("javascript:location.href='/de/'"),
        "/inside" => refreshing("http://10.0.0.1/"),
        "/metadata" => answer("200 OK", "refresh: 0; url=http://169.254.169.254/\r\n", b""),
        path => match path.strip_prefix("/to") {
            Some(target) => refreshing(target),
            None => html("<h1>Page</h1>"),
        },
    })
    .await
}

#[tokio::test]
async fn refreshes_are_followed_like_redirects() {
    let server = site().await;
    let opened = open(settings(&server));
    for (path, last, hops) in [
        ("/to/de/", "/de/", 1),
        ("/header", "/de/", 1),
        ("/packed", "/de/", 1),
        ("/to/to/header", "/de/", 3),
        ("/late", "/late", 0),
        ("/itself", "/itself", 0),
        ("/gone", "/gone", 0),
        ("/javascript", "/javascript", 0),
    ] {
        let visit = opened.crawl(&format!("http://tarnfield.example{path}")).await.unwrap();
        assert_eq!((visit.url.path(), visit.hops.len()), (last, hops), "{path}");
    }
}

#[tokio::test]
async fn the_guard_robots_and_limits_apply_to_refreshes() {
    let server = site().await;
    let opened = open(settings(&server));
    for path in ["/inside", "/metadata"] {
        let refusal = opened.crawl(&format!("http://tarnfield.example{path}")).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Blocked { .. }), "{path}: {refusal}");
    }
    let refusal = opened.crawl("http://tarnfield.example/to/private/a").await.unwrap_err();
    assert!(matches!(refusal, Refusal::Robots { .. }), "{refusal}");
    let long = format!("http://tarnfield.example{}/de/", "/to".repeat(6));
    assert_eq!(opened.crawl(&long).await.unwrap_err(), Refusal::TooManyHops(5));
    assert!(!server.paths().iter().any(|path| path == "/private/a"));
}

/// A page may set its cookie and load itself again.
#[tokio::test]
async fn a_page_that_reloads_itself_with_a_cookie_is_read() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ if request.headers.contains_key("cookie") => html("<h1>Pumpen</h1>"),
        _ => answer(
            "200 OK",
            "content-type: text/html\r\nset-cookie: seen=1; Path=/\r\n",
            b"<meta http-equiv=refresh content='0;url=/'>",
        ),
    })
    .await;
    let visit = open(settings(&server)).crawl("http://tarnfield.example/").await.unwrap();
    assert_eq!(&*visit.body, b"<h1>Pumpen</h1>");
}

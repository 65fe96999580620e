//! Tests of response bodies: codings, sizes and pace.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::body_place::{PLACES, SMALL_BYTES_MAX};

const LIMIT: usize = 100_000;

/// Visits a page of a server that responds with this action, under tight limits.
async fn visit(action: Action) -> (Result<Visit, Refusal>, Server) {
    let server = Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ => action.clone(),
    })
    .await;
    let mut settings = settings(&server);
    settings.body_bytes_max = LIMIT;
    settings.slow_window = Duration::from_millis(400);
    settings.total_timeout = Duration::from_millis(1_200);
    let result = open(settings).crawl("http://harbourline.example/page").await;
    (result, server)
}

fn chunk(length: usize) -> Vec<u8> {
    [format!("{length:x}\r\n").into_bytes(), vec![b'x'; length], b"\r\n".to_vec()].concat()
}

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn a_bomb_is_kept_as_served() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 50_000_000]).unwrap();
    let bomb = packed.finish().unwrap();
    assert!(bomb.len() < LIMIT);
    let (result, server) = visit(answer("200 OK", "content-encoding: gzip\r\n", &bomb)).await;
    let visit = result.unwrap();
    assert_eq!((&*visit.body, visit.truncated), (&*bomb, false));
    assert!(visit.headers.contains(&("content-encoding".to_owned(), "gzip".to_owned())));
    let headers = &server.seen()[1].headers;
    assert_eq!(headers["accept-encoding"], "gzip, deflate, br, zstd");
    assert_eq!(headers["host"], "harbourline.example");
    assert_eq!(headers["user-agent"], "leadqbot/0.1 (+https://harbourline.example/bot)");
}

#[tokio::test]
async fn a_body_is_cut_off_at_the_limit_and_no_further_bytes_are_taken() {
    for (length, truncated) in [(LIMIT - 1, false), (LIMIT, false), (LIMIT + 1, true)] {
        let visit = visit(answer("200 OK", "", &vec![b'x'; length])).await.0.unwrap();
        assert_eq!((visit.body.len(), visit.truncated), (length.min(LIMIT), truncated));
    }
    let (result, server) = visit(Action::Forever(CHUNKED.to_vec(), chunk(4_096))).await;
    let visit = result.unwrap();
    assert_eq!((visit.body.len(), visit.truncated), (LIMIT, true));
    tokio::time::sleep(Duration::from_millis(50)).await;
    let written = server.bytes();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.bytes(), written, "it is still being read");
}

#[tokio::test]
async fn slow_and_silent_servers_are_given_up() {
    let start = b"HTTP/1.1 200 OK\r\nx-long: ".to_vec();
    let drip =
        Action::Slowly([vec![start], vec![b"x".to_vec(); 100]].concat(), Duration::from_millis(20));
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    let dripping =
        Action::Slowly([vec![head], vec![b"x".to_vec(); 100]].concat(), Duration::from_millis(20));
    for (name, action, expected) in [
        ("a dripping body", dripping, Refusal::TooSlow),
        ("a dripping head", drip, Refusal::Timeout),
        ("silence", Action::Silence, Refusal::Timeout),
    ] {
        let started = std::time::Instant::now();
        assert_eq!(visit(action).await.0.unwrap_err(), expected, "{name}");
        assert!(started.elapsed() < Duration::from_secs(5), "{name}");
    }
    // Slow, but above the minimum pace.
    let part = [CHUNKED.to_vec(), chunk(600)].concat();
    let parts = [vec![part], vec![chunk(600); 5], vec![b"0\r\n\r\n".to_vec()]].concat();
    let steady = Action::Slowly(parts, Duration::from_millis(60));
    assert_eq!(visit(steady).await.0.unwrap().body.len(), 3_600);
}

#[tokio::test]
async fn heads_that_are_too_large_or_no_http_are_refused() {
    let field = |length: usize| format!("x-long: {}\r\n", "x".repeat(length));
    let fields = |count: usize| "x-many: 1\r\n".repeat(count);
    assert_eq!(visit(answer("200 OK", &field(40_000), b"")).await.0.unwrap().status, 200);
    assert_eq!(visit(answer("200 OK", &fields(200), b"")).await.0.unwrap().status, 200);
    for headers in [field(70_000), field(2_000_000), fields(300), fields(100_000)] {
        let refusal = visit(answer("200 OK", &headers, b"")).await.0.unwrap_err();
        assert_eq!(refusal, Refusal::TooLarge, "{} bytes", headers.len());
    }
    let endless = Action::Forever(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-many: 1\r\n".to_vec());
    assert_eq!(visit(endless).await.0.unwrap_err(), Refusal::TooLarge);
    for bytes in [
        &b""[..],
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip, br, gzip, br, gzip\r\ncontent-length: 0\r\n\r\n",
    ] {
        let refusal = visit(Action::Close(bytes.to_vec())).await.0.unwrap_err();
        let text = String::from_utf8_lossy(bytes);
        assert!(matches!(refusal, Refusal::Http(_)), "{text}: {refusal}");
        assert!(refusal.is_could_not_look());
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A transfer coding other than the chunked one stays on the body, and the headers say so.
#[tokio::test]
async fn codings_of_the_transfer_and_of_the_content_can_be_taken_off() {
    let page = b"<p>Pumps and valves</p>";
    let chunks = |body: &[u8]| {
        let (first, last) = body.split_at(body.len() / 2);
        let chunk =
            |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
        [chunk(first), chunk(last), b"0\r\n\r\n".to_vec()].concat()
    };
    for (headers, body) in [
        ("transfer-encoding: gzip, chunked\r\n", chunks(&gzip(page))),
        ("transfer-encoding: x-gzip\r\ntransfer-encoding: Chunked\r\n", chunks(&gzip(page))),
        (
            "content-encoding: gzip\r\ntransfer-encoding: gzip, chunked\r\n",
            chunks(&gzip(&gzip(page))),
        ),
        ("content-encoding: x-gzip, gzip\r\nconnection: close\r\n", gzip(&gzip(page))),
        ("transfer-encoding: gzip\r\n", gzip(page)),
        ("transfer-encoding: chunked\r\n", chunks(page)),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
        let visit = visit(Action::Close([head.as_bytes(), &body].concat())).await.0.unwrap();
        let (body, notes) = codings::decode_body(&visit.headers, &visit.body, LIMIT);
        assert_eq!((&*body, notes), (&page[..], Vec::new()), "{headers}");
    }
}

#[tokio::test]
async fn a_connection_is_kept_and_its_end_goes_unnoticed() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        "/last" => Action::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()),
        _ => ok("page"),
    })
    .await;
    let opened = open(settings(&server));
    for path in ["1", "2", "last", "3", "4"] {
        let visit = opened.crawl(&format!("http://harbourline.example/{path}")).await.unwrap();
        assert_eq!(visit.status, 200, "{path}");
    }
    assert_eq!(server.connections(), 2);
    assert_eq!(server.paths(), ["/robots.txt", "/1", "/2", "/last", "/3", "/4"]);
}

#[tokio::test]
async fn large_bodies_wait_for_a_place_and_small_ones_do_not() {
    let server = Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        "/small" => ok("small"),
        _ => answer("200 OK", "", &vec![b'x'; SMALL_BYTES_MAX + 1]),
    })
    .await;
    let mut settings = settings(&server);
    settings.total_timeout = Duration::from_millis(1_500);
    let opened = open(settings);
    let mut held = Vec::new();
    for place in 0..PLACES {
        held.push(opened.crawl(&format!("http://host{place}.example/large")).await.unwrap());
    }
    assert!(held.iter().all(|visit| visit.body.len() > SMALL_BYTES_MAX && !visit.truncated));
    assert_eq!(opened.crawl("http://late.example/large").await.unwrap_err(), Refusal::Timeout);
    assert!(opened.crawl("http://small.example/small").await.is_ok());
    held.pop();
    assert!(opened.crawl("http://next.example/large").await.is_ok());
}

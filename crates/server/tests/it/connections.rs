//! Tests of single connections: each part of a request has a limited time, and what a client holds
//! too long it loses.

use std::time::Duration;

use server::ConnectionLimits;

use crate::socket::{Server, head, part, post, status};
use crate::world::World;

/// Limits short enough for a test.
fn short() -> ConnectionLimits {
    ConnectionLimits {
        head_time_max: Duration::from_millis(400),
        idle_time_max: Duration::from_millis(1_200),
        body_pause_max: Duration::from_millis(400),
        body_time_max: Duration::from_millis(800),
        write_time_max: Duration::from_millis(400),
        linger_time_max: Duration::from_millis(400),
        ..ConnectionLimits::default()
    }
}

/// The time by which a connection may end later on a busy machine.
const LATE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_client_that_stalls_loses_its_connection() {
    let (world, limits) = (World::empty().await, short());
    let server = Server::start(&world, limits.clone()).await;
    let check = |took: Duration, least: Duration, case: &str| {
        let least = least.saturating_sub(Duration::from_millis(50));
        assert!(took >= least && took < least + LATE, "{case}: {took:?}");
    };
    let silent = async {
        let (took, response) = server.connect(1).await.end().await;
        check(took, limits.head_time_max, "nothing is sent");
        assert_eq!(response, "");
    };
    let half_a_head = async {
        let mut client = server.send(1, "GET / HTTP/1.1\r\nhost: localhost\r\n").await;
        let (took, _) = client.end().await;
        check(took, limits.head_time_max, "the head stalls");
    };
    let trickling_head = async {
        let mut client = server.send(1, "GET / HTTP/1.1\r\nhost: localhost\r\n").await;
        let started = std::time::Instant::now();
        while !client.is_closed() {
            client.send("x").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        check(started.elapsed(), limits.head_time_max, "the head trickles");
    };
    let idle = async {
        let mut client = server.send(1, &head("GET", "/healthz", "")).await;
        client.read_until("well").await;
        let (took, _) = client.end().await;
        check(took, limits.idle_time_max, "no second request follows");
    };
    let stalled_body = async {
        let mut client = server.send(1, &part("/api/v1/feedback", 1_000, "{")).await;
        let (took, response) = client.end().await;
        check(took, limits.body_pause_max, "the body stalls");
        assert_eq!(status(&response), 408, "{response}");
        assert!(response.contains("connection: close\r\n"), "{response}");
    };
    let trickling_body = async {
        let mut client = server.send(1, &part("/api/v1/feedback", 1_000, "{")).await;
        let started = std::time::Instant::now();
        while !client.is_closed() {
            client.send("x").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        check(started.elapsed(), limits.body_time_max, "the body trickles");
    };
    tokio::join!(silent, half_a_head, trickling_head, idle, stalled_body, trickling_body);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_no_response_loses_its_connection() {
    let world = World::empty().await;
    let server = Server::start(&world, short()).await;
    let request = head("GET", "/api/v1/openapi.json", "");
    // More than the buffers of the system hold.
    let mut client = server.send(1, &request.repeat(400)).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let responses = client.rest().await.matches("HTTP/1.1 200 OK").count();
    assert!((1..400).contains(&responses), "{responses} of 400");

    // A client that takes its time, but takes all, loses nothing.
    let mut client = server.send(1, &request.repeat(12)).await;
    let mut text = String::new();
    while text.matches("HTTP/1.1 200 OK").count() < 12 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(client.read_more(&mut text).await, "the connection ended");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_rejected_body_is_not_awaited_and_its_response_not_lost() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::default()).await;
    for (path, length) in [
        ("/api/v1/login", 1 << 11),
        ("/api/v1/login", 4 << 20),
        ("/api/v1/feedback", 1 << 20),
        ("/api/v1/ingest/webhook", 12 << 20),
    ] {
        let (status, took) = server.ask(1, &post(path, &"x".repeat(length))).await;
        assert_eq!(status, 413, "{path} {length}");
        assert!(took < LATE, "{path} {length}: {took:?}");
        let expect = format!("content-length: {length}\r\nexpect: 100-continue\r\n");
        let mut client = server.send(1, &head("POST", path, &expect)).await;
        let response = client.read_until("\r\n\r\n").await;
        assert_eq!(self::status(&response), 413, "{path} {length}: {response}");
    }
    // A head that is too large.
    let cookies = format!("cookie: {}\r\nconnection: close\r\n", "x".repeat(40_000));
    let (status, _) = server.ask(1, &head("GET", "/", &cookies)).await;
    assert_eq!(status, 431);
    server.stop().await;
}

#[tokio::test]
async fn unfinished_requests_do_not_delay_the_end() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::default()).await;
    let mut silent = server.connect(1).await;
    let mut half = server.send(1, "GET / HTTP/1.1\r\nhost: local").await;
    let mut idle = server.send(1, &head("GET", "/healthz", "")).await;
    idle.read_until("well").await;
    let mut stream = server.send(1, &head("GET", "/api/v1/stream", "")).await;
    stream.read_until("event: status").await;
    let took = server.stop().await;
    assert!(took < LATE, "{took:?}");
    for client in [&mut silent, &mut half, &mut idle, &mut stream] {
        client.rest().await;
    }
}

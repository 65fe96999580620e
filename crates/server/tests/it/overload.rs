//! Tests that a flood of connections or requests keeps nobody else away: idle connections, slow
//! bodies, streams that are not read, and honest senders.

use std::time::{Duration, Instant};

use server::ConnectionLimits;
use store::db::Urgency;

use crate::socket::{Client, Server, head, part, post};
use crate::world::World;

/// The maximum time of a response during a flood, on a busy machine and without optimization.
const RESPONSE_MAX: Duration = Duration::from_secs(1);

/// Opens connections from several addresses, each after sending the same bytes.
async fn crowd(server: &Server, count: usize, bytes: &str) -> Vec<Client> {
    let mut clients = Vec::with_capacity(count);
    for number in 0..count {
        let from = u8::try_from(2 + number % 8).unwrap();
        clients.push(server.send(from, bytes).await);
    }
    clients
}

fn event(number: usize) -> String {
    serde_json::json!({
        "schema": 1, "type": "press", "url": format!("https://nordwind.example/press/{number}"),
        "ts": "2026-11-18T08:00:00Z", "title": format!("Nordwind opens office {number}"),
        "text": format!("Nordwind today announced that it has opened office number {number}."),
    })
    .to_string()
}

#[tokio::test]
async fn slow_bodies_hold_no_place() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::default()).await;
    let _slow = (
        crowd(&server, 80, &part("/api/v1/login", 1_000, "{")).await,
        crowd(&server, 120, &part("/api/v1/ingest/webhook", 10 << 20, "{")).await,
        crowd(&server, 40, &part("/api/v1/feedback", 1_000, "{")).await,
    );
    for path in ["/healthz", "/", "/metrics", "/api/v1/status", "/api/v1/leads"] {
        let (status, took) = server.get(1, path).await;
        assert!(status == 200 && took < RESPONSE_MAX, "{path}: {status} after {took:?}");
    }
    for (path, body, expected) in [
        ("/api/v1/login", r#"{"token":"lq_0"}"#.to_owned(), 401),
        ("/api/v1/ingest/webhook", event(1), 202),
        ("/api/v1/ingest/webhook", vec![event(2); 400].join("\n"), 202),
    ] {
        let (status, took) = server.ask(1, &post(path, &body)).await;
        assert!(status == expected && took < 5 * RESPONSE_MAX, "{path}: {status} after {took:?}");
    }
}

#[tokio::test]
async fn idle_connections_make_room_and_requests_keep_theirs() {
    let world = World::empty().await;
    let limits = ConnectionLimits::for_files(256);
    assert_eq!(limits.connections_max, 64);
    let server = Server::start(&world, limits).await;
    let mut stream = server.send(1, &head("GET", "/api/v1/stream", "")).await;
    stream.read_until("event: status").await;
    let idle = crowd(&server, 200, "").await;
    let half = crowd(&server, 200, "GET / HTTP/1.1\r\n").await;
    for _ in 0..100 {
        let (status, took) = server.get(1, "/healthz").await;
        assert!(status == 200 && took < RESPONSE_MAX, "{status} after {took:?}");
    }
    let open = idle.iter().chain(&half).filter(|client| !client.is_closed()).count();
    assert!(open <= 64, "{open}");
    let text = stream.read_until("event: status").await;
    assert!(text.contains("event: status"), "the stream goes on: {text}");
    server.stop().await;
}

#[tokio::test]
async fn unread_streams_give_their_places_away() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::default()).await;
    let follow = head("GET", "/api/v1/stream", "");
    let mut unread = crowd(&server, 200, &follow).await;
    let mut person = server.send(1, &follow).await;
    let text = person.read_until("event: status").await;
    assert!(text.contains("event: status"), "{text}");
    unread.extend(crowd(&server, 200, &follow).await);
    let text = person.read_until("event: status").await;
    assert!(text.contains("event: status"), "a reader keeps its place: {text}");
    server.stop().await;
}

#[tokio::test]
async fn honest_senders_are_served_and_so_are_people() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::default()).await;
    let senders = (0..64).map(|sender| {
        let server = &server;
        async move {
            for round in 0..4 {
                let body = event(sender * 4 + round);
                let (status, _) = server.ask(2, &post("/api/v1/ingest/webhook", &body)).await;
                assert_eq!(status, 202, "sender {sender}, round {round}");
            }
        }
    });
    let person = async {
        for _ in 0..20 {
            for path in ["/", "/api/v1/status", "/api/v1/signals/search", "/healthz"] {
                assert_eq!(server.get(2, path).await.0, 200, "{path}");
            }
        }
    };
    tokio::join!(futures_util::future::join_all(senders), person);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_and_pages_answer_during_a_flood_while_the_database_is_stuck() {
    let world = World::empty().await;
    let server = Server::start(&world, ConnectionLimits::for_files(1_024)).await;
    assert_eq!(server.get(1, "/healthz").await.0, 200);
    let db = world.engine.context().db.clone();
    // Longer than the pause between health checks, so that one of them waits.
    let stuck = tokio::spawn(async move {
        let wait = db.write(Urgency::Urgent, |_| {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(7)).await;
                Ok(())
            })
        });
        wait.await
    });
    let started = Instant::now();
    let mut flood = Vec::new();
    flood.extend(crowd(&server, 900, "").await);
    flood.extend(crowd(&server, 500, &head("GET", "/api/v1/stream", "")).await);
    flood.extend(crowd(&server, 64, &part("/api/v1/login", 1_000, "{")).await);
    let (mut health_max, mut page_max) = (Duration::ZERO, Duration::ZERO);
    while started.elapsed() < Duration::from_secs(6) {
        let (status, took) = server.get(1, "/healthz").await;
        assert_eq!(status, 200);
        health_max = health_max.max(took);
        for path in ["/", "/api/v1/signals/search"] {
            let (status, took) = server.get(1, path).await;
            assert_eq!(status, 200, "{path}");
            page_max = page_max.max(took);
        }
        flood.drain(..20);
        flood.extend(crowd(&server, 20, "").await);
    }
    println!("health within {health_max:?}, a page within {page_max:?}");
    assert!(health_max < RESPONSE_MAX && page_max < RESPONSE_MAX, "{health_max:?} {page_max:?}");
    stuck.await.unwrap().unwrap();
}

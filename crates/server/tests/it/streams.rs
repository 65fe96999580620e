//! Tests that the live stream misses and repeats nothing, however often it is interrupted, and that
//! the server shuts down gracefully.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{World, ask, body, with_body};

/// One event: its name, id and data.
#[derive(Debug, Clone, PartialEq)]
struct StreamEvent {
    name: String,
    id: Option<String>,
    data: serde_json::Value,
}

fn parse_event(frame: &str) -> Option<StreamEvent> {
    let field = |name: &str| {
        let mut lines = frame.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    let name = field("event")?;
    Some(StreamEvent {
        name,
        id: field("id"),
        data: serde_json::from_str(&field("data")?).unwrap(),
    })
}

/// Reads events other than `status` until `limit` with an id arrived, or none for a while.
async fn read(answer: Response<Body>, limit: usize) -> Vec<StreamEvent> {
    assert_eq!(answer.status(), 200);
    let mut stream = answer.into_body().into_data_stream();
    let (mut text, mut all) = (String::new(), Vec::new());
    let mut quiet = 0;
    let is_full =
        |all: &[StreamEvent]| all.iter().filter(|event| event.id.is_some()).count() >= limit;
    while !is_full(&all) && quiet < 2 {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
        let Ok(Some(chunk)) = chunk else { break };
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        while let Some((frame, rest)) = text.split_once("\n\n") {
            match parse_event(frame) {
                Some(event) if event.name == "status" => quiet += 1,
                Some(event) if !is_full(&all) => all.push(event),
                _ => {}
            }
            text = rest.to_owned();
        }
    }
    all
}

async fn follow(world: &World, position: &str, limit: usize) -> Vec<StreamEvent> {
    read(world.send(ask("GET", &format!("/api/v1/stream?position={position}"))).await, limit).await
}

fn key(event: &StreamEvent) -> (String, String) {
    (event.name.clone(), event.data["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke_off() {
    let world = World::empty().await;
    let start = world.get("/api/v1/signals/search").await["position"].as_str().unwrap().to_owned();
    world.take_in_tour().await;
    let whole = follow(&world, &start, usize::MAX).await;
    let current: Vec<String> = world.get("/api/v1/signals/search?limit=200").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|signal| signal["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(current.len() >= 5, "{current:?}");
    let mut newest = BTreeMap::new();
    for event in &whole {
        newest.insert(event.data["id"].as_str().unwrap().to_owned(), event.name.clone());
    }
    let last_signals =
        newest.iter().filter(|(_, name)| *name == "signal").map(|(id, _)| id.clone());
    let mut expected = current.clone();
    expected.sort();
    assert_eq!(last_signals.collect::<Vec<_>>(), expected, "what was told last is what stands");

    // Interrupted after every few events, it sends the same events in the same order.
    for length in 1..=3 {
        let (mut from, mut pieces) = (start.clone(), Vec::new());
        loop {
            let part = follow(&world, &from, length).await;
            let Some(id) = part.last().and_then(|event| event.id.clone()) else { break };
            from = id;
            pieces.extend(part);
        }
        let (pieces, whole): (Vec<_>, Vec<_>) =
            (pieces.iter().map(key).collect(), whole.iter().map(key).collect());
        assert_eq!(pieces, whole, "in pieces of {length}");
    }

    let end = world.get("/api/v1/signals/search").await["position"].as_str().unwrap().to_owned();
    assert_eq!(follow(&world, &end, usize::MAX).await, [], "nothing is told twice");
    let beyond = follow(&world, "9999-9999-9999", 1).await;
    assert_eq!(beyond[0].name, "reload", "of another log");
}

/// As after the records were old enough to be deleted.
#[tokio::test]
async fn a_client_behind_the_log_is_told_to_load_everything_again() {
    let world = World::empty().await;
    let start = world.get("/api/v1/signals/search").await["position"].as_str().unwrap().to_owned();
    world.take_in_tour().await;
    // One client is connected and slow, another one comes later.
    let slow = world.send(ask("GET", &format!("/api/v1/stream?position={start}"))).await;
    let (log, topic) = (&world.engine.context().log, "signals.detected");
    for (partition, bounds) in (0..).zip(log.bounds(topic).await.unwrap()) {
        log.truncate_before(topic, partition, bounds.next).await.unwrap();
    }
    let end = world.get("/api/v1/signals/search").await["position"].as_str().unwrap().to_owned();
    for events in [read(slow, 1).await, follow(&world, &start, 1).await] {
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.name.as_str(), event.id.as_ref()), ("reload", Some(&end)));
    }
    assert_eq!(follow(&world, &end, usize::MAX).await, [], "nothing is told twice");
}

#[tokio::test]
async fn feedback_changes_the_score_and_is_streamed() {
    let world = World::tour().await;
    let page = world.get("/api/v1/signals/search?sort=score&limit=1").await;
    let (signal, position) = (&page["items"][0], page["position"].as_str().unwrap());
    let id = signal["id"].as_str().unwrap();
    let feedback =
        serde_json::json!({"signal_id": id, "outcome": "ignore", "reason": "a customer"});
    let receipt = world.send(with_body("POST", "/api/v1/feedback", &feedback.to_string())).await;
    let receipt = body(receipt).await;
    assert_eq!(
        (&receipt["outcome"], &receipt["undone"]),
        (&"ignore".into(), &false.into()),
        "{receipt}"
    );
    assert_eq!(receipt["score_before"], signal["score"]);
    assert!(receipt["score_after"].as_f64() < receipt["score_before"].as_f64(), "{receipt}");

    let events = follow(&world, position, 1).await;
    assert_eq!((events[0].name.as_str(), &events[0].data["id"]), ("signal", &signal["id"]));
    assert_eq!(events[0].data["score"], receipt["score_after"], "told after it was scored");

    let undo = format!("/api/v1/feedback/{id}");
    let withdrawal = body(world.send(ask("DELETE", &undo)).await).await;
    assert_eq!(
        (&withdrawal["outcome"], &withdrawal["undone"]),
        (&serde_json::Value::Null, &true.into())
    );
    assert_eq!(withdrawal["score_after"], signal["score"]);
    let repeated = world.send(ask("DELETE", &undo)).await;
    assert_eq!(repeated.status(), 404);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test is a client of its own server")]
async fn a_server_on_a_socket_streams_and_ends_when_stopped() {
    let world = World::tour().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, world.app.clone(), async {
        let _ = stopped.await;
    }));
    let mut client = TcpStream::connect(address).await.unwrap();
    let ask = format!("GET /api/v1/stream?position=0-0-0 HTTP/1.1\r\nHost: {address}\r\n\r\n");
    client.write_all(ask.as_bytes()).await.unwrap();
    let mut received = String::new();
    let mut buffer = [0u8; 64 * 1024];
    while !(received.contains("event: signal") && received.contains("event: status")) {
        let read = tokio::time::timeout(Duration::from_secs(120), client.read(&mut buffer)).await;
        let count = read.expect("events come").unwrap();
        assert!(count > 0, "{received}");
        received.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
    assert!(received.contains("content-type: text/event-stream"));

    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(60), serving).await;
    ended.expect("open streams hold up no end").unwrap().unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_server_anybody_could_ask_wants_a_token() {
    let world = World::empty().await;
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let error = server::serve(listener, world.app.clone(), std::future::pending()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`leadq token add NAME`"), "{error}");
}

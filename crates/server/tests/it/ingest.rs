//! Tests of ingest requests: the outcome of each object, requests that stop before their end, and
//! clients that leave.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use serde_json::{Value, json};

use crate::world::{World, body, text, with_body};

const WEBHOOK: &str = "/api/v1/ingest/webhook";

fn event(path: &str) -> String {
    let url = format!("https://acme.example/{path}");
    json!({"schema": 1, "type": "press", "url": url, "ts": "2026-11-01T08:00:00Z"}).to_string()
}

fn events(range: std::ops::Range<usize>) -> String {
    range.map(|number| event(&number.to_string()) + "\n").collect()
}

fn with_outcomes(request_body: &str) -> Request<Body> {
    let mut request = with_body("POST", WEBHOOK, request_body);
    let accept = "application/json;q=0.5, application/x-ndjson".parse().unwrap();
    request.headers_mut().insert("accept", accept);
    request
}

async fn values(answer: Response<Body>) -> Vec<Value> {
    assert_eq!(answer.status(), 202);
    text(answer).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the numbers of a receipt.
fn counts(receipt: &Value) -> [u64; 3] {
    ["accepted", "duplicates", "rejected_count"].map(|count| receipt[count].as_u64().unwrap())
}

#[tokio::test]
async fn the_outcome_of_each_object_is_told() {
    let world = World::empty().await;
    let long = "u".repeat(900_000);
    let lines = [
        event("a"),
        "nonsense".to_owned(),
        event(&long),
        String::new(),
        json!({"schema": long, "url": "https://acme.example/"}).to_string(),
        event("a"),
        event("b").replace("acme.example", "127.0.0.1"),
        event("c"),
    ];
    let answer = world.send(with_outcomes(&lines.join("\n"))).await;
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let mut told = values(answer).await;
    let receipt = told.pop().unwrap();
    let fates: Vec<(u64, &str)> = told
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["outcome"].as_str().unwrap()))
        .collect();
    let expected = [
        (1, "accepted"),
        (2, "rejected"),
        (3, "rejected"),
        (5, "rejected"),
        (6, "duplicate"),
        (7, "rejected"),
        (8, "accepted"),
    ];
    assert_eq!(fates, expected, "one poisonous line rejects no other");
    assert_eq!(told[0]["id"], told[4]["id"]);
    for one in &told {
        let is_rejected = one["outcome"] == "rejected";
        assert_eq!(one["id"].is_null(), is_rejected, "{one}");
        assert_eq!(one["reason"].as_str().is_some_and(|reason| !reason.is_empty()), is_rejected);
        assert!(one.to_string().len() < 1_000, "a reason is short");
    }
    assert_eq!(counts(&receipt), [2, 1, 4]);
    assert!(receipt["resume_at"].is_null() && receipt["retry_after_s"].is_null(), "{receipt}");
    assert_eq!(receipt["rejected"].as_array().unwrap().len(), 4);

    // The same as an array, without the outcomes; it breaks off after its second object.
    let array = format!("[{}, {}, {{\"schema\": 1,", event("a"), event("d"));
    let answer = world.send(with_body("POST", WEBHOOK, &array)).await;
    assert_eq!(answer.status(), 202);
    let receipt = body(answer).await;
    assert_eq!(counts(&receipt), [1, 1, 1]);
    assert_eq!(receipt["rejected"][0]["line"], 3);
    world.settle().await;
    let letters = flow::dead_letters(world.engine.context(), "ingest").await.unwrap();
    assert_eq!(letters.len(), 5);
}

#[tokio::test]
async fn a_request_stops_at_the_limit_of_the_backlog_and_is_resumed() {
    let world = World::full_at(0).await;
    let total = 700;
    let answer = world.send(with_body("POST", WEBHOOK, &events(0..total))).await;
    assert_eq!(answer.status(), 202);
    let receipt = body(answer).await;
    assert_eq!((counts(&receipt), &receipt["resume_at"]), ([500, 0, 0], &501.into()), "{receipt}");
    assert_eq!(receipt["retry_after_s"], 2);
    assert!(receipt["stopped"].as_str().unwrap().contains("waiting"), "{receipt}");
    let refused = world.send(with_body("POST", WEBHOOK, &events(500..total))).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "2");

    let mut next = 500;
    while next < total {
        world.engine.settle(|_| {}).await.unwrap();
        // The number of waiting records is measured once a second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let answer = world.send(with_outcomes(&events(next..total))).await;
        let mut told = values(answer).await;
        let receipt = told.pop().unwrap();
        assert_eq!(told.len() as u64, counts(&receipt)[0]);
        match receipt["resume_at"].as_u64() {
            Some(at) => next += usize::try_from(at).unwrap() - 1,
            None => next = total,
        }
    }
    let raws = store::conformance::raws(&world.engine.context().db).await.unwrap();
    assert_eq!(raws.len(), total, "each once");
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_given_up() {
    let world = World::empty().await;
    let total = 20_000;
    let count = async || store::conformance::raws(&world.engine.context().db).await.unwrap().len();
    let request = with_body("POST", WEBHOOK, &events(0..total));
    let sent = tokio::time::timeout(Duration::from_millis(400), world.send(request)).await;
    assert!(sent.is_err(), "the client leaves before the end");
    let request = with_outcomes(&events(total..total * 2));
    drop(world.send(request).await);
    // A chunk that was begun may be finished.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = count().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(count().await, before);
    assert!((500..total).contains(&before), "{before}");
}

#[tokio::test]
async fn a_flood_of_nonsense_leaves_few_dead_letters() {
    let world = World::empty().await;
    let lines = "?\n".repeat(2_500);
    let answer = world.send(with_body("POST", WEBHOOK, &lines)).await;
    let receipt = body(answer).await;
    assert_eq!(counts(&receipt), [0, 0, 2_500]);
    assert_eq!(receipt["rejected"].as_array().unwrap().len(), 100);
    world.settle().await;
    let letters = flow::dead_letters(world.engine.context(), "ingest").await.unwrap();
    assert_eq!(letters.len(), 1_001);
    let (_, summary) = &letters[1_000];
    assert!(summary.cause.starts_with("1500 more objects"), "{}", summary.cause);
    assert_eq!(summary.origin, "webhook, line 1001 to webhook, line 2500");
}

#[tokio::test]
async fn a_request_of_which_nothing_can_be_used_is_refused() {
    let world = World::empty().await;
    let sent = |kind: &str, features: Value| {
        let url = format!("https://acme.example/{kind}");
        json!({"schema": 1, "type": kind, "url": url, "features": features}).to_string()
    };
    for (request_body, status, reason) in [
        ("nonsense".to_owned(), 422, "not an event"),
        ("[1, 2, {}]".to_owned(), 422, "each of the 3 objects was rejected; line 1: "),
        ("{\n\n\"schema\"".to_owned(), 422, "not an event"),
        (sent("job_posting", json!({"city": "Graz"})), 422, "send \"title\""),
        (sent("dns", json!({"record": "A", "value": "192.0.2.1"})), 422, "send TXT, MX"),
        (sent("dns", json!({"record": "MX"})), 422, "features.value"),
        (sent("tender", json!({"amount": 5, "currency": "EUR"})), 422, "features.buyer"),
        (sent("intent-topic", json!({})), 422, "the types are page, "),
        (sent("jobPosting", json!({})), 422, "did you mean job_posting?"),
        (sent("dns", json!({"record": "mx", "value": "mx.acme.example"})), 202, ""),
        (sent("tender", json!({"buyer": "Stadt Altmoor"})), 202, ""),
        (sent("intent-topic", json!({"topic": "pumps"})), 202, ""),
        (format!("{}\nnonsense", event("one-of-two")), 202, ""),
        (format!("{}\nnonsense", event("one-of-two")), 202, ""),
        (String::new(), 400, "the body is empty"),
    ] {
        let answer = world.send(with_body("POST", WEBHOOK, &request_body)).await;
        assert_eq!(answer.status(), status, "{request_body}");
        let is_problem = answer.headers()["content-type"] == "application/problem+json";
        assert_eq!(is_problem, status != 202, "{request_body}");
        let told = body(answer).await;
        let detail = told["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(reason), "{request_body}: {detail}");
        if status == 422 {
            assert_eq!((&told["status"], &told["accepted"]), (&422.into(), &0.into()));
            assert!(!told["rejected"][0]["reason"].as_str().unwrap().is_empty(), "{told}");
        }
    }
}

#[tokio::test]
async fn what_is_ignored_is_noted() {
    let world = World::empty().await;
    let posting = json!({
        "schema": 1, "type": "job_posting", "url": "https://acme.example/jobs/1", "title": "Fitter",
        "features": {"city": "Graz", "salary": 41000, "posted": "soon"}, "priority": "high",
    });
    let whole = json!({
        "schema": 1, "type": "job_posting", "url": "https://acme.example/jobs/2", "title": "Welder",
        "features": {"city": "Graz", "posted": "2026-11-03"}, "lang": "en", "id": "J-2",
    });
    let page = json!({"url": "https://acme.example/a", "html": "<p>Acme</p>", "source": "proxy"});
    let other = json!({
        "schema": 1, "type": "webinar", "url": "https://acme.example/b", "title": "Pumps",
    });
    let request_body = json!([posting, whole, page, other]).to_string();
    let receipt = body(world.send(with_body("POST", WEBHOOK, &request_body)).await).await;
    assert_eq!(counts(&receipt), [4, 0, 0]);
    let notes: Vec<(u64, &str)> = receipt["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (note["line"].as_u64().unwrap(), note["note"].as_str().unwrap()))
        .collect();
    let expected = [
        (1, "unknown_field: \"priority\""),
        (1, "unknown_feature: \"salary\""),
        (1, "unread_value: posted: \"soon\" is no day"),
        (3, "unknown_field: \"source\""),
        (4, "unknown_type: there is no type \"webinar\""),
    ];
    assert_eq!((notes.len(), &receipt["note_count"]), (expected.len(), &5.into()), "{notes:?}");
    for ((line, note), (expected_line, expected)) in notes.iter().zip(expected) {
        assert!(*line == expected_line && note.starts_with(expected), "{line} {note}");
    }
    let nonsense = world.send(with_outcomes("nonsense\n?")).await;
    assert_eq!(nonsense.status(), 422);
    assert_eq!(text(nonsense).await.lines().count(), 3, "two outcomes and the receipt");
    let told = values(world.send(with_outcomes(&posting.to_string())).await).await;
    assert_eq!(told[0]["notes"].as_array().unwrap().len(), 3, "{told:?}");
}

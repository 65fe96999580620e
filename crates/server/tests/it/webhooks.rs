//! Tests of the API of webhook endpoints: listing them and enabling one.

use std::sync::Arc;

use act::{Channels, Endpoint, Secret, Webhook};
use axum::http::StatusCode;
use model::Timestamp;
use serde_json::json;
use store::db::{EndpointState, Urgency};

use crate::world::{World, ask, body};

fn endpoint(url: &str) -> Endpoint {
    Endpoint {
        url: url.parse().unwrap(),
        secret: Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
        secret_before: None,
        kinds: Vec::new(),
        score_min: 0,
    }
}

#[tokio::test]
async fn an_endpoint_that_was_disabled_is_enabled_again() {
    let (disabled_endpoint, healthy_endpoint) =
        (endpoint("https://hooks.example/secret-path"), endpoint("https://other.example/"));
    let (id, other) = (disabled_endpoint.id(), healthy_endpoint.id());
    let channels =
        Channels::of(vec![Arc::new(Webhook::new(vec![disabled_endpoint, healthy_endpoint]))]);
    let world =
        World::with(Vec::new(), flow::Outside { channels, ..flow::Outside::default() }).await;
    let state = EndpointState {
        failures: 3,
        failing_since: Some(Timestamp(0)),
        disabled: Some(Timestamp(60_000_000)),
        why: Some("it answered 410: it wants nothing more".to_owned()),
    };
    let row = id.clone();
    let write = world.engine.context().db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.set_endpoint(&row, &state).await })
    });
    write.await.unwrap();

    let enabled = json!({
        "id": id, "url": "https://hooks.example", "is_enabled": true, "failures": 0,
        "failing_since": null, "disabled": null, "why": null,
    });
    let disabled = json!({
        "id": id, "url": "https://hooks.example", "is_enabled": false, "failures": 3,
        "failing_since": "1970-01-01T00:00:00Z", "disabled": "1970-01-01T00:01:00Z",
        "why": "it answered 410: it wants nothing more",
    });
    let listed = world.get("/api/v1/webhooks").await;
    assert_eq!(listed[0], disabled);
    assert_eq!((&listed[1]["id"], &listed[1]["is_enabled"]), (&json!(other), &json!(true)));

    let answer = world.send(ask("POST", &format!("/api/v1/webhooks/{id}/enable"))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(body(answer).await, json!({"endpoint": enabled, "revived": 0}));
    assert_eq!(world.get("/api/v1/webhooks").await[0], enabled);
    let unknown = world.send(ask("POST", "/api/v1/webhooks/nowhere/enable")).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn deliveries_that_fail_are_trouble() {
    let blocked = endpoint("https://hooks.example/secret-path");
    let id = blocked.id();
    let channels = Channels::of(vec![Arc::new(Webhook::new(vec![blocked]))]);
    let world =
        World::with(Vec::new(), flow::Outside { channels, ..flow::Outside::default() }).await;
    let set = async |state: EndpointState| {
        let row = id.clone();
        let write = world.engine.context().db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.set_endpoint(&row, &state).await })
        });
        write.await.unwrap();
        let overview = server::status::overview(world.engine.context()).await.unwrap();
        let causes = overview.troubles.into_iter().map(|one| (one.part, one.cause));
        causes.collect::<Vec<_>>()
    };
    assert_eq!(set(EndpointState::default()).await, [], "nothing was sent yet");
    let why = "10.0.0.7:9000 is blocked: a private address";
    let failing = EndpointState {
        failures: 5,
        failing_since: Some(Timestamp(0)),
        disabled: None,
        why: Some(why.to_owned()),
    };
    let expected = format!(
        "https://hooks.example: 5 failed deliveries since 1970-01-01: {why}; they are retried"
    );
    assert_eq!(set(failing.clone()).await, [("webhooks", expected.clone())]);
    let listed = world.get("/api/v1/webhooks").await;
    assert_eq!((&listed[0]["last_failure"], &listed[0]["why"]), (&json!(why), &json!(null)));
    let status = world.get("/api/v1/status").await;
    assert_eq!(status["troubles"], json!([{"part": "webhooks", "cause": expected}]));
    assert_eq!(world.send(ask("GET", "/healthz")).await.status(), StatusCode::OK);
    let disabled = EndpointState { disabled: Some(Timestamp(60_000_000)), ..failing };
    let [(_, cause)] = &set(disabled).await[..] else { panic!("one trouble") };
    assert!(cause.contains("is disabled since 1970-01-01") && cause.contains("enable"), "{cause}");
}

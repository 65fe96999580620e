//! Tests that the committed OpenAPI document matches the code, and that every route in it exists.

use axum::http::StatusCode;
use serde_json::Value;

use crate::world::{World, ask, body};

const COMMITTED: &str = include_str!("../../openapi.json");
/// The document that clients of `/api/v1` rely on; the API may only be extended.
const PROMISED: &str = include_str!("openapi-before.json");
/// The keys whose text is for people.
const PROSE: [&str; 3] = ["description", "summary", "title"];

/// Collects the places at which `now` lacks a promised value. An element of a list may be anywhere
/// in the list.
fn lost(promised: &Value, now: &Value, place: &str, found: &mut Vec<String>) {
    match (promised, now) {
        (Value::Object(promised), Value::Object(now)) => {
            for (key, value) in promised {
                // A property may have the name of a prose key; prose is always text.
                let is_prose = PROSE.contains(&key.as_str()) && value.is_string();
                match now.get(key) {
                    _ if is_prose => {}
                    Some(now) => lost(value, now, &format!("{place}/{key}"), found),
                    None => found.push(format!("{place}/{key} is gone")),
                }
            }
        }
        (Value::Array(promised), Value::Array(now)) => {
            for (at, value) in promised.iter().enumerate() {
                let keeps = |now: &Value| {
                    let mut inside = Vec::new();
                    lost(value, now, "", &mut inside);
                    inside.is_empty()
                };
                if !now.iter().any(keeps) {
                    found.push(format!("{place}/{at} is gone: {value}"));
                }
            }
        }
        (promised, now) if promised == now => {}
        (promised, now) => found.push(format!("{place} was {promised} and is {now}")),
    }
}

/// Reads the required fields of a request's body.
fn required(document: &Value, path: &str, method: &str) -> Vec<Value> {
    let body = &document["paths"][path][method]["requestBody"];
    let schema = body["content"]["application/json"]["schema"]["$ref"].as_str();
    let schema = schema.and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    let required = &document["components"]["schemas"][schema]["required"];
    required.as_array().cloned().unwrap_or_default()
}

/// Lists the fields that requests need now and did not need in the promised document.
fn demanded(promised: &Value, now: &Value) -> Vec<String> {
    let mut new = Vec::new();
    for (path, methods) in promised["paths"].as_object().unwrap() {
        for (method, asked) in methods.as_object().unwrap() {
            let known: Vec<&Value> = parameters(asked).map(|one| &one["name"]).collect();
            let needed = parameters(&now["paths"][path][method])
                .filter(|one| one["required"] == true)
                .map(|one| one["name"].clone());
            let told = required(promised, path, method);
            let more = required(now, path, method).into_iter().filter(|one| !told.contains(one));
            let needed = needed.filter(|one| !known.contains(&one)).chain(more);
            new.extend(needed.map(|one| format!("{method} {path} needs {one}")));
        }
    }
    new
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn broken_promises(now: &Value) -> Vec<String> {
    let promised: Value = serde_json::from_str(PROMISED).unwrap();
    let mut broken = demanded(&promised, now);
    lost(&promised, now, "", &mut broken);
    broken
}

#[test]
fn the_interface_only_gains() {
    let now: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let broken = broken_promises(&now);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_loss_of_the_interface_is_seen() {
    let promised: Value = serde_json::from_str(PROMISED).unwrap();
    assert_eq!(broken_promises(&promised), [""; 0]);
    let take = |pointer: &str, key: &str| {
        let mut now = promised.clone();
        let place = now.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        assert!(place.remove(key).is_some(), "{pointer}/{key}");
        broken_promises(&now).len()
    };
    assert_eq!(take("/paths", "/api/v1/leads"), 1);
    assert_eq!(take("/components/schemas", "RiverEntry"), 1);
    assert_eq!(take("/components/schemas/LeadPage/properties", "river"), 1);
    assert_eq!(take("/components/schemas/LeadPage/properties", "on"), 1);
    assert_eq!(take("/components/schemas/Signal", "required"), 1);
    assert_eq!(take("/paths/~1api~1v1~1leads/get/responses", "404"), 1);

    let mut now = promised.clone();
    now["components"]["schemas"]["Call"]["properties"]["rank"]["type"] = "string".into();
    let signal = now["components"]["schemas"]["Signal"]["required"].as_array_mut().unwrap();
    signal.retain(|field| field != "score");
    let word = now["components"]["schemas"]["Word"]["required"].as_array_mut().unwrap();
    word.push("reason".into());
    assert_eq!(broken_promises(&now).len(), 3);

    let mut now = promised.clone();
    now["components"]["schemas"]["Said"]["properties"]["more"] = Value::Null;
    now["info"]["description"] = "In other words.".into();
    assert_eq!(broken_promises(&now), [""; 0]);
}

#[test]
fn the_committed_document_is_current() {
    let document = server::document().unwrap();
    if std::env::var_os("LEADQ_UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        std::fs::write(path, &document).unwrap();
        return;
    }
    assert!(
        document == COMMITTED,
        "openapi.json does not match the code: run `LEADQ_UPDATE=1 cargo test -p server document`"
    );
}

#[tokio::test]
async fn every_described_route_is_routed_and_served() {
    let world = World::empty().await;
    let document: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace(['{', '}'], "");
            let answer = world.send(ask(&method.to_uppercase(), &path)).await;
            let status = answer.status();
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(!status.is_server_error(), "{method} {path}: {status}");
            if status == StatusCode::NOT_FOUND {
                // The item does not exist, but the route does.
                let detail = body(answer).await["detail"].to_string();
                assert!(!detail.contains("there is no route"), "{method} {path}: {detail}");
            }
            seen += 1;
        }
    }
    assert!(seen > 14, "only {seen} routes are described");
}

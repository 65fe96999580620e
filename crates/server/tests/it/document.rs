//! Tests that the committed OpenAPI document matches the code, and that every route in it exists.

use axum::http::StatusCode;
use serde_json::Value;

use crate::world::{World, ask, body};

const COMMITTED: &str = include_str!("../../openapi.json");
/// The document that clients of `/api/v1` rely on; the API may only be extended.
const BASELINE: &str = include_str!("openapi-before.json");
/// The keys whose text is for people.
const PROSE: [&str; 3] = ["description", "summary", "title"];

/// The schema of what is ingested.
const INGESTED: &str =
    "/paths//api/v1/ingest/webhook/post/requestBody/content/application/json/schema";

/// Collects the places at which `now` lacks a promised value. An element of a list may be anywhere
/// in the list.
fn collect_losses(baseline: &Value, now: &Value, pointer: &str, losses: &mut Vec<String>) {
    match (baseline, now) {
        (Value::Object(baseline), Value::Object(now)) => {
            for (key, value) in baseline {
                // A property may have the name of a prose key; prose is always text.
                let is_prose = PROSE.contains(&key.as_str()) && value.is_string();
                // `limit=0` was always refused, but the promised document permitted it. What is
                // ingested was called a text, and always was an object, an array, or lines.
                let is_corrected =
                    (key == "minimum" && *value == 0 && now.get(key).is_some_and(|now| *now == 1))
                        || (pointer == INGESTED && key == "type" && now.contains_key("anyOf"));
                match now.get(key) {
                    _ if is_prose || is_corrected => {}
                    Some(now) => collect_losses(value, now, &format!("{pointer}/{key}"), losses),
                    None => losses.push(format!("{pointer}/{key} is gone")),
                }
            }
        }
        (Value::Array(baseline), Value::Array(now)) => {
            for (index, value) in baseline.iter().enumerate() {
                let is_kept = |now: &Value| {
                    let mut nested = Vec::new();
                    collect_losses(value, now, "", &mut nested);
                    nested.is_empty()
                };
                if !now.iter().any(is_kept) {
                    losses.push(format!("{pointer}/{index} is gone: {value}"));
                }
            }
        }
        (baseline, now) if baseline == now => {}
        (baseline, now) => losses.push(format!("{pointer} was {baseline} and is {now}")),
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
fn new_requirements(baseline: &Value, now: &Value) -> Vec<String> {
    let mut new = Vec::new();
    for (path, methods) in baseline["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameter_names: Vec<&Value> =
                parameters(operation).map(|one| &one["name"]).collect();
            let needed = parameters(&now["paths"][path][method])
                .filter(|one| one["required"] == true)
                .map(|one| one["name"].clone());
            let required_before = required(baseline, path, method);
            let more = required(now, path, method)
                .into_iter()
                .filter(|one| !required_before.contains(one));
            let needed = needed.filter(|one| !parameter_names.contains(&one)).chain(more);
            new.extend(needed.map(|one| format!("{method} {path} needs {one}")));
        }
    }
    new
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn breaking_changes(now: &Value) -> Vec<String> {
    let baseline: Value = serde_json::from_str(BASELINE).unwrap();
    let mut breaking = new_requirements(&baseline, now);
    collect_losses(&baseline, now, "", &mut breaking);
    breaking
}

#[test]
fn the_interface_only_gains() {
    let now: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let breaking = breaking_changes(&now);
    assert!(breaking.is_empty(), "{}", breaking.join("\n"));
}

#[test]
fn a_loss_of_the_interface_is_seen() {
    let baseline: Value = serde_json::from_str(BASELINE).unwrap();
    assert_eq!(breaking_changes(&baseline), [""; 0]);
    let losses_without = |pointer: &str, key: &str| {
        let mut now = baseline.clone();
        let object = now.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        assert!(object.remove(key).is_some(), "{pointer}/{key}");
        breaking_changes(&now).len()
    };
    assert_eq!(losses_without("/paths", "/api/v1/leads"), 1);
    assert_eq!(losses_without("/components/schemas", "RiverEntry"), 1);
    assert_eq!(losses_without("/components/schemas/LeadPage/properties", "river"), 1);
    assert_eq!(losses_without("/components/schemas/LeadPage/properties", "on"), 1);
    assert_eq!(losses_without("/components/schemas/Signal", "required"), 1);
    assert_eq!(losses_without("/paths/~1api~1v1~1leads/get/responses", "404"), 1);

    let mut now = baseline.clone();
    now["components"]["schemas"]["Call"]["properties"]["rank"]["type"] = "string".into();
    let signal = now["components"]["schemas"]["Signal"]["required"].as_array_mut().unwrap();
    signal.retain(|field| field != "score");
    let feedback_fields = now["components"]["schemas"]["Word"]["required"].as_array_mut().unwrap();
    feedback_fields.push("reason".into());
    assert_eq!(breaking_changes(&now).len(), 3);

    let mut now = baseline.clone();
    now["components"]["schemas"]["Said"]["properties"]["more"] = Value::Null;
    now["info"]["description"] = "In other words.".into();
    assert_eq!(breaking_changes(&now), [""; 0]);
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
    let mut count = 0;
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
            count += 1;
        }
    }
    assert!(count > 14, "only {count} routes are described");
}

/// Lists the operations with their method and path.
fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn clients_can_be_generated_from_the_document() {
    let document: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (name, operation) in operations(&document).chain(
        document["webhooks"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, one)| (name.clone(), &one["post"])),
    ) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{name}: {id} stands twice");
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes["token"]["scheme"], "bearer");
    assert_eq!(schemes["session"]["in"], "cookie");
    let required = document["security"].as_array().unwrap();
    let mut names: Vec<&String> =
        required.iter().flat_map(|one| one.as_object().unwrap().keys()).collect();
    names.sort_unstable();
    assert_eq!(names, schemes.keys().collect::<Vec<_>>());
    for (name, operation) in operations(&document) {
        let is_public = ["login", "logout", "healthz"].iter().any(|path| name.ends_with(path));
        assert_eq!(operation["security"] == Value::Array(Vec::new()), is_public, "{name}");
        assert_eq!(
            operation["responses"]["401"].is_object(),
            !is_public || name.ends_with("login"),
            "{name}"
        );
        assert!(operation["responses"]["403"].is_object(), "{name}");
        for parameter in parameters(operation) {
            assert!(!parameter["example"].is_null(), "{name}: {parameter}");
        }
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        if let Some(schema) = body.as_str().and_then(|name| name.rsplit('/').next()) {
            let properties = &document["components"]["schemas"][schema]["properties"];
            for (field, property) in properties.as_object().unwrap() {
                assert!(!property["example"].is_null(), "{name}: {field}");
            }
        }
    }
    let references: Vec<&str> =
        COMMITTED.split("\"$ref\": \"#/components/schemas/").skip(1).collect();
    for reference in references {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name} is not described");
    }
}

#[tokio::test]
async fn the_examples_of_what_is_ingested_are_taken_in() {
    let world = World::empty().await;
    let document: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let body_of = &document["paths"]["/api/v1/ingest/webhook"]["post"]["requestBody"]["content"];
    let mut count = 0;
    for media_type in ["application/json", "application/x-ndjson"] {
        for (name, example) in body_of[media_type]["examples"].as_object().unwrap() {
            let value = &example["value"];
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let answer =
                world.send(crate::world::with_body("POST", "/api/v1/ingest/webhook", &text));
            let answer = answer.await;
            assert_eq!(answer.status(), StatusCode::ACCEPTED, "{name}");
            let receipt = body(answer).await;
            assert_eq!(
                (&receipt["rejected_count"], &receipt["note_count"]),
                (&0.into(), &0.into()),
                "{name}: {receipt}"
            );
            count += 1;
        }
    }
    assert_eq!(count, 11, "eight types, a page, an array and lines");
}

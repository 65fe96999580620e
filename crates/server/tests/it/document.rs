//! The committed OpenAPI document is the one the code describes, and every route of it is there.

use axum::http::StatusCode;
use serde_json::Value;

use crate::world::{World, ask, body};

const COMMITTED: &str = include_str!("../../openapi.json");

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
        "openapi.json is not what the code says: run `LEADQ_UPDATE=1 cargo test -p server document`"
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
                // Nothing of that name; but the route knows what it is about.
                let detail = body(answer).await["detail"].to_string();
                assert!(!detail.contains("there is nothing at"), "{method} {path}: {detail}");
            }
            seen += 1;
        }
    }
    assert!(seen > 14, "only {seen} routes are described");
}

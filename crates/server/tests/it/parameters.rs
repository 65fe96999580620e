//! Tests of absurd values in every parameter and body of every route, driven by the OpenAPI document.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::By;
use serde_json::Value;

use crate::world::{World, ask, body, with_body};

/// Values that make no sense for any parameter or for most of them, percent-encoded.
const ABSURD: [&str; 19] = [
    "",
    "0",
    "-1",
    "-5",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "18446744073709551615",
    "99999999999999999999",
    "%00",
    "%FF",
    "%ED%A0%80",
    "%E2%80%AE",
    "%1B%5B2J%0D%0A",
    "..%2F..%2Fetc",
    "%27%20OR%201%3D1",
    "%5B%5D",
    "2026-13-45",
];

/// A server, and its document.
struct Documented {
    world: World,
    document: Value,
}

/// A method and a path of the document.
type Route<'d> = (&'d str, &'d str, &'d Value);

impl Documented {
    async fn server() -> Self {
        let document = serde_json::from_str(&server::document().unwrap()).unwrap();
        Self { world: World::empty().await, document }
    }

    fn routes(&self) -> impl Iterator<Item = Route<'_>> {
        let paths = self.document["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
        })
    }

    /// Sends a request, and returns the status and the detail of the answer. Every status must be
    /// in the document, and every refusal must be a problem.
    async fn send(&self, route: Route<'_>, request: Request<Body>) -> (StatusCode, String) {
        let (method, path, operation) = route;
        let name = format!("{method} {path}: {} {}", request.method(), request.uri());
        let answer = self.world.send(request).await;
        let status = answer.status();
        let documented = &operation["responses"][status.as_str()];
        assert!(documented.is_object(), "{name}: {status} is not documented");
        if status.is_success() {
            return (status, String::new());
        }
        assert!(!status.is_server_error(), "{name}: {status}");
        assert!(documented["content"]["application/problem+json"].is_object(), "{name}: {status}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{name}");
        (status, body(answer).await["detail"].as_str().unwrap().to_owned())
    }

    /// Sends a value for a parameter. A refusal of the value must name the parameter.
    async fn try_value(&self, route: Route<'_>, parameter: &Value, value: &str) -> StatusCode {
        let (method, path, _) = route;
        let name = parameter["name"].as_str().unwrap();
        let address = match parameter["in"].as_str().unwrap() {
            "path" => path.replace(&format!("{{{name}}}"), value),
            _ => format!("{path}?{name}={value}"),
        };
        let (status, detail) = self.send(route, ask(&method.to_uppercase(), &address)).await;
        let is_named = status != StatusCode::BAD_REQUEST || detail.contains(name);
        assert!(is_named, "{method} {address:.200}: {detail}");
        status
    }
}

/// Lists the parameters of a path and of a query.
fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(|parameter| parameter["in"] != "header")
}

#[tokio::test]
async fn absurd_values_are_refused_by_the_name_of_their_parameter() {
    let server = Documented::server().await;
    let mut count = 0;
    for route in server.routes() {
        let (method, path, operation) = route;
        let mut query = Vec::new();
        for parameter in parameters(operation) {
            let is_path = parameter["in"] == "path";
            for value in ABSURD.iter().filter(|value| !is_path || !value.is_empty()) {
                server.try_value(route, parameter, value).await;
                count += 1;
            }
            let huge = server.try_value(route, parameter, &"a".repeat(50_000)).await;
            assert_eq!(huge, StatusCode::BAD_REQUEST, "{path}: {parameter}");
            if !is_path {
                query.push(parameter["name"].as_str().unwrap());
            }
        }
        for name in &query {
            let twice = format!("{path}?{name}=1&{name}=1");
            let (status, detail) = server.send(route, ask(&method.to_uppercase(), &twice)).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{twice}");
            assert!(detail.contains(name), "{twice}: {detail}");
        }
        if !query.is_empty() {
            let unknown = format!("{path}?nonsense=1");
            let (status, detail) = server.send(route, ask("GET", &unknown)).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{unknown}");
            assert!(detail.contains("nonsense"), "{unknown}: {detail}");
        }
    }
    assert!(count > 300, "only {count} values were tried");
    let head = ask("HEAD", "/api/v1/leads?limit=2");
    assert_eq!(server.world.send(head).await.status(), StatusCode::OK);
    let stream = server.routes().find(|route| route.1.ends_with("/stream")).unwrap();
    for id in ["x", "-1", "1e400", "99999999999999999999", "1-2-x"] {
        let mut request = ask("GET", stream.1);
        request.headers_mut().insert("last-event-id", id.parse().unwrap());
        assert_eq!(server.send(stream, request).await.0, StatusCode::BAD_REQUEST, "{id}");
    }
}

#[tokio::test]
async fn documented_bounds_are_those_of_the_server() {
    let server = Documented::server().await;
    let mut count = 0;
    for route in server.routes() {
        for parameter in parameters(route.2) {
            let schema = &parameter["schema"];
            let (name, is_number) = (&parameter["name"], schema["type"] != "string");
            let bound = |key: &str| schema[key].as_f64();
            assert_eq!(
                is_number,
                bound("minimum").is_some() && bound("maximum").is_some(),
                "{name}"
            );
            assert_eq!(!is_number, bound("maxLength").is_some(), "{name}");
            for (key, beyond) in [("minimum", -1.0), ("maximum", 1.0)] {
                let Some(bound) = bound(key) else { continue };
                let within = server.try_value(route, parameter, &bound.to_string()).await;
                assert_ne!(within, StatusCode::BAD_REQUEST, "{name}={bound}");
                let outside = (bound + beyond).to_string();
                let status = server.try_value(route, parameter, &outside).await;
                assert_eq!(status, StatusCode::BAD_REQUEST, "{name}={outside}");
                count += 1;
            }
            if let Some(chars_max) = schema["maxLength"].as_u64() {
                let long = "1".repeat(usize::try_from(chars_max).unwrap() + 1);
                let status = server.try_value(route, parameter, &long).await;
                assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
                count += 1;
            }
            if schema["pattern"].is_string() {
                let status = server.try_value(route, parameter, "@").await;
                assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "only {count} bounds are documented");
}

#[tokio::test]
async fn absurd_bodies_are_refused() {
    let server = Documented::server().await;
    let value = &server.document["components"]["schemas"]["Word"]["properties"]["value"];
    assert_eq!((value["minimum"].as_f64(), value["maximum"].as_f64()), (Some(0.0), Some(1e15)));
    let long = "a".repeat(2_001);
    let word = |more: &str| format!(r#"{{"signal_id":"x","outcome":"won",{more}}}"#);
    let cases = [
        (word(r#""value":-5"#), 400, "value"),
        (word(r#""value":-0.01"#), 400, "value"),
        (word(r#""value":1.1e15"#), 400, "value"),
        (word(r#""value":1e400"#), 400, "no valid JSON at line 1"),
        (word(r#""value":NaN"#), 400, ""),
        (word(r#""value":Infinity"#), 400, ""),
        (word(r#""value":"5""#), 422, "value"),
        (word(r#""value":[5]"#), 422, "value"),
        (word(r#""value":1,"value":2"#), 422, "value"),
        (word(&format!(r#""reason":"{long}""#)), 400, "reason"),
        (word(r#""reason":"a\u0000b""#), 400, "reason"),
        (word(r#""reason":null"#), 422, "reason"),
        (word(r#""nonsense":1"#), 422, "nonsense"),
        (r#"{"signal_id":"x","outcome":"\u0000"}"#.to_owned(), 400, "outcome"),
        (r#"{"outcome":"won"}"#.to_owned(), 422, "signal_id"),
        // Only the signal is unknown.
        (word(r#""value":0"#), 404, "no signal x"),
        (word(r#""value":1e15"#), 404, "no signal x"),
        (word(r#""value":null"#), 404, "no signal x"),
    ];
    let named = |path| server.routes().find(|route| route.1 == path).unwrap();
    let feedback = named("/api/v1/feedback");
    for (text, expected, words) in cases {
        let (status, detail) = server.send(feedback, with_body("POST", feedback.1, &text)).await;
        assert_eq!(status.as_u16(), expected, "{text:.100}: {detail}");
        assert!(detail.contains(words), "{text:.100}: {detail}");
    }
    for path in ["/api/v1/feedback", "/api/v1/login"] {
        for text in ["", "{", "[]", "{}", "null", "1e400", "\"x\"", "\u{feff}{}", "[[[[[[[["] {
            let (status, _) = server.send(named(path), with_body("POST", path, text)).await;
            assert!(status.is_client_error(), "{path} {text}: {status}");
        }
        for kind in ["text/plain", ""] {
            let mut request = with_body("POST", path, "{}");
            request.headers_mut().insert("content-type", kind.parse().unwrap());
            let (status, _) = server.send(named(path), request).await;
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
        }
    }
}

#[tokio::test]
async fn the_answers_of_the_gate_are_documented_for_every_route() {
    let server = Documented::server().await;
    let with = |route: Route<'_>, name: &'static str, value: &str| {
        let mut request = ask(&route.0.to_uppercase(), &route.1.replace(['{', '}'], ""));
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    for route in server.routes() {
        let (status, _) = server.send(route, with(route, "host", "evil.example")).await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{}", route.1);
        if route.0 != "get" {
            let (status, _) =
                server.send(route, with(route, "origin", "https://evil.example")).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{}", route.1);
        }
        for status in ["429", "500", "503"] {
            let content = &route.2["responses"][status]["content"]["application/problem+json"];
            assert!(content.is_object(), "{}: {status}", route.1);
        }
    }
    let context = server.world.engine.context();
    server::token::add(context, "tests", &By::OPERATOR).await.unwrap().unwrap();
    for route in server.routes() {
        // Whether it needs the token or not, its answer is documented.
        server.send(route, with(route, "accept", "*/*")).await;
    }
}

//! A snapshot of the answers to requests that cannot be used, for every route and every extractor:
//! the status, the field, what was expected, and an example.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;

use crate::world::{World, ask, body, with_body};

const FEEDBACK: &str = "/api/v1/feedback";
const INGEST: &str = "/api/v1/ingest/webhook";
const LOGIN: &str = "/api/v1/login";
const SEARCH: &str = "/api/v1/signals/search";

/// The words of libraries and of the command line that no answer has.
const FOREIGN: [&str; 13] = [
    "Failed to",
    "deserialize",
    "missing field",
    "unknown field",
    "duplicate field",
    "invalid type",
    "invalid digit",
    "expected value",
    "expected `",
    "EOF",
    "trailing",
    "Invalid UTF-8",
    "`leadq",
];

fn bodies() -> Vec<(&'static str, String)> {
    let long = "a".repeat(2_001);
    let word = |more: &str| format!(r#"{{"signal_id":"x","outcome":"won",{more}}}"#);
    let mut bodies: Vec<(&str, String)> = [
        String::new(),
        "{".to_owned(),
        r#"{"signal_id":"x","outcome":"won",}"#.to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "\"won\"".to_owned(),
        "{}".to_owned(),
        r#"{"signal_id":"x"}"#.to_owned(),
        r#"{"signal_id":7,"outcome":"won"}"#.to_owned(),
        r#"{"signal_id":"x","outcome":"sold"}"#.to_owned(),
        r#"{"signal_id":"x","outcome":["won"]}"#.to_owned(),
        word(r#""value":"5""#),
        word(r#""value":-1"#),
        word(r#""value":1e400"#),
        word(r#""value":{"eur":5}"#),
        word(r#""reason":null"#),
        word(r#""reason":"a\u0000b""#),
        word(&format!(r#""reason":"{long}""#)),
        word(r#""value":1,"value":2"#),
        word(r#""colour":"red""#),
    ]
    .into_iter()
    .map(|body| (FEEDBACK, body))
    .collect();
    bodies.extend(
        ["{}", r#"{"token":7}"#, r#"{"token":"a","name":"b"}"#, "token=a"]
            .map(|body| (LOGIN, body.to_owned())),
    );
    let event = |more: &str| format!(r#"{{"schema":1,"url":"https://acme.example/1",{more}}}"#);
    bodies.extend(
        [
            " ".to_owned(),
            "nonsense".to_owned(),
            "{\"schema\": 1,".to_owned(),
            "[]7".to_owned(),
            r#"{"url":"https://acme.example/"}"#.to_owned(),
            r#"{"schema":"1","url":"https://acme.example/"}"#.to_owned(),
            r#"{"schema":1}"#.to_owned(),
            r#"{"schema":1,"url":"acme"}"#.to_owned(),
            r#"{"url":"https://acme.example/","html":7}"#.to_owned(),
            r#"{"url":"https://acme.example/","html":"<p>","ts":"soon"}"#.to_owned(),
            event(r#""title":"a","ts":"gestern""#),
            event(r#""title":"a","ts":"2036-01-01""#),
            event(r#""title":"a","company":"Acme""#),
            event(r#""title":"a","company":{"domain":"Acme GmbH"}"#),
            event(r#""title":"a","title":"b""#),
            event(r#""type":"job_posting""#),
            event(r#""type":"JobPosting""#),
            event(r#""type":"tender","features":{"amount":5}"#),
            event(r#""type":"funding_round","features":{"amount":5}"#),
            event(r#""type":"dns","features":{"record":"A","value":"192.0.2.1"}"#),
        ]
        .map(|body| (INGEST, body)),
    );
    bodies
}

fn queries() -> impl Iterator<Item = Request<Body>> {
    let search = [
        "limit=0",
        "limit=many",
        "limit=",
        "limit=1.5",
        "limit=99999999999999999999",
        "limit=1&limit=2",
        "sort=price",
        "score_min=101",
        "score_min=NaN",
        "confidence_min=x",
        "freshness=soon",
        "freshness=99999d",
        "cursor=x",
        "kind=rain",
        "colour=red",
        "q=%00",
        "company=nobody.example",
        "product=rain",
    ];
    let search = search.into_iter().map(|query| ask("GET", &format!("{SEARCH}?{query}")));
    let others = [
        ("GET", "/api/v1/leads?limit=-1"),
        ("GET", "/api/v1/leads?cursor=1"),
        ("GET", "/api/v1/leads?page=2"),
        ("GET", "/api/v1/leads/nobody.example"),
        ("GET", "/api/v1/leads/%FF"),
        ("GET", "/api/v1/leads/a%00b"),
        ("GET", "/api/v1/signals/x"),
        ("GET", "/api/v1/signals/%ED%A0%80/evidence"),
        ("DELETE", "/api/v1/feedback/x"),
        ("POST", "/api/v1/webhooks/nowhere/enable"),
        ("GET", "/api/v1/stream?position=x"),
        ("GET", "/api/v1/stream?from=1"),
        ("PUT", "/api/v1/status"),
        ("GET", "/api/v2/status"),
        ("POST", "/api/v1/status/x"),
    ];
    search.chain(others.into_iter().map(|(method, path)| ask(method, path)))
}

#[tokio::test]
async fn every_refusal_says_what_to_send() {
    let world = World::empty().await;
    let mut requests: Vec<(String, Request<Body>)> = queries()
        .map(|request| (format!("{} {}", request.method(), request.uri()), request))
        .collect();
    requests.extend(
        bodies().into_iter().map(|(path, text)| {
            (format!("POST {path} {text:.60}"), with_body("POST", path, &text))
        }),
    );
    let mut text_request = with_body("POST", FEEDBACK, "{}");
    text_request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    requests.push((format!("POST {FEEDBACK} as text/plain"), text_request));
    let mut answers = String::new();
    for (name, request) in requests {
        let answer = world.send(request).await;
        let status = answer.status();
        assert!(status.is_client_error(), "{name}: {status}");
        let problem = body(answer).await;
        let detail = problem["detail"].as_str().unwrap_or_else(|| panic!("{name}: {problem}"));
        assert!(!FOREIGN.iter().any(|words| detail.contains(words)), "{name}: {detail}");
        writeln!(answers, "{name}\n  {} {detail}", status.as_u16()).unwrap();
    }
    insta::assert_snapshot!("bad_requests", answers);
}

#[tokio::test]
async fn without_a_valid_token_no_command_line_is_advised() {
    let world = World::empty().await;
    let context = world.engine.context();
    server::token::add(context, "tests", &model::By::OPERATOR).await.unwrap().unwrap();
    let with = |name: &'static str, value: &str| {
        let mut request = ask("GET", "/api/v1/status");
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    for request in [
        ask("GET", "/api/v1/status"),
        with("authorization", "Bearer lq_0"),
        with("cookie", "leadq_session=0"),
        with("host", "evil.example"),
        with("sec-fetch-site", "cross-site"),
        with_body("POST", LOGIN, r#"{"token":"lq_0"}"#),
    ] {
        let answer = world.send(request).await;
        let status = answer.status().as_u16();
        let detail = body(answer).await["detail"].as_str().unwrap().to_owned();
        assert!(
            [401, 403, 421].contains(&status) && !detail.contains("`leadq"),
            "{status} {detail}"
        );
    }
}

//! Tests of the gate: access, the headers of every response, and hostile requests.

use axum::http::StatusCode;
use model::By;
use serde_json::Value;

use crate::world::{World, ask, body, text, with_body};

/// Lists every route of the document, the web app, and paths that do not exist.
fn all_routes() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_uppercase(), path.replace(['{', '}'], "")));
        }
    }
    for path in ["/", "/lead/1", "/assets/none.js", "/api/v1/none", "/api", "/metrics/none"] {
        routes.push(("GET".to_owned(), path.to_owned()));
        routes.push(("PUT".to_owned(), path.to_owned()));
    }
    routes
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let world = World::empty().await;
    let mut nonces = std::collections::BTreeSet::new();
    for (method, path) in all_routes() {
        let mut request = ask(&method, &path);
        request.headers_mut().insert("accept", "text/html".parse().unwrap());
        let answer = world.send(request).await;
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.unwrap_or_else(|| panic!("{method} {path}: no {name}")).to_str().unwrap()
        };
        let policy = header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() == 32 && nonces.insert(nonce.to_owned()), "{method} {path}: {nonce}");
        let rest = policy.replace(nonce, "N");
        assert_eq!(
            rest,
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' \
             data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
             form-action 'self'"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(
            header("cache-control"),
            if path.ends_with("stream") { "no-cache" } else { "no-store" }
        );
        assert_eq!(header("x-request-id").len(), 16);
        let status = answer.status();
        if status.is_client_error() {
            assert_eq!(header("content-type"), "application/problem+json", "{method} {path}");
            let id = header("x-request-id").to_owned();
            let problem = body(answer).await;
            assert_eq!(problem["status"], status.as_u16());
            assert_eq!(problem["instance"], id, "{method} {path}");
            assert!(problem["detail"].as_str().unwrap().len() > 20, "{method} {path}: {problem}");
        }
    }
}

#[tokio::test]
async fn neither_another_name_nor_another_site_gets_in() {
    let world = World::empty().await;
    for (method, path) in all_routes() {
        for host in ["evil.example", "localhost.evil.example", "192.168.0.7:8080", ""] {
            let mut request = ask(&method, &path);
            request.headers_mut().insert("host", host.parse().unwrap());
            let answer = world.send(request).await;
            assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{method} {path} {host}");
        }
        // A page of another site reads nothing, but may link to a screen.
        let is_screen =
            method == "GET" && !path.starts_with("/api") && !path.starts_with("/metrics");
        for (mode, dest, passes) in [
            ("cors", "empty", false),
            ("no-cors", "image", false),
            ("navigate", "iframe", false),
            ("navigate", "document", is_screen),
        ] {
            let mut request = ask(&method, &path);
            for (name, value) in [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ] {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
            let status = world.send(request).await.status();
            let is_refused = status == StatusCode::FORBIDDEN;
            assert_eq!(is_refused, !passes, "{method} {path} {mode} {dest}: {status}");
        }
        for site in ["same-origin", "none"] {
            let mut request = ask(&method, &path);
            request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
            let status = world.send(request).await.status();
            assert_ne!(status, StatusCode::FORBIDDEN, "{method} {path} {site}");
        }
        if method == "GET" {
            continue;
        }
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost:9090"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let mut request = ask(&method, &path);
            request.headers_mut().insert(name, value.parse().unwrap());
            let answer = world.send(request).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} {name}: {value}");
        }
    }
}

#[tokio::test]
async fn every_route_needs_a_token_once_there_is_one() {
    let world = World::empty().await;
    let context = world.engine.context();
    let token = server::token::add(context, "tests", &By::OPERATOR).await.unwrap().unwrap();
    assert_eq!(
        server::token::add(context, "tests", &By::OPERATOR).await.unwrap(),
        None,
        "the name is taken"
    );
    let with = |method: &str, path: &str, name: &'static str, value: &str| {
        let mut request = ask(method, path);
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let bearer = format!("Bearer {token}");
    for (method, path) in all_routes() {
        let is_open = path.ends_with("/login")
            || path.ends_with("/logout")
            || !(path.starts_with("/api") || path.starts_with("/metrics"));
        let without_token = world.send(ask(&method, &path)).await.status();
        assert_eq!(
            without_token == StatusCode::UNAUTHORIZED,
            !is_open || path.ends_with("/login") && without_token == StatusCode::UNAUTHORIZED,
            "{method} {path}: {without_token}"
        );
        let invalid = world.send(with(&method, &path, "authorization", "Bearer lq_0")).await;
        assert_eq!(invalid.status() == StatusCode::UNAUTHORIZED, !is_open, "{method} {path}");
        let with_token = world.send(with(&method, &path, "authorization", &bearer)).await.status();
        assert_ne!(with_token, StatusCode::UNAUTHORIZED, "{method} {path}");
    }

    let login = |token: &str| {
        with_body("POST", "/api/v1/login", &serde_json::json!({"token": token}).to_string())
    };
    assert_eq!(world.send(login("lq_wrong")).await.status(), StatusCode::UNAUTHORIZED);
    let answer = world.send(login(&token)).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let status = || with("GET", "/api/v1/status", "cookie", cookie);
    assert_eq!(world.send(status()).await.status(), StatusCode::OK);
    assert!(server::token::list(context).await.unwrap()[0].used.is_some());

    let revoked = server::token::revoke(context, "tests", &By::OPERATOR, context.now()).await;
    assert_eq!(revoked.unwrap(), Some(1), "it opened one session");
    assert_eq!(world.send(status()).await.status(), StatusCode::UNAUTHORIZED, "at once");
    let hashes = store::conformance::token_hashes(&context.db).await.unwrap();
    assert!(!hashes[0].to_string().contains(&token[3..]), "only a hash is kept");
}

#[tokio::test]
async fn refuses_too_large_or_malformed_requests_with_advice() {
    let world = World::empty().await;
    let check =
        async |method: &str, path: &str, request_body: &str, status: u16, expected: &str| {
            let answer = world.send(with_body(method, path, request_body)).await;
            let actual = answer.status().as_u16();
            let problem = text(answer).await;
            assert_eq!(actual, status, "{path} {request_body:.60}: {problem}");
            assert!(problem.contains(expected), "{path} {request_body:.60}: {problem}");
        };
    let webhook = "/api/v1/ingest/webhook";
    check("POST", webhook, &"x".repeat((10 << 20) + 1), 413, "10 MiB").await;
    check("POST", "/api/v1/login", &"x".repeat((1 << 10) + 1), 413, "1 KiB").await;
    check("POST", "/api/v1/feedback", &"x".repeat((64 << 10) + 1), 413, "64 KiB").await;
    check("POST", webhook, &"x\n".repeat(250_001), 413, "250,000 objects").await;
    check("POST", webhook, &format!("[{}1]", "1,".repeat(250_000)), 413, "250,000 objects").await;
    check("POST", webhook, " \n", 400, "the body is empty").await;
    check("POST", "/api/v1/feedback", "{", 400, "the body ends before its JSON does").await;
    check(
        "POST",
        "/api/v1/feedback",
        r#"{"signal_id":"x","outcome":"sold"}"#,
        400,
        "won, lost, ignore or snooze",
    )
    .await;
    check(
        "POST",
        "/api/v1/feedback",
        r#"{"signal_id":"x","outcome":"won"}"#,
        404,
        "there is no signal x",
    )
    .await;
    let search = |query: &str| format!("/api/v1/signals/search?{query}");
    for (query, expected) in [
        ("kind=rain", "there are budget_event, compliance_win"),
        ("sort=price", "send newest or score"),
        ("limit=0", "send a whole number from 1 to 200"),
        ("limit=201", "send a whole number from 1 to 200"),
        ("limit=many", "limit"),
        ("freshness=soon", "24h, 7d, 2w"),
        ("cursor=x", "not a cursor"),
        ("colour=red", "colour"),
    ] {
        check("GET", &search(query), "", 400, expected).await;
    }
    check("GET", &search("company=nobody.example"), "", 404, "no company is known").await;
    check("GET", &search("product=rain"), "", 404, "there is no product").await;
    check("GET", "/api/v1/stream?position=x", "", 400, "not a position").await;
    check("PUT", "/api/v1/status", "", 405, "does not support PUT").await;
}

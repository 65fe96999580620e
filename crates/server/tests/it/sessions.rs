//! Tests of logins: sessions, their cookies and their end, and the limit on attempts.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use futures_util::StreamExt as _;
use model::{By, Clock as _, Timestamp};
use tower::ServiceExt as _;

use crate::world::{World, ask, text, with_body};

const HOUR_US: i64 = 3_600_000_000;
const LOGIN: &str = "/api/v1/login";
const STATUS: &str = "/api/v1/status";

async fn token(world: &World, name: &str) -> String {
    let added = server::token::add(world.engine.context(), name, &By::OPERATOR).await;
    added.unwrap().unwrap()
}

fn login(token: &str) -> Request<Body> {
    with_body("POST", LOGIN, &serde_json::json!({"token": token}).to_string())
}

/// Adds headers to a request.
fn with(mut request: Request<Body>, headers: &[(&'static str, &str)]) -> Request<Body> {
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

/// Makes a request come from an address.
fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// Returns the cookie that a response sets, as the browser sends it.
fn cookie(answer: &Response<Body>) -> String {
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn log_in(world: &World, token: &str) -> String {
    cookie(&world.send(login(token)).await)
}

async fn is_open(world: &World, cookie: &str) -> bool {
    let answer = world.send(with(ask("GET", STATUS), &[("cookie", cookie)])).await;
    match answer.status() {
        StatusCode::OK => true,
        StatusCode::UNAUTHORIZED => false,
        other => panic!("{cookie}: {other}"),
    }
}

async fn log_out(world: &World, cookie: &str) {
    let answer = world.send(with(ask("POST", "/api/v1/logout"), &[("cookie", cookie)])).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let removed: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    for (header, name) in removed.iter().zip(["leadq_session=;", "leadq_token=;"]) {
        let header = header.to_str().unwrap();
        assert!(header.starts_with(name) && header.contains("Max-Age=0"), "{header}");
    }
    assert_eq!(removed.len(), 2);
}

#[tokio::test]
async fn a_cookie_is_worth_nothing_after_the_logout() {
    let world = World::empty().await;
    let token = token(&world, "desk").await;
    let (first, second) = (log_in(&world, &token).await, log_in(&world, &token).await);
    let secret = first.strip_prefix("leadq_session=").unwrap();
    assert!(secret.len() == 64 && !first.contains(&token[3..]), "{first}");
    assert_ne!(first, second, "each login is a session of its own");
    assert!(is_open(&world, &first).await && is_open(&world, &second).await);

    // A session is no token, a token is no session, and the cookie of earlier versions is ignored.
    let bearer = format!("Bearer {secret}");
    let answer = world.send(with(ask("GET", STATUS), &[("authorization", &bearer)])).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    for cookie in [
        format!("leadq_session={token}"),
        format!("leadq_token={token}"),
        format!("__Host-leadq={secret}"),
        "leadq_session=".to_owned(),
    ] {
        assert!(!is_open(&world, &cookie).await, "{cookie}");
    }

    log_out(&world, &first).await;
    assert!(!is_open(&world, &first).await, "a copy of the cookie");
    assert!(is_open(&world, &second).await);
    log_out(&world, &first).await;
    log_out(&world, "a=b").await;

    // A browser that logs in again has one session.
    let again = world.send(with(login(&token), &[("cookie", &second)])).await;
    let third = cookie(&again);
    assert!(!is_open(&world, &second).await && is_open(&world, &third).await);
}

#[tokio::test]
async fn a_session_ends_without_use_and_after_a_week() {
    let world = World::empty().await;
    let token = token(&world, "desk").await;
    let start = world.clock.now().0;
    let set = |hours: i64, us: i64| world.clock.set(Timestamp(start + hours * HOUR_US + us));
    let idle = log_in(&world, &token).await;
    let used = log_in(&world, &token).await;
    set(12, -1);
    assert!(is_open(&world, &used).await);
    set(12, 0);
    assert!(!is_open(&world, &idle).await, "12 hours without a request");
    for hours in (20..168).step_by(8) {
        set(hours, 0);
        assert!(is_open(&world, &used).await, "in use, after {hours} hours");
    }
    set(168, -1);
    assert!(is_open(&world, &used).await);
    set(168, 0);
    assert!(!is_open(&world, &used).await, "7 days");
    // The next login deletes what has expired; nothing of it comes back.
    let fresh = log_in(&world, &token).await;
    set(167, 0);
    assert!(!is_open(&world, &idle).await && !is_open(&world, &used).await);
    assert!(is_open(&world, &fresh).await);
}

#[tokio::test]
async fn the_sessions_of_a_token_end_with_it_and_their_streams_too() {
    let world = World::empty().await;
    let (desk, door) = (token(&world, "desk").await, token(&world, "door").await);
    let (one, two) = (log_in(&world, &desk).await, log_in(&world, &desk).await);
    let other = log_in(&world, &door).await;
    let follow = async |cookie: &str| {
        let answer = world.send(with(ask("GET", "/api/v1/stream"), &[("cookie", cookie)])).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.into_body().into_data_stream()
    };
    let (of_one, of_two) = (follow(&one).await, follow(&two).await);
    let until_end = async |stream: axum::body::BodyDataStream| {
        let ended = tokio::time::timeout(Duration::from_secs(60), stream.count()).await;
        assert!(ended.is_ok(), "the stream ends");
    };
    log_out(&world, &one).await;
    until_end(of_one).await;
    assert!(is_open(&world, &two).await);

    let context = world.engine.context();
    let revoke = async |name: &str| {
        server::token::revoke(context, name, &By::OPERATOR, context.now()).await.unwrap()
    };
    assert_eq!(revoke("desk").await, Some(1), "the other session had ended before");
    until_end(of_two).await;
    assert!(!is_open(&world, &two).await && is_open(&world, &other).await);
    assert_eq!(revoke("desk").await, None);
    assert_eq!(world.send(login(&desk)).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn attempts_are_slowed_by_address_and_a_valid_token_never_is() {
    let world = World::empty().await;
    let token = token(&world, "desk").await;
    let attempt = async |peer: &str, request: Request<Body>| {
        let answer = world.send(from(peer, request)).await;
        let status = answer.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let after: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=6).contains(&after), "{after}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            let problem = text(answer).await;
            assert!(problem.contains(&format!("retry in {after} s")), "{problem}");
        }
        status.as_u16()
    };
    let mut logins = Vec::new();
    for number in 0..16 {
        let presented = if number % 2 == 0 { token.as_str() } else { "lq_guess" };
        logins.push(attempt(&format!("192.0.2.1:{number}"), login(presented)).await);
    }
    assert_eq!(logins[..10], [204, 401].repeat(5));
    assert!(logins[10..].iter().all(|status| *status == 429), "{logins:?}");
    assert_eq!(attempt("192.0.2.2:1", login(&token)).await, 204, "another address");
    // Only a trusted proxy names its client.
    let through = |client: &str| with(login("lq_guess"), &[("x-forwarded-for", client)]);
    for number in 0..12 {
        let status = attempt("192.0.2.5:1", through(&format!("198.51.100.{number}"))).await;
        assert_eq!(status, if number < 10 { 401 } else { 429 }, "attempt {number}");
    }

    let with_token =
        |token: &str| with(ask("GET", STATUS), &[("authorization", &format!("Bearer {token}"))]);
    let mut guesses = Vec::new();
    for _ in 0..70 {
        guesses.push(attempt("192.0.2.9:1", with_token("lq_guess")).await);
    }
    assert!(guesses[..60].iter().all(|status| *status == 401), "{guesses:?}");
    assert_eq!(guesses.last(), Some(&429));
    for peer in ["192.0.2.1:1", "192.0.2.9:1"] {
        assert_eq!(attempt(peer, with_token(&token)).await, 200, "valid");
    }
}

#[tokio::test]
async fn over_plain_http_a_browser_logs_in_only_where_it_is_allowed() {
    let world = World::empty().await;
    let token = token(&world, "desk").await;
    let (closed, open) = (world.public_router(false).await, world.public_router(true).await);
    let (away, here) = ("192.0.2.7:4711", "127.0.0.1:4711");
    let (secure, plain) = (Some("__Host-leadq="), Some("leadq_session="));
    let cases = [
        (&closed, away, "leadq.example", None, None),
        (&closed, away, "localhost:8080", None, None),
        (&closed, away, "leadq.example", Some("http"), None),
        (&closed, away, "leadq.example", Some("https"), secure),
        (&closed, here, "leadq.example", None, None),
        (&closed, here, "leadq.example", Some("https"), secure),
        (&closed, here, "localhost:8080", None, plain),
        (&open, away, "leadq.example", None, plain),
        (&open, away, "leadq.example", Some("https"), secure),
        (&world.router, here, "localhost:8080", None, plain),
    ];
    for (router, peer, host, proto, expected) in cases {
        let mut headers = vec![("host", host)];
        headers.extend(proto.map(|proto| ("x-forwarded-proto", proto)));
        let sent = from(peer, with(login(&token), &headers));
        let answer = router.clone().oneshot(sent).await.unwrap();
        let case = format!("{peer} {host} {proto:?}");
        let Some(expected) = expected else {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{case}");
            assert!(!answer.headers().contains_key("set-cookie"), "{case}");
            let problem = text(answer).await;
            assert!(problem.contains("plain_http = true"), "{problem}");
            assert!(problem.contains("X-Forwarded-Proto: https"), "{problem}");
            // A program may still send a token.
            let bearer = format!("Bearer {token}");
            headers.push(("authorization", &bearer));
            let sent = from(peer, with(ask("GET", STATUS), &headers));
            assert_eq!(router.clone().oneshot(sent).await.unwrap().status(), StatusCode::OK);
            continue;
        };
        let cookie = cookie(&answer);
        assert!(cookie.starts_with(expected), "{case}: {cookie}");
        let set = answer.headers()["set-cookie"].to_str().unwrap();
        assert_eq!(set.ends_with("; Secure"), proto == Some("https"), "{case}: {set}");
        headers.push(("cookie", &cookie));
        let sent = from(peer, with(ask("GET", STATUS), &headers));
        assert_eq!(router.clone().oneshot(sent).await.unwrap().status(), StatusCode::OK, "{case}");
    }
}

//! The gate of every request: checks the host name, the origin and the token, and sets the headers
//! of every response.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::Instant;
use tracing::Instrument;

use crate::access::{Access, ClientAddress, Opener};
use crate::admission::{Admission, Caller, Overloaded, RequestClass, RequestPermit};
use crate::connections::{ConnectionLimits, ConnectionState};
use crate::problem::Problem;
use crate::request_body::{BodyReader, WholeBody};
use crate::{origin, prometheus, request};

/// The timeout for a response's head.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The paths that never need a token. Any other path below [`CLOSED`] needs one once one exists.
const OPEN: [&str; 2] = ["/api/v1/login", "/api/v1/logout"];
const CLOSED: [&str; 2] = ["/api", "/metrics"];

/// The state of the gate.
pub(crate) struct Gate {
    access: Arc<Access>,
    /// Whether the server listens on the loopback address only. If so, no other host is accepted.
    is_loopback: bool,
    pub(crate) limits: ConnectionLimits,
    admission: Admission,
}

impl Gate {
    pub(crate) fn new(access: Arc<Access>, is_loopback: bool, limits: ConnectionLimits) -> Self {
        Self { access, is_loopback, limits, admission: Admission::default() }
    }
}

/// Admits or rejects a request, and sets the headers of the response.
pub(crate) async fn guard(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let api_request = request::ApiRequest::begin(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = matched.unwrap_or_else(|| "web".to_owned());
    let span = tracing::info_span!(
        "request", id = api_request.id, trace = api_request.trace, %method, route = route.as_str()
    );
    let id = api_request.id.clone();
    let nonce = api_request.nonce.clone();
    let started = Instant::now();
    let connection = request.extensions().get::<Arc<ConnectionState>>().cloned();
    let response = async {
        let response = AssertUnwindSafe(admit(&gate, request, next)).catch_unwind();
        let response =
            response.await.unwrap_or_else(|_| Err(Problem::inside(&"a handler panicked")));
        let response = response.unwrap_or_else(IntoResponse::into_response);
        tracing::info!(
            status = response.status().as_u16(),
            took_us = micros(started),
            path,
            "answered"
        );
        response
    };
    let mut response = api_request.answer(response.instrument(span)).await;
    prometheus::answered(method.as_str(), &route, response.status().as_u16(), started.elapsed());
    set_headers(response.headers_mut(), &id, &nonce);
    // The rest of a body that is not read ends the connection.
    if connection.is_some_and(|connection| connection.has_unread()) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

fn micros(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

async fn admit(gate: &Gate, mut request: Request, next: Next) -> Result<Response, Problem> {
    check_sender(gate, &request)?;
    let connection = request.extensions().get::<Arc<ConnectionState>>().cloned();
    let admission = connection.as_ref().map(ConnectionState::begin_admission);
    let client = ClientAddress::of(&request, &gate.limits.trusted_proxies);
    let opener = authenticate(gate, request.uri().path(), client, request.headers()).await?;
    let caller = Caller::of(opener.token(), client);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(opener);
    request.extensions_mut().insert(caller);
    let (request, _large_body) = with_whole_body(gate, request, caller).await?;
    let class = RequestClass::of(&request);
    let permit = gate.admission.admit(class, caller).await;
    let _permit = permit
        .map_err(|Overloaded| Problem::busy("too many concurrent requests; retry in a moment"))?;
    drop(admission);
    match tokio::time::timeout(ANSWER_MAX, next.run(request)).await {
        Ok(response) => Ok(response),
        Err(_) => Err(Problem::busy("the response took over 30 s; request less, or retry later")),
    }
}

/// Reads the body of a request, so that neither a permit nor a handler waits for the client.
/// Returns the request with its whole body, and the permit for it if it is large.
async fn with_whole_body(
    gate: &Gate,
    request: Request,
    caller: Caller,
) -> Result<(Request, Option<RequestPermit>), Problem> {
    if request.body().is_end_stream() {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let large_bodies = &gate.admission.large_bodies;
    let reader = BodyReader { limits: &gate.limits, large_bodies, caller };
    let WholeBody { bytes, permit } = reader.read(parts.uri.path(), body).await?;
    if let Some(connection) = parts.extensions.get::<Arc<ConnectionState>>() {
        connection.body_read();
    }
    Ok((Request::from_parts(parts, Body::from(bytes)), permit))
}

fn check_sender(gate: &Gate, request: &Request) -> Result<(), Problem> {
    let (method, headers) = (request.method(), request.headers());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if gate.is_loopback && !origin::is_loopback_host(host) {
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server listens on the loopback address only; use http://localhost",
        ));
    }
    if !origin::is_of_our_own(method, request.uri().path(), headers) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "a page of another site must neither read nor change anything; use leadq's own page, \
             or a program",
        ));
    }
    Ok(())
}

/// Reports whether requests with this path need a token once one exists.
pub(crate) fn needs_token(path: &str) -> bool {
    CLOSED.iter().any(|closed| path.starts_with(closed)) && !OPEN.contains(&path)
}

/// Authorizes a request by its token or its session, if its path needs one.
async fn authenticate(
    gate: &Gate,
    path: &str,
    client: ClientAddress,
    headers: &HeaderMap,
) -> Result<Opener, Problem> {
    if !needs_token(path) || !gate.access.is_needed().await? {
        return Ok(Opener::Nothing);
    }
    gate.access.authorize(client, headers).await
}

/// Sets the headers of every response.
fn set_headers(headers: &mut HeaderMap, id: &str, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self'"
    );
    for (name, value) in [("content-security-policy", policy.as_str()), ("x-request-id", id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Responses are current and private to the team, unless the handler sets its own header.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

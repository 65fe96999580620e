//! The routes and their OpenAPI document.

mod described;
mod feedback;
mod ingest;
mod ingest_body;
mod leads;
mod login;
mod parameters;
mod security;
mod shared_answers;
mod signals;
mod stream;
mod system;
mod webhook_messages;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use utoipa::OpenApi;

use crate::app::App;
use crate::guard::{Gate, guard};
use crate::problem::Problem;
use crate::process_metrics::ProcessMetrics;
use crate::web;
use security::Security;
use shared_answers::SharedAnswers;
use webhook_messages::WebhookMessages;

pub(crate) use parameters::{Json, PathParam, QueryParams};

/// A JSON response, or a problem.
pub(crate) type JsonResult<T> = Result<axum::Json<T>, Problem>;

/// The description of the API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "leadq",
        description = "Companies that are about to buy, with evidence. Errors are problem+json \
                       (RFC 9457) and include the remedy. Once a token exists, requests need \
                       one: `Authorization: Bearer lq_…`, or the session of a browser."
    ),
    paths(
        signals::search,
        signals::one,
        signals::evidence,
        leads::list,
        leads::one,
        feedback::say,
        feedback::take_back,
        system::products,
        system::status,
        system::watched,
        system::watched_companies,
        stream::stream,
        ingest::webhook,
        webhooks::list,
        webhooks::endpoints,
        webhooks::enable,
        login::login,
        login::logout,
        system::description,
        system::healthz,
        system::metrics,
    ),
    components(schemas(Problem)),
    modifiers(&SharedAnswers, &Security, &WebhookMessages)
)]
struct Description;

/// Generates the OpenAPI document of the API as JSON.
///
/// # Errors
/// Returns an error if the document cannot be serialized.
pub fn document() -> Result<String, serde_json::Error> {
    let mut json = serde_json::to_string_pretty(&Description::openapi())?;
    json.push('\n');
    Ok(json)
}

/// Builds the router with every route behind the gate.
pub fn router(app: App) -> Router {
    let api = Router::new()
        .route("/signals/search", get(signals::search))
        .route("/signals/{id}", get(signals::one))
        .route("/signals/{id}/evidence", get(signals::evidence))
        .route("/leads", get(leads::list))
        .route("/leads/{company_id}", get(leads::one))
        .route("/feedback", post(feedback::say))
        .route("/feedback/{signal_id}", delete(feedback::take_back))
        .route("/products", get(system::products))
        .route("/status", get(system::status))
        .route("/watched", get(system::watched))
        .route("/watched/companies", get(system::watched_companies))
        .route("/stream", get(stream::stream))
        .route("/ingest/webhook", post(ingest::webhook))
        .route("/webhooks", get(webhooks::list))
        .route("/webhooks/endpoints", get(webhooks::endpoints))
        .route("/webhooks/{id}/enable", post(webhooks::enable))
        .route("/login", post(login::login))
        .route("/logout", post(login::logout))
        .route("/openapi.json", get(system::description));
    Router::new()
        .nest("/api/v1", api)
        .route("/healthz", get(system::healthz))
        .route("/metrics", get(system::metrics))
        .fallback(unknown_route)
        .method_not_allowed_fallback(unsupported_method)
        // The gate has read the body within the limit of its route.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&app.inner.gate), guard))
        .with_state(app)
}

/// Builds the router of a process that serves its vital signs only.
pub(crate) fn vitals_router(vitals: Arc<ProcessMetrics>, gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/healthz", get(system::healthz))
        .route("/metrics", get(system::metrics))
        .layer(from_fn_with_state(gate, guard))
        .with_state(vitals)
}

async fn unknown_route(
    State(_): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if matches!(method, Method::GET | Method::HEAD) {
        return web::answer(uri.path(), &headers);
    }
    let hint = "see /api/v1/openapi.json";
    Problem::not_found(format!("there is no route {:?}; {hint}", uri.path())).into_response()
}

async fn unsupported_method(method: Method) -> Response {
    let detail = format!("this route does not support {method}; see /api/v1/openapi.json");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response()
}

/// Builds a text response with a media type.
fn text(media_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

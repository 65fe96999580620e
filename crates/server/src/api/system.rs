//! The server itself: products, status, API description, health and metrics.

use std::sync::Arc;

use answer::{FollowedCompany, ItemList, ProductShown};
use axum::extract::State;
use axum::response::Response;

use super::{JsonResult, text};
use crate::app::App;
use crate::problem::Problem;
use crate::process_metrics::ProcessMetrics;
use crate::status::Status;

/// List the team's products.
#[utoipa::path(
    get, path = "/api/v1/products", tag = "system", responses((status = 200, body = Vec<ProductShown>))
)]
pub(crate) async fn products(State(app): State<App>) -> JsonResult<Vec<ProductShown>> {
    let products = answer::products(&app.inner.answers).await?;
    let named = products.into_iter().filter(|product| !product.id.is_empty());
    Ok(axum::Json(named.map(ProductShown::from).collect()))
}

/// Get the status of leadq, at most a second old.
///
/// On a large installation, its counts may be some seconds older.
#[utoipa::path(
    get, path = "/api/v1/status", tag = "system", responses((status = 200, body = Status))
)]
pub(crate) async fn status(State(app): State<App>) -> JsonResult<Status> {
    Ok(axum::Json(app.status().await?))
}

/// List the companies whose sites are or were followed, as a bare array: use `/watched/companies`.
#[utoipa::path(
    get, path = "/api/v1/watched", tag = "system",
    responses((status = 200, body = Vec<FollowedCompany>))
)]
pub(crate) async fn watched(State(app): State<App>) -> JsonResult<Vec<FollowedCompany>> {
    Ok(axum::Json(answer::followed(&app.inner.answers).await?))
}

/// List the companies whose sites are or were followed, each with its last visit and last failure.
#[utoipa::path(
    get, path = "/api/v1/watched/companies", tag = "system",
    responses((status = 200, body = ItemList<FollowedCompany>))
)]
pub(crate) async fn watched_companies(
    State(app): State<App>,
) -> JsonResult<ItemList<FollowedCompany>> {
    Ok(axum::Json(answer::followed(&app.inner.answers).await?.into()))
}

/// Get this OpenAPI document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "system",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json"))
)]
pub(crate) async fn description() -> Result<Response, Problem> {
    let json = super::document().map_err(|error| Problem::inside(&error))?;
    Ok(text("application/json", json))
}

/// Check the health of the database, the log and the disk.
///
/// The response does not wait for them: it is the result of the last check, which is repeated every
/// few seconds.
#[utoipa::path(
    get, path = "/healthz", tag = "system",
    responses(
        (status = 200, description = "Healthy", content_type = "text/plain"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn healthz(State(vitals): State<Arc<ProcessMetrics>>) -> Result<String, Problem> {
    match vitals.in_words().await {
        (message, true) if message.is_empty() => Ok("well\n".to_owned()),
        // A restart would not make a slow part faster.
        (message, true) => Ok(format!("well, but\n{message}\n")),
        (message, false) => Err(Problem::busy(message)),
    }
}

/// Get the metrics in the Prometheus format.
#[utoipa::path(
    get, path = "/metrics", tag = "system",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(vitals): State<Arc<ProcessMetrics>>) -> Response {
    text("text/plain; version=0.0.4", vitals.measures.text(&vitals.context).await)
}

//! The server itself: what is sold, how it is doing, what it can be asked.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, text};
use crate::answer::{Profile, Status};
use crate::app::App;
use crate::problem::Problem;

/// A product of the team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductShown {
    /// Its short id.
    id: String,
    /// What it is called.
    name: String,
    /// The role to ask for at a customer.
    buyer_role: String,
}

/// What the team sells.
#[utoipa::path(
    get, path = "/api/v1/products", tag = "system", responses((status = 200, body = Vec<ProductShown>))
)]
pub(crate) async fn products(State(app): State<App>) -> Answer<Vec<ProductShown>> {
    let profile = Profile::load(&app.inner.rooms.db).await?;
    let named = profile.products.into_iter().filter(|product| !product.id.is_empty());
    let shown = named.map(|product| ProductShown {
        id: product.id,
        name: product.name,
        buyer_role: product.buyer_role,
    });
    Ok(axum::Json(shown.collect()))
}

/// How leadq is doing, at most a second ago.
#[utoipa::path(
    get, path = "/api/v1/status", tag = "system", responses((status = 200, body = Status))
)]
pub(crate) async fn status(State(app): State<App>) -> Answer<Status> {
    Ok(axum::Json(app.status().await?))
}

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "system",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json"))
)]
pub(crate) async fn description() -> Result<Response, Problem> {
    let json = super::document().map_err(|error| Problem::inside(&error))?;
    Ok(text("application/json", json))
}

/// Whether the server can read its database.
#[utoipa::path(
    get, path = "/healthz", tag = "system",
    responses(
        (status = 200, description = "Well", content_type = "text/plain"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn healthz(State(app): State<App>) -> Result<&'static str, Problem> {
    let asked = app.inner.rooms.db.read(|tx| Box::pin(tx.setting("health"))).await;
    match asked {
        Ok(_) => Ok("well\n"),
        Err(error) => {
            tracing::error!(%error, "the database cannot be read");
            Err(Problem::busy("the database cannot be read; the log says why"))
        }
    }
}

/// The metrics, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "system",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain"))
)]
pub(crate) async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    let inner = &app.inner;
    Ok(text("text/plain; version=0.0.4", inner.measures.text(&inner.rooms).await?))
}

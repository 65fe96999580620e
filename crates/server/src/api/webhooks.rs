//! The webhook endpoints that signals are sent to: their state, and enabling one again.
//!
//! Lists of the API are objects with `items`, so that they can gain fields. The first lists were bare
//! arrays, which can gain none and on which clients rely: they stay, and the object has a path of its
//! own below them.

use act::CHANNEL_WEBHOOK;
use answer::{EndpointEnabled, EndpointShown, ItemList};
use axum::Extension;
use axum::extract::State;

use super::{JsonResult, PathParam};
use crate::access::Opener;
use crate::app::App;
use crate::problem::Problem;

/// List the configured webhook endpoints and their state, as a bare array: use `/webhooks/endpoints`.
#[utoipa::path(
    get, path = "/api/v1/webhooks", operation_id = "webhooks", tag = "webhooks",
    responses((status = 200, body = Vec<EndpointShown>))
)]
pub(crate) async fn list(State(app): State<App>) -> JsonResult<Vec<EndpointShown>> {
    Ok(axum::Json(flow::endpoints(&app.inner.context, CHANNEL_WEBHOOK).await?))
}

/// List the configured webhook endpoints and their state.
#[utoipa::path(
    get, path = "/api/v1/webhooks/endpoints", tag = "webhooks",
    responses((status = 200, body = ItemList<EndpointShown>))
)]
pub(crate) async fn endpoints(State(app): State<App>) -> JsonResult<ItemList<EndpointShown>> {
    Ok(axum::Json(flow::endpoints(&app.inner.context, CHANNEL_WEBHOOK).await?.into()))
}

/// Enable a disabled endpoint again, and resend the messages that were given up.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks",
    params(("id" = String, Path, description = "The id or the URL of the endpoint", example = "0123456789abcdef")),
    responses(
        (status = 200, body = EndpointEnabled),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enable(
    State(app): State<App>,
    Extension(opener): Extension<Opener>,
    PathParam(id): PathParam<String>,
) -> JsonResult<EndpointEnabled> {
    let context = &app.inner.context;
    Ok(axum::Json(flow::enable_endpoint(context, CHANNEL_WEBHOOK, &id, &opener.by()).await?))
}

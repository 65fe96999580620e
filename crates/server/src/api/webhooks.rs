//! The webhook endpoints that signals are sent to: their state, and enabling one again.

use act::CHANNEL_WEBHOOK;
use answer::{EndpointEnabled, EndpointShown};
use axum::Extension;
use axum::extract::State;

use super::{JsonResult, PathParam};
use crate::access::Opener;
use crate::app::App;
use crate::problem::Problem;

/// List the configured webhook endpoints and their state.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks",
    responses((status = 200, body = Vec<EndpointShown>))
)]
pub(crate) async fn list(State(app): State<App>) -> JsonResult<Vec<EndpointShown>> {
    Ok(axum::Json(flow::endpoints(&app.inner.context, CHANNEL_WEBHOOK).await?))
}

/// Enable a disabled endpoint again, and resend the messages that were given up.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks",
    params(("id" = String, Path)),
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

//! Browser login: the token is entered once, and opens a session that is kept in a cookie.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Json;
use crate::access::ClientAddress;
use crate::app::App;
use crate::cookie;
use crate::problem::Problem;

/// A token to log in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The token, as it was shown when it was created.
    #[schema(example = "lq_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    token: String,
}

/// Log in: open a session and store its secret in a cookie.
///
/// The session ends with the logout, when its token is revoked, after 12 hours without a request,
/// and after 7 days in any case. Logins are limited, per address and in all. Over plain HTTP they
/// are refused, unless they come from the server's own machine or the settings allow it.
#[utoipa::path(
    post, path = "/api/v1/login", tag = "system", request_body = Login,
    responses(
        (status = 204, description = "The cookie is set"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (
            status = 429, body = Problem, content_type = "application/problem+json",
            headers(("retry-after" = u32, description = "Seconds until the next login is possible"))
        ),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn login(
    State(app): State<App>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, Problem> {
    let secret = app.inner.access.log_in(login.token.trim(), client, &headers).await?;
    Ok((StatusCode::NO_CONTENT, cookie::set(Some(&secret), &headers)).into_response())
}

/// Log out: end the session and remove the cookie. The token stays valid until `leadq token revoke`.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "system",
    responses(
        (status = 204, description = "The session has ended, and the cookie is removed"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.inner.access.log_out(&headers).await?;
    Ok((StatusCode::NO_CONTENT, cookie::set(None, &headers)).into_response())
}

//! Browser login: the token is entered once and kept in a cookie that no script can read.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Json;
use crate::app::App;
use crate::problem::Problem;
use crate::{cookie, token};

/// A token to log in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The token, as `leadq token add` printed it.
    token: String,
}

/// Log in: store a token in a cookie.
#[utoipa::path(
    post, path = "/api/v1/login", tag = "system", request_body = Login,
    responses(
        (status = 204, description = "The cookie is set"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn login(
    State(app): State<App>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, Problem> {
    let context = &app.inner.context;
    let presented = login.token.trim();
    if !token::stands(context, token::hash(context, presented)).await? {
        return Err(Problem::unauthorized(
            "this token is not valid; `leadq token add NAME` creates one",
        ));
    }
    let cookie = cookie::set(Some(presented), &headers);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Log out: remove the cookie. The token stays valid until `leadq token revoke`.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "system",
    responses((status = 204, description = "The cookie is removed"))
)]
pub(crate) async fn logout(headers: HeaderMap) -> Response {
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::set(None, &headers))]).into_response()
}

//! The route of the live stream.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::QueryParams;
use crate::access::Opener;
use crate::admission::Caller;
use crate::app::App;
use crate::connections::ConnectionState;
use crate::problem::Problem;
use crate::stream::Follower;
use crate::stream_position::Position;

const HEARTBEAT: Duration = Duration::from_secs(15);

/// The position from which to resume.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamAsked {
    /// The `position` of a search; the header `Last-Event-ID` takes precedence. Without either, the
    /// stream begins with the next change.
    // Enough for a thousand partitions.
    #[param(max_length = 32768, example = "12-0-7")]
    position: Option<String>,
}

/// Follow changes as server-sent events.
///
/// The events are `signal` (new or changed), `gone` (withdrawn: `{id}`), `status` (every two
/// seconds), `trouble` (the current troubles, if there is no status) and `reload` (the log no
/// longer holds the position: load everything again). Event ids are positions; a client that sends
/// the last id resumes exactly there. The stream ends if its client does not read it, or if its
/// place is needed for another client; then resume it.
#[utoipa::path(
    get, path = "/api/v1/stream", tag = "signals",
    params(StreamAsked, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event received", example = "12-0-7")),
    responses(
        (status = 200, description = "An unbounded stream of events", body = String, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stream(
    State(app): State<App>,
    Extension(opener): Extension<Opener>,
    Extension(caller): Extension<Caller>,
    connection: Option<Extension<Arc<ConnectionState>>>,
    headers: HeaderMap,
    QueryParams(params): QueryParams<StreamAsked>,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let from = last.or(params.position.as_deref()).filter(|text| !text.is_empty());
    let from: Option<Position> = from.map(str::parse).transpose().map_err(
        |error: crate::stream_position::InvalidPosition| Problem::bad_request(error.to_string()),
    )?;
    let connection = connection.map(|Extension(connection)| connection);
    let place = app.inner.streams.take(caller, connection);
    let place =
        place.ok_or_else(|| Problem::busy("too many clients of the stream; retry later"))?;
    let follower = Follower::begin(app, from, opener, place).await?;
    let keep_alive = KeepAlive::new().interval(HEARTBEAT).text("still here");
    let mut response = Sse::new(follower.events()).keep_alive(keep_alive).into_response();
    // Buffering proxies would delay events.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

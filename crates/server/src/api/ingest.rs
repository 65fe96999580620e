//! Ingestion of events and pages from other systems, acknowledged when they are durable.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::time::timeout_at;
use utoipa::ToSchema;

use super::ingest_body::{SentLines, SentMessage};
use crate::app::App;
use crate::ingestion::{Ingestion, ObjectOutcome, Receipt};
use crate::problem::Problem;

/// The media type of one JSON value per line.
const LINES: &str = "application/x-ndjson";
/// The media type of a problem.
const PROBLEM: &str = "application/problem+json";
/// The requests whose outcomes are being sent line by line; each holds its body until its end.
static TOLD: Semaphore = Semaphore::const_new(8);

/// Ingest events and pages: one object, an array, or one object per line.
///
/// A body has at most 10 MiB and 250,000 objects. They are made durable in chunks of 500, and the
/// response tells what became of them. If a request stops before its end, because too many records
/// are waiting, an engine fails or 20 seconds have passed, `resume_at` is the first object that was
/// not processed. With `Accept: application/x-ndjson` the response has a line for each object, as
/// soon as its chunk is durable, and the receipt as its last line. The request is idempotent:
/// duplicates have no effect. What is read of each type of event, and what is ignored with a note, is
/// described in docs/events.md.
#[utoipa::path(
    post, path = "/api/v1/ingest/webhook", tag = "ingest",
    request_body(
        description = "One object, an array, or one object per line; at most 10 MiB and 250,000 objects",
        content(
            (inline(SentMessage) = "application/json"),
            (inline(SentLines) = "application/x-ndjson"),
        )
    ),
    responses(
        (
            status = 202,
            description = "What became of the objects; or one line per object, then the receipt",
            content((Receipt = "application/json"), (ObjectOutcome = "application/x-ndjson")),
        ),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body is empty or incomplete"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body has more than 10 MiB or 250,000 objects; nothing was ingested"),
        (status = 422, body = UnusableRequest, content_type = "application/problem+json", description = "Every object was rejected; the members of the receipt tell why. An answer in lines has this status only if there are at most 500 objects"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Nothing could be ingested; retry after the time in Retry-After"),
    )
)]
pub(crate) async fn webhook(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body?;
    if body.trim_ascii().is_empty() {
        return Err(Problem::bad_request(
            "the body is empty; send a JSON object, an array, or one object per line, for example \
             {\"schema\": 1, \"url\": \"https://acme.example/news/7\", \"title\": \"Acme opens a plant\"}",
        ));
    }
    let permit = match accepts_lines(&headers) {
        true => Some(TOLD.try_acquire().map_err(|_| {
            Problem::busy("too many requests are told line by line; retry in a moment")
        })?),
        false => None,
    };
    let mut ingestion = Ingestion::begin(app, body).await?;
    // The first chunk comes before the head of a response, which may have to be an error.
    let mut chunk = ingestion.next_chunk().await?;
    if let Some(permit) = permit {
        let is_unusable = ingestion.is_unusable();
        let mut response = told(ingestion, chunk, permit);
        if is_unusable {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        return Ok(response);
    }
    while chunk.is_some() {
        chunk = ingestion.next_chunk().await?;
    }
    let receipt = ingestion.finish().await;
    Ok(match receipt.unusable() {
        Some(detail) => unusable(detail, receipt),
        None => (StatusCode::ACCEPTED, Json(receipt)).into_response(),
    })
}

/// A request of which nothing can be used: the problem, with the members of the receipt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnusableRequest {
    #[serde(flatten)]
    problem: Problem,
    #[serde(flatten)]
    receipt: Receipt,
}

/// Builds the response to a request of which nothing can be used.
fn unusable(detail: String, receipt: Receipt) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let problem = Problem::new(status, detail);
    let mut response = (status, Json(UnusableRequest { problem, receipt })).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    response
}

/// Returns whether the client asks for one line per object.
fn accepts_lines(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter();
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let media_type = range.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case(LINES)
    })
}

/// Builds a response with a line per object.
fn told(
    ingestion: Ingestion,
    first: Option<Vec<ObjectOutcome>>,
    permit: SemaphorePermit<'static>,
) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        // A client that does not read its response must not hold a body in memory.
        let deadline = ingestion.deadline();
        if timeout_at(deadline, tell(ingestion, first, sender)).await.is_err() {
            tracing::debug!("a client reads the outcomes too slowly");
        }
        drop(permit);
    });
    let parts = stream::try_unfold((receiver, false), |(mut receiver, is_last)| async move {
        match receiver.recv().await {
            Some(Part { text, is_last }) => Ok(Some((text, (receiver, is_last)))),
            None if is_last => Ok(None),
            None => Err("the request was not told to its end"),
        }
    });
    let mut response = (StatusCode::ACCEPTED, Body::from_stream(parts)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(LINES));
    // Buffering proxies would delay the lines.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// A part of a response: some of its lines.
struct Part {
    text: Bytes,
    /// Whether it is the receipt, which is the last line.
    is_last: bool,
}

/// Sends the outcomes of each chunk, and then the receipt, until the client leaves.
async fn tell(
    mut ingestion: Ingestion,
    first: Option<Vec<ObjectOutcome>>,
    sender: mpsc::Sender<Part>,
) -> Option<()> {
    let mut chunk = first;
    while let Some(outcomes) = chunk {
        sender.send(Part { text: lines(&outcomes)?, is_last: false }).await.ok()?;
        let next = tokio::select! {
            () = sender.closed() => return None,
            next = ingestion.next_chunk() => next,
        };
        chunk = next.ok()?;
    }
    let receipt = ingestion.finish().await;
    sender.send(Part { text: lines(&[receipt])?, is_last: true }).await.ok()
}

/// Formats values as JSON, one per line; `None` if that fails.
fn lines<T: Serialize>(values: &[T]) -> Option<Bytes> {
    let mut text = Vec::new();
    for value in values {
        serde_json::to_writer(&mut text, value).ok()?;
        text.push(b'\n');
    }
    Some(text.into())
}

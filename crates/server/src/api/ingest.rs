//! Ingestion of events and pages from other systems, acknowledged when they are durable.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use flow::Accepted;
use ingest::{Options, Taken};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;

/// The number of waiting records above which requests are rejected.
const WAITING_MAX: u64 = 100_000;
/// The maximum number of rejections listed; all are counted, and kept under `leadq dead ingest`.
const REJECTED_SHOWN: usize = 100;

/// The result of an ingest request. Everything counted here is durable.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// The number of new objects, which are now processed.
    accepted: usize,
    /// The number of duplicates, which have no effect.
    duplicates: usize,
    /// The first 100 rejected objects with their reasons. All of them are kept as dead letters.
    rejected: Vec<NotTaken>,
}

/// A rejected object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotTaken {
    /// Its line, or its position in the array, from 1.
    line: u64,
    /// The cause and the remedy.
    reason: String,
}

/// Ingest events and pages: one object, an array, or one object per line.
///
/// An event has `schema`, `type`, `url`, `ts`, `company`, `title`, `text`, `features`; a page has
/// `url` and `html`, and optionally `ts`. The response is sent when everything is durable. The
/// request is idempotent: duplicates have no effect.
#[utoipa::path(
    post, path = "/api/v1/ingest/webhook", tag = "ingest",
    request_body(content = String, content_type = "application/json", description = "One object, an array, or one object per line; at most 10 MiB"),
    responses(
        (status = 202, body = Receipt),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn webhook(
    State(app): State<App>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, axum::Json<Receipt>), Problem> {
    let body = body?;
    if body.trim_ascii().is_empty() {
        return Err(Problem::bad_request("the body is empty; send a JSON object, or one per line"));
    }
    if app.waiting().await? > WAITING_MAX {
        return Err(Problem::busy("too many records are waiting; retry in a moment"));
    }
    let options = Options::at(app.inner.context.now());
    // Parsing ten megabytes of JSON would block other requests.
    let read = tokio::task::spawn_blocking(move || ingest::sent("webhook", &body, &options)).await;
    let entries = read.map_err(|error| Problem::inside(&error))?;
    let mut receipt = Receipt::default();
    let (mut lines, mut captures, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    for (line, entry) in entries {
        match entry {
            Taken::Record(capture) => {
                lines.push(line);
                captures.push(*capture);
            }
            Taken::Rejected(one) => {
                receipt.refuse(line, one.cause.clone());
                rejected.push(one);
            }
            Taken::Noted(_) => {}
        }
    }
    let outcomes = app.inner.intake.accept(captures).await?;
    // Last, because it is the only part that a repeated request stores again.
    app.inner.intake.reject(rejected).await?;
    for (line, outcome) in lines.into_iter().zip(outcomes) {
        match outcome {
            Accepted::New(_) => receipt.accepted += 1,
            Accepted::Duplicate(_) => receipt.duplicates += 1,
            Accepted::Refused(cause) => receipt.refuse(line, cause),
        }
    }
    receipt.rejected.sort_by_key(|one| one.line);
    Ok((StatusCode::ACCEPTED, axum::Json(receipt)))
}

impl Receipt {
    fn refuse(&mut self, line: u64, reason: String) {
        if self.rejected.len() < REJECTED_SHOWN {
            self.rejected.push(NotTaken { line, reason });
        }
    }
}

//! What other systems send: events and pages, acknowledged when they are durable.

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

/// Records on their way above which nothing more is taken.
const WAITING_MAX: u64 = 100_000;
/// Rejections that are listed; all are counted, and kept under `leadq dead ingest`.
const REJECTED_SHOWN: usize = 100;

/// What became of what was sent. Everything counted here is durable.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// New, and on their way.
    accepted: usize,
    /// Known already; nothing happens.
    duplicates: usize,
    /// Not taken, with the reason: the first hundred. All are kept aside.
    rejected: Vec<NotTaken>,
}

/// One thing that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotTaken {
    /// Its line, or its place in the array, from 1.
    line: u64,
    /// What is wrong and what to send instead.
    reason: String,
}

/// Take in events and pages: one object, an array, or one object a line. An event has `schema`,
/// `type`, `url`, `ts`, `company`, `title`, `text`, `features`; a page has `url` and `html`, and may
/// have `ts`. Answers only when everything is durable; sending the same again does no harm.
#[utoipa::path(
    post, path = "/api/v1/ingest/webhook", tag = "ingest",
    request_body(content = String, content_type = "application/json", description = "One object, an array, or one object a line; at most 10 MiB"),
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
        return Err(Problem::bad_request("the body is empty; send one JSON object, or one a line"));
    }
    if app.waiting().await? > WAITING_MAX {
        return Err(Problem::busy("too much is on its way already; send it again in a moment"));
    }
    let options = Options::at(app.inner.context.now());
    // Reading ten megabytes of JSON holds up nobody else.
    let read = tokio::task::spawn_blocking(move || ingest::sent("webhook", &body, &options)).await;
    let taken = read.map_err(|error| Problem::inside(&error))?;
    let mut receipt = Receipt::default();
    let (mut lines, mut captures, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    for (line, taken) in taken {
        match taken {
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
    let answers = app.inner.intake.accept(captures).await?;
    // Last, for it is the only part that would be kept once more when the same is sent again.
    app.inner.intake.reject(rejected).await?;
    for (line, answer) in lines.into_iter().zip(answers) {
        match answer {
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

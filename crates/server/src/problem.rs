//! Error responses for programs and people: `application/problem+json` (RFC 9457).

use answer::AnswerError;
use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::request;

/// The number of seconds after which a client should retry after a transient error.
const RETRY_AFTER_S: u32 = 2;

/// The detail of an error whose message names files of this machine, which is in the log.
const DAMAGED: &str = "the database is damaged or gone, and nothing is written to it any more: whoever \
                       runs this leadq has to restore a backup; the log has the cause under this \
                       request's id";

/// An error, with its cause and the remedy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status identifies the kind of problem.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The reason phrase of the status.
    title: String,
    /// The HTTP status code.
    status: u16,
    /// The cause and the remedy.
    detail: String,
    /// The request's id, as in the header `x-request-id` and in the log.
    instance: String,
    #[serde(skip)]
    retry_after_s: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("problem").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            instance: request::id(),
            retry_after_s: None,
        }
    }

    /// Builds a transient error with a `Retry-After` header.
    pub(crate) fn busy(detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        Self { retry_after_s: Some(RETRY_AFTER_S), ..problem }
    }

    /// Builds the refusal of a client that made too many attempts, with a `Retry-After` header.
    pub(crate) fn too_many(detail: impl Into<String>, retry_after_s: u32) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// Builds an internal error. The cause is in the log, not in the response.
    pub(crate) fn inside(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal error; the log has the cause under this request's id",
        )
    }

    /// Returns the cause and the remedy.
    pub(crate) fn into_detail(self) -> String {
        self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_s = self.retry_after_s;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_retryable() {
            tracing::warn!(%error, "the engine is busy");
            return Self::busy(format!("{error}; retry in a moment"));
        }
        if error.is_damage() {
            tracing::error!(%error, "a request failed");
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, DAMAGED);
        }
        Self::inside(&error)
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Unknown(detail) => Self::not_found(detail),
            AnswerError::Ambiguous(detail) => Self::new(StatusCode::CONFLICT, detail),
            AnswerError::UsageError(detail) => Self::bad_request(detail),
            AnswerError::Store(error) => error.into(),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let detail = "the body is larger than 10 MiB; send it in several requests";
            return Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail);
        }
        Self::bad_request("the body is incomplete; send it whole")
    }
}

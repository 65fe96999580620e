//! Sending a message to an endpoint, once.

use std::time::Duration;

use model::Timestamp;
use net::{Delivery, Door, Refusal};

use crate::endpoint::Endpoint;
use crate::signing::signature_headers;

/// An endpoint answers within this, or has not answered.
const TIMEOUT: Duration = Duration::from_secs(20);
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken.
    Taken,
    /// The endpoint wants nothing more, ever (410).
    Unwanted,
    /// It was not taken, or nobody knows: the answer may be what was lost.
    Failed {
        /// Why, for a person.
        why: String,
        /// The pause that the endpoint asks for, in microseconds.
        asked_us: Option<i64>,
        /// Whether it is overloaded or did not answer in time.
        is_overload: bool,
    },
}

/// Sends a message; `id` must be the same on every attempt, `now` is this one's time.
pub async fn send(
    door: &Door,
    endpoint: &Endpoint,
    id: &str,
    body: String,
    now: Timestamp,
) -> Sent {
    let seconds = now.0.div_euclid(1_000_000);
    let headers = signature_headers(&endpoint.secrets(), id, seconds, body.as_bytes());
    let mut delivery = Delivery::post(endpoint.url.clone(), headers, body);
    delivery.timeout = TIMEOUT;
    delivery.answer_bytes_max = ANSWER_BYTES_MAX;
    match door.deliver(delivery).await {
        Ok(answer) => match answer.status {
            200..=299 => Sent::Taken,
            410 => Sent::Unwanted,
            status => Sent::Failed {
                why: format!("it answered {status}"),
                asked_us: answer.retry_after.and_then(|wait| i64::try_from(wait.as_micros()).ok()),
                is_overload: matches!(status, 429 | 502 | 504),
            },
        },
        Err(refusal) => Sent::Failed {
            is_overload: matches!(refusal, Refusal::Timeout),
            why: refusal.to_string(),
            asked_us: None,
        },
    }
}

//! One attempt to send a message to an endpoint.

use std::time::Duration;

use model::Timestamp;
use net::{Delivery, Door, Refusal};

use super::config::Endpoint;
use super::signing::signature_headers;
use crate::channel_trait::{Message, Sent};

/// The timeout of a request to an endpoint.
const TIMEOUT: Duration = Duration::from_secs(20);
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// Sends a message; `now` is the time of this attempt.
pub(super) async fn send(
    door: &Door,
    endpoint: &Endpoint,
    Message { id, body }: Message,
    now: Timestamp,
) -> Sent {
    let seconds = now.0.div_euclid(1_000_000);
    let headers = signature_headers(&endpoint.secrets(), &id, seconds, body.as_bytes());
    let mut delivery = Delivery::post(endpoint.url.clone(), headers, body);
    delivery.timeout = TIMEOUT;
    delivery.answer_bytes_max = ANSWER_BYTES_MAX;
    match door.deliver(delivery).await {
        Ok(answer) => match answer.status {
            200..=299 => Sent::Taken,
            410 => Sent::Unwanted { why: "it answered 410: it wants nothing more".to_owned() },
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

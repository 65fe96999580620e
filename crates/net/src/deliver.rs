//! Messages to addresses that an operator configured: a webhook, a chat, a model's server.
//!
//! They pass through the same guard as pages. There is no robots.txt, no turn and no redirect, and
//! no message is sent twice.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tokio::time::Instant;
use url::Url;

use crate::door::Door;
use crate::egress::Purpose;
use crate::exchange::Ask;
use crate::header_text::texts;
use crate::reading::retry_after;
use crate::refusal::Refusal;

/// Headers that only the door sets, because they determine a message's end and its recipient.
const RESERVED: [HeaderName; 5] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
];

/// A message to send.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The request method.
    pub method: Method,
    /// The target address. Only its origin is written to the egress log.
    pub url: Url,
    /// Headers in addition to `Host` and `User-Agent`.
    pub headers: Vec<(String, String)>,
    /// The body of the message.
    pub body: Bytes,
    /// The timeout from name resolution to the last byte of the response.
    pub timeout: Duration,
    /// The maximum number of bytes kept of the response's body; the rest is cut off.
    pub answer_bytes_max: usize,
}

impl Delivery {
    /// Builds a `POST` with a timeout of 30 seconds that keeps at most 64 KiB of the response.
    pub fn post(url: Url, headers: Vec<(String, String)>, body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            url,
            headers,
            body: body.into(),
            timeout: Duration::from_secs(30),
            answer_bytes_max: 64 * 1024,
        }
    }
}

/// The response to a delivery. A redirect is returned like any other response.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as served.
    pub body: Bytes,
    /// Whether the body exceeded the limit and was cut off.
    pub truncated: bool,
    /// The pause that the server requests before the next message.
    pub retry_after: Option<Duration>,
    /// The time from start to end, in milliseconds.
    pub took_ms: u64,
    /// The socket address connected to.
    pub remote: SocketAddr,
}

impl Door {
    /// Sends a message once and returns the response. After [`Refusal::Timeout`] or
    /// [`Refusal::Http`] the message may still have arrived.
    pub async fn deliver(&self, request: Delivery) -> Result<Answer, Refusal> {
        let door = &*self.inner;
        let endpoint = door.guarded(&request.url, Purpose::Delivery)?;
        let pending = door.asked(&request.url, Purpose::Delivery, None);
        let deadline = Instant::now() + request.timeout;
        let ask = Ask {
            method: request.method,
            url: request.url,
            headers: fields(&request.headers)?,
            body: request.body,
            body_bytes_max: request.answer_bytes_max,
            slow_window: Duration::ZERO,
            is_repeatable: false,
        };
        let result = door.wire.ask(&endpoint, &ask, deadline).await;
        door.record(&pending, result.as_ref());
        let reply = result?;
        Ok(Answer {
            status: reply.status,
            headers: texts(&reply.headers),
            retry_after: retry_after(&reply.headers, door.clock.now()),
            body: reply.body,
            truncated: reply.truncated,
            took_ms: u64::try_from(pending.since.elapsed().as_millis()).unwrap_or(u64::MAX),
            remote: reply.remote,
        })
    }
}

fn fields(headers: &[(String, String)]) -> Result<HeaderMap, Refusal> {
    let mut fields = HeaderMap::new();
    for (name, value) in headers {
        let field = HeaderName::try_from(name).ok().filter(|name| !RESERVED.contains(name));
        let (Some(field), Ok(value)) = (field, HeaderValue::from_str(value)) else {
            return Err(Refusal::Http(format!("the header {name:?} cannot be sent")));
        };
        fields.append(field, value);
    }
    Ok(fields)
}

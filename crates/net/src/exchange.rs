//! One request and its response, with limits on the head, the body, the total time and the pace.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout, timeout_at};
use url::{Position, Url};

use crate::body_place::{BodyPlace, RECEIVE_TIMEOUT, SMALL_BYTES_MAX};
use crate::connection::HttpConnection;
use crate::connector::{Connector, READY_WAIT};
use crate::header_text::texts;
use crate::origin::Origin;
use crate::refusal::Refusal;

/// The minimum pace of a body; a slower one is abandoned.
const BYTES_PER_SECOND_MIN: f64 = 1024.0;

/// A request to send.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Without `Host` and `User-Agent`, which the door sets.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The maximum number of bytes kept of the response's body; the rest is cut off.
    pub(crate) body_bytes_max: usize,
    /// The window over which a body must keep the minimum pace; zero for no minimum.
    pub(crate) slow_window: Duration,
    /// Whether it may be sent on a kept connection, and repeated if that connection was closed.
    pub(crate) is_repeatable: bool,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as served; no coding but the chunked one is decoded.
    pub(crate) body: Bytes,
    pub(crate) truncated: bool,
    pub(crate) remote: std::net::SocketAddr,
    /// The place of the body, if it is large.
    pub(crate) place: BodyPlace,
}

impl Connector {
    /// Sends a request and reads the response before `deadline`.
    pub(crate) async fn ask(
        &self,
        origin: &Origin,
        ask: &Ask,
        deadline: Instant,
    ) -> Result<Reply, Refusal> {
        if ask.is_repeatable
            && let Some(mut idle_connection) = self.idle.take(origin)
            && let Ok(Ok(())) = timeout(READY_WAIT, idle_connection.sender.ready()).await
        {
            match self.send(&mut idle_connection, ask, deadline).await {
                // The server may close a kept connection at any time.
                Err(Refusal::Http(_)) => {}
                Err(refusal) => return Err(refusal),
                Ok(response) => {
                    return self.read(origin, idle_connection, response, ask, deadline).await;
                }
            }
        }
        let mut connection = self.connect(origin, deadline).await?;
        let response = self.send(&mut connection, ask, deadline).await?;
        self.read(origin, connection, response, ask, deadline).await
    }

    /// Sends the request and waits for the head of the response.
    async fn send(
        &self,
        connection: &mut HttpConnection,
        ask: &Ask,
        deadline: Instant,
    ) -> Result<Response<Incoming>, Refusal> {
        let request = self.request(ask)?;
        match timeout_at(deadline, connection.sender.send_request(request)).await {
            Err(_) => Err(Refusal::Timeout),
            Ok(Err(error)) => Err(http_refusal(&error)),
            Ok(Ok(response)) => Ok(response),
        }
    }

    fn request(&self, ask: &Ask) -> Result<Request<Full<Bytes>>, Refusal> {
        let host = &ask.url[Position::BeforeHost..Position::AfterPort];
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.url[Position::BeforePath..Position::AfterQuery]
            .parse()
            .map_err(|_| cannot_send())?;
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(host).map_err(|_| cannot_send())?);
        let agent = HeaderValue::from_str(&self.settings.user_agent).map_err(|_| cannot_send())?;
        headers.insert(header::USER_AGENT, agent);
        headers.extend(ask.headers.clone());
        Ok(request)
    }

    /// Reads the body up to the limits, and keeps the connection if the body was read to its end.
    async fn read(
        &self,
        origin: &Origin,
        connection: HttpConnection,
        response: Response<Incoming>,
        ask: &Ask,
        mut deadline: Instant,
    ) -> Result<Reply, Refusal> {
        let (head, mut incoming) = response.into_parts();
        // The library limits its buffer, which a single read may exceed.
        if head_bytes(&head.headers) > self.settings.headers_bytes_max {
            return Err(Refusal::TooLarge);
        }
        if codings_of(&head.headers) > codings::CODINGS_MAX {
            return Err(Refusal::Http("the body has too many content codings".to_owned()));
        }
        let mut body = BytesMut::new();
        let mut place = BodyPlace::default();
        let mut pace = Pace { window: ask.slow_window, since: Instant::now(), before: 0 };
        let truncated = loop {
            let until = pace.end().map_or(deadline, |end| end.min(deadline));
            match timeout_at(until, incoming.frame()).await {
                Ok(None) => break false,
                Ok(Some(Err(error))) => return Err(http_refusal(&error)),
                Ok(Some(Ok(frame))) => {
                    let Some(data) = frame.data_ref() else { continue };
                    let remaining = ask.body_bytes_max - body.len();
                    let is_large = body.len() + data.len().min(remaining) > SMALL_BYTES_MAX;
                    if is_large && !place.is_taken() {
                        place = self.places.take(deadline).await?;
                        let now = Instant::now();
                        deadline = deadline.min(now + RECEIVE_TIMEOUT);
                        // The wait was not the server's.
                        (pace.since, pace.before) = (now, body.len());
                        // At once, so that a large body is not held twice.
                        body.reserve(remaining);
                    }
                    body.extend_from_slice(data.get(..remaining).unwrap_or(data));
                    if data.len() > remaining {
                        break true;
                    }
                }
                Err(_) if Instant::now() >= deadline => return Err(Refusal::Timeout),
                Err(_) => {}
            }
            if pace.is_too_slow(body.len(), Instant::now()) {
                return Err(Refusal::TooSlow);
            }
        };
        let remote = connection.remote;
        if !truncated && ask.is_repeatable {
            self.idle.put(origin, connection);
        }
        let (status, headers, body) = (head.status.as_u16(), head.headers, body.freeze());
        Ok(Reply { status, headers, body, truncated, remote, place })
    }
}

/// The pace of a body, checked once per window.
struct Pace {
    window: Duration,
    since: Instant,
    before: usize,
}

impl Pace {
    fn end(&self) -> Option<Instant> {
        (!self.window.is_zero()).then(|| self.since + self.window)
    }

    /// Checks whether a window has ended in which too few bytes arrived.
    fn is_too_slow(&mut self, bytes: usize, now: Instant) -> bool {
        if self.end().is_none_or(|end| now < end) {
            return false;
        }
        let received = f64::from(u32::try_from(bytes - self.before).unwrap_or(u32::MAX));
        (self.since, self.before) = (now, bytes);
        received < BYTES_PER_SECOND_MIN * self.window.as_secs_f64()
    }
}

/// Computes the size of the header fields on the wire, in bytes.
fn head_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

/// Counts the codings applied to the body.
fn codings_of(headers: &HeaderMap) -> usize {
    codings::applied(&texts(headers), "content-encoding").len()
}

fn cannot_send() -> Refusal {
    Refusal::Http("the address cannot be sent".to_owned())
}

fn http_refusal(error: &hyper::Error) -> Refusal {
    if error.is_parse_too_large() {
        return Refusal::TooLarge;
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    Refusal::Http(format!("{error}{}", cause.unwrap_or_default()))
}

//! The body of a request, which is read completely before the request takes a permit: a client that
//! sends slowly delays nobody else.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use tokio::time::{Instant, timeout};

use crate::admission::{Caller, INGEST, RequestPermit};
use crate::connections::ConnectionLimits;
use crate::fair_semaphore::FairSemaphore;
use crate::problem::Problem;

/// The maximum size of the body of an intake request, in bytes.
pub(crate) const INGEST_BYTES_MAX: usize = 10 << 20;
/// The maximum size of the body of a login, in bytes.
const LOGIN_BYTES_MAX: usize = 1 << 10;
/// The maximum size of any other body, in bytes. A larger body needs a permit of its own.
const SMALL_BYTES_MAX: usize = 64 << 10;

const LOGIN: &str = "/api/v1/login";

/// The maximum pause within a large body for whose permit others wait.
const CONTENDED_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Returns the maximum size of a body that is sent to a path, in bytes.
fn bytes_max(path: &str) -> usize {
    match path {
        INGEST => INGEST_BYTES_MAX,
        LOGIN => LOGIN_BYTES_MAX,
        _ => SMALL_BYTES_MAX,
    }
}

/// A complete body, with its permit if it is large.
pub(crate) struct WholeBody {
    pub(crate) bytes: Bytes,
    pub(crate) permit: Option<RequestPermit>,
}

/// Reads bodies within the limits of size and time.
pub(crate) struct BodyReader<'a> {
    pub(crate) limits: &'a ConnectionLimits,
    pub(crate) large_bodies: &'a Arc<FairSemaphore<Caller>>,
    pub(crate) caller: Caller,
}

impl BodyReader<'_> {
    /// Reads a body that is sent to a path.
    ///
    /// # Errors
    /// Returns a problem with status 413 if the body is too large, 408 if it arrives too slowly,
    /// 400 if it ends early, or 503 if too many large bodies wait to be read.
    pub(crate) async fn read(&self, path: &str, mut body: Body) -> Result<WholeBody, Problem> {
        let bytes_max = bytes_max(path);
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > bytes_max {
            return Err(too_large(bytes_max));
        }
        let (mut received, mut permit) = (Vec::<u8>::new(), None);
        let (started, mut waited) = (Instant::now(), Duration::ZERO);
        loop {
            if received.len() > SMALL_BYTES_MAX && permit.is_none() {
                // Meanwhile the rest of the body is not read.
                let began = Instant::now();
                permit = Some(self.large_body_permit().await?);
                waited += began.elapsed();
                received.reserve_exact(announced.saturating_sub(received.len()));
            }
            let allowed = self.limits.extended(self.limits.body_time_max, received.len());
            let left = allowed.saturating_sub(started.elapsed().saturating_sub(waited));
            let pause_max = left.min(self.limits.body_pause_max);
            let frame = self.next_frame(&mut body, pause_max, permit.is_some()).await?;
            let Some(frame) = frame else { break };
            let Ok(data) = frame.into_data() else { continue };
            if received.len() + data.len() > bytes_max {
                return Err(too_large(bytes_max));
            }
            received.extend_from_slice(&data);
        }
        Ok(WholeBody { bytes: received.into(), permit })
    }

    async fn large_body_permit(&self) -> Result<RequestPermit, Problem> {
        let permit = self.large_bodies.acquire(self.caller).await;
        permit.ok_or_else(|| Problem::busy("too many large bodies at once; retry in a moment"))
    }

    /// Reads the next part of a body; nothing at its end.
    async fn next_frame(
        &self,
        body: &mut Body,
        pause_max: Duration,
        holds_permit: bool,
    ) -> Result<Option<Frame<Bytes>>, Problem> {
        let mut left = pause_max;
        while !left.is_zero() {
            let pause = if holds_permit { left.min(CONTENDED_PAUSE_MAX) } else { left };
            if let Ok(frame) = timeout(pause, body.frame()).await {
                let frame = frame.transpose();
                return frame.map_err(|error| {
                    tracing::debug!(%error, "a body breaks off");
                    Problem::bad_request("the body breaks off; send it whole")
                });
            }
            left -= pause;
            if holds_permit && self.large_bodies.is_contended() {
                break;
            }
        }
        let detail = "the body arrived too slowly; send it without pauses, or in smaller requests";
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail))
    }
}

fn too_large(bytes_max: usize) -> Problem {
    let detail = match bytes_max {
        INGEST_BYTES_MAX => {
            "the body is larger than 10 MiB; send it in several requests".to_owned()
        }
        _ => format!("the body is larger than {} KiB; see /api/v1/openapi.json", bytes_max >> 10),
    };
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::response::IntoResponse as _;
    use futures_util::{Stream, StreamExt as _, stream};

    use super::*;
    use crate::admission::Admission;

    fn of_parts(parts: impl Stream<Item = Bytes> + Send + 'static) -> Body {
        Body::from_stream(parts.map(Ok::<_, Infallible>))
    }

    /// Builds an endless body that repeats a part.
    fn trickle(part: &'static [u8], pause: Duration) -> Body {
        of_parts(stream::repeat(()).then(move |()| async move {
            tokio::time::sleep(pause).await;
            Bytes::from_static(part)
        }))
    }

    async fn read(admission: &Admission, path: &str, body: Body) -> Result<usize, u16> {
        let limits = ConnectionLimits::default();
        let caller = Caller::Token(model::Digest([1; 32]));
        let reader = BodyReader { limits: &limits, large_bodies: &admission.large_bodies, caller };
        let whole = reader.read(path, body).await;
        let status = |problem: Problem| problem.into_response().status().as_u16();
        whole.map(|whole| whole.bytes.len()).map_err(status)
    }

    #[tokio::test(start_paused = true)]
    async fn each_route_has_a_limit() {
        let admission = Admission::default();
        for (path, limit) in
            [(LOGIN, 1 << 10), ("/api/v1/feedback", 64 << 10), (INGEST, 10 << 20), ("/", 64 << 10)]
        {
            for (size, expected) in [(limit, Ok(limit)), (limit + 1, Err(413))] {
                let bytes = Bytes::from(vec![b'x'; size]);
                let announced = read(&admission, path, Body::from(bytes.clone())).await;
                assert_eq!(announced, expected, "{path} {size}");
                let unannounced = of_parts(stream::iter([bytes.slice(..1), bytes.slice(1..)]));
                assert_eq!(read(&admission, path, unannounced).await, expected, "{path} {size}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_given_up() {
        let admission = Admission::default();
        let check = async |body: Body, within_s: std::ops::RangeInclusive<u64>| {
            let started = Instant::now();
            assert_eq!(read(&admission, INGEST, body).await, Err(408));
            let took_s = started.elapsed().as_secs();
            assert!(within_s.contains(&took_s), "{took_s} s, not {within_s:?}");
        };
        check(trickle(b"x", Duration::from_secs(3_600)), 9..=11).await;
        check(trickle(b"x", Duration::from_secs(9)), 19..=21).await;
        check(trickle(&[b'x'; 8 << 10], Duration::from_secs(1)), 38..=42).await;
    }

    #[tokio::test(start_paused = true)]
    async fn stalled_large_bodies_give_way() {
        let admission = Admission::default();
        let stalled = || {
            let part = stream::once(async { Bytes::from(vec![b'x'; (64 << 10) + 1]) });
            of_parts(part.chain(stream::pending()))
        };
        let all = (0..6).map(|_| read(&admission, INGEST, stalled()));
        let honest = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let started = Instant::now();
            let bytes = Bytes::from(vec![b'x'; 1 << 20]);
            let body = of_parts(stream::iter([bytes.slice(..70_000), bytes.slice(70_000..)]));
            assert_eq!(read(&admission, INGEST, body).await, Ok(1 << 20));
            started.elapsed()
        };
        let (stalled, took) = tokio::join!(futures_util::future::join_all(all), honest);
        assert_eq!(stalled, [Err(408); 6]);
        assert!(took <= Duration::from_secs(2), "{took:?}");
    }
}

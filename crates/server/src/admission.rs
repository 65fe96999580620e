//! Admission: the class of a request, its caller, and the permits of each class.
//!
//! Each class has permits of its own, so that a flood of one never delays another. Health checks
//! need no permit at all. A permit is taken after the body has arrived, and held until the response
//! begins.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, header};
use model::Digest;

use crate::access::ClientAddress;
use crate::connections::client_of;
use crate::fair_semaphore::{FairPermit, FairSemaphore, SemaphoreLimits};

/// The route of intake.
pub(crate) const INGEST: &str = "/api/v1/ingest/webhook";
/// The route of the health check.
const HEALTH: &str = "/healthz";
/// The route of the metrics.
const METRICS: &str = "/metrics";
/// The paths below which programs, and the app in a browser, send their requests.
const API: &str = "/api";

/// The time that a request waits for a permit. A person would rather retry than wait longer.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// The time that an intake request waits, because its sender would only send the same again.
const INTAKE_WAIT_MAX: Duration = Duration::from_secs(10);
/// The time that a large body waits until others are processed.
const LARGE_BODY_WAIT_MAX: Duration = Duration::from_secs(20);

/// The limits of requests from browsers and of files of the web app.
const PEOPLE: SemaphoreLimits =
    SemaphoreLimits { permits: 16, per_caller_max: 12, waiting_max: 64, wait_max: WAIT_MAX };
/// The limits of requests from programs, except intake.
const PROGRAMS: SemaphoreLimits = PEOPLE;
/// The limits of intake. Requests that are processed together share one flush of the disk.
const INTAKE: SemaphoreLimits = SemaphoreLimits {
    permits: 96,
    per_caller_max: 64,
    waiting_max: 256,
    wait_max: INTAKE_WAIT_MAX,
};
/// The limits of requests for metrics.
const SCRAPES: SemaphoreLimits =
    SemaphoreLimits { permits: 4, per_caller_max: 3, waiting_max: 16, wait_max: WAIT_MAX };
/// The limits of large bodies, from their arrival until they are processed. They bound the memory
/// for bodies.
const LARGE_BODIES: SemaphoreLimits = SemaphoreLimits {
    permits: 8,
    per_caller_max: 6,
    waiting_max: 256,
    wait_max: LARGE_BODY_WAIT_MAX,
};

/// The sender of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// The holder of a token, by its hash.
    Token(Digest),
    /// Somebody at an address, where no token is needed.
    Client(IpAddr),
}

impl Caller {
    /// Determines the caller from the token that authorized the request, or else from the address
    /// of the client.
    pub(crate) fn of(token: Option<Digest>, client: ClientAddress) -> Self {
        match (token, client.0) {
            (Some(token), _) => Self::Token(token),
            (None, Some(client)) => Self::Client(client_of(client)),
            // A request without a connection is made by this process.
            (None, None) => Self::Client(Ipv4Addr::LOCALHOST.into()),
        }
    }
}

/// A permit of a class.
pub(crate) type RequestPermit = FairPermit<Caller>;

/// The class of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestClass {
    /// A health check.
    Health,
    /// A request for the metrics.
    Scrape,
    /// A request from a browser, or for a file of the web app.
    People,
    /// A request from a program, except intake.
    Programs,
    /// Events and pages that are sent to leadq.
    Intake,
}

impl RequestClass {
    /// Determines the class of a request.
    pub(crate) fn of(request: &Request) -> Self {
        let (path, headers) = (request.uri().path(), request.headers());
        let is_browser = || headers.keys().any(|name| name.as_str().starts_with("sec-fetch-"));
        match path {
            HEALTH => Self::Health,
            METRICS => Self::Scrape,
            INGEST if *request.method() == Method::POST => Self::Intake,
            _ if !path.starts_with(API) => Self::People,
            _ if headers.contains_key(header::COOKIE) || is_browser() => Self::People,
            _ => Self::Programs,
        }
    }
}

/// The permits of every class.
pub(crate) struct Admission {
    people: Arc<FairSemaphore<Caller>>,
    programs: Arc<FairSemaphore<Caller>>,
    intake: Arc<FairSemaphore<Caller>>,
    scrapes: Arc<FairSemaphore<Caller>>,
    /// The permits of large bodies.
    pub(crate) large_bodies: Arc<FairSemaphore<Caller>>,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            people: FairSemaphore::new(PEOPLE),
            programs: FairSemaphore::new(PROGRAMS),
            intake: FairSemaphore::new(INTAKE),
            scrapes: FairSemaphore::new(SCRAPES),
            large_bodies: FairSemaphore::new(LARGE_BODIES),
        }
    }
}

/// The error when a request waited for a permit in vain.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl Admission {
    /// Takes the permit that a request needs; nothing for a health check, which needs none.
    ///
    /// # Errors
    /// Returns [`Overloaded`] if too many requests of the class wait, or none ended in time.
    pub(crate) async fn admit(
        &self,
        class: RequestClass,
        caller: Caller,
    ) -> Result<Option<RequestPermit>, Overloaded> {
        let permits = match class {
            RequestClass::Health => return Ok(None),
            RequestClass::Scrape => &self.scrapes,
            RequestClass::People => &self.people,
            RequestClass::Programs => &self.programs,
            RequestClass::Intake => &self.intake,
        };
        permits.acquire(caller).await.map(Some).ok_or(Overloaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> axum::http::HeaderMap {
        let mut headers = axum::http::HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn each_request_has_a_class() {
        let browser: &[_] = &[("sec-fetch-site", "same-origin")];
        let session: &[_] = &[("cookie", "a=b")];
        let program: &[_] = &[("authorization", "Bearer lq_0")];
        for (method, path, sent, expected) in [
            ("GET", "/healthz", browser, RequestClass::Health),
            ("GET", "/metrics", program, RequestClass::Scrape),
            ("GET", "/", &[], RequestClass::People),
            ("GET", "/assets/app.js", browser, RequestClass::People),
            ("GET", "/api/v1/leads", browser, RequestClass::People),
            ("GET", "/api/v1/leads", session, RequestClass::People),
            ("GET", "/api/v1/leads", program, RequestClass::Programs),
            ("POST", "/api/v1/login", &[], RequestClass::Programs),
            ("POST", INGEST, program, RequestClass::Intake),
            ("POST", INGEST, browser, RequestClass::Intake),
            ("GET", INGEST, program, RequestClass::Programs),
        ] {
            let mut request = Request::new(axum::body::Body::empty());
            *request.method_mut() = method.parse().unwrap();
            *request.uri_mut() = path.parse().unwrap();
            *request.headers_mut() = headers(sent);
            let class = RequestClass::of(&request);
            assert_eq!(class, expected, "{method} {path} {sent:?}");
        }
    }
}

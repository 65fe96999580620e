//! A visit to a page of the open web: redirects by hand, every hop through guard, robots.txt and
//! the host's turn.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use model::Timestamp;
use tokio::time::Instant;
use url::Url;

use crate::address::{Endpoint, endpoint};
use crate::door::{Door, Inner, PendingRequest};
use crate::egress::Purpose;
use crate::exchange::{Ask, Reply};
use crate::reading::{outcome, redirect, texts};
use crate::refusal::Refusal;
use crate::robots::RobotsNote;

/// What we can take off in `clean`; nothing is taken off here.
const CODINGS: HeaderValue = HeaderValue::from_static("gzip, br");
const KINDS: HeaderValue =
    HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

/// A page to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    /// Its address.
    pub url: Url,
    /// The `ETag` of the copy that is known; it is sent to this address only, not to where it redirects.
    pub etag: Option<String>,
    /// The `Last-Modified` of the copy that is known, as it was served.
    pub last_modified: Option<String>,
}

/// A redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What was asked.
    pub url: Url,
    /// The status of the answer.
    pub status: u16,
}

/// What a visit brought.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The address that answered, after all redirects.
    pub url: Url,
    /// The redirects, in their order.
    pub hops: Vec<Hop>,
    /// The status; 304 when the copy known is still the page.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as served, codings and all.
    pub body: Bytes,
    /// Whether the body was longer than is kept.
    pub truncated: bool,
    /// When the last request began.
    pub fetched: Timestamp,
    /// Time of all its requests for pages, in milliseconds; without waiting for a host's turn.
    pub took_ms: u64,
    /// The address connected to.
    pub remote: SocketAddr,
    /// What robots.txt says about the page.
    pub robots: RobotsNote,
}

/// The time left for a visit. Waiting for a host's turn costs none.
pub(crate) struct Budget {
    left: Duration,
    pub(crate) spent: Duration,
}

impl Budget {
    fn new(left: Duration) -> Self {
        Self { left, spent: Duration::ZERO }
    }

    pub(crate) fn deadline(&self, now: Instant) -> Instant {
        now + self.left.saturating_sub(self.spent)
    }
}

impl Door {
    /// Visits a page. Redirects are followed as far as [`crate::Settings::hops_max`]; each may be
    /// refused like the first.
    pub async fn crawl(&self, request: Crawl) -> Result<Visit, Refusal> {
        let door = &*self.inner;
        let mut headers = page_headers();
        let known = [
            (header::IF_NONE_MATCH, request.etag),
            (header::IF_MODIFIED_SINCE, request.last_modified),
        ];
        for (name, value) in known {
            // What cannot be sent is no validator that a server could have served.
            if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        let mut url = request.url;
        url.set_fragment(None);
        let mut budget = Budget::new(door.settings.total_timeout);
        let mut hops = Vec::new();
        loop {
            let hop = door.hop(&url, headers, &mut budget).await?;
            let Some(target) = redirect(&url, &hop.reply) else {
                return Ok(hop.into_visit(url, hops, budget.spent));
            };
            let target = target?;
            hops.push(Hop { url, status: hop.reply.status });
            if hops.len() > door.settings.hops_max {
                return Err(Refusal::TooManyHops(door.settings.hops_max));
            }
            url = target;
            headers = page_headers();
        }
    }
}

/// One question of a visit, answered.
struct Answered {
    reply: Reply,
    fetched: Timestamp,
    note: RobotsNote,
}

impl Answered {
    fn into_visit(self, url: Url, hops: Vec<Hop>, took: Duration) -> Visit {
        let reply = self.reply;
        Visit {
            url,
            hops,
            status: reply.status,
            headers: texts(&reply.headers),
            body: reply.body,
            truncated: reply.truncated,
            fetched: self.fetched,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            remote: reply.remote,
            robots: self.note,
        }
    }
}

impl Inner {
    async fn hop(
        &self,
        url: &Url,
        headers: HeaderMap,
        budget: &mut Budget,
    ) -> Result<Answered, Refusal> {
        let endpoint = self.guarded(url, Purpose::Page)?;
        let robots = self.rules(url, budget).await?;
        let verdict = robots.verdict(url);
        let note = RobotsNote { rule: verdict.rule, delay: robots.delay() };
        if !verdict.allowed {
            let rule = note.rule.clone().unwrap_or_default();
            let refusal = Refusal::Robots { rule };
            self.record(&self.asked(url, Purpose::Page, note.rule.as_deref()), Err(&refusal));
            return Err(refusal);
        }
        let slot = self.turn(&endpoint.host.to_string(), url).await?;
        let asked = self.asked(url, Purpose::Page, note.rule.as_deref());
        let body_bytes_max = self.settings.body_bytes_max;
        let ask = self.get(url, headers, body_bytes_max);
        let result = self.asked_within(&endpoint, &ask, budget).await;
        let _ =
            slot.end(Some(robots.delay().unwrap_or_default()), outcome(&result, self.clock.now()));
        self.record(&asked, result.as_ref());
        Ok(Answered { reply: result?, fetched: asked.at, note })
    }

    /// Judges the address as it is written.
    pub(crate) fn guarded(&self, url: &Url, purpose: Purpose) -> Result<Endpoint, Refusal> {
        endpoint(url, &self.settings).map_err(|why| {
            let address = url.host_str().unwrap_or(url.scheme()).to_owned();
            let refusal = Refusal::Blocked { address, why: why.to_owned() };
            self.record(&self.asked(url, purpose, None), Err(&refusal));
            refusal
        })
    }

    pub(crate) fn asked<'a>(
        &self,
        url: &Url,
        purpose: Purpose,
        rule: Option<&'a str>,
    ) -> PendingRequest<'a> {
        let url = if purpose == Purpose::Delivery {
            url.origin().ascii_serialization()
        } else {
            url.as_str().to_owned()
        };
        PendingRequest { at: self.clock.now(), since: Instant::now(), purpose, url, rule }
    }

    /// A question of a crawler.
    pub(crate) fn get(&self, url: &Url, headers: HeaderMap, body_bytes_max: usize) -> Ask {
        Ask {
            method: Method::GET,
            url: url.clone(),
            headers,
            body: Bytes::new(),
            body_bytes_max,
            slow_window: self.settings.slow_window,
            is_repeatable: true,
        }
    }

    /// Asks within the time left.
    pub(crate) async fn asked_within(
        &self,
        endpoint: &Endpoint,
        ask: &Ask,
        budget: &mut Budget,
    ) -> Result<Reply, Refusal> {
        let begun = Instant::now();
        let result = self.wire.ask(endpoint, ask, budget.deadline(begun)).await;
        budget.spent += begun.elapsed();
        result
    }
}

fn page_headers() -> HeaderMap {
    let fields: [(HeaderName, HeaderValue); 2] =
        [(header::ACCEPT, KINDS), (header::ACCEPT_ENCODING, CODINGS)];
    fields.into_iter().collect()
}

//! Visits to pages of the open web. Redirects and refreshes are followed here, so that every hop
//! passes through the guard, robots.txt and the host's turn. Cookies last for one visit.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use model::Timestamp;
use tokio::time::Instant;
use url::Url;

use crate::cookies::Cookies;
use crate::door::{Door, DoorInner, PendingRequest};
use crate::egress::Purpose;
use crate::exchange::{Ask, Reply};
use crate::header_text::texts;
use crate::origin::{Origin, origin};
use crate::reading::{asks_for_cookie, next_address, outcome};
use crate::refusal::Refusal;
use crate::robots::{RobotsNote, is_robots_url};
use crate::visit::{Hop, Visit};

/// The codings that can be decoded. A body is returned as served.
const CODINGS: HeaderValue = HeaderValue::from_static(codings::ACCEPTED);
const KINDS: HeaderValue =
    HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

/// A page to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    /// Its address.
    pub url: Url,
    /// The `ETag` of the known copy; it is sent to this address only, not to redirect targets.
    pub etag: Option<String>,
    /// The `Last-Modified` of the known copy, as served.
    pub last_modified: Option<String>,
}

/// The state that the requests of a visit share: its time budget, and its cookies. Waiting for a
/// host's turn does not count.
pub(crate) struct VisitState {
    remaining: Duration,
    spent: Duration,
    cookies: Cookies,
}

impl VisitState {
    fn new(remaining: Duration) -> Self {
        Self { remaining, spent: Duration::ZERO, cookies: Cookies::default() }
    }

    fn deadline(&self, now: Instant) -> Instant {
        now + self.remaining.saturating_sub(self.spent)
    }
}

impl Door {
    /// Visits a page. Follows up to [`crate::NetSettings::hops_max`] redirects and refreshes; each may
    /// be refused like the first request.
    pub async fn crawl(&self, request: Crawl) -> Result<Visit, Refusal> {
        let door = &*self.inner;
        let mut headers = page_headers();
        let conditions = [
            (header::IF_NONE_MATCH, request.etag),
            (header::IF_MODIFIED_SINCE, request.last_modified),
        ];
        for (name, value) in conditions {
            // A value that cannot be sent cannot have been served as a validator.
            if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        let mut url = request.url;
        url.set_fragment(None);
        let first = url.clone();
        let mut state = VisitState::new(door.settings.total_timeout);
        if is_robots_url(&url)
            && let Some(visit) = door.rules_visit(&url, &mut state).await?
        {
            return Ok(visit);
        }
        let mut hops = Vec::new();
        let mut is_repeated = false;
        loop {
            let hop = match door.hop(&url, headers, &mut state).await {
                // The next visit would begin without the cookie.
                Err(Refusal::HostBusy { retry_at, url }) if !hops.is_empty() && url == first => {
                    return Err(Refusal::CookieEnds { retry_at });
                }
                result => result?,
            };
            let Some(target) = next_address(&url, &hop.reply, hop.sets_cookie) else {
                return Ok(hop.into_visit(url, hops, state.spent));
            };
            let mut target = target?;
            if hop.sets_cookie && !is_repeated && asks_for_cookie(&url, &hop.reply, &target) {
                is_repeated = true;
                target = url.clone();
            }
            hops.push(Hop { url, status: hop.reply.status });
            if hops.len() > door.settings.hops_max {
                return Err(Refusal::TooManyHops(door.settings.hops_max));
            }
            url = target;
            headers = page_headers();
        }
    }
}

/// The response to one request of a visit.
struct Answered {
    reply: Reply,
    fetched: Timestamp,
    note: RobotsNote,
    /// Whether another request for the same address would send other cookies.
    sets_cookie: bool,
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
            place: reply.place,
        }
    }
}

impl DoorInner {
    /// Visits the address of a site's rules. The response is the one that the rules were read from,
    /// now or by an earlier visit; `None` if another visit has taken that.
    async fn rules_visit(
        &self,
        url: &Url,
        state: &mut VisitState,
    ) -> Result<Option<Visit>, Refusal> {
        self.guarded(url, Purpose::Page)?;
        self.rules(url, state).await?;
        let origin = url.origin().ascii_serialization();
        Ok(self.robots().take_response(&origin, self.clock.now()))
    }

    async fn hop(
        &self,
        url: &Url,
        headers: HeaderMap,
        state: &mut VisitState,
    ) -> Result<Answered, Refusal> {
        let origin = self.guarded(url, Purpose::Page)?;
        let robots = self.rules(url, state).await?;
        let verdict = robots.verdict(url);
        let note = RobotsNote { rule: verdict.rule, delay: robots.delay() };
        if !verdict.allowed {
            let rule = note.rule.clone().unwrap_or_default();
            let refusal = Refusal::Robots { rule };
            self.record(&self.asked(url, Purpose::Page, note.rule.as_deref()), Err(&refusal));
            return Err(refusal);
        }
        let slot = self.turn(&origin.host.to_string(), url).await?;
        let pending = self.asked(url, Purpose::Page, note.rule.as_deref());
        let body_bytes_max = self.settings.body_bytes_max;
        let ask = self.get(url, headers, body_bytes_max);
        let (result, sets_cookie) = self.asked_within(&origin, ask, state).await;
        let _ =
            slot.end(Some(robots.delay().unwrap_or_default()), outcome(&result, self.clock.now()));
        self.record(&pending, result.as_ref());
        Ok(Answered { reply: result?, fetched: pending.at, note, sets_cookie })
    }

    /// Checks the address as written, before its name is resolved, and records a refusal.
    pub(crate) fn guarded(&self, url: &Url, purpose: Purpose) -> Result<Origin, Refusal> {
        origin(url, &self.settings, purpose.list()).map_err(|why| {
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

    /// Builds a `GET` request of the crawler.
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

    /// Sends a request within the remaining budget and with the cookies of the visit, and deducts the
    /// time it takes. Also reports whether the response has set a cookie that a repetition would send.
    pub(crate) async fn asked_within(
        &self,
        origin: &Origin,
        mut ask: Ask,
        state: &mut VisitState,
    ) -> (Result<Reply, Refusal>, bool) {
        let sent = state.cookies.header(&ask.url);
        if let Some(cookies) = &sent {
            ask.headers.insert(header::COOKIE, cookies.clone());
        }
        let started = Instant::now();
        let result = self.wire.ask(origin, &ask, state.deadline(started)).await;
        state.spent += started.elapsed();
        if let Ok(reply) = &result {
            state.cookies.take(&ask.url, &reply.headers);
        }
        let sets_cookie = state.cookies.header(&ask.url) != sent;
        (result, sets_cookie)
    }
}

fn page_headers() -> HeaderMap {
    let fields: [(HeaderName, HeaderValue); 2] =
        [(header::ACCEPT, KINDS), (header::ACCEPT_ENCODING, CODINGS)];
    fields.into_iter().collect()
}

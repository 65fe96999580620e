//! Fetches a site's robots.txt through the same door and keeps it for a day.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use model::Timestamp;
use url::Url;

use crate::body_place::BodyPlace;
use crate::crawl::VisitState;
use crate::door::{DoorInner, PendingRequest};
use crate::egress::Purpose;
use crate::exchange::Reply;
use crate::header_text::texts;
use crate::politeness::{RequestOutcome, later};
use crate::reading::{asks_for_cookie, outcome, redirect};
use crate::refusal::Refusal;
use crate::robots::{
    FILE_BYTES_MAX, Robots, RobotsAccess, RobotsNote, access, is_robots_url, product, robots_url,
};
use crate::visit::{Hop, Visit};

/// The maximum number of redirects followed for a robots.txt (RFC 9309, 2.3.1.2).
const HOPS_MAX: usize = 5;
/// The wait before the next request for a robots.txt that redirects in a loop or into a private
/// network.
const LOST_WAIT: Duration = Duration::from_secs(3600);

/// The rules at an address, or the next address to request.
enum Step {
    /// The rules, the time at which they were read, and the response if it was requested now.
    Rules(Arc<Robots>, Timestamp, Option<Box<Visit>>),
    Away {
        why: String,
        retry_at: Timestamp,
        is_unconnected: bool,
    },
    /// A redirect, with the status of the response.
    Redirect(Url, u16),
    /// A redirect to the front page, which has set a cookie.
    CookieSet(Url),
}

impl DoorInner {
    /// Finds the rules of the site that `page` belongs to, cached or fetched.
    pub(crate) async fn rules(
        &self,
        page: &Url,
        state: &mut VisitState,
    ) -> Result<Arc<Robots>, Refusal> {
        let origin = page.origin().ascii_serialization();
        let mut url = robots_url(page);
        let mut is_repeated = false;
        let mut hops = Vec::new();
        for _ in 0..=HOPS_MAX {
            match self.step(&url, page, state).await? {
                Step::Redirect(target, status) => {
                    hops.push(Hop { url, status });
                    url = target;
                }
                // A front page is no robots.txt: with the cookie, the site may show its own.
                Step::CookieSet(_) if !is_repeated => is_repeated = true,
                Step::CookieSet(target) => url = target,
                Step::Rules(robots, read, response) => {
                    // The file at the end of the redirects applies to the requested site.
                    if robots_url(page) != url {
                        let response =
                            response.map(|response| Box::new(Visit { hops, ..*response }));
                        self.robots().keep(origin, Arc::clone(&robots), read, response);
                    }
                    return Ok(robots);
                }
                Step::Away { why, retry_at, is_unconnected } => {
                    // Another site than the requested one says nothing about its schemes.
                    let is_unconnected = is_unconnected && hops.is_empty();
                    let away = Refusal::RobotsAway { why, retry_at, is_unconnected };
                    return self.last_good(&origin, away);
                }
            }
        }
        let why = format!("more than {HOPS_MAX} redirects");
        let retry_at = later(self.clock.now(), LOST_WAIT);
        self.last_good(&origin, Refusal::RobotsAway { why, retry_at, is_unconnected: false })
    }

    /// Returns the last rules of a site whose rules cannot be read now, or the refusal.
    fn last_good(&self, origin: &str, away: Refusal) -> Result<Arc<Robots>, Refusal> {
        self.robots().last_good(origin, self.clock.now()).ok_or(away)
    }

    /// Requests one file, unless its rules are cached.
    async fn step(&self, url: &Url, page: &Url, state: &mut VisitState) -> Result<Step, Refusal> {
        let origin = url.origin().ascii_serialization();
        let is_robots_url = is_robots_url(url);
        let cached = || {
            let fresh = self.robots().fresh(&origin, self.clock.now());
            fresh.filter(|_| is_robots_url)
        };
        if let Some((robots, read)) = cached() {
            return Ok(Step::Rules(robots, read, None));
        }
        let target = match self.guarded(url, Purpose::Robots) {
            Ok(origin) => origin,
            Err(refusal) => {
                let retry_at = later(self.clock.now(), LOST_WAIT);
                return Ok(away(refusal.to_string(), retry_at));
            }
        };
        let slot = self.turn(&target.host.to_string(), page).await?;
        // Another visit may have fetched the file during the wait.
        if let Some((robots, read)) = cached() {
            slot.give_back();
            return Ok(Step::Rules(robots, read, None));
        }
        let pending = self.asked(url, Purpose::Robots, None);
        // One byte more shows whether the file was cut off.
        let ask = self.get(url, plain(), FILE_BYTES_MAX + 1);
        let (result, sets_cookie) = self.asked_within(&target, ask, state).await;
        let outcome = outcome(&result, self.clock.now());
        self.record(&pending, result.as_ref());
        let reply = match result {
            Ok(reply) => reply,
            Err(refusal) => {
                let retry_at = slot.end(None, outcome);
                // A blocked address is not a transient error, so it is reported as blocked.
                return match refusal {
                    Refusal::Blocked { .. } => Err(refusal),
                    _ => Ok(Step::Away {
                        why: refusal.to_string(),
                        retry_at,
                        is_unconnected: refusal.is_unconnected(),
                    }),
                };
            }
        };
        if let Some(target) = redirect(url, &reply) {
            let next = slot.end(None, outcome);
            return Ok(redirected(url, &reply, target, sets_cookie, later(next, LOST_WAIT)));
        }
        match plain_access(&reply, product(&self.settings.user_agent)) {
            RobotsAccess::Known(robots) => {
                let robots = Arc::new(robots);
                let visit = Box::new(visit_of(url, reply, &pending, &robots));
                // Before the turn ends, because the next visit must find the rules.
                if is_robots_url {
                    let visit = Some(visit.clone());
                    self.robots().keep(origin, Arc::clone(&robots), pending.at, visit);
                }
                let _ = slot.end(Some(robots.delay().unwrap_or_default()), outcome);
                Ok(Step::Rules(robots, pending.at, Some(visit)))
            }
            RobotsAccess::Away(why) => {
                let outcome = match outcome {
                    RequestOutcome::Fine => RequestOutcome::Trouble,
                    other => other,
                };
                Ok(away(why, slot.end(None, outcome)))
            }
        }
    }
}

/// Returns the step after a redirect of a file of rules. A site that only sends the same request
/// again, or elsewhere than over the network, is away until `retry_at`.
fn redirected(
    url: &Url,
    reply: &Reply,
    target: Result<Url, Refusal>,
    sets_cookie: bool,
    retry_at: Timestamp,
) -> Step {
    match target {
        Ok(target) if !sets_cookie && target == *url => {
            away(Refusal::RedirectLoop.to_string(), retry_at)
        }
        Ok(target) if sets_cookie && asks_for_cookie(url, reply, &target) => {
            Step::CookieSet(target)
        }
        Ok(target) => Step::Redirect(target, reply.status),
        Err(refusal) => away(refusal.to_string(), retry_at),
    }
}

/// Returns the step of a site that was reached, but gives no rules.
fn away(why: String, retry_at: Timestamp) -> Step {
    Step::Away { why, retry_at, is_unconnected: false }
}

/// Builds the visit to the address of the rules from the response to it.
fn visit_of(url: &Url, reply: Reply, pending: &PendingRequest<'_>, robots: &Robots) -> Visit {
    Visit {
        url: url.clone(),
        hops: Vec::new(),
        status: reply.status,
        headers: texts(&reply.headers),
        body: reply.body,
        truncated: reply.truncated,
        fetched: pending.at,
        took_ms: u64::try_from(pending.since.elapsed().as_millis()).unwrap_or(u64::MAX),
        remote: reply.remote,
        robots: RobotsNote { rule: robots.verdict(url).rule, delay: robots.delay() },
        // The file is not large enough to need a place.
        place: BodyPlace::default(),
    }
}

fn plain() -> HeaderMap {
    let fields = [
        (header::ACCEPT, HeaderValue::from_static("text/plain,*/*;q=0.5")),
        (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ];
    fields.into_iter().collect()
}

/// Interprets a response. The file is decoded, because some servers compress it although the request
/// accepts `identity` only. The bytes before damage are used, as for any other file that is cut off.
fn plain_access(reply: &Reply, product: &str) -> RobotsAccess {
    let (file, notes) =
        codings::decode_body(&texts(&reply.headers), &reply.body, FILE_BYTES_MAX + 1);
    if (200..300).contains(&reply.status) && codings::is_unreadable(&notes) {
        return RobotsAccess::Away("its coding cannot be read".to_owned());
    }
    access(reply.status, &file, product)
}

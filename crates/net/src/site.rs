//! Fetches a site's robots.txt through the same door and keeps it for a day.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use model::Timestamp;
use url::Url;

use crate::crawl::VisitState;
use crate::door::DoorInner;
use crate::egress::Purpose;
use crate::exchange::Reply;
use crate::header_text::texts;
use crate::politeness::{RequestOutcome, later};
use crate::reading::{asks_for_cookie, outcome, redirect};
use crate::refusal::Refusal;
use crate::robots::{FILE_BYTES_MAX, Robots, RobotsAccess, access, product};

/// The maximum number of redirects followed for a robots.txt (RFC 9309, 2.3.1.2).
const HOPS_MAX: usize = 5;
/// The wait before the next request for a robots.txt that redirects in a loop or into a private
/// network.
const LOST_WAIT: Duration = Duration::from_secs(3600);

/// The rules at an address, or the next address to request.
enum Step {
    /// The rules, and the time at which they were read.
    Rules(Arc<Robots>, Timestamp),
    Away(String, Timestamp),
    Redirect(Url),
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
        for _ in 0..=HOPS_MAX {
            match self.step(&url, page, state).await? {
                Step::Redirect(target) => url = target,
                // A front page is no robots.txt: with the cookie, the site may show its own.
                Step::CookieSet(_) if !is_repeated => is_repeated = true,
                Step::CookieSet(target) => url = target,
                Step::Rules(robots, read) => {
                    // The file at the end of the redirects applies to the requested site.
                    if robots_url(page) != url {
                        self.robots().keep(origin, Arc::clone(&robots), read);
                    }
                    return Ok(robots);
                }
                Step::Away(why, retry_at) => return self.last_good(&origin, why, retry_at),
            }
        }
        let why = format!("more than {HOPS_MAX} redirects");
        self.last_good(&origin, why, later(self.clock.now(), LOST_WAIT))
    }

    fn last_good(
        &self,
        origin: &str,
        why: String,
        retry_at: Timestamp,
    ) -> Result<Arc<Robots>, Refusal> {
        let last = self.robots().last_good(origin, self.clock.now());
        last.ok_or(Refusal::RobotsAway { why, retry_at })
    }

    /// Requests one file, unless its rules are cached.
    async fn step(&self, url: &Url, page: &Url, state: &mut VisitState) -> Result<Step, Refusal> {
        let origin = url.origin().ascii_serialization();
        let is_robots_url = *url == robots_url(url);
        let cached = || {
            let fresh = self.robots().fresh(&origin, self.clock.now());
            fresh.filter(|_| is_robots_url)
        };
        if let Some((robots, read)) = cached() {
            return Ok(Step::Rules(robots, read));
        }
        let target = match self.guarded(url, Purpose::Robots) {
            Ok(origin) => origin,
            Err(refusal) => {
                let retry_at = later(self.clock.now(), LOST_WAIT);
                return Ok(Step::Away(refusal.to_string(), retry_at));
            }
        };
        let slot = self.turn(&target.host.to_string(), page).await?;
        // Another visit may have fetched the file during the wait.
        if let Some((robots, read)) = cached() {
            slot.give_back();
            return Ok(Step::Rules(robots, read));
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
                    _ => Ok(Step::Away(refusal.to_string(), retry_at)),
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
                // Before the turn ends, because the next visit must find the rules.
                if is_robots_url {
                    self.robots().keep(origin, Arc::clone(&robots), pending.at);
                }
                let _ = slot.end(Some(robots.delay().unwrap_or_default()), outcome);
                Ok(Step::Rules(robots, pending.at))
            }
            RobotsAccess::Away(why) => {
                let outcome = match outcome {
                    RequestOutcome::Fine => RequestOutcome::Trouble,
                    other => other,
                };
                Ok(Step::Away(why, slot.end(None, outcome)))
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
            Step::Away(Refusal::RedirectLoop.to_string(), retry_at)
        }
        Ok(target) if sets_cookie && asks_for_cookie(url, reply, &target) => {
            Step::CookieSet(target)
        }
        Ok(target) => Step::Redirect(target),
        Err(refusal) => Step::Away(refusal.to_string(), retry_at),
    }
}

fn robots_url(page: &Url) -> Url {
    let mut url = page.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    url.set_fragment(None);
    url
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

//! Following sites: the loop that leases addresses from the frontier, visits them through the door
//! out, and hands what changed to a sink.
//!
//! It decides nothing: what leads where and how often is looked at are the pure functions beside it.

mod address;
mod feeds;
mod pace;
mod permission;
mod roles;
mod rounds;
mod sitemap;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::{Clock, ObservationOutcome, Timestamp};
use net::{Crawl, Door, Refusal, Visit};
use store::db::{Address, AddressRole, Db, Looked, NewAddress, Sight, Urgency};
use store::{Result, StoreError};
use url::Url;

use crate::{Capture, Readers};
use pace::Before;
use rounds::Rounds;
use visit::{Served, VisitResult, VisitTarget};

pub use pace::Pace;
pub use sitemap::{ListedAddress, Sitemap, sitemap, sitemaps_in_robots};

/// Longer than any visit takes: after it a host that a killed process had leased is free again.
const LEASE_US: i64 = 180_000_000;
const IDLE: Duration = Duration::from_millis(250);

/// Whose an address is, as seen from a followed company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteRelation {
    /// The company's own.
    Own,
    /// A place on a host where companies post jobs.
    Board,
    /// Somebody else's.
    Elsewhere,
}

/// Tells whose an address is: domain followed, address. `resolve` knows, and stages never use each
/// other, so whoever starts the crawler hands it in.
pub type WhoseAddress = fn(domain: &str, url: &str) -> SiteRelation;

/// Where pages go.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Takes a page in; it is durable when this returns.
    ///
    /// # Errors
    /// What the engines say; a retryable error is tried again.
    async fn take(&self, capture: Capture) -> Result<()>;
}

/// How sites are followed.
#[derive(Debug, Clone)]
pub struct CrawlSettings {
    /// Our name in robots.txt and its like.
    pub agent: String,
    /// Visits at a time, each to another host.
    pub visits_max: usize,
    /// Addresses followed of one company.
    pub addresses_max: i64,
    /// Bytes of a page that are read.
    pub body_bytes_max: usize,
    /// How fast time passes.
    pub pace: Pace,
}

impl Default for CrawlSettings {
    fn default() -> Self {
        Self {
            agent: "leadqbot".to_owned(),
            visits_max: 48,
            addresses_max: 2_000,
            body_bytes_max: 10 << 20,
            pace: Pace::default(),
        }
    }
}

/// The addresses with which following a site begins: the page that was given, and robots.txt.
pub fn beginnings(home: &Url, pace: Pace) -> Vec<NewAddress> {
    let given = address::normal(home).map(|(url, host)| (url, host, AddressRole::Homepage));
    let robots = home.join("/robots.txt").ok().and_then(|url| address::normal(&url));
    let robots = robots.map(|(url, host)| (url, host, AddressRole::Robots));
    let both = given.into_iter().chain(robots);
    both.map(|(url, host, role)| NewAddress {
        url: url.into(),
        host,
        role,
        depth: 0,
        announced: None,
        interval_us: pace.shortest_us(role),
    })
    .collect()
}

/// Whether the engines only had a bad moment; then it is over, or worth another try.
async fn was_a_bad_moment(done: &Result<()>, what: &str) -> bool {
    match done {
        Err(error) if error.is_retryable() => {
            tracing::warn!(%error, "{what}; trying again");
            tokio::time::sleep(IDLE * 4).await;
            true
        }
        _ => false,
    }
}

/// Follows the sites in the frontier.
pub struct Crawler {
    /// The frontier.
    pub db: Db,
    /// The way out.
    pub door: Door,
    /// Where pages go.
    pub sink: Arc<dyn Sink>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Tells whose an address is.
    pub relation_of: WhoseAddress,
    /// Who reads pages.
    pub readers: Readers,
    /// How.
    pub settings: CrawlSettings,
}

impl Crawler {
    /// Begins as many visits as there is room for.
    async fn begin(self: &Arc<Self>, rounds: &mut Rounds) -> Result<usize> {
        rounds.tell_of_ended();
        let room = self.settings.visits_max.saturating_sub(rounds.visits.len());
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        if room == 0 {
            return Ok(0);
        }
        let now = self.clock.now();
        rounds.lease(now);
        let until = Timestamp(now.0.saturating_add(LEASE_US));
        let leased = self
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.lease_addresses(now, until, room).await })
            })
            .await?;
        let begun = leased.len();
        for address in leased {
            let crawler = Arc::clone(self);
            rounds.visits.spawn(async move {
                crawler.visit(&address).await?;
                Ok(crawler.host_ready(&address))
            });
        }
        Ok(begun)
    }

    async fn visit(&self, leased: &Address) -> Result<()> {
        let Ok(url) = Url::parse(&leased.url) else {
            let why = "the address cannot be read".to_owned();
            return self.fail(leased, Sight::NotAllowed, why, None).await;
        };
        // A copy that was never read is no copy.
        let known = leased.content_hash.is_some();
        let etag = leased.etag.clone().filter(|_| known);
        let last_modified = leased.last_modified.clone().filter(|_| known);
        match self.door.crawl(Crawl { url: url.clone(), etag, last_modified }).await {
            Ok(visit) => self.visited(leased, visit).await,
            Err(Refusal::HostBusy { retry_at, url: asked }) if asked == url => {
                let leased = leased.clone();
                self.db
                    .write(Urgency::Normal, move |tx| {
                        Box::pin(async move { tx.defer_look(&leased, retry_at).await })
                    })
                    .await
            }
            Err(Refusal::HostBusy { retry_at, url: led_to }) => {
                self.led(leased, &led_to, retry_at).await
            }
            Err(refusal) => {
                let outcome =
                    if refusal.is_not_allowed() { Sight::NotAllowed } else { Sight::CouldNotLook };
                self.fail(leased, outcome, refusal.to_string(), refusal.retry_at()).await
            }
        }
    }

    /// It was asked and led to another address, whose host's turn comes later: this look is over, or
    /// it would be asked again and again. Where it led is looked at by itself.
    async fn led(&self, leased: &Address, led_to: &Url, retry_at: Timestamp) -> Result<()> {
        let found = visit::led_to(&self.place(leased), led_to);
        if found.is_empty() {
            let why = format!("it leads to {led_to}, which cannot be asked before {retry_at}");
            return self.fail(leased, Sight::CouldNotLook, why, Some(retry_at)).await;
        }
        let look = self.paced(leased, Sight::Unchanged, self.clock.now(), None);
        self.finish(leased, look, found).await
    }

    /// When the host of an address may be asked again.
    fn host_ready(&self, leased: &Address) -> Timestamp {
        Url::parse(&leased.url).map_or(self.clock.now(), |url| self.door.host_ready(&url))
    }

    async fn visited(&self, leased: &Address, visit: Visit) -> Result<()> {
        let status = visit.status;
        let served = Served {
            url: visit.url,
            status,
            headers: visit.headers,
            body: visit.body,
            observed: visit.fetched,
        };
        match ObservationOutcome::of_status(status) {
            ObservationOutcome::Seen if status == 304 => {
                let look = self.look(leased, &served, Sight::Unchanged, leased.content_hash);
                self.finish(leased, look, Vec::new()).await
            }
            ObservationOutcome::Seen => self.seen(leased, served).await,
            ObservationOutcome::Gone => {
                let found = match (leased.role, Url::parse(&leased.url)) {
                    (AddressRole::Robots, Ok(url)) => {
                        visit::usual_sitemap(&self.place(leased), &url)
                    }
                    _ => Vec::new(),
                };
                // That something is no more is news of what was seen before, and once.
                if leased.content_hash.is_some() && visit::is_page(leased.role) {
                    self.hand_over(&served).await?;
                }
                let mut look = self.look(leased, &served, Sight::Gone, None);
                look.why = Some(format!("it answered {status}"));
                self.finish(leased, look, found).await
            }
            ObservationOutcome::NotAllowed => {
                self.fail(leased, Sight::NotAllowed, format!("it answered {status}"), None).await
            }
            ObservationOutcome::CouldNotLook => {
                self.fail(leased, Sight::CouldNotLook, format!("it answered {status}"), None).await
            }
        }
    }

    async fn seen(&self, leased: &Address, served: Served) -> Result<()> {
        let (place, most) = (self.place(leased), self.settings.body_bytes_max);
        let bytes = served.body.len();
        let reading = move || (visit::read(&place, &served, most), served);
        let (reading, served) = match self.readers.read(bytes, reading).await {
            Ok(read) => read,
            Err(error) => {
                let why = format!("it could not be read: {error}");
                return self.fail(leased, Sight::CouldNotLook, why, None).await;
            }
        };
        let VisitResult { is_page, permission, content, found } = reading;
        if is_page && !permission.keep {
            let mut look = self.look(leased, &served, Sight::NotAllowed, None);
            look.why = Some("the page asks not to be kept (noindex)".to_owned());
            return self.finish(leased, look, found).await;
        }
        let is_new = leased.content_hash != Some(content);
        if is_page && is_new {
            self.hand_over(&served).await?;
        }
        let outcome = if is_new { Sight::Changed } else { Sight::Unchanged };
        let look = self.look(leased, &served, outcome, Some(content));
        self.finish(leased, look, found).await
    }

    /// Hands a page to the sink, for as long as the engines only have a bad moment.
    async fn hand_over(&self, served: &Served) -> Result<()> {
        loop {
            let Served { url, status, headers, body, observed } = served;
            let capture = Capture::visited(url.as_str(), *observed, *status, headers, body);
            let taken = self.sink.take(capture.map_err(StoreError::work)?).await;
            if !was_a_bad_moment(&taken, "a page cannot be taken in").await {
                return taken;
            }
        }
    }

    fn place(&self, leased: &Address) -> VisitTarget {
        VisitTarget {
            domain: leased.follow.clone(),
            role: leased.role,
            depth: leased.depth,
            relation_of: self.relation_of,
            agent: self.settings.agent.clone(),
            pace: self.settings.pace,
        }
    }

    fn look(
        &self,
        leased: &Address,
        served: &Served,
        outcome: Sight,
        content_hash: Option<model::Digest>,
    ) -> Looked {
        let named = |wanted: &str| {
            let field = served.headers.iter().find(|(name, _)| name == wanted);
            field.map(|(_, value)| value.clone())
        };
        let mut look = self.paced(leased, outcome, served.observed, None);
        // A 304 need not repeat what it confirms. What a redirect led to has validators of its own,
        // which the address that is asked next time would not know.
        let is_itself = served.url.as_str() == leased.url;
        let kept = (served.status == 304).then_some((&leased.etag, &leased.last_modified));
        look.etag = named("etag").or_else(|| kept.and_then(|(etag, _)| etag.clone()));
        look.last_modified =
            named("last-modified").or_else(|| kept.and_then(|(_, time)| time.clone()));
        if !is_itself {
            (look.etag, look.last_modified) = (None, None);
        }
        look.content_hash = content_hash;
        look
    }

    fn paced(
        &self,
        leased: &Address,
        outcome: Sight,
        at: Timestamp,
        not_before: Option<Timestamp>,
    ) -> Looked {
        let before = Before {
            interval_us: leased.interval_us,
            looks: leased.looks,
            failures: leased.failures,
        };
        let (interval_us, next_fetch) =
            self.settings.pace.after(leased.role, before, outcome, at, not_before);
        Looked {
            at,
            outcome,
            why: None,
            next_fetch,
            interval_us,
            etag: None,
            last_modified: None,
            content_hash: None,
            // Kept, so that a crawler that is killed comes back no sooner than the host wants.
            host_ready: self.host_ready(leased),
        }
    }

    async fn fail(
        &self,
        leased: &Address,
        outcome: Sight,
        why: String,
        not_before: Option<Timestamp>,
    ) -> Result<()> {
        let mut look = self.paced(leased, outcome, self.clock.now(), not_before);
        look.why = Some(why);
        self.finish(leased, look, Vec::new()).await
    }

    /// Keeps the look and what the page leads to, for as long as the engines only have a bad moment.
    async fn finish(&self, leased: &Address, look: Looked, found: Vec<NewAddress>) -> Result<()> {
        loop {
            let kept = self.keep_look(leased.clone(), look.clone(), found.clone()).await;
            if !was_a_bad_moment(&kept, "a look cannot be kept").await {
                return kept;
            }
        }
    }

    /// In one transaction.
    async fn keep_look(&self, leased: Address, look: Looked, found: Vec<NewAddress>) -> Result<()> {
        let (most, now) = (self.settings.addresses_max, self.clock.now());
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    if tx.finish_look(&leased, &look).await? {
                        tx.count(&format!("crawl.{}", look.outcome.as_str()), 1);
                        tx.add_addresses(&leased.follow, &found, most, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

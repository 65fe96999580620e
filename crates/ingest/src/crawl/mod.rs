//! Crawls the sites that are followed: leases addresses from the frontier, fetches them through the
//! door, and passes changed pages to a sink.
//!
//! The decisions are made by pure functions in the submodules: which links to follow, and how often
//! to visit an address.

mod address;
pub(crate) mod address_role;
pub(crate) mod found;
mod pace;
mod permission;
pub(crate) mod polled_source;
mod rounds;
mod schedule;
pub(crate) mod target;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::{Clock, Note, ObservationOutcome, Timestamp};
use net::{Crawl, Door, Refusal, Visit};
use store::db::{Address, Db, Looked, NewAddress, Urgency};
use store::{Result, StoreError};
use url::Url;

use crate::sources::{self, POLLED};
use crate::{Capture, PageCache, Readers};
use rounds::Rounds;
use schedule::VisitState;
use target::{Served, VisitTarget};
use visit::VisitResult;

pub use found::ListedAddress;
pub use pace::Pace;
pub use target::{SiteRelation, WhoseAddress};

/// The duration of a lease. It is longer than any visit, and releases the hosts that were leased by
/// a killed process.
const LEASE_US: i64 = 180_000_000;
const IDLE: Duration = Duration::from_millis(250);

/// The destination of changed pages.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Stores a page; it is durable when this returns.
    ///
    /// # Errors
    /// The error of the storage engines; the caller retries a retryable error.
    async fn take(&self, capture: Capture) -> Result<()>;
}

/// The settings of the crawler.
#[derive(Debug, Clone)]
pub struct CrawlSettings {
    /// The crawler's name in robots.txt and robots directives.
    pub agent: String,
    /// The maximum number of concurrent visits, each to a different host.
    pub visits_max: usize,
    /// The maximum number of addresses of one company.
    pub addresses_max: i64,
    /// The maximum number of bytes read from a page.
    pub body_bytes_max: usize,
    /// The speed of the visits.
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

/// Builds the first addresses of a followed site: those of the sources with a fixed address, such
/// as the given page and robots.txt.
pub fn beginnings(home: &Url, pace: Pace) -> Vec<NewAddress> {
    let fixed = POLLED.iter().filter_map(|source| Some((source.role, (source.of_site)(home)?)));
    let normal = fixed.filter_map(|(role, url)| Some((role, address::normal(&url)?)));
    normal
        .map(|(role, (url, host))| NewAddress {
            url: url.into(),
            host,
            role,
            depth: 0,
            announced: None,
            interval_us: pace.shortest_us(role),
        })
        .collect()
}

/// Logs a transient error of the engines and waits before the retry. Returns whether there was one.
async fn waits_to_retry(result: &Result<()>, failure: &str) -> bool {
    match result {
        Err(error) if error.is_retryable() => {
            tracing::warn!(%error, "{failure}; retrying");
            tokio::time::sleep(IDLE * 4).await;
            true
        }
        _ => false,
    }
}

/// A crawler of the sites in the frontier.
pub struct Crawler {
    /// The database with the frontier.
    pub db: Db,
    /// The door to the network.
    pub door: Door,
    /// The destination of changed pages.
    pub sink: Arc<dyn Sink>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The function that returns the relation of an address.
    pub relation_of: WhoseAddress,
    /// The threads that read pages.
    pub readers: Readers,
    /// The cache of the pages that were read.
    pub pages: PageCache,
    /// The settings.
    pub settings: CrawlSettings,
}

impl Crawler {
    /// Starts visits up to the maximum number and counts those started.
    async fn begin(self: &Arc<Self>, rounds: &mut Rounds) -> Result<usize> {
        rounds.tell_of_ended();
        let capacity = self.settings.visits_max.saturating_sub(rounds.visits.len());
        let capacity = i64::try_from(capacity).unwrap_or(i64::MAX);
        if capacity == 0 {
            return Ok(0);
        }
        let now = self.clock.now();
        rounds.lease(now);
        let until = Timestamp(now.0.saturating_add(LEASE_US));
        let leased = self
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.lease_addresses(now, until, capacity).await })
            })
            .await?;
        let count = leased.len();
        for address in leased {
            let crawler = Arc::clone(self);
            rounds.visits.spawn(async move {
                crawler.visit(&address).await?;
                Ok(crawler.host_ready(&address))
            });
        }
        Ok(count)
    }

    async fn visit(&self, leased: &Address) -> Result<()> {
        let Ok(url) = Url::parse(&leased.url) else {
            let why = "the address cannot be parsed".to_owned();
            return self.fail(leased, ObservationOutcome::NotAllowed, why, None).await;
        };
        // Validators are sent only if the content was read, because a 304 has no body.
        let was_read = leased.content_hash.is_some();
        let etag = leased.etag.clone().filter(|_| was_read);
        let last_modified = leased.last_modified.clone().filter(|_| was_read);
        match self.door.crawl(Crawl { url: url.clone(), etag, last_modified }).await {
            Ok(visit) => self.visited(leased, visit).await,
            Err(Refusal::HostBusy { retry_at, url: requested }) if requested == url => {
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
                let outcome = if refusal.is_not_allowed() {
                    ObservationOutcome::NotAllowed
                } else {
                    ObservationOutcome::CouldNotLook
                };
                let found = if refusal.is_unconnected() {
                    self.over_http(leased, &url).await?
                } else {
                    vec![]
                };
                let mut look = self.paced(leased, outcome, self.clock.now(), refusal.retry_at());
                look.why = Some(refusal.to_string());
                self.finish(leased, look, found).await
            }
        }
    }

    /// Lists the first addresses of a site over http if the site was given as a bare domain, and one
    /// of its first addresses, which was never read, cannot be connected over https.
    async fn over_http(&self, leased: &Address, url: &Url) -> Result<Vec<NewAddress>> {
        let was_read = leased.content_hash.is_some() || leased.changes > 0;
        if leased.depth > 0 || was_read || url.scheme() != "https" {
            return Ok(Vec::new());
        }
        let domain = leased.follow.clone();
        let is_bare = self
            .db
            .read(move |tx| Box::pin(async move { tx.is_followed_bare(&domain).await }))
            .await?;
        let mut home = url.clone();
        home.set_path("/");
        home.set_query(None);
        if !is_bare || home.set_scheme("http").is_err() {
            return Ok(Vec::new());
        }
        Ok(beginnings(&home, self.settings.pace))
    }

    /// Handles a redirect to an address whose host must not be requested yet. The visit ends here,
    /// because otherwise the first address would be requested repeatedly. The target is visited
    /// separately.
    async fn led(&self, leased: &Address, led_to: &Url, retry_at: Timestamp) -> Result<()> {
        let found = visit::led_to(&self.target(leased), led_to);
        if found.is_empty() {
            let why = format!("it redirects to {led_to}, which is busy until {retry_at}");
            return self.fail(leased, ObservationOutcome::CouldNotLook, why, Some(retry_at)).await;
        }
        let look = self.paced(leased, ObservationOutcome::Unchanged, self.clock.now(), None);
        self.finish(leased, look, found).await
    }

    /// Returns the time from which the host of an address may be requested again.
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
            place: visit.place,
        };
        match ObservationOutcome::of_status(status) {
            ObservationOutcome::Unchanged => {
                let look =
                    self.look(leased, &served, ObservationOutcome::Unchanged, leased.content_hash);
                self.finish(leased, look, Vec::new()).await
            }
            ObservationOutcome::Changed => self.seen(leased, served).await,
            ObservationOutcome::Gone => {
                let source = sources::of_role(leased.role);
                let found = Url::parse(&leased.url).map_or_else(
                    |_| Vec::new(),
                    |url| (source.if_gone)(&self.target(leased), &url),
                );
                // A page that is gone is reported once, and only if it was seen before.
                if leased.content_hash.is_some() && source.is_page() {
                    self.hand_over(served.capture().map_err(StoreError::work)?).await?;
                }
                let mut look = self.look(leased, &served, ObservationOutcome::Gone, None);
                look.why = Some(format!("it answered {status}"));
                self.finish(leased, look, found).await
            }
            outcome @ (ObservationOutcome::NotAllowed | ObservationOutcome::CouldNotLook) => {
                self.fail(leased, outcome, format!("it answered {status}"), None).await
            }
        }
    }

    async fn seen(&self, leased: &Address, mut served: Served) -> Result<()> {
        let (target, most) = (self.target(leased), self.settings.body_bytes_max);
        let bytes = served.body.len();
        let reading = move || (visit::read(&target, &mut served, most), served);
        let (reading, served) = match self.readers.read(bytes, reading).await {
            Ok((read, served)) => (read.map_err(StoreError::work)?, served),
            Err(error) => {
                let why = format!("the page could not be read: {error}");
                return self.fail(leased, ObservationOutcome::CouldNotLook, why, None).await;
            }
        };
        let unreadable = reading.why_unreadable();
        let VisitResult { permission, content, found, page, notes } = reading;
        self.count_notes(notes).await?;
        if let Some(why) = unreadable {
            return self.fail(leased, ObservationOutcome::CouldNotLook, why, None).await;
        }
        if page.is_some() && !permission.keep {
            let mut look = self.look(leased, &served, ObservationOutcome::NotAllowed, None);
            look.why = Some("the page forbids storing it (noindex)".to_owned());
            return self.finish(leased, look, found).await;
        }
        let is_new = leased.content_hash != Some(content);
        if let Some((capture, response)) = page.filter(|_| is_new) {
            self.pages.add_read(&capture, most, response);
            self.hand_over(capture).await?;
        }
        let outcome =
            if is_new { ObservationOutcome::Changed } else { ObservationOutcome::Unchanged };
        let look = self.look(leased, &served, outcome, Some(content));
        self.finish(leased, look, found).await
    }

    /// Passes a page to the sink and retries transient errors of the engines.
    async fn hand_over(&self, capture: Capture) -> Result<()> {
        loop {
            let result = self.sink.take(capture.clone()).await;
            if !waits_to_retry(&result, "a page cannot be stored").await {
                return result;
            }
        }
    }

    /// Logs the notes on a list, and counts them by code.
    async fn count_notes(&self, notes: Vec<Note>) -> Result<()> {
        if notes.is_empty() {
            return Ok(());
        }
        for note in &notes {
            tracing::debug!(code = %note.code, detail = note.detail, "a list was read with a note");
        }
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    for note in notes {
                        tx.count(&format!("note.crawl.{}", note.code), 1);
                    }
                    Ok(())
                })
            })
            .await
    }

    fn target(&self, leased: &Address) -> VisitTarget {
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
        outcome: ObservationOutcome,
        content_hash: Option<model::Digest>,
    ) -> Looked {
        let named = |wanted: &str| {
            let field = served.headers.iter().find(|(name, _)| name == wanted);
            field.map(|(_, value)| value.clone())
        };
        let mut look = self.paced(leased, outcome, served.observed, None);
        // A 304 may omit the validators that it confirms. The target of a redirect has its own
        // validators, which are not valid for the address that is requested next time.
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
        outcome: ObservationOutcome,
        at: Timestamp,
        not_before: Option<Timestamp>,
    ) -> Looked {
        let before = VisitState {
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
            // Stored so that a restarted crawler respects the waiting time of the host.
            host_ready: self.host_ready(leased),
        }
    }

    async fn fail(
        &self,
        leased: &Address,
        outcome: ObservationOutcome,
        why: String,
        not_before: Option<Timestamp>,
    ) -> Result<()> {
        let mut look = self.paced(leased, outcome, self.clock.now(), not_before);
        look.why = Some(why);
        self.finish(leased, look, Vec::new()).await
    }

    /// Stores the observation and the addresses found, and retries transient errors of the engines.
    async fn finish(
        &self,
        leased: &Address,
        observation: Looked,
        found: Vec<NewAddress>,
    ) -> Result<()> {
        loop {
            let result =
                self.store_observation(leased.clone(), observation.clone(), found.clone()).await;
            if !waits_to_retry(&result, "an observation cannot be stored").await {
                return result;
            }
        }
    }

    /// Stores the observation and the addresses found in one transaction.
    async fn store_observation(
        &self,
        leased: Address,
        observation: Looked,
        found: Vec<NewAddress>,
    ) -> Result<()> {
        let (most, now) = (self.settings.addresses_max, self.clock.now());
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    if tx.finish_look(&leased, &observation).await? {
                        tx.count(&format!("crawl.{}", observation.outcome.as_str()), 1);
                        tx.add_addresses(&leased.follow, &found, most, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

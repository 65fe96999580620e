//! The door itself: the state that all outgoing requests share.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Clock, Timestamp};
use tokio::time::Instant;
use url::Url;

use crate::connector::{Connector, Tls};
use crate::egress::{EgressLine, EgressLog, Purpose};
use crate::exchange::Reply;
use crate::names::{Names, SystemNames};
use crate::politeness::{HostTurn, HostTurns, Now, RequestOutcome, between, later};
use crate::refusal::Refusal;
use crate::robots_cache::RobotsCache;
use crate::settings::{NetError, NetSettings};

/// The only way out to the network. A clone is another handle to the same door.
#[derive(Clone)]
pub struct Door {
    pub(crate) inner: Arc<DoorInner>,
}

pub(crate) struct DoorInner {
    pub(crate) settings: Arc<NetSettings>,
    pub(crate) wire: Connector,
    pub(crate) clock: Arc<dyn Clock>,
    /// A monotonic clock, unaffected when `clock` is set.
    steady: Arc<dyn Clock>,
    egress: Arc<dyn EgressLog>,
    politeness: Mutex<HostTurns>,
    robots: Mutex<RobotsCache>,
}

impl Door {
    /// Builds a door with these settings.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid.
    pub fn new(
        settings: NetSettings,
        clock: Arc<dyn Clock>,
        egress: Arc<dyn EgressLog>,
    ) -> Result<Self, NetError> {
        let (steady, names) = (Arc::new(Steady(Instant::now())), Arc::new(SystemNames::new()));
        Self::over(settings, clock, steady, egress, names, Tls::default())
    }

    pub(crate) fn over(
        settings: NetSettings,
        clock: Arc<dyn Clock>,
        steady: Arc<dyn Clock>,
        egress: Arc<dyn EgressLog>,
        names: Arc<dyn Names>,
        tls: Tls,
    ) -> Result<Self, NetError> {
        settings.check()?;
        let politeness = HostTurns::new(settings.hosts_max, settings.host_delay_min);
        let robots = RobotsCache::new(settings.robots_bytes_max);
        let settings = Arc::new(settings);
        let wire = Connector::new(Arc::clone(&settings), names, tls);
        let (politeness, robots) = (Mutex::new(politeness), Mutex::new(robots));
        let inner = DoorInner { settings, wire, clock, steady, egress, politeness, robots };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Delays requests to the host of an address until `until`, because an earlier run used it.
    pub fn let_rest(&self, url: &Url, until: Timestamp) {
        let host = url.host().map(|host| host.to_string()).unwrap_or_default();
        self.inner.politeness().hold(&host, until, self.inner.now());
    }

    /// Returns the earliest time at which the host of an address may be requested, as far as known.
    pub fn host_ready(&self, url: &Url) -> Timestamp {
        let host = url.host().map(|host| host.to_string()).unwrap_or_default();
        self.inner.politeness().ready(&host, self.inner.now())
    }
}

/// A monotonic clock: the time since a start.
struct Steady(Instant);

impl Clock for Steady {
    fn now(&self) -> Timestamp {
        later(Timestamp(0), self.0.elapsed())
    }
}

impl DoorInner {
    pub(crate) fn robots(&self) -> MutexGuard<'_, RobotsCache> {
        self.robots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn politeness(&self) -> MutexGuard<'_, HostTurns> {
        self.politeness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        Now { clock: self.clock.now(), steady: self.steady.now() }
    }

    /// Waits for the host's turn, unless it comes later than the settings allow.
    pub(crate) async fn turn(&self, host: &str, url: &Url) -> Result<Slot<'_>, Refusal> {
        let mut waited = Duration::ZERO;
        loop {
            let now = self.now();
            let turn = self.politeness().begin(host, now);
            match turn {
                HostTurn::Now => {
                    return Ok(Slot { door: self, host: host.to_owned(), is_open: true });
                }
                HostTurn::Later(retry_at) => {
                    let wait = between(now.clock, retry_at);
                    waited = waited.saturating_add(wait);
                    if waited > self.settings.host_wait_max {
                        return Err(Refusal::HostBusy { retry_at, url: url.clone() });
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Writes a request and its result to the egress log.
    pub(crate) fn record(&self, pending: &PendingRequest<'_>, result: Result<&Reply, &Refusal>) {
        let took = u64::try_from(pending.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let reply = result.ok();
        self.egress.record(EgressLine {
            at: pending.at,
            purpose: pending.purpose,
            url: pending.url.clone(),
            remote: reply.map(|reply: &Reply| -> SocketAddr { reply.remote }),
            status: reply.map(|reply| reply.status),
            refusal: result.err().map(ToString::to_string),
            rule: pending.rule.map(str::to_owned),
            bytes: reply.map_or(0, |reply| u64::try_from(reply.body.len()).unwrap_or(u64::MAX)),
            took_ms: took,
        });
    }
}

/// A request about to be sent, for the egress log.
pub(crate) struct PendingRequest<'a> {
    pub(crate) at: Timestamp,
    pub(crate) since: Instant,
    pub(crate) purpose: Purpose,
    pub(crate) url: String,
    pub(crate) rule: Option<&'a str>,
}

/// A host's turn. If it is dropped without being ended, as when a visit is cancelled, it ends like
/// a successful request.
pub(crate) struct Slot<'a> {
    door: &'a DoorInner,
    host: String,
    is_open: bool,
}

impl Slot<'_> {
    /// Ends the turn and returns the time of the next one.
    pub(crate) fn end(mut self, delay: Option<Duration>, outcome: RequestOutcome) -> Timestamp {
        self.is_open = false;
        self.door.politeness().end(&self.host, delay, outcome, self.door.now())
    }

    /// Gives the turn back unused, because no request was sent.
    pub(crate) fn give_back(mut self) {
        self.is_open = false;
        self.door.politeness().give_back(&self.host);
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if self.is_open {
            let now = self.door.now();
            self.door.politeness().end(&self.host, None, RequestOutcome::Fine, now);
        }
    }
}

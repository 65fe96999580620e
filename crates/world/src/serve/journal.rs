//! The journal: every request with its client and time, and the violations of politeness.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::{Clock, Day, Timestamp};

use crate::site::closed_to_robots;
use crate::weather::{self, SiteState};
use crate::{HostRole, World};

/// The maximum number of requests kept; later ones are only counted.
const STORED_MAX: usize = 2_000_000;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ServedRequest {
    /// The host, without a port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// The `User-Agent` of the client.
    pub agent: String,
    /// The day in the world.
    pub day: Day,
    /// The time of arrival, by the clock of the server.
    pub began: Timestamp,
    /// The time at which the response was ready or the client disconnected; `None` before.
    pub ended: Option<Timestamp>,
    /// The status of the response; 0 without a response.
    pub status: u16,
    /// The number of requests to the same host that were open on arrival, including this one.
    pub concurrent: u32,
}

/// The politeness that a host requires of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPoliteness {
    /// The shortest time between the starts of two requests to a host, unless its robots file
    /// requires more.
    pub delay_ms: u32,
    /// The factor for the delays of robots files, in thousandths: less than 1000 when days run
    /// fast.
    pub delay_permille: u32,
    /// The maximum number of concurrent requests to one host.
    pub concurrent_max: u32,
}

impl Default for HostPoliteness {
    fn default() -> Self {
        Self { delay_ms: 1_000, delay_permille: 1_000, concurrent_max: 1 }
    }
}

/// A violation of politeness.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// `closed_path`, `robots_not_read`, `robots_broken` (it could not be read), `too_fast` or
    /// `too_many_at_once`.
    pub rule: &'static str,
    /// The host.
    pub host: String,
    /// The path of the request.
    pub path: String,
    /// The time of arrival.
    pub at: Timestamp,
}

#[derive(Debug, Default)]
struct Entries {
    stored: Vec<ServedRequest>,
    open: BTreeMap<String, u32>,
    dropped: u64,
}

/// All requests to a server.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Entries>);

/// A request in progress. It ends when this is dropped, because the client may disconnect before
/// there is a response.
pub(super) struct SiteVisit<'j> {
    journal: &'j Journal,
    clock: &'j dyn Clock,
    host: String,
    at: Option<usize>,
    status: u16,
}

impl SiteVisit<'_> {
    /// Records the status of the response.
    pub(super) fn answered(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for SiteVisit<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        let mut entries = self.journal.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = entries.open.get(&self.host).copied().unwrap_or(0).saturating_sub(1);
        if open == 0 {
            entries.open.remove(&self.host);
        } else {
            entries.open.insert(self.host.clone(), open);
        }
        if let Some(access) = self.at.and_then(|at| entries.stored.get_mut(at)) {
            (access.ended, access.status) = (Some(now), self.status);
        }
    }
}

impl Journal {
    pub(super) fn begin<'j>(
        &'j self,
        clock: &'j dyn Clock,
        host: &str,
        path: &str,
        agent: &str,
        day: Day,
    ) -> SiteVisit<'j> {
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = entries.open.entry(host.clone()).or_default();
        *open += 1;
        let concurrent = *open;
        let is_full = entries.stored.len() >= STORED_MAX;
        if is_full {
            entries.dropped += 1;
        } else {
            entries.stored.push(ServedRequest {
                host: host.clone(),
                path: path.to_owned(),
                agent: agent.to_owned(),
                day,
                began: clock.now(),
                ended: None,
                status: 0,
                concurrent,
            });
        }
        let at = (!is_full).then(|| entries.stored.len() - 1);
        SiteVisit { journal: self, clock, host, at, status: 0 }
    }

    /// Returns the requests so far, in order of arrival.
    pub fn accesses(&self) -> Vec<ServedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).stored.clone()
    }

    /// Returns the number of requests.
    pub fn count(&self) -> u64 {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.dropped + entries.stored.len() as u64
    }

    /// Returns the number of requests that arrived when the journal was full.
    pub fn dropped(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).dropped
    }

    /// Checks all requests and returns the violations, in order of arrival.
    pub fn violations(&self, world: &World, politeness: HostPoliteness) -> Vec<Violation> {
        violations(&self.accesses(), world, politeness)
    }
}

/// The state of a client's visits to a host.
#[derive(Default)]
struct ClientState {
    last: Option<Timestamp>,
    read_robots: bool,
}

fn violations(
    accesses: &[ServedRequest],
    world: &World,
    politeness: HostPoliteness,
) -> Vec<Violation> {
    let mut clients: BTreeMap<&str, ClientState> = BTreeMap::new();
    let mut found = Vec::new();
    for access in accesses {
        let Some((site, _)) = world.doors.get(&access.host) else { continue };
        let habits = weather::habits(&world.plan, *site);
        let client = clients.entry(&access.host).or_default();
        let mut broken = Vec::new();
        let path = access.path.split('?').next().unwrap_or_default();
        let is_robots = path == "/robots.txt";
        if !is_robots && closed_to_robots(&habits, path) {
            broken.push("closed_path");
        }
        if !is_robots && !client.read_robots {
            let is_broken =
                weather::today(&world.plan, *site, access.day) == SiteState::RobotsBroken;
            broken.push(if is_broken { "robots_broken" } else { "robots_not_read" });
        }
        let crawl_delay_ms = habits.crawl_delay_s.unwrap_or(0) * politeness.delay_permille;
        let delay = i64::from(crawl_delay_ms.max(politeness.delay_ms)) * 1_000;
        if client.last.is_some_and(|last| access.began.0 - last.0 < delay) {
            broken.push("too_fast");
        }
        if access.concurrent > politeness.concurrent_max {
            broken.push("too_many_at_once");
        }
        client.last = Some(access.began);
        // A broken robots file was requested but not read, and neither was one whose client
        // disconnected.
        client.read_robots |= is_robots && (1..500).contains(&access.status);
        found.extend(broken.into_iter().map(|rule| Violation {
            rule,
            host: access.host.clone(),
            path: access.path.clone(),
            at: access.began,
        }));
    }
    found
}

impl World {
    /// Looks up the role of a host; `None` for hosts that are not of this world.
    pub fn role_of(&self, host: &str) -> Option<HostRole> {
        match self.doors.get(host)?.0 {
            crate::calendar::SiteOwner::Company(_) => Some(HostRole::Company),
            crate::calendar::SiteOwner::Outlet(number) => self.outlets.get(number).map(|o| o.role),
        }
    }
}

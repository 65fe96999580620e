//! A bounded cache of the rules of recently visited sites. Rules are fresh for a day; the last good
//! ones are used while a site is unreachable. The response with the rules is kept for the next visit
//! to the address of the rules itself, which then needs no request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;

use crate::politeness::later;
use crate::robots::Robots;
use crate::visit::Visit;

const HOUR: Duration = Duration::from_secs(3600);
/// The age at which rules are requested again (RFC 9309, 2.4).
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// The time for which the last rules of an unreachable site apply (RFC 9309, 2.3.1.4).
const LAST_GOOD: Duration = Duration::from_secs(30 * 24 * 3600);
/// The maximum size of a response that is kept, in bytes.
const RESPONSE_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug)]
struct Site {
    robots: Arc<Robots>,
    bytes: usize,
    read: Timestamp,
    fresh_until: Timestamp,
    /// The response with the rules, until a visit takes it.
    response: Option<Box<Visit>>,
}

/// Rules by origin (`https://harbourline.example`).
#[derive(Debug)]
pub(crate) struct RobotsCache {
    sites: HashMap<String, Site>,
    bytes: usize,
    bytes_max: usize,
}

impl RobotsCache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { sites: HashMap::new(), bytes: 0, bytes_max }
    }

    /// Returns the rules and the time at which they were read, if they are fresh.
    pub(crate) fn fresh(&self, origin: &str, now: Timestamp) -> Option<(Arc<Robots>, Timestamp)> {
        let site = self.sites.get(origin).filter(|site| now < site.fresh_until)?;
        Some((Arc::clone(&site.robots), site.read))
    }

    /// Returns the last rules of an unreachable site and renews them for an hour, unless they are
    /// too old.
    pub(crate) fn last_good(&mut self, origin: &str, now: Timestamp) -> Option<Arc<Robots>> {
        let site = self.sites.get_mut(origin).filter(|site| now < later(site.read, LAST_GOOD))?;
        site.fresh_until = later(now, HOUR).min(later(site.read, LAST_GOOD));
        let robots = Arc::clone(&site.robots);
        // It is older than rules may be, and no visit has taken it.
        drop(self.take_response(origin, now));
        Some(robots)
    }

    /// Takes the response that fresh rules were read from. Each is given to one visit only, so that
    /// every other visit makes a request.
    pub(crate) fn take_response(&mut self, origin: &str, now: Timestamp) -> Option<Visit> {
        let site = self.sites.get_mut(origin).filter(|site| now < site.fresh_until)?;
        let response = site.response.take()?;
        let bytes = response_bytes(&response);
        site.bytes = site.bytes.saturating_sub(bytes);
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(*response)
    }

    /// Caches rules that were read at the time `read`, with the response that they are from.
    pub(crate) fn keep(
        &mut self,
        origin: String,
        robots: Arc<Robots>,
        read: Timestamp,
        response: Option<Box<Visit>>,
    ) {
        let response = response.filter(|response| response_bytes(response) <= RESPONSE_BYTES_MAX);
        let kept_bytes = response.as_deref().map_or(0, response_bytes);
        let bytes = robots.bytes() + origin.len() + kept_bytes;
        let site = Site { robots, bytes, read, fresh_until: later(read, FRESH), response };
        let previous = self.sites.insert(origin, site);
        self.bytes = self.bytes + bytes - previous.map_or(0, |site| site.bytes);
        if self.bytes > self.bytes_max {
            self.drop_older_half();
        }
    }

    /// Drops half of the rules at a time, so that the scan of all of them is rare.
    fn drop_older_half(&mut self) {
        let mut read: Vec<Timestamp> = self.sites.values().map(|site| site.read).collect();
        let middle = read.len() / 2;
        let (_, &mut middle, _) = read.select_nth_unstable(middle);
        self.sites.retain(|_, site| site.read > middle);
        self.bytes = self.sites.values().map(|site| site.bytes).sum();
    }
}

/// Estimates the memory of a response, in bytes.
fn response_bytes(response: &Visit) -> usize {
    let headers: usize =
        response.headers.iter().map(|(name, value)| name.len() + value.len() + 64).sum();
    size_of::<Visit>() + headers + response.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u32) -> Timestamp {
        later(Timestamp(0), HOUR * hours)
    }

    fn rules(file: &str) -> Arc<Robots> {
        Arc::new(Robots::read(file.as_bytes(), "leadqbot"))
    }

    #[test]
    fn rules_are_fresh_for_a_day_and_good_for_thirty_when_the_site_is_away() {
        let origin = "https://harbourline.example";
        let mut cache = RobotsCache::new(10_000);
        assert!(cache.last_good(origin, at(0)).is_none());
        cache.keep(origin.to_owned(), rules("User-agent: *\nDisallow: /x"), at(0), None);
        assert!(cache.fresh(origin, at(23)).is_some());
        assert!(cache.fresh(origin, at(24)).is_none());
        assert!(cache.last_good(origin, at(24)).is_some());
        assert!(cache.fresh(origin, Timestamp(at(25).0 - 1)).is_some());
        assert!(cache.fresh(origin, at(25)).is_none());
        assert!(cache.last_good(origin, at(30 * 24)).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_the_newest() {
        let mut cache = RobotsCache::new(10_000);
        for site in 0..1_000 {
            let rules = rules("User-agent: *\nDisallow: /members\nAllow: /members/news");
            cache.keep(format!("https://host{site}.example"), rules, at(site), None);
            assert!(cache.bytes <= 10_000);
            assert_eq!(cache.bytes, cache.sites.values().map(|site| site.bytes).sum::<usize>());
            let last = format!("https://host{site}.example");
            assert!(cache.fresh(&last, at(site)).is_some() || cache.sites.is_empty());
        }
        assert!(cache.sites.len() > 10);
    }
}

//! The limits of connections: how many there may be, and how long each part of a request may take.

use std::net::IpAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The minimum number of files that connections leave to the storage engines and the crawler.
const FILES_KEPT_MIN: usize = 256;
/// The maximum number of connections, however many files the process may open: each needs memory.
const CONNECTIONS_MAX: usize = 4_096;
/// The minimum number of connections, however few files the process may open.
const CONNECTIONS_MIN: usize = 16;
/// The minimum of the limit for one client address.
const PER_ADDRESS_MIN: usize = 32;
/// The usual limit of open files, from which the default is derived.
const FILES_USUAL: u64 = 1_024;

/// The limits of connections and of the bodies that arrive on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// The maximum number of connections.
    pub connections_max: usize,
    /// The maximum number of connections of one client address. Loopback addresses and trusted
    /// proxies, behind which there are many clients, are exempt.
    pub per_address_max: usize,
    /// The addresses of reverse proxies. Their header `X-Forwarded-For` names the client.
    pub trusted_proxies: Vec<IpAddr>,
    /// The time for the head of a request, from its first byte; on a new connection, from the
    /// beginning of the connection.
    pub head_time_max: Duration,
    /// The time for which a connection may be idle between two requests.
    pub idle_time_max: Duration,
    /// The maximum pause within a body.
    pub body_pause_max: Duration,
    /// The time for a body, in addition to the time that its bytes take at the minimum rate.
    pub body_time_max: Duration,
    /// The time for which a client may leave its response untaken, in addition to the time that the
    /// bytes it takes meanwhile take at the minimum rate.
    pub write_time_max: Duration,
    /// The minimum rate of bodies and responses, in bytes per second.
    pub rate_min_bytes: usize,
    /// The time for which unread input is discarded before a connection is closed.
    pub linger_time_max: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::for_files(FILES_USUAL)
    }
}

impl ConnectionLimits {
    /// Raises the process's limit of open files as far as the system permits, and derives the
    /// limits from it.
    pub fn of_process() -> Self {
        Self::for_files(raise_files_max())
    }

    /// Derives the limits from the number of files that the process may open.
    pub fn for_files(files_max: u64) -> Self {
        let files_max = usize::try_from(files_max).unwrap_or(usize::MAX);
        let quarter = files_max / 4;
        // A quarter of a very small limit is all that connections get.
        let kept = quarter.max(FILES_KEPT_MIN).min(files_max - quarter);
        let connections_max = (files_max - kept).clamp(CONNECTIONS_MIN, CONNECTIONS_MAX);
        Self {
            connections_max,
            per_address_max: (connections_max / 4).max(PER_ADDRESS_MIN),
            trusted_proxies: Vec::new(),
            head_time_max: Duration::from_secs(10),
            idle_time_max: Duration::from_secs(60),
            body_pause_max: Duration::from_secs(10),
            body_time_max: Duration::from_secs(20),
            write_time_max: Duration::from_secs(20),
            rate_min_bytes: 16 << 10,
            linger_time_max: Duration::from_secs(2),
        }
    }

    /// Returns a time limit extended by the time that a number of bytes takes at the minimum rate.
    pub(crate) fn extended(&self, time_max: Duration, bytes: usize) -> Duration {
        let rate = u64::try_from(self.rate_min_bytes.max(1)).unwrap_or(u64::MAX);
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        time_max.saturating_add(Duration::from_millis(bytes.saturating_mul(1_000) / rate))
    }
}

/// Raises the soft limit of open files to the hard limit and returns the resulting limit. A system
/// that refuses leaves the limit unchanged.
fn raise_files_max() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised,
        Err(error) => {
            tracing::debug!(%error, ?limit, "cannot raise the limit of open files");
            limit
        }
    };
    limit.current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_for_the_engines() {
        for (files, connections, per_address) in [
            (64, 16, 32),
            (256, 64, 32),
            (1_024, 768, 192),
            (4_096, 3_072, 768),
            (20_000, 4_096, 1_024),
            (u64::MAX, 4_096, 1_024),
        ] {
            let limits = ConnectionLimits::for_files(files);
            let derived = (limits.connections_max, limits.per_address_max);
            assert_eq!(derived, (connections, per_address), "{files}");
        }
        assert_eq!(ConnectionLimits::default(), ConnectionLimits::for_files(1_024));
        assert!(ConnectionLimits::of_process().connections_max >= CONNECTIONS_MIN);
    }

    #[test]
    fn time_grows_with_what_arrived() {
        let limits = ConnectionLimits::default();
        let second = Duration::from_secs(1);
        assert_eq!(limits.extended(second, 0), second);
        assert_eq!(limits.extended(second, 32 << 10), 3 * second);
    }
}

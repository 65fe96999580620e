//! The settings of the door, with their defaults.

use std::net::SocketAddr;
use std::time::Duration;

use crate::public_address::is_public;
use crate::robots;

/// The default maximum size of a response's head, in bytes.
const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// The minimum head size that the HTTP library requires, in bytes.
const HEADERS_BYTES_MIN: usize = 8 * 1024;

/// The settings of the door. [`NetSettings::new`] returns the defaults.
#[derive(Debug, Clone)]
pub struct NetSettings {
    /// The user agent: a product name, then a page about it: `leadqbot/0.1 (+https://…)`. The rules
    /// of a robots.txt are those for the product name.
    pub user_agent: String,
    /// The allow list of deliveries: private addresses, and ports other than 80, 443, 8080 and 8443,
    /// that messages may be sent to in spite of the guard.
    pub allow: Vec<SocketAddr>,
    /// The allow list of the crawler, for pages, robots.txt and every redirect.
    pub crawl_allow: Vec<SocketAddr>,
    /// Names that are not resolved but map to a fixed address.
    pub hosts: Vec<HostRule>,
    /// The maximum number of bytes kept of a page, as served; the rest is cut off.
    pub body_bytes_max: usize,
    /// The maximum size of a response's head, in bytes; at least 8 KiB.
    pub headers_bytes_max: usize,
    /// The timeout for resolving a name and connecting to it, including encryption.
    pub connect_timeout: Duration,
    /// The timeout for a whole visit, without the waits for a host's turn.
    pub total_timeout: Duration,
    /// The window over which a body must average 1 KiB per second; a slower body is abandoned.
    pub slow_window: Duration,
    /// The maximum number of redirects followed in one visit.
    pub hops_max: usize,
    /// The minimum time between the end of a request to a host and the start of the next.
    pub host_delay_min: Duration,
    /// The maximum wait for a host's turn; a host whose turn comes later is reported as busy.
    pub host_wait_max: Duration,
    /// The maximum number of hosts in the table of turns.
    pub hosts_max: usize,
    /// The maximum size of the cache of robots.txt rules, in bytes.
    pub robots_bytes_max: usize,
}

impl NetSettings {
    /// Returns the defaults for this user agent.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            allow: Vec::new(),
            crawl_allow: Vec::new(),
            hosts: Vec::new(),
            body_bytes_max: 10 * 1024 * 1024,
            headers_bytes_max: HEADERS_BYTES_MAX,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(60),
            slow_window: Duration::from_secs(10),
            hops_max: 5,
            host_delay_min: Duration::from_secs(1),
            host_wait_max: Duration::from_secs(3),
            hosts_max: 65_536,
            robots_bytes_max: 64 * 1024 * 1024,
        }
    }

    /// Returns the fixed address of a name, if there is a rule for it.
    pub(crate) fn rule_for(&self, name: &str) -> Option<SocketAddr> {
        self.hosts.iter().find(|rule| rule.matches(name)).map(|rule| rule.address)
    }

    /// Returns the addresses on an allow list.
    pub(crate) fn allowed(&self, list: AllowList) -> &[SocketAddr] {
        match list {
            AllowList::Crawl => &self.crawl_allow,
            AllowList::Delivery => &self.allow,
        }
    }

    /// Checks that a socket address is on an allow list, or is a public address with a port of the
    /// open web. The error is the reason.
    pub(crate) fn may_connect(
        &self,
        address: SocketAddr,
        list: AllowList,
    ) -> Result<(), &'static str> {
        if self.allowed(list).contains(&address) {
            return Ok(());
        }
        is_public(address).map_err(|why| match list {
            AllowList::Crawl if self.allow.contains(&address) => {
                "it is allowed for deliveries only; to crawl it, add it to crawl_allow"
            }
            AllowList::Delivery if self.crawl_allow.contains(&address) => {
                "it is allowed for the crawler only; to deliver to it, add it to allow"
            }
            _ => why,
        })
    }

    pub(crate) fn check(&self) -> Result<(), NetError> {
        if robots::product(&self.user_agent).is_empty() {
            return Err(NetError::UserAgent(self.user_agent.clone()));
        }
        if http::HeaderValue::from_str(&self.user_agent).is_err() {
            return Err(NetError::UserAgent(self.user_agent.clone()));
        }
        if self.headers_bytes_max < HEADERS_BYTES_MIN {
            return Err(NetError::HeadersTooSmall);
        }
        for rule in &self.hosts {
            // Each request is checked against the list of its own purpose.
            let lists = [AllowList::Crawl, AllowList::Delivery];
            if lists.into_iter().all(|list| self.may_connect(rule.address, list).is_err()) {
                return Err(NetError::RuleNotAllowed(rule.clone()));
            }
        }
        Ok(())
    }
}

/// The allow list that a request's address may be on, by the purpose of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AllowList {
    /// [`NetSettings::crawl_allow`]: addresses that other people's pages and redirects may name.
    Crawl,
    /// [`NetSettings::allow`]: addresses that only the operator names.
    Delivery,
}

/// A name, or all names below one (`*.example`), and the address that it maps to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    /// The name: `harbourline.example`, or `*.example` for every name that ends in `.example`.
    pub pattern: String,
    /// The address of the name. A private address must also be in [`NetSettings::allow`] or in
    /// [`NetSettings::crawl_allow`], and is reached by requests of that purpose only.
    pub address: SocketAddr,
}

impl HostRule {
    fn matches(&self, name: &str) -> bool {
        match self.pattern.strip_prefix('*') {
            Some(ending) => name
                .len()
                .checked_sub(ending.len())
                .and_then(|start| name.get(start..))
                .is_some_and(|end| end.eq_ignore_ascii_case(ending) && ending.starts_with('.')),
            None => name.eq_ignore_ascii_case(&self.pattern),
        }
    }
}

/// The reason why settings are invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The user agent is missing or cannot be sent.
    #[error("not a user agent: {0:?}; write a product name and a page: leadqbot/0.1 (+https://…)")]
    UserAgent(String),
    /// A host rule maps to a blocked address.
    #[error("the host rule {} leads to {}, which is blocked; add that address to allow (deliveries) or crawl_allow (crawler)", .0.pattern, .0.address)]
    RuleNotAllowed(HostRule),
    /// The limit on a response's head is below the minimum of the HTTP library.
    #[error("the limit on a response's head is below 8 KiB; raise it")]
    HeadersTooSmall,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_match_whole_names() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8099));
        let rule = |pattern: &str| HostRule { pattern: pattern.to_owned(), address };
        for (pattern, name, expected) in [
            ("*.example", "harbourline.example", true),
            ("*.example", "www.Harbourline.EXAMPLE", true),
            ("*.example", "example", false),
            ("*.example", "notexample", false),
            ("*.example", "harbourline.example.com", false),
            ("*example", "badexample", false),
            ("harbourline.example", "harbourline.example", true),
            ("harbourline.example", "www.harbourline.example", false),
        ] {
            assert_eq!(rule(pattern).matches(name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn unusable_settings_are_refused() {
        let private = SocketAddr::from(([127, 0, 0, 1], 8099));
        let rule = HostRule { pattern: "*.example".to_owned(), address: private };
        let mut settings = NetSettings::new("leadqbot/0.1 (+https://harbourline.example/bot)");
        assert_eq!(settings.check(), Ok(()));
        settings.hosts.push(rule.clone());
        assert_eq!(settings.check(), Err(NetError::RuleNotAllowed(rule)));
        settings.allow.push(private);
        assert_eq!(settings.check(), Ok(()));
        settings.crawl_allow.append(&mut settings.allow);
        assert_eq!(settings.check(), Ok(()));
        for agent in ["", "/1.0", "leadqbot\n", "(bot)"] {
            assert!(NetSettings::new(agent).check().is_err(), "{agent:?}");
        }
    }
}

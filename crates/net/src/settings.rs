//! What an operator may set about the way out, with its defaults.

use std::net::SocketAddr;
use std::time::Duration;

use crate::public_address::may_connect;
use crate::robots;

/// Longest robots.txt and page header block, in bytes.
const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// What the HTTP library needs at least.
const HEADERS_BYTES_MIN: usize = 8 * 1024;

/// How the door behaves. [`Settings::new`] has the defaults.
#[derive(Debug, Clone)]
pub struct NetSettings {
    /// Who we say we are: a product name, then a page about it:
    /// `leadqbot/0.1 (+https://…)`. robots.txt is read for the product name.
    pub user_agent: String,
    /// Private addresses, and ports other than 80, 443, 8080 and 8443, that may be asked all the same.
    pub allow: Vec<SocketAddr>,
    /// Names that are not resolved but lead to a fixed address.
    pub hosts: Vec<HostRule>,
    /// Most bytes kept of a page, as served; what is longer is cut off.
    pub body_bytes_max: usize,
    /// Most bytes of an answer's head; at least 8 KiB.
    pub headers_bytes_max: usize,
    /// Time to find a name's address and to connect to it, encryption included.
    pub connect_timeout: Duration,
    /// Time for a whole visit, waiting for a host's turn excepted.
    pub total_timeout: Duration,
    /// A body that brings less than 1 KiB per second over this long is given up.
    pub slow_window: Duration,
    /// Most redirects followed in one visit.
    pub hops_max: usize,
    /// Least time between the end of a request to a host and the start of the next.
    pub host_delay_min: Duration,
    /// A host whose turn comes later than this is reported busy instead of waited for.
    pub host_wait_max: Duration,
    /// Most hosts remembered at a time.
    pub hosts_max: usize,
    /// Most bytes of robots.txt rules remembered at a time.
    pub robots_bytes_max: usize,
}

impl NetSettings {
    /// The defaults, for a crawler of this name.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            allow: Vec::new(),
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

    /// The fixed address of a name, if there is a rule for it.
    pub(crate) fn rule_for(&self, name: &str) -> Option<SocketAddr> {
        self.hosts.iter().find(|rule| rule.matches(name)).map(|rule| rule.address)
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
            if may_connect(rule.address, &self.allow).is_err() {
                return Err(NetError::RuleNotAllowed(rule.clone()));
            }
        }
        Ok(())
    }
}

/// A name, or all names below one (`*.example`), and the address it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    /// `harbourline.example`, or `*.example` for every name that ends in `.example`.
    pub pattern: String,
    /// Where the name leads. A private address must be in [`Settings::allow`] too.
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

/// Settings that no door can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The user agent is missing or cannot be sent.
    #[error("not a user agent: {0:?}; write a product name and a page: leadqbot/0.1 (+https://…)")]
    UserAgent(String),
    /// A host rule leads to an address that is blocked.
    #[error("the host rule {} leads to {}, which is blocked; add that address to the allow list", .0.pattern, .0.address)]
    RuleNotAllowed(HostRule),
    /// The limit on an answer's head is below what can be read at all.
    #[error("the limit on an answer's head is below 8 KiB; raise it")]
    HeadersTooSmall,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_match_whole_names() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8099));
        let rule = |pattern: &str| HostRule { pattern: pattern.to_owned(), address };
        for (pattern, name, expect) in [
            ("*.example", "harbourline.example", true),
            ("*.example", "www.Harbourline.EXAMPLE", true),
            ("*.example", "example", false),
            ("*.example", "notexample", false),
            ("*.example", "harbourline.example.com", false),
            ("*example", "badexample", false),
            ("harbourline.example", "harbourline.example", true),
            ("harbourline.example", "www.harbourline.example", false),
        ] {
            assert_eq!(rule(pattern).matches(name), expect, "{pattern} {name}");
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
        for agent in ["", "/1.0", "leadqbot\n", "(bot)"] {
            assert!(NetSettings::new(agent).check().is_err(), "{agent:?}");
        }
    }
}

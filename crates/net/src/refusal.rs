//! Why there is no answer, sorted by what the caller should do about it.

use model::Timestamp;
use url::Url;

/// Why an address was not asked, or gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The site's robots.txt does not allow it.
    #[error("robots.txt does not allow it: {rule}")]
    Robots {
        /// The rule that decided, as `disallow: /path`, or what the answer for robots.txt was.
        rule: String,
    },
    /// The address is not one of the open internet and not on the allow list.
    #[error("{address} is blocked: {why}")]
    Blocked {
        /// The host or socket address.
        address: String,
        /// What kind of address it is.
        why: String,
    },
    /// The host's turn comes later: ask `url` then. After redirects that is where they led.
    #[error("the host's turn comes at {retry_at}")]
    HostBusy {
        /// The earliest moment of the next request.
        retry_at: Timestamp,
        /// What to ask then.
        url: Url,
    },
    /// Whether the site allows it could not be found out, so it was not asked.
    #[error("robots.txt could not be read: {why}")]
    RobotsAway {
        /// What went wrong.
        why: String,
        /// The earliest moment of the next try.
        retry_at: Timestamp,
    },
    /// More redirects than allowed, or a circle of them.
    #[error("it was redirected more than {0} times")]
    TooManyHops(usize),
    /// A redirect that leads to something that is no address.
    #[error("it was redirected to something that is not an address")]
    BadRedirect,
    /// The head of the answer is longer than allowed.
    #[error("the head of the answer is too large")]
    TooLarge,
    /// Nothing, or not everything, came in time.
    #[error("no whole answer came in time")]
    Timeout,
    /// The body came so slowly that waiting for it would have been a trap.
    #[error("the answer came too slowly")]
    TooSlow,
    /// The name has no address.
    #[error("the host name could not be resolved: {0}")]
    Dns(String),
    /// No connection could be made.
    #[error("no connection: {0}")]
    Connect(String),
    /// The other side's certificate or encryption is not good.
    #[error("no safe connection: {0}")]
    Tls(String),
    /// The answer is not HTTP as it should be.
    #[error("the answer is not valid HTTP: {0}")]
    Http(String),
}

impl Refusal {
    /// Whether somebody decided that it must not be asked: nothing may be read from its absence,
    /// and asking again soon is no use.
    pub fn is_not_allowed(&self) -> bool {
        matches!(self, Self::Robots { .. } | Self::Blocked { .. })
    }

    /// Whether it may work another time: nothing may be read from its absence.
    pub fn is_could_not_look(&self) -> bool {
        !self.is_not_allowed()
    }

    /// The earliest moment to ask again, where one is known.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::HostBusy { retry_at, .. } | Self::RobotsAway { retry_at, .. } => Some(*retry_at),
            _ => None,
        }
    }
}

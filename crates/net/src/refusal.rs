//! The reasons for a missing response, grouped by the action that the caller should take.

use model::Timestamp;
use url::Url;

/// The reason why an address was not requested, or gave no usable response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The site's robots.txt does not allow it.
    #[error("robots.txt does not allow it: {rule}")]
    Robots {
        /// The rule that decided, as `disallow: /path`, or the response for robots.txt.
        rule: String,
    },
    /// The address is neither on the open internet nor on the allow list.
    #[error("{address} is blocked: {why}")]
    Blocked {
        /// The host or socket address.
        address: String,
        /// The kind of address.
        why: String,
    },
    /// The host's turn comes later: request `url` then. After redirects, `url` is their target.
    #[error("the host can be requested again at {retry_at}")]
    HostBusy {
        /// The earliest time of the next request.
        retry_at: Timestamp,
        /// The address to request then.
        url: Url,
    },
    /// The site's robots.txt could not be read, so the page was not requested.
    #[error("robots.txt could not be read: {why}")]
    RobotsAway {
        /// The cause.
        why: String,
        /// The earliest time of the next attempt.
        retry_at: Timestamp,
        /// Whether no connection to the site could be made.
        is_unconnected: bool,
    },
    /// More redirects than allowed.
    #[error("more than {0} redirects")]
    TooManyHops(usize),
    /// An address that redirects to itself, without a cookie that could change the response.
    #[error("the address redirects to itself")]
    RedirectLoop,
    /// The site answers only with a cookie that it sets, but the host's turn comes later, and cookies
    /// end with the visit.
    #[error(
        "the site requires a cookie of one visit, but can be requested again only at {retry_at}"
    )]
    CookieEnds {
        /// The earliest time of the next attempt.
        retry_at: Timestamp,
    },
    /// A redirect to a target that is not an address.
    #[error("the redirect target is not an address")]
    BadRedirect,
    /// The head of the response is longer than allowed.
    #[error("the head of the response is too large")]
    TooLarge,
    /// The response did not arrive, or not completely, before the deadline.
    #[error("the request timed out")]
    Timeout,
    /// The body arrived below the minimum pace, as from a tarpit.
    #[error("the response arrived too slowly")]
    TooSlow,
    /// The name has no address.
    #[error("the host name could not be resolved: {0}")]
    Dns(String),
    /// No connection could be made.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The server's certificate or encryption is invalid.
    #[error("cannot establish a secure connection: {0}")]
    Tls(String),
    /// The response is not valid HTTP, or the request cannot be sent.
    #[error("HTTP error: {0}")]
    Http(String),
}

impl Refusal {
    /// Reports whether a rule forbids the request. No conclusion may be drawn from the missing
    /// response, and an early retry is useless.
    pub fn is_not_allowed(&self) -> bool {
        matches!(self, Self::Robots { .. } | Self::Blocked { .. })
    }

    /// Reports whether a later attempt may succeed. No conclusion may be drawn from the missing
    /// response.
    pub fn is_could_not_look(&self) -> bool {
        !self.is_not_allowed()
    }

    /// Reports whether no connection, or no secure one, could be made to the site itself in time:
    /// another scheme may be served there.
    pub fn is_unconnected(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Tls(_) | Self::Timeout => true,
            Self::RobotsAway { is_unconnected, .. } => *is_unconnected,
            _ => false,
        }
    }

    /// Returns the earliest time of the next attempt, if known.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::HostBusy { retry_at, .. }
            | Self::RobotsAway { retry_at, .. }
            | Self::CookieEnds { retry_at } => Some(*retry_at),
            _ => None,
        }
    }
}

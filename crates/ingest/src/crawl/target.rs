//! The target of a visit and the response of its server.

use model::Timestamp;
use store::db::AddressRole;
use url::Url;

use super::pace::Pace;
use crate::Capture;

/// The relation of an address to a followed company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteRelation {
    /// An address of the company.
    Own,
    /// A company's board on a host where companies post jobs.
    Board,
    /// An address of another owner.
    Elsewhere,
}

/// A function that returns the relation of an address to a followed domain. It is passed in by the
/// caller, because it is implemented by `resolve`, and stages never use each other.
pub type WhoseAddress = fn(domain: &str, url: &str) -> SiteRelation;

/// The context of a visit.
#[derive(Debug, Clone)]
pub(crate) struct VisitTarget {
    pub(crate) domain: String,
    pub(crate) role: AddressRole,
    pub(crate) depth: i64,
    pub(crate) relation_of: WhoseAddress,
    /// The crawler's name in robots.txt and robots directives.
    pub(crate) agent: String,
    pub(crate) pace: Pace,
}

/// The response of a visit.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// The body as served.
    pub(crate) body: bytes::Bytes,
    pub(crate) observed: Timestamp,
    /// The place of a large body.
    #[expect(dead_code, reason = "it is held until the visit ends")]
    pub(crate) place: net::BodyPlace,
}

impl Served {
    /// Creates the capture to be stored.
    ///
    /// # Errors
    /// The cause, if it cannot be stored.
    pub(crate) fn capture(&self) -> Result<Capture, String> {
        let Self { url, status, headers, body, observed, .. } = self;
        Capture::visited(url.as_str(), *observed, *status, headers, body)
    }
}

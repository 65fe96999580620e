//! The target of a visit and the response of its server.

use model::Timestamp;
use store::db::AddressRole;
use url::Url;

use super::WhoseAddress;
use super::pace::Pace;

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
}

//! The result of a visit to a page of the open web.

use std::net::SocketAddr;

use bytes::Bytes;
use model::Timestamp;
use url::Url;

use crate::body_place::BodyPlace;
use crate::robots::RobotsNote;

/// A redirect or a refresh that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The requested address.
    pub url: Url,
    /// The status of the response.
    pub status: u16,
}

/// The result of a visit.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The address of the response, after all redirects.
    pub url: Url,
    /// The redirects and refreshes, in order.
    pub hops: Vec<Hop>,
    /// The status; 304 if the known copy is still current.
    pub status: u16,
    /// The headers, names in lower case, without the chunked transfer coding.
    pub headers: Vec<(String, String)>,
    /// The body as served, with its other codings.
    pub body: Bytes,
    /// Whether the body exceeded the limit and was cut off.
    pub truncated: bool,
    /// The start of the last request.
    pub fetched: Timestamp,
    /// The time that all its requests took, in milliseconds, without the waits for a host's turn.
    pub took_ms: u64,
    /// The socket address connected to.
    pub remote: SocketAddr,
    /// The rule and the delay of robots.txt for the page.
    pub robots: RobotsNote,
    /// The place of a large body in memory. Keep it for as long as the body or a copy of it is in
    /// memory, because the number of places is limited.
    pub place: BodyPlace,
}

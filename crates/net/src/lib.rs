//! The door out: every request of leadq to the open network goes through this crate.
//!
//! Invariant: no connection is made to an address that the guard has not allowed. The guard checks
//! the socket address that is connected to, on every redirect, for names and literals alike; a
//! private address is reached only if the operator put it on the allow list of the request's
//! purpose, port included: an address allowed for deliveries cannot be reached by a page, a redirect
//! or a robots.txt of a crawled site. A crawl also obeys the site's robots.txt and pace.
//!
//! Not here: which addresses to request (`ingest`, `act`, `agents`), the meaning of the bytes
//! (`clean`), engines that an operator configured (`store`).

mod body_place;
mod connection;
mod connector;
mod cookies;
mod crawl;
mod deliver;
mod door;
mod egress;
mod exchange;
mod header_text;
mod idle;
mod location;
mod names;
mod origin;
mod politeness;
mod public_address;
mod reading;
mod refresh;
mod refusal;
mod robots;
mod robots_cache;
mod robots_rule;
mod settings;
mod site;
mod visit;

#[cfg(test)]
mod tests;

pub use body_place::BodyPlace;
pub use crawl::Crawl;
pub use deliver::{Answer, Delivery};
pub use door::Door;
pub use egress::{EgressLine, EgressLog, Purpose, RecentEgress};
pub use http::Method;
pub use refresh::refresh;
pub use refusal::Refusal;
pub use robots::{Robots, RobotsNote, RobotsVerdict};
pub use settings::{HostRule, NetError, NetSettings};
pub use visit::{Hop, Visit};

//! Reads the response of a visit: the content of the page and the addresses it links to. The
//! functions are pure but CPU-intensive.

use model::{Digest, Page, Timestamp};
use store::db::{AddressRole, NewAddress};
use url::Url;

use super::pace::Pace;
use super::permission::{Permission, permission};
use super::roles::{names_no_page, role_of, segments};
use super::sitemap::{ListedAddress, sitemap, sitemaps_in_robots};
use super::{SiteRelation, WhoseAddress, address, feeds};

/// The maximum number of addresses from one page, feed or sitemap.
const FOUND_MAX: usize = 500;
/// The maximum depth of nested sitemap indexes.
const SITEMAP_DEPTH_MAX: i64 = 3;

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

/// The result of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VisitResult {
    /// Whether it is a page to be stored.
    pub(crate) is_page: bool,
    pub(crate) permission: Permission,
    /// The digest of its cleaned text, or of its body if it is not text.
    pub(crate) content: Digest,
    /// The addresses found.
    pub(crate) found: Vec<NewAddress>,
}

/// Reports whether addresses with this role are pages, not lists of addresses.
pub(crate) const fn is_page(role: AddressRole) -> bool {
    !matches!(role, AddressRole::Feed | AddressRole::Sitemap | AddressRole::Robots)
}

/// Reads a response.
pub(crate) fn read(place: &VisitTarget, served: &Served, body_bytes_max: usize) -> VisitResult {
    let (body, _) = clean::decode_body(&served.headers, &served.body, body_bytes_max);
    if !is_page(place.role) {
        let found = told(place, served, &body);
        let permission = permission(&served.headers, &[], &place.agent);
        return VisitResult { is_page: false, permission, content: Digest::of(&body), found };
    }
    let page = Page {
        url: served.url.as_str(),
        status: served.status,
        headers: &served.headers,
        body: &body,
        observed: served.observed,
    };
    let (document, notes) = clean::page(&page);
    let links = clean::links(&page);
    let permission = permission(&served.headers, &links.metas, &place.agent);
    let is_text = !notes.iter().any(|note| note.code == "not_text");
    let content = if is_text { document.text_hash() } else { Digest::of(&body) };
    let found = if permission.follow { linked(place, &served.url, &links) } else { Vec::new() };
    VisitResult { is_page: is_text, permission, content, found }
}

/// Proposes the usual address of a sitemap for a site that has no robots.txt or names no sitemap
/// in it.
pub(crate) fn usual_sitemap(place: &VisitTarget, url: &Url) -> Vec<NewAddress> {
    let mut collected = Collected::new(place);
    if let Ok(usual) = url.join("/sitemap.xml") {
        collected.add(&usual, AddressRole::Sitemap, None);
    }
    collected.found
}

/// Lists the target of a redirect, to be visited separately. The result is empty if the target
/// belongs neither to the company nor to a board.
pub(crate) fn led_to(place: &VisitTarget, url: &Url) -> Vec<NewAddress> {
    let mut collected = Collected::new(place);
    collected.add(url, place.role, None);
    collected.found
}

/// Lists the addresses in a feed, a sitemap or robots.txt.
fn told(place: &VisitTarget, served: &Served, body: &[u8]) -> Vec<NewAddress> {
    let mut collected = Collected::new(place);
    let absolute = |told: &ListedAddress| served.url.join(&told.address).ok();
    match place.role {
        AddressRole::Robots => {
            let named = sitemaps_in_robots(body);
            if named.is_empty() {
                return usual_sitemap(place, &served.url);
            }
            for url in named.iter().filter_map(|named| served.url.join(named).ok()) {
                collected.add(&url, AddressRole::Sitemap, None);
            }
        }
        AddressRole::Feed => {
            for told in feeds::entries(body, &served.url) {
                if let Some(url) = absolute(&told).filter(|url| !names_no_page(url)) {
                    collected.add(
                        &url,
                        role_of(&url, "").unwrap_or(AddressRole::Article),
                        told.changed,
                    );
                }
            }
        }
        _ => {
            let all = sitemap(body);
            for told in all.sitemaps.iter().filter(|_| place.depth < SITEMAP_DEPTH_MAX) {
                if let Some(url) = absolute(told) {
                    collected.add(&url, AddressRole::Sitemap, told.changed.clone());
                }
            }
            for told in &all.pages {
                let url = absolute(told);
                if let Some((url, role)) = url.and_then(|url| role_of(&url, "").map(|r| (url, r))) {
                    collected.add(&url, role, told.changed.clone());
                }
            }
        }
    }
    collected.found
}

/// Lists the addresses that a page links to and that have a role.
fn linked(place: &VisitTarget, url: &Url, links: &clean::Links) -> Vec<NewAddress> {
    let mut collected = Collected::new(place);
    if matches!(place.role, AddressRole::Article | AddressRole::Posting) {
        return collected.found;
    }
    if place.role != AddressRole::Board {
        for (media_type, feed) in &links.alternates {
            if feeds::is_feed(media_type) {
                collected.add(feed, AddressRole::Feed, None);
            }
        }
    }
    for anchor in &links.anchors {
        if let Some(role) = role_of_link(place, url, anchor) {
            collected.add(&anchor.url, role, None);
        }
    }
    collected.found
}

/// Determines the role of a link's target.
fn role_of_link(place: &VisitTarget, page: &Url, anchor: &clean::Anchor) -> Option<AddressRole> {
    let is_below = || stands_below(&anchor.url, page) && !names_no_page(&anchor.url);
    match (place.relation_of)(&place.domain, anchor.url.as_str()) {
        SiteRelation::Elsewhere => None,
        // A board lists positions; a company's page links to its own board or positions.
        SiteRelation::Board if place.role == AddressRole::Board => {
            is_below().then_some(AddressRole::Posting)
        }
        SiteRelation::Board => matches!(place.role, AddressRole::Homepage | AddressRole::Careers)
            .then(|| {
                if segments(&anchor.url).len() > 1 {
                    AddressRole::Posting
                } else {
                    AddressRole::Board
                }
            }),
        SiteRelation::Own => {
            let told = role_of(&anchor.url, &anchor.words);
            match place.role {
                AddressRole::Careers if is_below() => told.or(Some(AddressRole::Posting)),
                AddressRole::Newsroom if is_below() => told.or(Some(AddressRole::Article)),
                AddressRole::Board => None,
                _ => told,
            }
        }
    }
}

/// Checks whether an address is below the address of a page, on the same host.
fn stands_below(url: &Url, page: &Url) -> bool {
    let (own, other) = (page.path().trim_end_matches('/'), url.path().trim_end_matches('/'));
    let below = other.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
    url.host_str() == page.host_str() && below && url.path() != page.path()
}

/// The addresses found, without duplicates, within the scope of the company.
struct Collected<'p> {
    place: &'p VisitTarget,
    found: Vec<NewAddress>,
    seen: std::collections::HashSet<String>,
}

impl<'p> Collected<'p> {
    fn new(place: &'p VisitTarget) -> Self {
        Self { place, found: Vec::new(), seen: std::collections::HashSet::new() }
    }

    fn add(&mut self, url: &Url, role: AddressRole, announced: Option<String>) {
        let Some((url, host)) = address::normal(url) else { return };
        let relation_of = (self.place.relation_of)(&self.place.domain, url.as_str());
        let is_ours = match relation_of {
            SiteRelation::Own => true,
            SiteRelation::Board => matches!(role, AddressRole::Board | AddressRole::Posting),
            SiteRelation::Elsewhere => false,
        };
        if !is_ours || self.found.len() >= FOUND_MAX || !self.seen.insert(url.to_string()) {
            return;
        }
        self.found.push(NewAddress {
            url: url.into(),
            host,
            role,
            depth: self.place.depth + 1,
            announced,
            interval_us: self.place.pace.shortest_us(role),
        });
    }
}

#[cfg(test)]
mod tests;

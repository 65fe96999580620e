//! Reads the response of a visit: the content of the page and the addresses it links to. The
//! functions are pure but CPU-intensive.

use model::{Digest, Note, Page};
use store::db::{AddressRole, NewAddress};
use url::Url;

use super::address_role::{names_no_page, role_of, segments};
use super::found::FoundAddresses;
use super::permission::{Permission, permission};
use super::polled_source::{BoardLinks, LinkRules, ReadList, SourceReader};
use super::target::{Served, SiteRelation, VisitTarget};
use crate::Capture;
use crate::response::{ReadResponse, read_with};
use crate::sources::{self, POLLED, board, posting};

/// The result of a visit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VisitResult {
    pub(crate) permission: Permission,
    /// The digest of its cleaned text, or of its body if it is not text.
    pub(crate) content: Digest,
    /// The addresses found.
    pub(crate) found: Vec<NewAddress>,
    /// The page to be stored, and its document.
    pub(crate) page: Option<(Capture, ReadResponse)>,
    /// Notes on a list, or on a body that cannot be read; those on a page are in its document.
    pub(crate) notes: Vec<Note>,
}

impl VisitResult {
    /// Creates the result of a visit whose body cannot be decoded.
    fn unreadable(capture: &Capture, notes: Vec<Note>) -> Self {
        let permission = Permission { keep: false, follow: false };
        let content = Digest::of(capture.payload());
        Self { permission, content, found: Vec::new(), page: None, notes }
    }

    /// Returns the reason why nothing was observed, if the body could not be decoded.
    pub(crate) fn why_unreadable(&self) -> Option<String> {
        let mut notes = self.notes.iter();
        let note = notes.find(|note| codings::is_unreadable(std::slice::from_ref(*note)))?;
        Some(format!("its coding cannot be read: {}", note.detail))
    }
}

/// Reads a response. Its body is released, because the page to be stored contains it.
///
/// # Errors
/// The cause, if the response cannot be stored.
pub(crate) fn read(
    target: &VisitTarget,
    served: &mut Served,
    body_bytes_max: usize,
) -> Result<VisitResult, String> {
    let rules = match &sources::of_role(target.role).reader {
        SourceReader::Page(rules) => rules,
        SourceReader::List(list) => return Ok(read_list(*list, target, served, body_bytes_max)),
    };
    let capture = served.capture()?;
    served.body = bytes::Bytes::new();
    let Served { url, headers, observed, .. } = &*served;
    let links_of = |page: &Page<'_>| (clean::links(page), Digest::of(page.body));
    let (response, links) =
        read_with(url.as_str(), *observed, &capture.block, body_bytes_max, links_of)?;
    if codings::is_unreadable(&response.notes) {
        return Ok(VisitResult::unreadable(&capture, response.notes));
    }
    let (links, body_digest) =
        links.unwrap_or_else(|| (clean::Links::default(), Digest::of(capture.payload())));
    let permission = permission(headers, &links.metas, &target.agent);
    let is_page = !response.notes.iter().any(|note| note.code == "not_text");
    let content = if is_page { response.document.text_hash() } else { body_digest };
    let found = if permission.follow { linked(target, url, &links, rules) } else { Vec::new() };
    let page = is_page.then_some((capture, response));
    Ok(VisitResult { permission, content, found, page, notes: Vec::new() })
}

/// Reads a list of addresses.
fn read_list(
    list: fn(&VisitTarget, &Served, &[u8]) -> ReadList,
    target: &VisitTarget,
    served: &Served,
    body_bytes_max: usize,
) -> VisitResult {
    let (body, mut notes) = codings::decode_body(&served.headers, &served.body, body_bytes_max);
    let _alone = crate::readers::alone_if_large(&body);
    let ReadList { found, is_cut, repairs, is_unknown } = list(target, served, &body);
    if is_cut {
        let detail = format!("a part of {} was not read", served.url);
        notes.push(Note::new("list_cut", detail));
    }
    if !repairs.is_empty() {
        let detail = format!("{}: {}", served.url, repairs.described());
        notes.push(Note::new("list_repaired", detail));
    }
    if is_unknown {
        let detail = format!("{} is in no known format", served.url);
        notes.push(Note::new("list_unknown", detail));
    }
    let permission = permission(&served.headers, &[], &target.agent);
    VisitResult { permission, content: Digest::of(&body), found, page: None, notes }
}

/// Lists the target of a redirect, to be visited separately. The result is empty if the target
/// belongs neither to the company nor to a board.
pub(crate) fn led_to(target: &VisitTarget, url: &Url) -> Vec<NewAddress> {
    let mut found = FoundAddresses::new(target);
    found.add(url, target.role, None);
    found.into_vec()
}

/// Lists the addresses that a page links to and that have a role.
fn linked(
    target: &VisitTarget,
    url: &Url,
    links: &clean::Links,
    rules: &LinkRules,
) -> Vec<NewAddress> {
    let mut found = FoundAddresses::new(target);
    if rules.own {
        for (media_type, address) in &links.alternates {
            let media_type = media_type.split(';').next().unwrap_or_default().trim();
            let announced = POLLED.iter().find(|source| source.media_types.contains(&media_type));
            if let Some(source) = announced {
                found.add(address, source.role, None);
            }
        }
    }
    for anchor in &links.anchors {
        if let Some(role) = role_of_link(target, url, anchor, rules) {
            found.add(&anchor.url, role, None);
        }
    }
    found.into_vec()
}

/// Determines the role of a link's target.
fn role_of_link(
    target: &VisitTarget,
    page: &Url,
    anchor: &clean::Anchor,
    rules: &LinkRules,
) -> Option<AddressRole> {
    let is_below = || is_below(&anchor.url, page) && !names_no_page(&anchor.url);
    match (target.relation_of)(&target.domain, anchor.url.as_str()) {
        SiteRelation::Elsewhere => None,
        // A board lists positions; a company's page links to its own board or positions.
        SiteRelation::Board => match rules.boards {
            BoardLinks::None => None,
            BoardLinks::Below => is_below().then_some(posting::ROLE),
            BoardLinks::All if segments(&anchor.url).len() > 1 => Some(posting::ROLE),
            BoardLinks::All => Some(board::ROLE),
        },
        SiteRelation::Own if rules.own => {
            let role = role_of(&anchor.url, &anchor.words);
            role.or_else(|| rules.below.filter(|_| is_below()))
        }
        SiteRelation::Own => None,
    }
}

/// Checks whether an address is below the address of a page, on the same host.
fn is_below(url: &Url, page: &Url) -> bool {
    let (own, other) = (page.path().trim_end_matches('/'), url.path().trim_end_matches('/'));
    let below = other.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
    url.host_str() == page.host_str() && below && url.path() != page.path()
}

#[cfg(test)]
mod tests;

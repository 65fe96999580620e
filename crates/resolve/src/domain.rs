//! Determines the owner of an address: its registrable domain, its board on a shared host, or the
//! publisher on whose host many authors write.

use lexicon::hosts::publisher_of;
use model::{Entity, EntityKind};
use url::{Host, Url};

use crate::board::{Shared, shared};
use crate::http_url::parse;

/// Returns the owner of an address or a bare host: the registrable domain by the public suffix
/// list, including private suffixes, a board on a shared host, or the publisher on whose host many
/// authors write. The result is `None` if nobody can own it: IP addresses and bare suffixes.
pub fn owner(url: &str) -> Option<Entity> {
    let url = parse(url)?;
    match shared(&url) {
        Shared::Board(board) => Some(board.entity()),
        Shared::Nobody(host) => {
            Some(publisher(&url).unwrap_or_else(|| Entity::new(EntityKind::Publisher, host)))
        }
        Shared::No => publisher(&url).or_else(|| registrable(&url)),
    }
}

/// Returns the company of an address that is given as a company's own: like [`owner`], but never a
/// publisher. A publisher's domain is that of its operator, if it is not on a shared host.
pub fn company_at(url: &str) -> Option<Entity> {
    let url = parse(url)?;
    match shared(&url) {
        Shared::Board(board) => Some(board.entity()),
        Shared::Nobody(_) => None,
        Shared::No => registrable(&url),
    }
}

/// Returns the publisher of an address: a host that is known as one, or the bare suffix of a
/// platform, below which everybody can have a site.
fn publisher(url: &Url) -> Option<Entity> {
    let Some(Host::Domain(host)) = url.host() else { return None };
    let host = host.trim_end_matches('.').to_lowercase();
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    let publisher = match publisher_of(&host) {
        Some(publisher) => publisher,
        None if is_platform(bare) => bare,
        None => return None,
    };
    Some(Entity::new(EntityKind::Publisher, publisher))
}

/// Checks whether a domain is below the suffix of a platform, where everybody can have a site.
pub(crate) fn is_on_platform(domain: &str) -> bool {
    psl::suffix(domain.as_bytes())
        .is_some_and(|one| one.is_known() && one.typ() == Some(psl::Type::Private))
}

/// Checks whether a host is a private suffix of the public suffix list.
fn is_platform(host: &str) -> bool {
    host.contains('.') && psl::suffix_str(host) == Some(host) && is_on_platform(host)
}

fn registrable(url: &Url) -> Option<Entity> {
    let Some(Host::Domain(host)) = url.host() else { return None };
    let host = host.trim_end_matches('.').to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.len() <= 63
    };
    // A numeric last label would be parsed as an IP address if it were used alone.
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    if !host.split('.').all(is_label) || host.rsplit('.').next().is_none_or(is_number) {
        return None;
    }
    // A bare private suffix belongs to the company that operates it.
    let domain = psl::domain_str(&host).map(str::to_owned);
    let domain = domain.or_else(|| is_platform(&host).then_some(host))?;
    Some(Entity::new(EntityKind::Domain, domain))
}

/// Returns the label before the public suffix of a registrable domain, which the owner chose.
pub(crate) fn label(domain: &str) -> &str {
    let suffix = psl::suffix_str(domain).unwrap_or_default();
    let left = domain.strip_suffix(suffix).unwrap_or(domain).trim_end_matches('.');
    if left.is_empty() { domain.split('.').next().unwrap_or(domain) } else { left }
}

#[cfg(test)]
mod tests;

//! Determines the owner of an address: its registrable domain, or its board on a shared host.

use model::{Entity, EntityKind};
use url::{Host, Url};

use crate::board::{Shared, shared};
use crate::http_url::parse;

/// Returns the owner of an address or a bare host: the registrable domain by the public suffix
/// list, including private suffixes, or a board on a shared host. The result is `None` if no
/// company can own it: IP addresses, bare suffixes, and pages of shared hosts of no company.
pub fn owner(url: &str) -> Option<Entity> {
    let url = parse(url)?;
    match shared(&url) {
        Shared::Board(board) => Some(board.entity()),
        Shared::Nobody => None,
        Shared::No => registrable(&url).map(|domain| Entity::new(EntityKind::Domain, domain)),
    }
}

fn registrable(url: &Url) -> Option<String> {
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
    if let Some(domain) = psl::domain_str(&host) {
        return Some(domain.to_owned());
    }
    // A bare private suffix belongs to the company that operates it.
    let suffix = psl::suffix(host.as_bytes())?;
    let private = suffix.is_known() && suffix.typ() == Some(psl::Type::Private);
    (private && host.contains('.')).then_some(host)
}

/// Returns the label before the public suffix of a registrable domain, which the owner chose.
pub(crate) fn label(domain: &str) -> &str {
    let suffix = psl::suffix_str(domain).unwrap_or_default();
    let left = domain.strip_suffix(suffix).unwrap_or(domain).trim_end_matches('.');
    if left.is_empty() { domain.split('.').next().unwrap_or(domain) } else { left }
}

#[cfg(test)]
mod tests;

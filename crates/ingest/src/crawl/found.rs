//! The addresses found by a visit.

use std::collections::HashSet;

use store::db::{AddressRole, NewAddress};
use url::Url;

use super::address;
use super::target::{SiteRelation, VisitTarget};
use crate::sources::{board, posting};

/// The maximum number of addresses from one page, feed or sitemap.
const FOUND_MAX: usize = 500;

/// An address listed in a feed or sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAddress {
    /// The address as written.
    pub address: String,
    /// The time of its last change, as written by the source.
    pub changed: Option<String>,
}

/// The addresses found, without duplicates, within the scope of the company.
pub(crate) struct FoundAddresses<'p> {
    target: &'p VisitTarget,
    found: Vec<NewAddress>,
    seen: HashSet<String>,
}

impl<'p> FoundAddresses<'p> {
    /// Creates an empty list for a visit.
    pub(crate) fn new(target: &'p VisitTarget) -> Self {
        Self { target, found: Vec::new(), seen: HashSet::new() }
    }

    /// Adds an address, unless it is out of scope, a duplicate or one too many.
    pub(crate) fn add(&mut self, url: &Url, role: AddressRole, announced: Option<String>) {
        let Some((url, host)) = address::normal(url) else { return };
        let relation_of = (self.target.relation_of)(&self.target.domain, url.as_str());
        let is_ours = match relation_of {
            SiteRelation::Own => true,
            SiteRelation::Board => [board::ROLE, posting::ROLE].contains(&role),
            SiteRelation::Elsewhere => false,
        };
        if !is_ours || self.found.len() >= FOUND_MAX || !self.seen.insert(url.to_string()) {
            return;
        }
        self.found.push(NewAddress {
            url: url.into(),
            host,
            role,
            depth: self.target.depth + 1,
            announced,
            interval_us: self.target.pace.shortest_us(role),
        });
    }

    /// Returns the addresses in the order in which they were added.
    pub(crate) fn into_vec(self) -> Vec<NewAddress> {
        self.found
    }
}

//! Links from the names of companies to sites: a page that tells of a company often links its name
//! to the company's own site.
//!
//! One page alone proves nothing, because anybody can link a rival's name to a site of his own.
//! `judge` decides what several pages, and the site itself, prove together.

use std::collections::{BTreeMap, BTreeSet};

use model::{ClaimObservation, Document, Entity, EntityId, EntityKind, are_copies};
use url::Url;

use crate::domain::{is_on_platform, owner as owner_of};
use crate::http_url::parse;
use crate::names::name_core;

/// The slot of a claim about a company known by name with the target of the name's link: the domain,
/// followed by the path if that is not a front page.
pub const SITE_LINK_SLOT: &str = "site_link";

/// The maximum number of links of a page that are read.
const LINKS_MAX: usize = 5_000;
/// The maximum number of bytes of a link's text; a longer one is no name.
const NAME_BYTES_MAX: usize = 200;
/// The maximum number of bytes of the path in a slot.
const PATH_BYTES_MAX: usize = 80;
/// The maximum number of links of one name that are read on a page.
const LINKS_OF_NAME_MAX: usize = 20;

/// The links of a page by the core of the name that is their whole text.
#[derive(Debug)]
pub struct NameLinks<'d> {
    owner: &'d Entity,
    hrefs: BTreeMap<String, Vec<&'d str>>,
}

impl<'d> NameLinks<'d> {
    /// Collects the links of a page of this owner.
    pub fn of(document: &'d Document, owner: &'d Entity) -> Self {
        let mut hrefs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for link in document.links.iter().take(LINKS_MAX) {
            let words = link.span.of(&document.text).map(str::trim).unwrap_or_default();
            if !words.is_empty() && words.len() <= NAME_BYTES_MAX {
                hrefs.entry(name_core(words).core).or_default().push(&link.href);
            }
        }
        hrefs.remove("");
        Self { owner, hrefs }
    }

    /// Returns the value of the slot for a name: the site to whose front page its links lead, or else
    /// the only page to whose site they lead. `None` if they lead nowhere else, or to several sites.
    pub fn site_of(&self, name: &str) -> Option<String> {
        let hrefs = self.hrefs.get(&name_core(name).core)?;
        let (mut fronts, mut others) = (BTreeSet::new(), BTreeMap::new());
        for href in hrefs.iter().take(LINKS_OF_NAME_MAX) {
            // A publisher's page is nobody's site, and a page's own site says nothing.
            let target = owner_of(href)
                .filter(|target| target.kind == EntityKind::Domain && target != self.owner);
            let (Some(target), Some(url)) = (target, parse(href)) else { continue };
            if is_front(&url) {
                fronts.insert(target.value);
            } else {
                let path = url.path();
                let path = path.get(..path.floor_char_boundary(PATH_BYTES_MAX));
                let value = format!("{}{}", target.value, path.unwrap_or_default());
                others.entry(target.value).or_insert(value);
            }
        }
        let found = if fronts.is_empty() { others.into_values().collect() } else { fronts };
        match found.len() {
            1 => found.into_iter().next(),
            _ => None,
        }
    }
}

/// Reports whether an address is that of a front page, maybe of one language.
fn is_front(url: &Url) -> bool {
    let segments = url.path_segments().into_iter().flatten().filter(|one| !one.is_empty());
    let segments: Vec<&str> = segments.take(2).collect();
    let is_language = |segment: &str| {
        let (language, country) = segment.split_once(['-', '_']).unwrap_or((segment, "xx"));
        let is_code =
            |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_code(language) && is_code(country)
    };
    let is_index =
        |segment: &str| matches!(segment.split('.').next(), Some("index" | "default" | "home"));
    match segments[..] {
        [] => true,
        [one] => is_language(one) || is_index(one),
        [one, other, ..] => is_language(one) && is_index(other),
    }
}

/// A link from a company's name to a site, on a page of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteLink {
    /// The registrable domain of the site.
    pub domain: String,
    /// Whether it leads to the site's front page.
    pub is_front: bool,
    /// The owner of the page.
    pub source: Entity,
    /// The SimHash of the page; 0 if it has none.
    pub simhash: u64,
}

/// Reads the links of an entity's name from observations of claims about it, sorted, each once.
pub fn site_links(entity: EntityId, observations: &[ClaimObservation]) -> Vec<SiteLink> {
    let links = observations.iter().filter(|one| one.entity == entity).filter_map(|one| {
        let link = one.slots.get(SITE_LINK_SLOT)?;
        let (domain, is_front) = match link.split_once('/') {
            Some((domain, _)) => (domain, false),
            None => (link.as_str(), true),
        };
        let is_own = one.source.kind == EntityKind::Domain && one.source.value == domain;
        (!is_own && !domain.is_empty()).then(|| SiteLink {
            domain: domain.to_owned(),
            is_front,
            source: one.source.clone(),
            simhash: one.simhash,
        })
    });
    let mut links: Vec<SiteLink> = links.collect();
    links.sort();
    links.dedup();
    links
}

/// Returns the sites, as entities, to whose front pages at least two independent sources link the
/// name.
pub fn sites_linked_by_several(links: &[SiteLink]) -> Vec<Entity> {
    let domains: BTreeSet<&str> = links.iter().map(|link| link.domain.as_str()).collect();
    let several = domains.into_iter().filter(|domain| {
        sources_of(links.iter().filter(|link| link.domain == **domain && link.is_front)) >= 2
    });
    several.map(|domain| Entity::new(EntityKind::Domain, domain)).collect()
}

/// Counts the independent sources of sorted links. Copies of one text are one source, and so are all
/// hosts together on which everybody can write.
pub(crate) fn sources_of<'l>(links: impl Iterator<Item = &'l SiteLink>) -> usize {
    let mut texts: Vec<u64> = Vec::new();
    let mut sources: BTreeSet<Option<&Entity>> = BTreeSet::new();
    for link in links {
        if texts.iter().any(|text| are_copies(*text, link.simhash)) {
            continue;
        }
        texts.push(link.simhash);
        sources.insert(Some(&link.source).filter(|source| is_of_one(source)));
    }
    sources.len()
}

/// Reports whether a source has a domain that was registered for it alone.
pub(crate) fn is_of_one(source: &Entity) -> bool {
    source.kind == EntityKind::Domain && !is_on_platform(&source.value)
}

#[cfg(test)]
mod tests;

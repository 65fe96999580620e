//! The page's owner as the page names it, which is enough to compare names with.

use lexicon::hosts::{SECOND_LEVELS, publisher_of};
use model::{DatumKind, Document};

use super::names;

/// The number of path segments that may spell the author on a publisher's host.
const AUTHOR_SEGMENTS: usize = 2;

/// The names of the page's owner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owner {
    cores: Vec<String>,
    /// Names that the owner may have, with which no other name is compared.
    possible: Vec<String>,
}

impl Owner {
    pub(crate) fn of(document: &Document) -> Self {
        // A page on a publisher's host names its host, which is not the author; `resolve` knows
        // whether the path names one.
        if host_of(&document.url).is_some_and(|host| publisher_of(&host.to_lowercase()).is_some()) {
            let site = document.site_name.as_deref().map(names::comparable);
            let possible = in_path(&document.url).into_iter().chain(site).collect();
            return Self { cores: Vec::new(), possible };
        }
        let mut cores = Vec::new();
        let organizations =
            document.data.iter().filter(|datum| datum.kind == DatumKind::Organization);
        let names =
            organizations.flat_map(|datum| [datum.get("name"), datum.get("legal_name")]).flatten();
        for name in document.site_name.as_deref().into_iter().chain(names) {
            let name = name.split([',', '|', '–']).next().unwrap_or(name);
            cores.extend([names::core(name), names::comparable(name)]);
        }
        // "Zeta.example" on zeta.example.
        cores.extend(host_of(&document.url).map(names::comparable));
        if let Some(label) = domain_label(&document.url) {
            cores.push(label.chars().filter(char::is_ascii_alphanumeric).collect());
        }
        cores.retain(|core| core.len() >= 2);
        cores.sort();
        cores.dedup();
        Self { cores, possible: Vec::new() }
    }

    /// Reports whether a name is the owner's.
    pub(crate) fn is(&self, name: &str) -> bool {
        let core = names::comparable(name);
        core.len() >= 2 && self.cores.contains(&core)
    }

    /// Reports whether a text contains the owner's name.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let letters: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let mut cores = self.cores.iter().chain(&self.possible);
        cores.any(|core| core.len() >= 4 && letters.contains(core.as_str()))
    }
}

/// Reports whether an address's domain spells a name without its legal form.
pub(crate) fn is_label_of(url: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let label = domain_label(url).map(letters).unwrap_or_default().to_lowercase();
    label.len() >= 3 && label == letters(&names::core(name)).to_lowercase()
}

/// Returns the letters of the first segments of an address's path.
fn in_path(url: &str) -> Vec<String> {
    let path = url.split("://").nth(1).and_then(|rest| rest.split_once('/'));
    let path = path.map_or("", |(_, path)| path).split(['?', '#']).next().unwrap_or_default();
    let segments = path.split('/').filter(|segment| !segment.is_empty()).take(AUTHOR_SEGMENTS);
    let letters = |segment: &str| segment.chars().filter(|c| c.is_alphanumeric()).collect();
    segments.map(|segment| letters(&segment.to_lowercase())).collect()
}

/// Returns the host of an address, without `www.`.
fn host_of(url: &str) -> Option<&str> {
    let host = url.split("://").nth(1)?.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// Returns the label before the public suffix, approximately: enough to compare a name with, never
/// a key.
fn domain_label(url: &str) -> Option<&str> {
    let host = host_of(url)?;
    let labels: Vec<&str> = host.split('.').collect();
    let second = |label: &&str| SECOND_LEVELS.contains(label);
    let at = labels.len().checked_sub(2)?;
    let at = if at > 0 && labels.get(at).is_some_and(second) { at - 1 } else { at };
    labels.get(at).copied()
}

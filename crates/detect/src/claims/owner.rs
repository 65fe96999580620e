//! The page's owner as the page names it, which is enough to compare names with.

use lexicon::hosts::SECOND_LEVELS;
use model::{DatumKind, Document};

use super::names;

/// The names of the page's owner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owner {
    cores: Vec<String>,
}

impl Owner {
    pub(crate) fn of(document: &Document) -> Self {
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
        Self { cores }
    }

    /// Reports whether a name is the owner's.
    pub(crate) fn is(&self, name: &str) -> bool {
        let core = names::comparable(name);
        core.len() >= 2 && self.cores.contains(&core)
    }

    /// Reports whether a text contains the owner's name.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let letters: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        self.cores.iter().any(|core| core.len() >= 4 && letters.contains(core.as_str()))
    }
}

/// Reports whether an address's domain spells a name without its legal form.
pub(crate) fn is_label_of(url: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let label = domain_label(url).map(letters).unwrap_or_default().to_lowercase();
    label.len() >= 3 && label == letters(&names::core(name)).to_lowercase()
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

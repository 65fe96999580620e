//! The addresses of a page in other languages, by `hreflang` in its markup or in a `Link` header.

use std::collections::BTreeSet;

use model::Note;
use url::Url;

use crate::limits::note_once;
use crate::redact::redact;
use crate::tool_traces::absolute;
use crate::tree_walk::{Survey, TRANSLATIONS_MAX};

/// The maximum number of bytes of these addresses; a page with more gives none of the rest.
const TRANSLATIONS_BYTES_MAX: usize = 32 * 1024;

/// Collects the addresses, absolute and sorted, without that of the page itself.
pub(crate) fn translations(
    survey: &Survey,
    base: Option<&Url>,
    headers: &[(String, String)],
    page: &str,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let links = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    let linked = links.flat_map(|(_, value)| value.split('<').skip(1).filter_map(of_header));
    let mut found = BTreeSet::new();
    let mut bytes = 0;
    let addresses = survey.translations.iter().map(String::as_str).chain(linked);
    for href in addresses {
        let Some(mut url) = absolute(href, base) else { continue };
        url.set_fragment(None);
        let address = redact(url.as_str()).into_owned();
        if address == page || found.contains(&address) {
            continue;
        }
        bytes += address.len();
        if found.len() >= TRANSLATIONS_MAX || bytes > TRANSLATIONS_BYTES_MAX {
            let detail = format!("the translations after the first {}", found.len());
            note_once(notes, "links_cut", format!("{detail} were dropped"));
            break;
        }
        found.insert(address);
    }
    found.into_iter().collect()
}

/// Returns the target of one link of a header, from behind its `<`, if it is a translation:
/// `https://acme.example/de>; rel="alternate"; hreflang="de"`.
fn of_header(link: &str) -> Option<&str> {
    let (href, parameters) = link.split_once('>')?;
    let parameters = parameters.to_ascii_lowercase();
    let mut parameters = parameters.split([';', ',']).filter_map(|one| one.split_once('='));
    let is_translation = parameters
        .clone()
        .any(|(name, value)| name.trim() == "rel" && value.contains("alternate"))
        && parameters.any(|(name, value)| name.trim() == "hreflang" && !value.trim().is_empty());
    is_translation.then_some(href)
}

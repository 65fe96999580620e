//! Addresses of openings: what identifies a page, and what of it is the same in every language.

use lexicon::languages::{CODES, FURTHER_CODES, OWN_NAMES};
use lexicon::links::CAREERS_SEGMENTS;
use lexicon::paths::{CAREERS_HOSTS, CAREERS_LISTS, POSTINGS};

/// Shorter numbers in addresses are years, pages and counts.
const REQUISITION_DIGITS_MIN: usize = 5;
/// The number of first segments among which one may name the language.
const LANGUAGE_SEGMENTS: usize = 3;
/// The place of words for careers pages.
const CAREERS: &str = "*";
/// Query parameters that name the language, in lower case.
const LANGUAGE_KEYS: [&str; 8] = ["lang", "language", "locale", "hl", "l", "lng", "loc", "sprache"];
/// The length of a UUID.
const UUID_LENGTH: usize = 36;

/// An address without the words that depend on its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PositionAddress {
    /// Host, path and query without those words.
    pub(super) key: String,
    /// ISO 639-1 code of the language that it names.
    pub(super) lang: Option<String>,
    /// The numbers and ids in it.
    pub(super) ids: Vec<String>,
}

/// Strips the parts of an address that do not identify the page: scheme, case of the host,
/// fragment.
pub(super) fn address(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url).trim_end_matches('/');
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("{}/{path}", host.to_lowercase())
}

/// Returns the employer's number for a position in an address: its last run of digits that is long
/// enough.
pub(super) fn requisition(address: &str) -> Option<&str> {
    let mut runs = address.split(|c: char| !c.is_ascii_digit());
    runs.rfind(|run| run.len() >= REQUISITION_DIGITS_MIN)
}

/// Reads the address of a position; `None` if nothing in it distinguishes positions.
pub(super) fn position(url: &str) -> Option<PositionAddress> {
    let address = address(url);
    let (place, query) = address.split_once('?').unwrap_or((&address, ""));
    let (host, path) = place.split_once('/')?;
    let mut found = PositionAddress { key: String::new(), lang: None, ids: Vec::new() };
    let mut parts = vec![host_without_language(host, &mut found.lang)];
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    for (at, segment) in segments.map(str::to_lowercase).enumerate() {
        if at < LANGUAGE_SEGMENTS
            && found.lang.is_none()
            && let Some(lang) = language_of(&segment)
        {
            found.lang = Some(lang);
            continue;
        }
        let segment = without_extension(&segment);
        if let Some(id) = id_in(segment) {
            found.ids.push(id.to_owned());
            parts.push(format!("#{id}"));
        } else if !is_careers(segment) {
            parts.push(segment.to_owned());
        } else if parts.last().is_none_or(|last| last != CAREERS) {
            parts.push(CAREERS.to_owned());
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let pair = pair.to_lowercase();
        let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
        let lang = language_of(value).filter(|_| LANGUAGE_KEYS.contains(&name));
        if lang.is_some() {
            found.lang = lang;
        } else if !name.starts_with("utm_") {
            if value.contains(|c: char| c.is_ascii_digit()) {
                found.ids.push(value.to_owned());
            }
            parts.push(format!("{name}={value}"));
        }
    }
    let is_named = parts.iter().skip(1).any(|part| part != CAREERS);
    found.key = parts.join("/");
    is_named.then_some(found)
}

/// Returns the language that a segment, a label or a parameter names: `de`, `de-AT`, `deutsch`.
fn language_of(word: &str) -> Option<String> {
    if let Some((_, code)) = OWN_NAMES.iter().find(|(name, _)| *name == word) {
        return Some((*code).to_owned());
    }
    let (code, region) = word.split_once(['-', '_']).unwrap_or((word, "us"));
    let is_region =
        (2..=4).contains(&region.len()) && region.bytes().all(|b| b.is_ascii_alphabetic());
    let is_listed = CODES.iter().any(|(_, short)| *short == code) || FURTHER_CODES.contains(&code);
    (is_region && is_listed).then(|| match code {
        "nb" | "nn" => "no".to_owned(),
        code => code.to_owned(),
    })
}

fn host_without_language(host: &str, lang: &mut Option<String>) -> String {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let Some((label, rest)) = host.split_once('.').filter(|(_, rest)| rest.contains('.')) else {
        return host.to_owned();
    };
    if let Some(code) = language_of(label) {
        *lang = Some(code);
        return rest.to_owned();
    }
    if is_careers(label) { format!("{CAREERS}.{rest}") } else { host.to_owned() }
}

fn is_careers(word: &str) -> bool {
    CAREERS_SEGMENTS.contains(&word)
        || CAREERS_LISTS.contains(&word)
        || CAREERS_HOSTS.contains(&word)
        || POSTINGS.iter().any(|beginning| word.starts_with(beginning))
}

fn without_extension(segment: &str) -> &str {
    let extensions = [".html", ".htm", ".php", ".aspx", ".jsp"];
    extensions.iter().find_map(|end| segment.strip_suffix(end)).unwrap_or(segment)
}

/// Returns the number or id in a segment: the whole, as in `90` and `req-4711`, or the number with
/// which it begins or ends, as in `4711-sales-manager`.
fn id_in(segment: &str) -> Option<&str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if !segment.contains(|c: char| c.is_ascii_digit()) || is_number(segment) && is_year(segment) {
        return None;
    }
    let parts: Vec<&str> = segment.split(['-', '_']).collect();
    let is_part_of_id =
        |part: &&str| part.len() <= 3 || part.contains(|c: char| c.is_ascii_digit());
    if parts.iter().all(is_part_of_id) || segment.len() == UUID_LENGTH && is_hex(segment) {
        return Some(segment);
    }
    let is_id = |part: &&&str| is_number(part) && part.len() >= 2 && !is_year(part);
    let ends = [parts.first(), parts.last()];
    ends.into_iter().flatten().find(is_id).copied()
}

#[cfg(test)]
mod tests;

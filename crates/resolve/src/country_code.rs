//! Recognizes countries by the names and codes that pages and lists use.

use lexicon::countries::{COUNTRIES, ISO_3166, OPEN_DOMAINS};

/// Returns the upper-case ISO 3166 alpha-2 code of a code or a country's name, or `None` for other
/// text. Two letters are accepted as a code without a check; `UK` becomes `GB`.
pub fn country_code(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let code = text.to_ascii_uppercase();
        return Some(if code == "UK" { "GB".to_owned() } else { code });
    }
    if text.len() > 80 {
        return None;
    }
    let words = crate::name_folding::plain_words(text).join(" ");
    let country = COUNTRIES.iter().find(|(_, names)| names.split('|').any(|name| name == words));
    country.map(|(code, _)| (*code).to_owned())
}

/// Reports whether two upper-case letters are the ISO 3166-1 alpha-2 code of a country.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && ISO_3166.split_ascii_whitespace().any(|known| known == code)
}

/// Returns the country of a domain with a country-code top-level domain, except those that are
/// open to registrations from all countries.
pub(crate) fn country_of_domain(domain: &str) -> Option<String> {
    let top = domain.rsplit('.').next()?;
    if OPEN_DOMAINS.contains(&top) {
        return None;
    }
    let code = if top == "uk" { "GB".to_owned() } else { top.to_ascii_uppercase() };
    COUNTRIES.iter().any(|(listed, _)| *listed == code).then_some(code)
}

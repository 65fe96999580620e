//! Countries by the words that pages and lists use for them.

use lexicon::countries::{COUNTRIES, OPEN_DOMAINS};

/// The ISO 3166 alpha-2 code, upper case, of a code or a country's name; nothing for words that
/// name none. Two letters are taken for a code as they stand, `UK` for `GB`.
pub fn country_code(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let code = text.to_ascii_uppercase();
        return Some(if code == "UK" { "GB".to_owned() } else { code });
    }
    if text.len() > 80 {
        return None;
    }
    let words = crate::folding::plain_words(text).join(" ");
    let known = COUNTRIES.iter().find(|(_, names)| names.split('|').any(|name| name == words));
    known.map(|(code, _)| (*code).to_owned())
}

/// The country of a country's own top-level domain; those that everybody registers under say
/// nothing.
pub(crate) fn country_of_domain(domain: &str) -> Option<String> {
    let top = domain.rsplit('.').next()?;
    if OPEN_DOMAINS.contains(&top) {
        return None;
    }
    let code = if top == "uk" { "GB".to_owned() } else { top.to_ascii_uppercase() };
    COUNTRIES.iter().any(|(known, _)| *known == code).then_some(code)
}

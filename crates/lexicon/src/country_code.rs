//! Recognizes countries by the names and codes that pages, lists and events use. Used by `clean`, `resolve` and
//! `detect`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::countries::{self, COUNTRIES, OPEN_DOMAINS};
use crate::name_folding::plain_words;

/// The maximum length of a country's name, in bytes.
const NAME_BYTES_MAX: usize = 160;
/// Two-letter codes in use beside those of ISO 3166: the United Kingdom's top-level domain, and the
/// European Union's code of Greece.
const OTHER_CODES: [(&str, &str); 2] = [("EL", "GR"), ("UK", "GB")];

/// Codes and folded names, each with its ISO 3166 alpha-2 code, or with none if several countries
/// have that name.
static CODES: LazyLock<BTreeMap<String, Option<&'static str>>> = LazyLock::new(codes);

fn codes() -> BTreeMap<String, Option<&'static str>> {
    let mut codes = BTreeMap::new();
    for country in countries::all() {
        codes.insert(country.code.to_lowercase(), Some(country.code));
        codes.insert(country.code_3.to_lowercase(), Some(country.code));
    }
    codes.extend(OTHER_CODES.map(|(other, code)| (other.to_lowercase(), Some(code))));
    for (code, names) in COUNTRIES {
        for name in names.split('|') {
            codes.entry(name.to_owned()).or_insert(Some(*code));
        }
    }
    let certain = codes.clone();
    for country in countries::all() {
        for name in country.names().map(folded).filter(|name| !certain.contains_key(name)) {
            // Names of two letters are codes in one language and mean another country elsewhere.
            if name.len() < 3 {
                continue;
            }
            let known = codes.entry(name).or_insert(Some(country.code));
            *known = known.filter(|known| *known == country.code);
        }
    }
    codes
}

fn folded(name: &str) -> String {
    plain_words(name).join(" ")
}

/// Returns the names of a country in every known language; none for an unknown code, ISO 3166
/// alpha-2 in upper case.
pub fn country_names(code: &str) -> impl Iterator<Item = &'static str> {
    let country = countries::all().find(|country| country.code == code);
    country.into_iter().flat_map(|country| country.names())
}

/// Returns the upper-case ISO 3166 alpha-2 code of a code (alpha-2 or alpha-3) or of a country's
/// name in any language, also if both are given: `Germany (DE)`. `UK` becomes `GB`. The result is
/// `None` for other text, and for a name that several countries have.
pub fn country_code(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > NAME_BYTES_MAX {
        return None;
    }
    let code = |text: &str| CODES.get(&folded(text)).copied().flatten();
    if let Some(code) = code(text) {
        return Some(code.to_owned());
    }
    let mut parts = text.split(['(', ')', '[', ']', '/', '|', ':', ',']).flat_map(|part| {
        [" - ", " – "]
            .into_iter()
            .find_map(|dash| part.split_once(dash))
            .map_or([Some(part), None], |(one, other)| [Some(one), Some(other)])
    });
    // Every part must mean the same country: `Georgia (US)` is none.
    let mut found = None;
    let mut count = 0;
    let agree = parts.by_ref().flatten().filter(|part| !part.trim().is_empty()).all(|part| {
        count += 1;
        let code = code(part);
        let agrees = code.is_some() && found.is_none_or(|found| Some(found) == code);
        found = code;
        agrees
    });
    found.filter(|_| agree && count > 1).map(str::to_owned)
}

/// Returns the country of a domain with a country-code top-level domain, except those that are
/// open to registrations from all countries.
pub fn country_of_domain(domain: &str) -> Option<String> {
    let top = domain.rsplit('.').next()?;
    if OPEN_DOMAINS.contains(&top) {
        return None;
    }
    let code = if top == "uk" { "GB".to_owned() } else { top.to_ascii_uppercase() };
    COUNTRIES.iter().any(|(listed, _)| *listed == code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(country_code(text).as_deref().unwrap_or("-"), expect, "{text}");
    }

    #[test]
    fn names_and_codes_of_countries() {
        for germany in [
            "Germany",
            " germany ",
            "DEUTSCHLAND",
            "Allemagne",
            "Niemcy",
            "Tyskland",
            "Saksa",
            "Németország",
            "Германия",
            "ドイツ",
            "德国",
            "독일",
            "DE",
            "deu",
            "Germany (DE)",
            "DE - Deutschland",
            "Federal Republic of Germany",
        ] {
            check(germany, "DE");
        }
        check("Österreich", "AT");
        check("Holland", "NL");
        check("UK", "GB");
        check("EL", "GR");
        check("U.S.A.", "US");
        check("EE. UU.", "US");
        check("Bosnia & Herzegovina", "BA");
        check("Bosnia and Herzegovina", "BA");
        check("Côte d’Ivoire", "CI");
        check("Korea, Republic of", "KR");
        check("Türkiye", "TR");
        check("Česko", "CZ");
        check("Guinea-Bissau", "GW");
    }

    #[test]
    fn what_is_no_country() {
        for text in [
            "",
            "XX",
            "EN",
            "EU",
            "Europe",
            "DACH",
            "Gremany",
            "Atlantis",
            "Bavaria",
            "Kongo",
            "Georgia (US)",
            "DE, AT",
            "Berlin, Germany",
            "123",
            "Germany Germany",
        ] {
            check(text, "-");
        }
    }
}

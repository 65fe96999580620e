//! Places of openings, as sources in several languages write them.

use lexicon::countries::COUNTRIES;
use lexicon::openings::CITIES;

/// Letters with marks that names of countries have, without them.
const LETTERS: [(&str, &str); 22] = [
    ("ä", "a"),
    ("á", "a"),
    ("à", "a"),
    ("â", "a"),
    ("ã", "a"),
    ("å", "a"),
    ("ç", "c"),
    ("č", "c"),
    ("é", "e"),
    ("è", "e"),
    ("ê", "e"),
    ("ë", "e"),
    ("í", "i"),
    ("î", "i"),
    ("ï", "i"),
    ("ñ", "n"),
    ("ö", "o"),
    ("ó", "o"),
    ("ô", "o"),
    ("ü", "u"),
    ("ú", "u"),
    ("ý", "y"),
];

/// Reports whether two places, `city|country` in normal form, may be one. Sources often name no
/// city or no country.
pub(super) fn may_be_one(one: &str, other: &str) -> bool {
    let ((city, country), (other_city, other_country)) = (parts(one), parts(other));
    let countries = country_code(country).zip(country_code(other_country));
    countries.is_none_or(|(one, other)| one == other) && is_one_city(city, other_city)
}

fn parts(place: &str) -> (&str, &str) {
    place.split_once('|').unwrap_or((place, ""))
}

/// Compares two names of cities: `munich` is `münchen`, and `frankfurt` may be `frankfurt am main`.
fn is_one_city(one: &str, other: &str) -> bool {
    let native = |name| CITIES.get(name).copied().unwrap_or(name);
    let (one, other) = (native(one), native(other));
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    one.is_empty() || other.is_empty() || begins(one, other) || begins(other, one)
}

/// Returns the ISO 3166 code of a country by its code or one of its names.
fn country_code(words: &str) -> Option<&'static str> {
    let mut name = words.to_owned();
    for (marked, plain) in LETTERS {
        if name.contains(marked) {
            name = name.replace(marked, plain);
        }
    }
    let country = COUNTRIES.iter().find(|(code, names)| {
        code.eq_ignore_ascii_case(&name) || names.split('|').any(|known| known == name)
    });
    country.map(|(code, _)| *code)
}

//! Lists of words, merged from the files of the languages.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

macro_rules! files {
    ($($code:literal),+ $(,)?) => { [$(($code, include_str!(concat!("../data/", $code, ".toml")))),+] };
}

/// THE languages by their ISO 639-1 codes, in the order of their words in lists. `no` is Norwegian
/// in both its forms, `any` is no language.
const FILES: [(&str, &str); 43] = files![
    "en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "no", "fi", "cs", "hu", "ro", "el",
    "bg", "uk", "ru", "tr", "et", "lv", "lt", "sk", "sl", "hr", "ja", "zh", "ko", "be", "bs", "ca",
    "cy", "eu", "ga", "gl", "is", "lb", "mk", "mt", "sq", "sr", "any",
];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES.into_iter().map(|(_, text)| read(text)).collect());

/// Reads every file now, for a caller that cannot wait at first use.
pub fn load() {
    LazyLock::force(&LANGUAGES);
}

#[expect(clippy::unwrap_used, reason = "the files are compiled in, and every test reads them")]
fn read(text: &str) -> Language {
    toml::from_str(text).unwrap()
}

/// A list of words without duplicates: a slice, read from the languages' files at first use.
#[derive(Debug)]
pub struct WordList {
    part: fn(&Language) -> &[String],
    words: OnceLock<Vec<&'static str>>,
}

impl WordList {
    pub(crate) const fn new(part: fn(&Language) -> &[String]) -> Self {
        Self { part, words: OnceLock::new() }
    }
}

impl Deref for WordList {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.words.get_or_init(|| union(self.part))
    }
}

/// Returns every language.
pub(crate) fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// Returns the words of every language, each once, at its first position.
pub(crate) fn union(part: impl Fn(&Language) -> &[String]) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    let words = LANGUAGES.iter().flat_map(part).map(String::as_str);
    words.filter(|word| seen.insert(*word)).collect()
}

/// Returns the pairs of every language.
pub(crate) fn pairs(
    part: impl Fn(&Language) -> &BTreeMap<String, String>,
) -> Vec<(&'static str, &'static str)> {
    let pairs = LANGUAGES.iter().flat_map(part);
    pairs.map(|(one, other)| (one.as_str(), other.as_str())).collect()
}

/// Returns the fields of work with the words of every language.
pub(crate) fn roles() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (field, words) in LANGUAGES.iter().flat_map(|language| &language.roles) {
        fields.entry(field).or_default().extend(words.iter().map(String::as_str));
    }
    fields
}

/// Lists the names of the months in every language: its code, the name, and the month's number.
pub(crate) fn months() -> Vec<(&'static str, &'static str, i8)> {
    let mut months = Vec::new();
    for ((code, _), language) in FILES.iter().zip(LANGUAGES.iter()) {
        for (names, number) in language.months.in_order().into_iter().zip(1..) {
            months.extend(names.iter().map(|name| (*code, name.as_str(), number)));
        }
    }
    months
}

/// One language's words, by their use.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Language {
    pub(crate) sentences: Sentences,
    pub(crate) names_in_sentences: NamesInSentences,
    pub(crate) actors: Actors,
    pub(crate) names_compared: NamesCompared,
    pub(crate) dates_in_sentences: Dates,
    pub(crate) dates_on_pages: Dates,
    pub(crate) months: Months,
    pub(crate) telephones: Telephones,
    pub(crate) addresses: Addresses,
    pub(crate) amounts: Amounts,
    pub(crate) links: Links,
    pub(crate) paths: Paths,
    pub(crate) references: References,
    pub(crate) hosts: Hosts,
    pub(crate) account_columns: AccountColumns,
    pub(crate) roles: BTreeMap<String, Vec<String>>,
    pub(crate) cities: BTreeMap<String, String>,
}

macro_rules! sections {
    ($($(#[$about:meta])* $name:ident { $($list:ident),+ } $({ $($other:ident: $kind:ty),+ })?)+) => {
        $(
            $(#[$about])*
            #[derive(Debug, Default, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub(crate) struct $name {
                $(pub(crate) $list: Vec<String>,)+
                $($(pub(crate) $other: $kind,)+)?
            }
        )+
    };
}

sections! {
    /// Words that help to find the ends of sentences.
    Sentences { abbreviations, openers }
    /// Words that delimit an organisation's name in a sentence.
    NamesInSentences {
        stops, articles, descriptors, weak_descriptors, descriptor_ends, origins, titles, generic,
        first_names, joiners, attributes, dotted, quantities, tails, conjunctions, partners,
        departments, complements, bodies, honorifics, addresses, lettered, name_articles, trades
    }
    /// Words that identify the actor of a sentence.
    Actors {
        back_nouns, between, attaching, placing, fronting, appositions, openings, attributions, we,
        singular, plural
    }
    /// Words that matter when names of companies are compared.
    NamesCompared { weak, generic, empty, and, label_starts, label_ends, left_out_of_initials }
        { spellings: BTreeMap<String, String> }
    /// Words of dates.
    Dates {
        of_another, fillers, weeks, seasons, not_dates, updates, ago, years, months, weeks_counted,
        days
    }
    /// Words for telephone numbers.
    Telephones { before, ambiguous, between, after, references, numbered, numbers, lines }
    /// Words in e-mail addresses that are written in words.
    Addresses { at, dot, no_mailboxes, no_hosts, after_no_address }
    /// Words in amounts of money.
    Amounts { linking, joining, ranges, one, unstated, units }
        {
            language: String,
            between: BTreeMap<String, String>,
            currencies: BTreeMap<String, Vec<String>>,
            scales: BTreeMap<String, Vec<String>>,
            numbers: BTreeMap<String, Vec<String>>
        }
    /// Words that classify the target of a link.
    Links {
        careers_segments, careers_phrases, newsroom_segments, newsroom_phrases, lists, position_keys
    }
    /// Words in addresses that classify their pages.
    Paths {
        articles, blogs, own_affairs, careers_lists, careers_hosts, no_careers, careers, postings
    }
    /// Hosts by what is on them.
    Hosts { publishers }
    /// Words before the numbers of files and public notices.
    References { labels, abbreviations, kinds, numbers, verbs, corrections }
    /// Titles of columns in lists of companies.
    AccountColumns { domain, website, name, bare_name, country, industry, employees, qualifiers }
    /// The names of the months, with their short and inflected forms. Source: Unicode CLDR 49 (wide
    /// and abbreviated, format and stand-alone), and the cases of running text that it lacks.
    Months {
        january, february, march, april, may, june, july, august, september, october, november,
        december
    }
}

impl Months {
    fn in_order(&self) -> [&Vec<String>; 12] {
        [
            &self.january,
            &self.february,
            &self.march,
            &self.april,
            &self.may,
            &self.june,
            &self.july,
            &self.august,
            &self.september,
            &self.october,
            &self.november,
            &self.december,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_no_language_says_a_word_twice() {
        assert_eq!(LANGUAGES.len(), FILES.len());
        for language in LANGUAGES.iter() {
            let lists = [&language.names_in_sentences.stops, &language.links.careers_segments];
            for list in lists {
                let words: BTreeSet<&String> = list.iter().collect();
                assert_eq!(words.len(), list.len());
            }
        }
    }

    #[test]
    fn a_list_holds_the_words_of_all_languages_once() {
        let stops: &[&str] = &crate::names::in_sentences::STOPS;
        let words: BTreeSet<&&str> = stops.iter().collect();
        assert_eq!((stops.len(), words.len()), (350, 350));
        assert!(stops.contains(&"seit") && stops.contains(&"onze") && stops.contains(&"while"));
    }

    #[test]
    fn a_language_names_twelve_months_and_each_once() {
        let mut seen = BTreeSet::new();
        assert!(months().iter().all(|(code, name, _)| seen.insert((*code, *name))));
        for ((code, _), language) in FILES.iter().zip(LANGUAGES.iter()) {
            let is_named = language.months.in_order().iter().all(|names| !names.is_empty());
            // East Asian months are numbers.
            let has_names = !["ja", "zh", "ko", "any"].contains(code);
            assert_eq!(is_named, has_names, "{code}");
        }
    }
}

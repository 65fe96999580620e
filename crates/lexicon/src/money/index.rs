//! The forms of currencies, scales and number words, found at the start or the end of a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::currencies::{CURRENCIES, Currency};
use super::signs::{
    AFTER_NUMBERS_ONLY, CASED, COUNTRY_OF_LANGUAGE, IN_SMALL_LETTERS, SCALE_LETTERS, SIGNS,
    WORDS_IN_CAPITALS,
};
use crate::countries::OPEN_DOMAINS;
use crate::word_list::languages;

/// The maximum length of a form in bytes.
const FORM_BYTES_MAX: usize = 40;

/// The language and the country of a page, by which a form of several meanings is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct AmountLocale<'a> {
    /// ISO 639-1 code, if known.
    pub language: Option<&'a str>,
    /// The top-level domain of the page's host, if it is a country's: two letters.
    domain: Option<&'a str>,
}

impl<'a> AmountLocale<'a> {
    /// Returns the locale of a page from its language and its address.
    pub fn of(language: Option<&'a str>, url: &'a str) -> Self {
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let domain = host.rsplit_once('.').map(|(_, domain)| domain);
        let domain = domain.filter(|domain| domain.len() == 2 && !OPEN_DOMAINS.contains(domain));
        Self { language, domain }
    }

    fn is_in(&self, currency: &Currency) -> bool {
        let uses = |code: &str| currency.countries.iter().any(|one| one.eq_ignore_ascii_case(code));
        let of_language = || {
            let language = self.language?;
            COUNTRY_OF_LANGUAGE.iter().find(|(one, _)| *one == language).map(|(_, code)| *code)
        };
        of_language().is_some_and(uses) || self.domain.is_some_and(uses)
    }
}

/// A form of a currency in a text.
#[derive(Debug, Clone, Copy)]
pub struct CurrencyForm {
    /// Its length in bytes.
    pub bytes: usize,
    /// The currency, or `None` if the form has several meanings and the page does not decide.
    pub currency: Option<&'static Currency>,
    /// The scale that it contains: 1,000,000 in `MSEK`, else 1.
    pub scale: i64,
    /// Whether it is so short or rare that it is a currency only beside an amount with a scale or
    /// with thousands.
    pub is_weak: bool,
}

/// A form of a scale in a text.
#[derive(Debug, Clone, Copy)]
pub struct ScaleForm {
    /// Its length in bytes.
    pub bytes: usize,
    /// The factor.
    pub factor: i64,
}

/// A currency that a form means in a language; in any, if that is empty.
struct Meaning {
    language: &'static str,
    currency: &'static Currency,
    is_usual: bool,
}

#[derive(Default)]
struct Index {
    /// By forms, folded, as written.
    cased: HashMap<String, Vec<Meaning>>,
    /// The same in small letters.
    forms: HashMap<String, Vec<Meaning>>,
    scales: HashMap<String, Vec<(&'static str, i64)>>,
    /// Number words, with their values in tenths.
    numbers: HashMap<&'static str, Vec<(&'static str, i64)>>,
    /// Words for "one" that are also articles.
    articles: Vec<&'static str>,
}

static INDEX: LazyLock<Index> = LazyLock::new(index);

fn index() -> Index {
    let mut index = Index::default();
    for (form, codes) in SIGNS {
        let meanings = codes.split(' ').enumerate().filter_map(|(at, code)| {
            Some(Meaning { language: "", currency: currency(code)?, is_usual: at == 0 })
        });
        let is_cased = CASED.contains(form);
        let forms = if is_cased { &mut index.cased } else { &mut index.forms };
        forms.entry(folded(form, is_cased)).or_default().extend(meanings);
    }
    for language in languages() {
        let amounts = &language.amounts;
        let code_of = amounts.language.as_str();
        for (code, words) in &amounts.currencies {
            for (word, currency) in words.iter().zip(std::iter::repeat(currency(code))) {
                let meaning = currency.map(|currency| Meaning {
                    language: code_of,
                    currency,
                    is_usual: true,
                });
                index.forms.entry(folded(word, false)).or_default().extend(meaning);
            }
        }
        for (factor, words) in &amounts.scales {
            for word in words {
                let factor = factor.parse().ok().map(|factor| (code_of, factor));
                index.scales.entry(folded(word, false)).or_default().extend(factor);
            }
        }
        for (value, words) in &amounts.numbers {
            let tenths = value.parse().ok().map(|value: f64| (code_of, (value * 10.0) as i64));
            for word in words {
                index.numbers.entry(word.as_str()).or_default().extend(tenths);
            }
        }
        index.articles.extend(amounts.one.iter().map(String::as_str));
    }
    index
}

/// Returns a currency by its ISO 4217 code in capitals.
pub fn currency(code: &str) -> Option<&'static Currency> {
    let at = CURRENCIES.binary_search_by(|currency| currency.code.cmp(code)).ok()?;
    CURRENCIES.get(at)
}

/// Returns the currency that a field of structured data names: a code in any letters, a sign or a
/// name.
pub fn currency_of(text: &str, locale: AmountLocale<'_>) -> Option<&'static Currency> {
    let text = text.trim();
    let form = || currency_after(text, locale).filter(|form| form.bytes == text.len());
    currency(&text.to_ascii_uppercase()).or_else(|| form()?.currency)
}

/// Finds the longest form of a currency at the start of `text`.
pub fn currency_after(text: &str, locale: AmountLocale<'_>) -> Option<CurrencyForm> {
    prefixes(text).filter_map(|form| form_of(form, locale)).last()
}

/// Finds the longest form of a currency at the end of `text`.
pub fn currency_before(text: &str, locale: AmountLocale<'_>) -> Option<CurrencyForm> {
    let mut letters = text.char_indices().rev().peekable();
    let mut longest = None;
    while let Some((start, letter)) = letters.next() {
        let form = text.get(start..).unwrap_or_default();
        if form.len() > FORM_BYTES_MAX {
            break;
        }
        let before = letters.peek().map(|(_, before)| *before);
        let is_inside = before.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        if is_inside || is_dropped(letter) || form.ends_with(char::is_whitespace) {
            continue;
        }
        let is_last_word = !form.ends_with(['.', '-']) || form.len() <= 4;
        let is_free = !AFTER_NUMBERS_ONLY.contains(&form.to_lowercase().as_str());
        if let Some(found) = form_of(form, locale).filter(|_| is_last_word && is_free) {
            let is_word = WORDS_IN_CAPITALS.contains(&form);
            let is_at_home = found.currency.is_some_and(|currency| locale.is_in(currency));
            longest = (!is_word || is_at_home).then_some(found).or(longest);
        }
    }
    longest
}

/// Finds the longest scale at the start of `text`.
pub fn scale_after(text: &str, locale: AmountLocale<'_>) -> Option<ScaleForm> {
    let glued = |form: &str| {
        let rest = text.get(form.len()..).unwrap_or_default();
        let found = currency_after(rest, locale);
        found.is_some_and(|found| rest.get(..found.bytes).is_some_and(takes_letters))
    };
    let of = |form: &str| {
        let meanings = INDEX.scales.get(folded(form, false).as_str())?;
        let factor = by_language(meanings, locale)?;
        Some(ScaleForm { bytes: form.len(), factor })
    };
    let whole = prefixes(text).filter_map(of).last();
    // The currency after it is looked for only if it is a scale, because that takes longer.
    whole.or_else(|| starts(text).filter_map(|form| of(form).filter(|_| glued(form))).last())
}

/// Finds the longest number word at the start of `text`, in small letters: its length in bytes, and
/// its value in tenths.
pub fn number_word(text: &str, locale: AmountLocale<'_>) -> Option<(usize, i64)> {
    let of = |form: &str| {
        let meanings = INDEX.numbers.get(form)?;
        let own = meanings.iter().find(|(language, _)| locale.language == Some(language));
        let other = meanings.iter().find(|(language, _)| match locale.language {
            Some(_) => *language == "en",
            None => form.len() > 2,
        });
        own.or(other).map(|(_, tenths)| (form.len(), *tenths))
    };
    starts(text).filter_map(of).last()
}

/// Reports whether a word in small letters is an article that also means one: `a million`.
pub fn article(word: &str) -> bool {
    INDEX.articles.contains(&word)
}

/// Returns the meaning of the page's language, else the first.
fn by_language(meanings: &[(&'static str, i64)], locale: AmountLocale<'_>) -> Option<i64> {
    let own = meanings.iter().find(|(language, _)| locale.language == Some(language));
    own.or(meanings.first()).map(|(_, factor)| *factor)
}

/// Returns the starts of `text`, the shortest first.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    ends.take_while(|end| *end <= FORM_BYTES_MAX).filter_map(|end| text.get(..end))
}

/// Returns the starts of `text` that end with a word or a sign, the shortest first.
fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    let is_form = text.chars().next().is_some_and(|first| !is_dropped(first));
    starts(text).filter(move |form| {
        let next = text.get(form.len()..).and_then(|rest| rest.chars().next());
        let last = form.chars().next_back();
        is_form
            && last.is_some_and(|last| {
                !is_dropped(last) && (is_unspaced(last) || !next.is_some_and(char::is_alphanumeric))
            })
    })
}

/// Reads a form of a currency: a code, a sign or a name, with letters that scale it or without.
fn form_of(form: &str, locale: AmountLocale<'_>) -> Option<CurrencyForm> {
    let of_one = |one: &str| {
        let bytes = form.len();
        if let Some(currency) = code(one) {
            let is_weak = !IN_SMALL_LETTERS.contains(&currency.code);
            return Some(CurrencyForm { bytes, currency: Some(currency), scale: 1, is_weak });
        }
        let lower = folded(one, false);
        let meanings = INDEX.cased.get(folded(one, true).as_str());
        let meanings = meanings.or_else(|| INDEX.forms.get(lower.as_str()))?;
        let is_weak =
            lower.len() <= 3 && lower.is_ascii() && lower.bytes().all(|b| b.is_ascii_alphabetic());
        Some(CurrencyForm { bytes, currency: meant(meanings, locale), scale: 1, is_weak })
    };
    of_one(form).or_else(|| {
        let scaled = |(letters, scale): &(&str, i64)| {
            let (start, one) = form.split_at_checked(letters.len())?;
            let is_scaled = start.eq_ignore_ascii_case(letters) && takes_letters(one);
            let found = is_scaled.then(|| of_one(one))??;
            Some(CurrencyForm { scale: *scale, is_weak: false, ..found })
        };
        SCALE_LETTERS.iter().find_map(scaled)
    })
}

/// Reports whether letters that scale it are written before this form: `MSEK`, `k€`, `Mkr`.
fn takes_letters(form: &str) -> bool {
    let is_code =
        form.len() == 3 && IN_SMALL_LETTERS.iter().any(|code| code.eq_ignore_ascii_case(form));
    is_code || form.eq_ignore_ascii_case("kr") || !form.contains(char::is_alphanumeric)
}

/// Returns the currency of a code: in capitals, or in small letters if it is no word.
fn code(form: &str) -> Option<&'static Currency> {
    if form.len() != 3 {
        return None;
    }
    let capitals = form.to_ascii_uppercase();
    let is_known = capitals == form || IN_SMALL_LETTERS.contains(&capitals.as_str());
    is_known.then(|| currency(&capitals)).flatten()
}

fn meant(meanings: &[Meaning], locale: AmountLocale<'_>) -> Option<&'static Currency> {
    let first = meanings.first()?.currency;
    let is_one = meanings.iter().all(|meaning| meaning.currency == first);
    let only = is_one && meanings.iter().any(|meaning| meaning.is_usual);
    let of_language = || meanings.iter().find(|one| locale.language == Some(one.language));
    let of_country = || meanings.iter().find(|one| locale.is_in(one.currency));
    // A name of one language is meant on pages of all others, unless two languages share it.
    let usual = || {
        let mut usual = meanings.iter().filter(|one| one.is_usual);
        let one = usual.next()?;
        usual.all(|other| other.currency == one.currency).then_some(one)
    };
    if only {
        return Some(first);
    }
    of_language().or_else(of_country).or_else(usual).map(|meaning| meaning.currency)
}

/// Writes a form without full stops, with one space between words and none before signs. A single
/// letter or a word before a sign does not belong to it: "a $20 million round", "ca. $20 million".
fn folded(form: &str, is_cased: bool) -> String {
    let mut out = String::with_capacity(form.len());
    let mut is_parted = false;
    let (mut last, mut count) = (None, 0);
    for letter in form.chars() {
        if is_dropped(letter) {
            is_parted |= letter != '.' && out.ends_with(char::is_alphanumeric);
            continue;
        }
        let is_word = count == 1 || last.is_some_and(char::is_lowercase);
        if is_parted && (letter.is_alphanumeric() || is_word) {
            out.push(' ');
            count += 1;
        }
        is_parted = false;
        last = Some(letter);
        if is_cased {
            out.push(letter);
            count += 1;
        } else {
            count += letter.to_lowercase().count();
            out.extend(letter.to_lowercase());
        }
    }
    out
}

fn is_dropped(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '.' | '-' | '\u{2010}' | '\u{2011}')
}

/// Reports whether a letter is of a script that writes no spaces, or adds endings to any word.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, language: &str, url: &str) -> Option<(&'static str, i64)> {
        let found = currency_after(text, AmountLocale::of(Some(language), url))?;
        Some((found.currency.map_or("?", |currency| currency.code), found.scale))
    }

    #[test]
    fn a_form_of_several_meanings_is_read_by_the_page() {
        for (form, language, url, expect) in [
            ("kr", "sv", "https://x.example/", Some(("SEK", 1))),
            ("kr", "da", "https://x.example/", Some(("DKK", 1))),
            ("kroner.", "no", "https://x.example/", Some(("NOK", 1))),
            ("kr", "en", "https://x.is/a", Some(("ISK", 1))),
            ("kr", "en", "https://x.example/", Some(("?", 1))),
            ("¥", "zh", "https://x.example/", Some(("CNY", 1))),
            ("¥", "en", "https://x.example/", Some(("JPY", 1))),
            ("Rs", "en", "https://x.pk/", Some(("PKR", 1))),
            ("pesos mexicanos", "es", "https://x.example/", Some(("MXN", 1))),
            ("MSEK", "sv", "https://x.example/", Some(("SEK", 1_000_000))),
            ("TEUR ", "de", "https://x.example/", Some(("EUR", 1_000))),
            ("US-Dollar", "de", "https://x.example/", Some(("USD", 1))),
            ("eurozone", "en", "https://x.example/", None),
            ("Ft", "hu", "https://x.example/", Some(("HUF", 1))),
            ("ft", "en", "https://x.example/", None),
            ("円を", "ja", "https://x.example/", Some(("JPY", 1))),
            ("try", "en", "https://x.example/", None),
        ] {
            assert_eq!(after(form, language, url), expect, "{form} {language} {url}");
        }
    }

    #[test]
    fn the_currencies_are_sorted_and_every_word_names_one() {
        assert!(CURRENCIES.is_sorted_by_key(|currency| currency.code));
        for (_, codes) in SIGNS {
            assert!(
                codes.split(' ').all(|code| code == "-" || currency(code).is_some()),
                "{codes}"
            );
        }
        for language in languages() {
            let amounts = &language.amounts;
            assert!(amounts.currencies.keys().all(|code| currency(code).is_some()));
            assert!(amounts.scales.keys().all(|factor| factor.parse::<i64>().is_ok()));
            assert!(amounts.numbers.keys().all(|value| value.parse::<f64>().is_ok()));
        }
    }
}

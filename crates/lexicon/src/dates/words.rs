//! Words of dates. Lower case.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::WordList;
use crate::word_list::months;

/// The maximum number of bytes of a month's name.
const NAME_BYTES_MAX: usize = 60;

/// Words that may occur between the parts of a date, and endings of its numbers.
pub(super) static FILLERS: WordList = WordList::new(|language| &language.dates_on_pages.fillers);

/// Words before the number of a week.
pub(super) static WEEKS: WordList = WordList::new(|language| &language.dates_on_pages.weeks);

/// Words before numbers that look like dates and are none: those of versions, of sections and of
/// anything numbered.
pub(super) static NOT_DATES: WordList =
    WordList::new(|language| &language.dates_on_pages.not_dates);

/// Names of seasons. Used by `clean`.
pub static SEASONS: WordList = WordList::new(|language| &language.dates_on_pages.seasons);

/// Words before the day of a page's last change, which is not before that of its publication. Used
/// by `clean`.
pub static UPDATES: WordList = WordList::new(|language| &language.dates_on_pages.updates);

/// Words of an age: `ago`, and the units that it is counted in.
pub(super) static AGO: WordList = WordList::new(|language| &language.dates_on_pages.ago);
pub(super) static ONE: WordList = WordList::new(|language| &language.amounts.one);
pub(super) static YEARS: WordList = WordList::new(|language| &language.dates_on_pages.years);
pub(super) static MONTHS_COUNTED: WordList =
    WordList::new(|language| &language.dates_on_pages.months);
pub(super) static WEEKS_COUNTED: WordList =
    WordList::new(|language| &language.dates_on_pages.weeks_counted);
pub(super) static DAYS: WordList = WordList::new(|language| &language.dates_on_pages.days);

/// Words before a date that is not the date of the sentence's event. Used by `detect`.
pub static OF_ANOTHER_IN_SENTENCES: WordList =
    WordList::new(|language| &language.dates_in_sentences.of_another);

/// Words which indicate that a date on a page is not the day of its publication. Used by `clean`.
pub static OF_ANOTHER_ON_PAGES: WordList =
    WordList::new(|language| &language.dates_on_pages.of_another);

/// The months by their names without accents, each with the languages that call it so.
static MONTHS: LazyLock<BTreeMap<String, Vec<(&'static str, i8)>>> = LazyLock::new(|| {
    let mut by_name: BTreeMap<String, Vec<(&'static str, i8)>> = BTreeMap::new();
    for (lang, name, number) in months() {
        by_name.entry(folded(name)).or_default().push((lang, number));
    }
    by_name
});

/// Returns the number of the month that a word names, in any case and with or without accents: in
/// the language `lang` (ISO 639-1), otherwise in any language. A word for different months in
/// different languages (`listopad`) is none, unless `lang` is one of them.
pub fn month(word: &str, lang: Option<&str>) -> Option<i8> {
    let known = languages_of(word)?;
    let own = known.iter().find(|(code, _)| Some(*code) == lang);
    let (_, number) = own.or_else(|| known.first())?;
    let is_certain = own.is_some() || known.iter().all(|(_, other)| other == number);
    is_certain.then_some(*number)
}

/// Checks that the name of a month has no other meaning: it is long, or it is of the text's language
/// (English, if that is unknown).
pub(super) fn is_clear_month(word: &str, lang: Option<&str>) -> bool {
    let lang = lang.unwrap_or("en");
    word.chars().count() > 4
        || languages_of(word).is_some_and(|known| known.iter().any(|(code, _)| *code == lang))
}

fn languages_of(word: &str) -> Option<&'static Vec<(&'static str, i8)>> {
    if word.len() > NAME_BYTES_MAX {
        return None;
    }
    MONTHS.get(&folded(word))
}

/// Returns a word in lower case and without accents: capitals are often written without them.
fn folded(word: &str) -> String {
    let lower = word.to_lowercase();
    let letters = lower.nfd().filter(|c| !is_combining_mark(*c));
    letters
        .map(|c| match c {
            'ı' => 'i',
            'ς' => 'σ',
            c => c,
        })
        .collect()
}

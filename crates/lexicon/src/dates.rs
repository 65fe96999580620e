//! Words of dates in prose and on pages. Lower case.

use std::sync::LazyLock;

use crate::WordList;
use crate::word_list::months;

/// Names of months in sentences, with their numbers. Used by `detect`.
pub static IN_SENTENCES: LazyLock<Vec<(&'static str, i8)>> = LazyLock::new(|| {
    let months = months(|language| &language.dates_in_sentences.months);
    let numbered = months.into_iter().zip(1..);
    numbered.flat_map(|(names, number)| names.into_iter().map(move |name| (name, number))).collect()
});

/// Names of the twelve months and their short forms in the visible text of pages, January's first.
/// Used by `clean`.
pub static ON_PAGES: LazyLock<[Vec<&'static str>; 12]> =
    LazyLock::new(|| months(|language| &language.dates_on_pages.months));

/// Words that may occur between the parts of a date on a page. Used by `clean`.
pub static FILLERS_ON_PAGES: WordList = WordList::new(|language| &language.dates_on_pages.fillers);

/// Words before a date that is not the date of the sentence's event. Used by `detect`.
pub static OF_ANOTHER_IN_SENTENCES: WordList =
    WordList::new(|language| &language.dates_in_sentences.of_another);

/// Words which indicate that a date on a page is not the day of its publication. Used by `clean`.
pub static OF_ANOTHER_ON_PAGES: WordList =
    WordList::new(|language| &language.dates_on_pages.of_another);

//! Words for telephone numbers, and for numbers that are none. Lower case. Used by `clean`.

use crate::WordList;

/// Words that introduce the number after them.
pub static BEFORE: WordList = WordList::new(|language| &language.telephones.before);

/// Those of [`BEFORE`] that are ordinary words too: `mobile`, `cell`, `call`.
pub static AMBIGUOUS: WordList = WordList::new(|language| &language.telephones.ambiguous);

/// Words between such a word and its number: `call us at`.
pub static BETWEEN: WordList = WordList::new(|language| &language.telephones.between);

/// Words that label the number before them.
pub static AFTER: WordList = WordList::new(|language| &language.telephones.after);

/// Words that introduce the number of a notice, a file or an invoice.
pub static REFERENCES: WordList = WordList::new(|language| &language.telephones.references);

/// Words that do so if one of [`NUMBERS`] follows them: `order number`.
pub static NUMBERED: WordList = WordList::new(|language| &language.telephones.numbered);

/// Words and abbreviations for "number".
pub static NUMBERS: WordList = WordList::new(|language| &language.telephones.numbers);

/// Words before "no." whose number is that of a telephone: `contact no.`
pub static LINES: WordList = WordList::new(|language| &language.telephones.lines);

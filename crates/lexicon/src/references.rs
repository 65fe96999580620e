//! Words before the numbers of files and public notices. Lower case. Used by `detect`.

use crate::WordList;

/// Words that mean such a number by themselves: `Aktenzeichen`, `reference number`.
pub static LABELS: WordList = WordList::new(|language| &language.references.labels);

/// Their abbreviations, without the last full stop: a stop, a colon or a word for "number" follows.
pub static ABBREVIATIONS: WordList = WordList::new(|language| &language.references.abbreviations);

/// Nouns whose number is such a number: `notice` in `notice no.`.
pub static KINDS: WordList = WordList::new(|language| &language.references.kinds);

/// Words for "number", without the last full stop.
pub static NUMBERS: WordList = WordList::new(|language| &language.references.numbers);

/// Verbs between a label and its number: `is`, `lautet`.
pub static VERBS: WordList = WordList::new(|language| &language.references.verbs);

/// Beginnings of words for a notice that changes an earlier one.
pub static CORRECTIONS: WordList = WordList::new(|language| &language.references.corrections);

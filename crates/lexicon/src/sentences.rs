//! Words that help to find the ends of sentences. Used by `detect`.

use crate::WordList;

/// Abbreviations whose full stop does not end a sentence: lower case, without the last stop.
pub static ABBREVIATIONS: WordList = WordList::new(|language| &language.sentences.abbreviations);

/// Words that begin sentences, capitals as written.
pub static OPENERS: WordList = WordList::new(|language| &language.sentences.openers);

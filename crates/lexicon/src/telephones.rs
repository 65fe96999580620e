//! Words for telephone numbers. Lower case. Used by `clean`.

use crate::WordList;

/// Words that introduce the number after them.
pub static BEFORE: WordList = WordList::new(|language| &language.telephones.before);

/// Words that label the number before them.
pub static AFTER: WordList = WordList::new(|language| &language.telephones.after);

//! What a telephone number is called. Lower case. Read by `clean`.

use crate::WordList;

/// Words that name a number behind them.
pub static BEFORE: WordList = WordList::new(|language| &language.telephones.before);

/// Words that name a number before them.
pub static AFTER: WordList = WordList::new(|language| &language.telephones.after);

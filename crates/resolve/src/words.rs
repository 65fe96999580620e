//! Words that many companies share in their names.

use lexicon::names::compared::{GENERIC, SPELLINGS, WEAK};

/// The spelling under which a word is compared.
pub(crate) fn spelling(word: &str) -> &str {
    SPELLINGS.iter().find(|(one, _)| *one == word).map_or(word, |(_, usual)| usual)
}

pub(crate) fn is_weak(word: &str) -> bool {
    WEAK.contains(&word)
}

/// Whether a name's core could be anybody's: nothing but shared words, or too short to tell.
pub(crate) fn is_generic(core: &str) -> bool {
    let letters = core.chars().filter(|c| c.is_alphanumeric()).count();
    let shared = |word: &str| is_weak(word) || GENERIC.contains(&word) || word.len() <= 1;
    letters <= 2 || core.split(' ').all(shared)
}

//! Words that are common in the names of companies.

use lexicon::names::compared::{GENERIC, SPELLINGS, WEAK};

/// Returns the spelling of a word that is used for comparison.
pub(crate) fn spelling(word: &str) -> &str {
    SPELLINGS.iter().find(|(one, _)| *one == word).map_or(word, |(_, usual)| usual)
}

pub(crate) fn is_weak(word: &str) -> bool {
    WEAK.contains(&word)
}

/// The minimum number of single letters that distinguish a name together: "A-B-C Company".
const INITIALS_MIN: usize = 3;

/// Checks whether a name's core is not distinctive: it has only common words or is too short.
pub(crate) fn is_generic(core: &str) -> bool {
    let letters = core.chars().filter(|c| c.is_alphanumeric()).count();
    let shared = |word: &str| is_weak(word) || GENERIC.contains(&word) || word.len() <= 1;
    let initials = core.split(' ').filter(|word| word.len() == 1).count();
    letters <= 2 || initials < INITIALS_MIN && core.split(' ').all(shared)
}

//! Compares names: determines whether two spellings belong to one company.

use lexicon::names::compared::{EMPTY, INITIALS};
use model::Permille;

use crate::names::{Name, name_core};
use crate::words::{is_weak, spelling};

/// The likeness from which names are the same. It was chosen only on the examples in this module's
/// tests.
pub(crate) const SAME: u16 = 850;
/// The maximum likeness of doubtful names; it is below [`SAME`].
const DOUBT: u16 = 780;
const WORDS_COMPARED_MAX: usize = 20;

/// Reports whether two names belong to one company, their likeness, and the reasons, one per line.
///
/// Spelling, word breaks, scripts, typing errors in long words and legal forms do not distinguish
/// companies; a word that only one of them has does, and so do legal forms of different countries.
pub fn same_name(one: &str, other: &str) -> (bool, Permille, Vec<String>) {
    let (likeness, reasons) = likeness(&name_core(one), &name_core(other));
    (likeness >= SAME, Permille::new(likeness), reasons)
}

/// Computes the likeness in thousandths, with the reasons.
pub(crate) fn likeness(one: &Name, other: &Name) -> (u16, Vec<String>) {
    if one.core.is_empty() || other.core.is_empty() {
        return (0, vec!["one of the names has no letters".to_owned()]);
    }
    let (mut likeness, mut reasons) = spelled(one, other).unwrap_or_else(|| aligned(one, other));
    if likeness >= SAME && are_forms_apart(one, other) {
        likeness = DOUBT;
        reasons.push("legal forms of different countries".to_owned());
    }
    (likeness, reasons)
}

fn are_forms_apart(one: &Name, other: &Name) -> bool {
    let both_stated = !one.countries.is_empty() && !other.countries.is_empty();
    both_stated && !one.countries.iter().any(|country| other.countries.contains(country))
}

/// Compares two spellings of one name; `None` if they need a comparison word by word.
fn spelled(one: &Name, other: &Name) -> Option<(u16, Vec<String>)> {
    let (left, right) = (one.compact(), other.compact());
    let found = if one.core == other.core {
        (1000, "the same words")
    } else if left == right {
        (970, "the same letters, other word breaks")
    } else if one.whole == other.whole || left == other.whole || right == one.whole {
        (960, "the same letters with the legal form")
    } else if left.len() >= 5 && without_umlaut_letters(&left) == without_umlaut_letters(&right) {
        (940, "the same letters but for ae, oe, ue")
    } else {
        return None;
    };
    Some((found.0, vec![found.1.to_owned()]))
}

/// Removes the `e` of transcribed umlauts, because `ü` is written as `ue` or `u`.
pub(crate) fn without_umlaut_letters(compact: &str) -> String {
    compact.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

struct Weighed<'a> {
    word: &'a str,
    weight: u32,
}

/// Splits a name into words; pairs of words that are usually abbreviated are replaced by their
/// initials.
fn phrases(name: &Name) -> Vec<&str> {
    let mut phrases: Vec<&str> = Vec::new();
    for word in name.words().into_iter().take(WORDS_COMPARED_MAX) {
        let before = phrases.last().copied().unwrap_or_default();
        match INITIALS.iter().find(|(first, second, _)| *first == before && *second == word) {
            Some((_, _, initials)) => {
                phrases.pop();
                phrases.push(initials);
            }
            None => phrases.push(word),
        }
    }
    phrases
}

fn weighed<'a>(words: &[&'a str]) -> Vec<Weighed<'a>> {
    let is_all_shared = words.iter().all(|word| is_weak(word));
    let weighed = words.iter().map(|word| {
        let weight = match *word {
            _ if is_all_shared => 100,
            _ if EMPTY.contains(word) => 20,
            _ if is_weak(word) => 50,
            _ => 100,
        };
        Weighed { word: spelling(word), weight }
    });
    weighed.collect()
}

/// Pairs the words of both names and weighs the unpaired ones.
fn aligned(one: &Name, other: &Name) -> (u16, Vec<String>) {
    let (one, other) = (phrases(one), phrases(other));
    let (left, mut right) = (weighed(&one), weighed(&other));
    let total: u32 = left.iter().chain(&right).map(|word| word.weight).sum();
    let mut reasons = Vec::new();
    let mut matched: u32 = 0;
    let mut unpaired: Vec<Weighed<'_>> = Vec::new();
    let is_single = left.len() == 1 && right.len() == 1;
    for word in left {
        let best = right
            .iter()
            .enumerate()
            .map(|(at, counterpart)| (word_likeness(word.word, counterpart.word, is_single), at))
            .max_by_key(|(likeness, at)| (*likeness, std::cmp::Reverse(*at)));
        match best {
            Some((likeness, at)) if likeness > 0 => {
                let counterpart = right.remove(at);
                matched += likeness * (word.weight + counterpart.weight) / 100;
                if counterpart.word != word.word {
                    reasons.push(format!("{} is nearly {}", word.word, counterpart.word));
                }
            }
            _ => unpaired.push(word),
        }
    }
    unpaired.extend(right);
    let share = u16::try_from(matched * 1000 / total.max(1)).unwrap_or(1000).min(930);
    let distinctive: Vec<&str> =
        unpaired.iter().filter(|word| word.weight == 100).map(|word| word.word).collect();
    if !distinctive.is_empty() {
        reasons.push(format!("only one has {}", distinctive.join(", ")));
        return (share.min(DOUBT), reasons);
    }
    if !unpaired.is_empty() {
        let shared: Vec<&str> = unpaired.iter().map(|word| word.word).collect();
        reasons.push(format!("only one has {}, a common word", shared.join(", ")));
    } else if reasons.is_empty() {
        reasons.push("the same words in another order or spelling".to_owned());
    }
    (share, reasons)
}

/// Computes the likeness of two words in hundredths: zero, or the likeness of one word with typing
/// errors. Shorter words are stricter, because another word is more likely to be one letter away.
fn word_likeness(one: &str, other: &str, is_whole_name: bool) -> u32 {
    if one == other {
        return 100;
    }
    let shorter = one.len().min(other.len());
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let longer = one.len().max(other.len());
    let too_different =
        shorter < 5 || longer - shorter > 2 || one.bytes().next() != other.bytes().next();
    if too_different || has_digit(one) || has_digit(other) {
        return 0;
    }
    match (strsim::osa_distance(one, other), shorter) {
        (1, 7..) => 92,
        // A single short word is equally likely the name of another company.
        (1, 6) if is_whole_name => 86,
        (1, 5..) if !is_whole_name => 80,
        (2, 7..=9) if !is_whole_name => 75,
        (2, 10..) => 87,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;

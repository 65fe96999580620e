//! Ages: `2 years ago`, `vor 3 Monaten`.

use std::borrow::Cow;

use super::words::{AGO, DAYS, MONTHS_COUNTED, ONE, WEEKS_COUNTED, YEARS};
use crate::WordList;

/// The maximum number of words of a text that is an age.
const WORDS_MAX: usize = 7;
/// The maximum length of such a text, in bytes.
const BYTES_MAX: usize = 200;
/// The maximum number of units of an age.
const COUNT_MAX: u16 = 999;

/// The first digits of the scripts that have digits of their own. Source: Unicode 17.0, general
/// category Nd.
const ZEROS: [char; 18] = [
    '\u{0660}', '\u{06f0}', '\u{0966}', '\u{09e6}', '\u{0a66}', '\u{0ae6}', '\u{0b66}', '\u{0be6}',
    '\u{0c66}', '\u{0ce6}', '\u{0d66}', '\u{0e50}', '\u{0ed0}', '\u{0f20}', '\u{1040}', '\u{17e0}',
    '\u{1810}', '\u{ff10}',
];

/// Reads the age that a short text states, in days: a year has 365 of them, a month 30.
pub fn age_days(text: &str) -> Option<i32> {
    if text.len() > BYTES_MAX {
        return None;
    }
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let is_short = words.len() <= WORDS_MAX;
    let spaced = format!(" {} ", words.join(" "));
    if !is_short || !AGO.iter().any(|ago| spaced.contains(&format!(" {ago} "))) {
        return None;
    }
    words.windows(2).find_map(|pair| match pair {
        [count, unit] => Some(i32::from(counted(count)?) * unit_days(unit)?),
        _ => None,
    })
}

fn counted(word: &str) -> Option<u16> {
    let number = word.parse::<u16>().ok().filter(|count| *count <= COUNT_MAX);
    number.or_else(|| ONE.contains(&word).then_some(1))
}

fn unit_days(word: &str) -> Option<i32> {
    let units: [(&WordList, i32); 4] =
        [(&YEARS, 365), (&MONTHS_COUNTED, 30), (&WEEKS_COUNTED, 7), (&DAYS, 1)];
    units.iter().find(|(words, _)| words.contains(&word)).map(|(_, days)| *days)
}

/// Returns a text with the digits of every script as those of ASCII.
pub fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    let digit = |c: char| {
        let from = |zero: &char| u32::from(c).checked_sub(u32::from(*zero));
        ZEROS.iter().filter_map(from).find_map(|distance| char::from_digit(distance, 10))
    };
    if text.is_ascii() || !text.chars().any(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

//! Spellings of amounts of money: THE list of currencies with their signs, scales, and the words for
//! numbers. Used by `clean` and `detect`.
//!
//! Names of currencies, scales and numbers are in the languages' files, at `[amounts]`; what belongs to
//! no language is in `signs`, and ISO 4217 itself in `currencies`. A word of several meanings (`kr`,
//! `mil`, `billion`) is read by the page's language, then by its country.

mod currencies;
mod index;
mod signs;

use std::sync::LazyLock;

use crate::WordList;
use crate::word_list::pairs;

pub use currencies::{CURRENCIES, Currency};
pub use index::{
    AmountLocale, CurrencyForm, ScaleForm, article, currency, currency_after, currency_before,
    currency_of, number_word, scale_after,
};

/// Words between a number or its scale and the currency: `millions of euros`.
pub static LINKING: WordList = WordList::new(|language| &language.amounts.linking);

/// Words inside a number in words: `fünfundzwanzig`, `one and a half`.
pub static JOINING: WordList = WordList::new(|language| &language.amounts.joining);

/// Words before the first and before the second end of a range: `between 5 and 10 million`.
pub static BETWEEN: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| pairs(|language| &language.amounts.between));

/// Words between the two ends of a range: `5 to 10 million`.
pub static RANGES: WordList = WordList::new(|language| &language.amounts.ranges);

/// Phrases for an amount that is not said.
pub static UNSTATED: WordList = WordList::new(|language| &language.amounts.unstated);

/// Words for what is counted or measured, which follow a number: it is no telephone number.
pub static UNITS: WordList = WordList::new(|language| &language.amounts.units);

/// Languages that write a comma before decimals, after CLDR (`decimal` of `numbers`); the others that
/// are read write a full stop.
pub const WITH_DECIMAL_COMMA: [&str; 38] = [
    "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr",
    "hu", "id", "is", "it", "lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk",
    "sl", "sr", "sv", "tr", "uk", "vi",
];

/// Currencies of countries that write a full stop before decimals.
pub const WITH_DECIMAL_POINT: [&str; 8] = ["USD", "GBP", "INR", "CAD", "AUD", "NZD", "SGD", "HKD"];

/// Names of currencies that count beside a scale only; without one they are a weight or a verb.
pub const BESIDE_SCALES: [&str; 3] = ["pound", "pounds", "won"];

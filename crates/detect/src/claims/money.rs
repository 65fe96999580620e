//! Amounts of money in text, parsed to whole numbers. An ambiguous amount is ignored.

use std::sync::LazyLock;

use lexicon::money::{CURRENCIES, POUNDS, SCALE_STARTS, SCALES, WITH_DECIMAL_POINT};
use regex::{Captures, Regex};

/// An amount found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Money {
    /// The amount in whole units, rounded.
    pub(crate) amount: i64,
    /// The currency, as ISO 4217.
    pub(crate) currency: &'static str,
    /// The position of the first byte.
    pub(crate) start: usize,
    /// The position after the last byte.
    pub(crate) end: usize,
    /// Whether a word like "million" scaled it.
    pub(crate) scaled: bool,
}

const SCALE: &str = r"(?i:thousand|tausend|milliarden|milliards?|miljarde?r?|milliard|miljard|miliardi|millionen|millions?|millones|millón|milioni|miljoen|miljoner|millioner|millioen|billionen|billions?|mil\smillones|milhões|milhão|bilhões|bilhão|bn|mrd|mld|mds?|mio|mln|mn|mm|crores?|cr|lakhs?|lacs?|k|m|b)";
const SIGN: &str = r"US\s?\$|USD\s?\$|CAD?\s?\$|C\$|AUD?\s?\$|A\$|NZ\$|S\$|HK\$|R\$|\$|€|£|₹|Rs\.?|USD|EUR|GBP|INR|CHF|SEK|NOK|DKK|CAD|AUD|NZD|SGD|HKD|BRL|JPY|CNY|RMB|PLN|CZK|ILS|ZAR|AED|SAR";
const NUMBER: &str = r"\d(?:[\d.,'’\u{a0}\u{202f}\u{2009}]*\d)?(?:\s\d{3}\b)*";
const UNIT: &str = r"(?i:us[\s-]dollars?|u\.s\.\sdollars?|canadian\sdollars?|australian\sdollars?|singapore\sdollars?|dollars?|dlrs?|dollari|dólares(?:\sestadounidenses)?|euros?|franken|swiss\sfrancs?|pounds?(?:\ssterling)?|rupees|reais|yuan|kronor|swedish\skron[ao]r?)|€|£|\$|₹|USD|EUR|GBP|INR|CHF|SEK|NOK|DKK|CAD|AUD|SGD";

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static PREFIXED: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(&format!(
        r"(?P<sign>{SIGN})\s?(?P<number>{NUMBER})(?:(?P<space>[\s\u{{a0}}-])?(?P<scale>{SCALE})\b\.?)?"
    ))
    .unwrap()
});
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static SUFFIXED: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(&format!(
        r"(?P<number>{NUMBER})[\s\u{{a0}}\u{{202f}}-]?(?:(?P<scale>{SCALE})\.?[\s\u{{a0}}\u{{202f}}-]?)?(?:(?:de|di|of|in)\s|d['’]\s?)?(?P<sign>{UNIT})"
    ))
    .unwrap()
});

/// Finds every amount in `text`, in order, none overlapping.
pub(crate) fn find(text: &str) -> Vec<Money> {
    let mut found: Vec<Money> = Vec::new();
    for (pattern, prefixed) in [(&*PREFIXED, true), (&*SUFFIXED, false)] {
        for captures in pattern.captures_iter(text) {
            if let Some(money) = read(text, &captures, prefixed) {
                let free =
                    found.iter().all(|other| money.end <= other.start || other.end <= money.start);
                if free {
                    found.push(money);
                }
            }
        }
    }
    found.sort_by_key(|money| money.start);
    found
}

fn read(text: &str, captures: &Captures<'_>, prefixed: bool) -> Option<Money> {
    let whole = captures.get(0)?;
    let (sign, number) = (captures.name("sign")?, captures.name("number")?);
    let before = text.get(..whole.start())?.chars().next_back();
    let after = text.get(whole.end()..)?;
    let glued = |c: char| c.is_alphanumeric() || matches!(c, '$' | '€' | '£' | '₹');
    let touching = |c: char| glued(c) || !prefixed && matches!(c, '.' | ',');
    if before.is_some_and(touching) {
        return None;
    }
    let mut following = after.chars();
    let next = following.next();
    // "$5-10 million", "$5 to 10m": a range is not an amount.
    if next.is_some_and(char::is_alphanumeric) || is_range(after, captures.name("scale").is_some())
    {
        return None;
    }
    if !prefixed && before.is_some_and(|c| matches!(c, '-' | '–')) {
        return None;
    }
    let currency = currency_of(sign.as_str(), captures.name("scale").map(|m| m.as_str()))?;
    let scale = match captures.name("scale") {
        Some(word) => Some(scale_of(word.as_str())?),
        None => None,
    };
    let european = !WITH_DECIMAL_POINT.contains(&currency);
    let amount = value(number.as_str(), scale, european)?;
    Some(Money {
        amount,
        currency,
        start: whole.start(),
        end: whole.end(),
        scaled: scale.is_some(),
    })
}

fn is_range(after: &str, scaled: bool) -> bool {
    let rest = after.trim_start_matches(['-', '–', ' ']);
    let dash = after.trim_start().starts_with(['-', '–']);
    let to = !scaled && after.trim_start().starts_with("to ");
    let number = rest.trim_start_matches("to ").trim_start_matches(['$', '€', '£', '₹']);
    (dash || to) && number.starts_with(|c: char| c.is_ascii_digit())
}

fn currency_of(sign: &str, scale: Option<&str>) -> Option<&'static str> {
    let sign: String =
        sign.chars().filter(|c| !c.is_whitespace() && *c != '.' && *c != '-').collect();
    let sign = sign.to_lowercase();
    let sign = sign.as_str();
    if POUNDS.contains(&sign) {
        return scale.map(|_| "GBP");
    }
    CURRENCIES.iter().find(|(word, _)| *word == sign).map(|(_, code)| *code)
}

fn scale_of(word: &str) -> Option<i64> {
    let lower = word.to_lowercase();
    let whole = SCALES.iter().find(|(word, _)| *word == lower);
    let starts = || SCALE_STARTS.iter().find(|(start, _)| lower.starts_with(start));
    whole.or_else(starts).map(|(_, scale)| *scale)
}

/// Parses a number with its separators, multiplies it by its scale and rounds it to whole units.
fn value(number: &str, scale: Option<i64>, european: bool) -> Option<i64> {
    let compact: String = number
        .chars()
        .map(|c| {
            if matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}') || c.is_whitespace() {
                ' '
            } else {
                c
            }
        })
        .collect();
    let (whole, fraction) = parts(&compact, scale.is_some(), european)?;
    let fraction = fraction.get(..fraction.len().min(6))?;
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = digits.checked_mul(i128::from(scale.unwrap_or(1)))?;
    let rounded = scaled.checked_add(divisor / 2)? / divisor;
    i64::try_from(rounded).ok().filter(|amount| *amount < 100_000_000_000_000)
}

/// Splits a number into the digits before and after the decimal mark.
fn parts(number: &str, scaled: bool, european: bool) -> Option<(String, String)> {
    let marks: Vec<(usize, char)> =
        number.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [.., (_, ' ')] => None,
        [.., (at, last)] => {
            let tail = number.len() - at - 1;
            let same = marks.iter().filter(|(_, mark)| mark == last).count();
            match (same, tail) {
                (2.., _) => None,
                // "$1.250" may be a price or a thousand.
                (1, 3) if marks.len() == 1 && *last == '.' && scaled && european => return None,
                (1, 3) if marks.len() == 1 && *last == '.' && !scaled && !european => return None,
                (1, 3) if marks.len() == 1 && *last == '.' => scaled.then_some(*at),
                (1, 3) if *last == ',' || !scaled => None,
                _ => Some(*at),
            }
        }
    };
    let (whole, fraction) = match decimal {
        Some(at) => (number.get(..at)?, number.get(at + 1..)?),
        None => (number, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    grouped(whole)
        .then(|| (whole.chars().filter(char::is_ascii_digit).collect(), fraction.to_owned()))
}

/// Reports whether the digits are grouped as in `1,500,000` (western) or `5,20,00,000` (Indian),
/// with one kind of mark.
fn grouped(whole: &str) -> bool {
    let mut marks = whole.chars().filter(|c| !c.is_ascii_digit());
    let Some(mark) = marks.next() else { return true };
    if marks.any(|other| other != mark) {
        return false;
    }
    let groups: Vec<usize> = whole.split(mark).map(str::len).collect();
    let Some(((first, middle), last)) =
        groups.split_first().and_then(|(f, rest)| rest.split_last().map(|(l, m)| ((f, m), l)))
    else {
        return false;
    };
    let western = (1..=3).contains(first) && *last == 3 && middle.iter().all(|group| *group == 3);
    let indian = mark == ','
        && (1..=2).contains(first)
        && *last == 3
        && middle.iter().all(|group| *group == 2);
    western || indian
}

#[cfg(test)]
mod tests;

//! Numbers in digits: their separators, and their values.

use std::ops::Range;

use lexicon::money::{self, AmountLocale, Currency, WITH_DECIMAL_COMMA, WITH_DECIMAL_POINT};

/// Amounts from here on are mistakes.
const AMOUNT_MAX: i64 = 1_000_000_000_000_000;

/// Finds the next number at or after `from`, with its separators.
pub(super) fn next_number(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let start = from + rest.find(is_digit)?;
    let mut end = start;
    loop {
        let run = text.get(end..)?;
        end += run.find(|c| !is_digit(c)).unwrap_or(run.len());
        let Some(separator) = text.get(end..)?.chars().next() else { break };
        let after = text.get(end + separator.len_utf8()..)?;
        let digits = after.find(|c| !is_digit(c)).unwrap_or(after.len());
        let is_joined = match separator {
            '.' | ',' | '．' | '，' => digits > 0,
            _ if is_apostrophe(separator) => digits > 0,
            // A space joins groups of thousands only.
            _ if separator.is_whitespace() => {
                let number = text.get(start..end)?;
                let first = number.find(|c| !is_digit(c)).unwrap_or(number.len());
                let next = after.get(digits..).and_then(|rest| rest.chars().next());
                digits == 3
                    && first <= 3
                    && !number.contains(['.', ','])
                    && !next.is_some_and(|c| c.is_alphabetic() && c.is_ascii())
            }
            _ => false,
        };
        if !is_joined || separator == '\n' {
            break;
        }
        end += separator.len_utf8();
    }
    Some(start..end)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '０'..='９')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '′')
}

/// Reports whether a number is that of a large amount: with groups of thousands, or five digits.
pub(super) fn is_thousands(number: &str) -> bool {
    let digits = number.chars().filter(|c| is_digit(*c)).count();
    let last = number.rsplit(|c: char| !is_digit(c)).next().unwrap_or_default();
    digits >= 5 || digits >= 4 && last.chars().count() == 3
}

/// Reads the smaller part of a number with several scales: `5000万` of `1億5000万`. The result is the
/// value and the end.
pub(super) fn smaller_part(
    text: &str,
    at: usize,
    locale: AmountLocale<'_>,
) -> Option<(i64, usize)> {
    let rest = text.get(at..)?;
    let is_asian = text.get(..at)?.chars().next_back().is_some_and(|c| !c.is_ascii());
    let number = next_number(text, at).filter(|number| is_asian && number.start == at)?;
    let digits: String = plain(rest.get(..number.len())?);
    let value: i64 = digits.replace(',', "").parse().ok()?;
    let form = money::scale_after(text.get(number.end..)?, locale);
    let (factor, bytes) = form.map_or((1, 0), |form| (form.factor, form.bytes));
    Some((value.checked_mul(factor)?, number.end + bytes))
}

/// Parses a number with its separators, multiplies it by its scale and rounds it to whole units.
pub(super) fn value(
    number: &str,
    scale: Option<i64>,
    currency: &Currency,
    locale: AmountLocale<'_>,
) -> Option<i64> {
    let compact = plain(number);
    let marks = Marks {
        is_scaled: scale.is_some(),
        has_comma: locale.language.map(|language| WITH_DECIMAL_COMMA.contains(&language)),
        has_point_at_home: WITH_DECIMAL_POINT.contains(&currency.code),
        minor_units: currency.minor_units,
    };
    let (whole, fraction) = marks.parts(&compact)?;
    let fraction = fraction.get(..fraction.len().min(6))?;
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = digits.checked_mul(i128::from(scale.unwrap_or(1)))?;
    let rounded = scaled.checked_add(divisor / 2)? / divisor;
    i64::try_from(rounded).ok().filter(|amount| *amount < AMOUNT_MAX)
}

/// Writes a number with ASCII digits, and with one character for all spaces and apostrophes.
fn plain(number: &str) -> String {
    let one = |c: char| match c {
        '．' => '.',
        '，' => ',',
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        c if c.is_whitespace() || is_apostrophe(c) => ' ',
        c => c,
    };
    number.chars().map(one).collect()
}

/// What is known about the marks of a number.
struct Marks {
    is_scaled: bool,
    /// Whether the page's language writes a comma before decimals, if the language is known.
    has_comma: Option<bool>,
    /// Whether the currency's countries write a full stop before decimals.
    has_point_at_home: bool,
    minor_units: u8,
}

impl Marks {
    /// Splits a number into the digits before and after the decimal mark.
    fn parts(&self, number: &str) -> Option<(String, String)> {
        let marks: Vec<(usize, char)> =
            number.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
        let decimal = match marks.as_slice() {
            [] | [.., (_, ' ')] => None,
            [.., (at, last)] => {
                let tail = number.len() - at - 1;
                match marks.iter().filter(|(_, mark)| mark == last).count() {
                    2.. => None,
                    _ if tail == 3 && marks.len() == 1 => self.single(*last)?.then_some(*at),
                    _ if tail == 3 && (*last == ',' || !self.is_scaled) => None,
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

    /// Reports whether the only mark, with three digits after it, stands before decimals; `None` if
    /// it may be either: "$1.250" may be a price or a thousand.
    fn single(&self, mark: char) -> Option<bool> {
        let has_three = self.minor_units == 3 && !self.is_scaled;
        match (mark, self.has_comma) {
            _ if has_three => None,
            (',', Some(true)) => Some(self.is_scaled),
            (',', _) => Some(false),
            (_, Some(true)) => Some(false),
            (_, Some(false)) if self.is_scaled => Some(true),
            _ if self.is_scaled && !self.has_point_at_home => None,
            _ if self.is_scaled => Some(true),
            _ if self.has_point_at_home => None,
            _ => Some(false),
        }
    }
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

//! Amounts of money in text, parsed to whole units. An amount that cannot be read is found too, so
//! that the event it belongs to is not lost.

mod digits;
mod numerals;

use std::sync::LazyLock;

use lexicon::money::{
    self, AmountLocale, BESIDE_SCALES, BETWEEN, CurrencyForm, LINKING, RANGES, UNSTATED,
};
use model::Document;
use regex::Regex;

/// What stands for each byte of an amount in a masked sentence.
const MASK: char = '\u{1}';
/// The maximum number of bytes between the two numbers of a range.
const JOINER_BYTES_MAX: usize = 16;

/// An amount that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Money {
    /// The amount in whole units, rounded.
    pub(crate) amount: i64,
    /// The currency, as ISO 4217.
    pub(crate) currency: &'static str,
}

/// The place of an amount in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AmountSpan {
    /// The position of the first byte.
    pub(crate) start: usize,
    /// The position after the last byte.
    pub(crate) end: usize,
    /// The amount, or `None` if it cannot be read: a range, an ambiguous currency or number, an
    /// amount that is not said.
    pub(crate) money: Option<Money>,
}

/// What follows a number of no currency that is the amount of a round.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static ROUND_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)^[\s,(-]*(?:(?:in|as|part|of|its|their|our|an?|the|new|for|from|einer?|dans|de|une?|en|una|un|di|w|ramach|een|i|nowej)\s+){0,4}(?:pre[\s-]?)?(?:series|serie|série|serii|seed|growth|funding|financing|venture|equity|round|runde|ronda|rundzie|finanzierung)").unwrap()
});
/// What stands before it.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static ROUND_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)(?:series|serie|série)[\s-]?[a-k](?:[\s-]*(?:round|funding|financing|runde|finanzierung))?(?:\s*[:,–-]\s*|\s+(?:of|worth|totall?ing|over|über|de|von|da|di|van)\s+)$").unwrap()
});

/// A number with what belongs to it.
struct Figure {
    start: usize,
    end: usize,
    /// The number as written.
    number: String,
    /// The factor of its scale; 1 without one.
    scale: i64,
    is_scaled: bool,
    /// What is added to it: the second part of `1億5000万`.
    more: i64,
    currency: Option<CurrencyForm>,
    is_prefixed: bool,
}

/// Returns what a page tells about the meaning of its signs and scales.
pub(crate) fn locale_of(document: &Document) -> AmountLocale<'_> {
    AmountLocale::of(document.lang.as_deref(), &document.url)
}

/// Finds every amount in `text`, in order, none overlapping.
pub(crate) fn find(text: &str, locale: AmountLocale<'_>) -> Vec<AmountSpan> {
    let mut found: Vec<AmountSpan> = Vec::new();
    let mut from = 0;
    while let Some(number) = digits::next_number(text, from) {
        let floor = found.last().map_or(0, |span: &AmountSpan| span.end);
        match figure(text, number.clone(), floor, locale)
            .and_then(|one| span_of(text, &one, locale))
        {
            Some(span) => {
                from = span.end.max(number.end);
                found.push(span);
            }
            None => from = number.end,
        }
    }
    let spoken = numerals::find(text, locale).into_iter().chain(unstated(text));
    for span in spoken {
        if found.iter().all(|other| span.end <= other.start || other.end <= span.start) {
            found.push(span);
        }
    }
    found.sort_by_key(|span| span.start);
    found
}

/// Replaces the bytes of the amounts, so that positions stay and one pattern finds them all.
pub(crate) fn masked(text: &str, amounts: &[AmountSpan]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for span in amounts {
        out.push_str(text.get(copied..span.start).unwrap_or_default());
        out.extend(std::iter::repeat_n(MASK, span.end - span.start));
        copied = span.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Reads a number of a text with its scale and its currency. `floor` is the end of the amount before.
fn figure(
    text: &str,
    number: std::ops::Range<usize>,
    floor: usize,
    locale: AmountLocale<'_>,
) -> Option<Figure> {
    let before = text.get(floor..number.start)?;
    let lead = before.strip_suffix(char::is_whitespace).unwrap_or(before);
    let prefix = money::currency_before(lead, locale);
    let glued = |c: char| c.is_alphanumeric() && c.is_ascii() || matches!(c, '.' | ',');
    if prefix.is_none() && before.chars().next_back().is_some_and(glued) {
        return None;
    }
    let mut end = number.end;
    let (mut scale, mut is_scaled, mut more) = (1, false, 0);
    let mut rest = after_space(text, end);
    // "20 de milioane".
    if text.get(rest..)?.starts_with("de ") {
        rest += "de ".len();
    }
    if let Some(form) = money::scale_after(text.get(rest..)?, locale) {
        (scale, is_scaled, end) = (form.factor, true, rest + form.bytes);
        if let Some((added, to)) = digits::smaller_part(text, end, locale) {
            (more, end) = (added, to);
        }
    }
    let suffix = suffix(text, end, is_scaled, locale);
    let start = prefix.map_or(number.start, |form| floor + lead.len() - form.bytes);
    let sign = prefix.and_then(|form| text.get(start..start + form.bytes));
    let currency = match (prefix, suffix) {
        (Some(prefix), Some((form, to))) => {
            // "$5 million CAD" says which dollar it is.
            let is_dollar = form.currency.is_some_and(|one| one.code.ends_with('D'));
            let is_closer = sign == Some("$") && is_dollar && form.currency != prefix.currency;
            let is_same = form.currency == prefix.currency;
            if is_closer || is_same {
                end = to;
            }
            Some(if is_closer { form } else { prefix })
        }
        (Some(prefix), None) => Some(prefix),
        (None, Some((form, to))) => {
            end = to;
            Some(form)
        }
        (None, None) => None,
    };
    let number = text.get(number)?.to_owned();
    let is_prefixed = prefix.is_some();
    Some(Figure { start, end, number, scale, is_scaled, more, currency, is_prefixed })
}

/// Finds the currency after a number or its scale, and its end.
fn suffix(
    text: &str,
    from: usize,
    is_scaled: bool,
    locale: AmountLocale<'_>,
) -> Option<(CurrencyForm, usize)> {
    let rest = text.get(from..)?;
    // "5 Mio. Euro".
    let dot = usize::from(is_scaled && rest.starts_with('.'));
    let mut at = after_space(text, from + dot);
    let rest = text.get(at..)?;
    let linking = LINKING.iter().find_map(|word| {
        let next = rest.get(..word.len()).filter(|next| next.eq_ignore_ascii_case(word))?;
        let after = rest.get(word.len()..)?;
        let space = after.starts_with(char::is_whitespace);
        (space || next.ends_with(['\'', '’'])).then_some(word.len())
    });
    at = linking.map_or(at, |bytes| after_space(text, at + bytes));
    let rest = text.get(at..)?;
    let bracket = usize::from(rest.starts_with('('));
    let form = money::currency_after(rest.get(bracket..)?, locale)?;
    let end = at + bracket + form.bytes;
    let after = text.get(end..)?;
    if bracket == 0 {
        return Some((form, end));
    }
    after.starts_with(')').then_some((form, end + 1))
}

/// Returns the position after one space or hyphen.
fn after_space(text: &str, at: usize) -> usize {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let is_space = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}');
    at + next.filter(is_space).map_or(0, char::len_utf8)
}

/// Decides what a number with its surroundings is; `None` if it is no amount.
fn span_of(text: &str, figure: &Figure, locale: AmountLocale<'_>) -> Option<AmountSpan> {
    let after = text.get(figure.end..)?;
    let last = text.get(..figure.end)?.chars().next_back();
    let is_cut = after.starts_with(char::is_alphanumeric) && last.is_some_and(|c| c.is_ascii());
    let unread = |start, end| Some(AmountSpan { start, end, money: None });
    if let Some(end) = range_end(text, figure, locale) {
        return unread(figure.start, end);
    }
    let Some(form) = figure.currency else {
        let is_amount = is_unnamed_currency(text, figure);
        return unread(figure.start, figure.end).filter(|_| is_amount);
    };
    let is_big = figure.is_scaled || form.scale > 1 || digits::is_thousands(&figure.number);
    let name = if figure.is_prefixed {
        text.get(figure.start..figure.start + form.bytes)
    } else {
        figure.end.checked_sub(form.bytes).and_then(|start| text.get(start..figure.end))
    };
    let name = name.unwrap_or_default();
    let is_word = name.chars().count() > 3 && name.chars().all(char::is_alphabetic);
    if is_cut || !is_big && (form.is_weak || figure.is_prefixed && is_word) {
        return None;
    }
    let is_verb = name == "won" && after.trim_start().starts_with("by ");
    if is_verb {
        return None;
    }
    let is_unsure = BESIDE_SCALES.contains(&name.to_lowercase().as_str()) && !figure.is_scaled;
    if let Some(start) = range_start(text, figure) {
        return unread(start, figure.end);
    }
    let money = form.currency.filter(|_| !is_unsure).and_then(|currency| {
        let scale =
            (figure.is_scaled || form.scale > 1).then_some(figure.scale.checked_mul(form.scale)?);
        let amount = digits::value(&figure.number, scale, currency, locale)?;
        Some(Money { amount: amount.checked_add(figure.more)?, currency: currency.code })
    });
    Some(AmountSpan { start: figure.start, end: figure.end, money })
}

/// Reports whether a scaled number without a known currency is an amount: beside a code that is none,
/// after an unknown dollar, or as the amount of a round.
fn is_unnamed_currency(text: &str, figure: &Figure) -> bool {
    let before = text.get(..figure.start).unwrap_or_default();
    let after = text.get(figure.end..).unwrap_or_default();
    let is_code = |word: &str| {
        let is_upper = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        is_upper && money::currency(word).is_none()
    };
    let word_before = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let word_after = after.trim_start().split(char::is_whitespace).next().unwrap_or_default();
    let is_signed = before.ends_with(['$', '€', '£', '¥', '₹']);
    let is_scaled = figure.is_scaled && !after.starts_with(char::is_alphanumeric);
    is_signed
        || is_scaled
            && (is_code(word_before)
                || is_code(word_after)
                || ROUND_AFTER.is_match(after)
                || ROUND_BEFORE.is_match(before))
}

/// Finds the end of a range that begins with this number: `€5-10 million`, `between €5m and €10m`.
fn range_end(text: &str, figure: &Figure, locale: AmountLocale<'_>) -> Option<usize> {
    let after = text.get(figure.end..)?;
    let next = digits::next_number(text, figure.end)?;
    let mut window = figure.end.saturating_add(JOINER_BYTES_MAX).min(text.len());
    while !text.is_char_boundary(window) {
        window -= 1;
    }
    if next.start > window {
        return None;
    }
    let other = self::figure(text, next, figure.end, locale)?;
    let joiner = text.get(figure.end..other.start)?.trim();
    let is_sum = other.is_scaled || other.currency.is_some();
    let is_dashed = !joiner.is_empty() && joiner.chars().all(is_dash);
    let is_tight = !after.starts_with(char::is_whitespace);
    let word = joiner.to_lowercase();
    let is_word = !figure.is_scaled && is_sum && RANGES.contains(&word.as_str());
    let before = text.get(..figure.start)?.trim_end();
    let mut between = BETWEEN.iter();
    let is_between =
        is_sum && between.any(|(first, second)| word == *second && ends_with_word(before, first));
    // A number alone begins a range of amounts only if nothing parts them: "40 - 5 million euros".
    let is_first = figure.currency.is_some()
        || figure.is_scaled
        || !is_year(&figure.number) && (is_tight || !is_dashed);
    let is_money = figure.currency.is_some() || other.currency.is_some();
    let is_range = is_dashed && (is_sum || is_tight) || is_word || is_between;
    (is_range && is_first && is_money).then_some(other.end)
}

/// Finds the start of a range that ends with this amount, if its first number was not read with it.
fn range_start(text: &str, figure: &Figure) -> Option<usize> {
    let before = text.get(..figure.start)?;
    let joined = before.strip_suffix(is_dash)?;
    let digits = joined.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let number = joined.get(digits.len()..)?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit());
    let is_glued = digits.ends_with(char::is_alphanumeric);
    (is_number && !is_glued && !is_year(number)).then_some(digits.len())
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' | '～' | '〜')
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len()).filter(|start| text.is_char_boundary(*start));
    start.and_then(|start| text.split_at_checked(start)).is_some_and(|(before, end)| {
        end.to_lowercase() == word && !before.ends_with(char::is_alphanumeric)
    })
}

/// Finds the phrases for an amount that is not said.
fn unstated(text: &str) -> Vec<AmountSpan> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return Vec::new();
    }
    let places = UNSTATED.iter().flat_map(|phrase| {
        lower.match_indices(phrase).map(|(start, found)| (start, start + found.len()))
    });
    let mut places: Vec<(usize, usize)> =
        places.filter(|(start, end)| text.get(*start..*end).is_some()).collect();
    // The longest first: "siebenstelliger Millionenbetrag" before "Millionenbetrag".
    places.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    places.dedup_by(|next, kept| next.0 < kept.1);
    places.into_iter().map(|(start, end)| AmountSpan { start, end, money: None }).collect()
}

#[cfg(test)]
mod tests;

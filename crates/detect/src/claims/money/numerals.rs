//! Amounts in words: `twelve million euros`, `fünfundzwanzig Millionen Euro`, `三千万元`.

use lexicon::money::{self, AmountLocale, JOINING};

use super::{AmountSpan, Money, suffix};

/// The maximum number of words of a number.
const WORDS_MAX: usize = 7;
/// The least scale that makes an amount of words.
const SCALE_MIN: i64 = 1_000;

/// Finds the amounts in words: a scale with a currency after it, and the number before it. Without a
/// number that can be read ("several million euros"), the amount cannot be.
pub(super) fn find(text: &str, locale: AmountLocale<'_>) -> Vec<AmountSpan> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, letter) in text.char_indices() {
        let before = text.get(..at).unwrap_or_default();
        let is_start = letter.is_alphabetic()
            && (!letter.is_ascii() && is_ideograph(letter)
                || !before.ends_with(char::is_alphanumeric));
        if at < from || !is_start {
            continue;
        }
        if let Some(span) = amount_at(text, at, locale) {
            from = span.end;
            found.push(span);
        }
    }
    found
}

/// Reads the amount whose scale begins at `at`.
fn amount_at(text: &str, at: usize, locale: AmountLocale<'_>) -> Option<AmountSpan> {
    let rest = text.get(at..)?;
    let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let form = money::scale_after(rest.get(..word)?, locale)
        .filter(|form| form.factor >= SCALE_MIN && form.bytes > 2)?;
    let before = text.get(..at)?;
    // A scale after digits was read with them.
    if before.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (start, tenths) = match ideographs(before) {
        Some((start, value)) => (start, value.checked_mul(10)),
        None => number(before, locale).unwrap_or((at, None)),
    };
    let lead = text.get(..start)?;
    let prefix = money::currency_before(lead.trim_end(), locale).filter(|form| !form.is_weak);
    let (currency, start, end) = match suffix(text, at + form.bytes, true, locale) {
        Some((one, end)) => (one.currency, start, end),
        None => {
            let one = prefix?;
            (one.currency, lead.trim_end().len() - one.bytes, at + form.bytes)
        }
    };
    let amount =
        tenths.and_then(|tenths| tenths.checked_mul(form.factor)).map(|tenths| tenths / 10);
    let money = amount.zip(currency).map(|(amount, one)| Money { amount, currency: one.code });
    Some(AmountSpan { start, end, money })
}

/// Reads the number in words at the end of `before`: its start, and its value in tenths if the words
/// are one number. `None` if there is none.
fn number(before: &str, locale: AmountLocale<'_>) -> Option<(usize, Option<i64>)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut rest = before;
    while words.len() < WORDS_MAX {
        let trimmed = rest.trim_end_matches(|c: char| c.is_whitespace() || c == '-');
        let start = trimmed.trim_end_matches(|c: char| c.is_alphabetic() || c == '-').len();
        let word = trimmed.get(start..)?.to_lowercase();
        let is_number = pieces(&word, locale).is_some();
        let is_joined = JOINING.contains(&word.as_str()) && !words.is_empty();
        // An article is a part of a number only right before a scale, or beside a half.
        let is_one = money::article(&word)
            && (words.is_empty() || words.iter().any(|(_, word)| is_half(word, locale)));
        if word.is_empty() || !(is_number || is_joined || is_one) {
            break;
        }
        words.push((start, word));
        rest = trimmed.get(..start)?;
    }
    words.reverse();
    let is_number = |word: &str| pieces(word, locale).is_some();
    if !words.iter().any(|(_, word)| is_number(word)) {
        return words.last().map(|(start, _)| (*start, Some(10)));
    }
    let first = words.iter().position(|(_, word)| is_number(word)).unwrap_or_default();
    let words = words.get(first..)?;
    let mut values: Vec<i64> =
        words.iter().filter_map(|(_, word)| pieces(word, locale)).flatten().collect();
    // "vingt et un".
    if let [.., (_, joined), (_, one)] = words
        && JOINING.contains(&joined.as_str())
        && !is_number(one)
    {
        values.push(10);
    }
    Some((words.first()?.0, sum(&values)))
}

fn is_half(word: &str, locale: AmountLocale<'_>) -> bool {
    pieces(word, locale).is_some_and(|values| values == [5])
}

/// Splits a word into number words with their values in tenths: `fünf`, `und`, `zwanzig`.
fn pieces(word: &str, locale: AmountLocale<'_>) -> Option<Vec<i64>> {
    let mut rest = word;
    let mut values = Vec::new();
    while !rest.is_empty() {
        if let Some((bytes, tenths)) = money::number_word(rest, locale) {
            values.push(tenths);
            rest = rest.get(bytes..)?;
        } else {
            let joiners = JOINING.iter().copied().chain(["-"]);
            // The longest joiner: `en` before `e`.
            let joined =
                joiners.filter_map(|word| rest.strip_prefix(word)).min_by_key(|rest| rest.len());
            rest = joined.filter(|_| !values.is_empty())?;
        }
    }
    (!values.is_empty()).then_some(values)
}

/// Adds the parts of a number, in tenths: hundreds multiply, and what is added is smaller than what
/// stands before it, or a ten after its unit.
fn sum(values: &[i64]) -> Option<i64> {
    let mut total = 0;
    let mut last = 0;
    for value in values.iter().copied() {
        total = match value {
            1000 if (10..100).contains(&total) => total * 100,
            _ if total == 0 => value,
            5 => total + value,
            _ if last == 1000 && value < 1000 => total + value,
            _ if last >= 200 && value < 100 => total + value,
            _ if last < 100 && (200..1000).contains(&value) => total + value,
            // "soixante-dix", "quatre-vingt-treize".
            _ if matches!(last, 600 | 800) && value < 200 => total + value,
            _ => return None,
        };
        last = value;
    }
    Some(total)
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}')
}

/// Reads the number in ideographs at the end of `before`: its start and its value.
fn ideographs(before: &str) -> Option<(usize, i64)> {
    let value = |c: char| "零一二三四五六七八九".chars().position(|one| one == c);
    let ten = |c: char| match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    };
    let is_part = |c: char| value(c).is_some() || ten(c).is_some() || c == '两' || c == '〇';
    let start = before.trim_end_matches(is_part).len();
    let (mut total, mut digit) = (0, 0);
    for letter in before.get(start..)?.chars() {
        match (ten(letter), value(letter)) {
            (Some(ten), _) => {
                total += digit.max(1) * ten;
                digit = 0;
            }
            (None, Some(value)) => digit = i64::try_from(value).ok()?,
            (None, None) => digit = if letter == '两' { 2 } else { 0 },
        }
    }
    (start < before.len() && total + digit > 0).then_some((start, total + digit))
}

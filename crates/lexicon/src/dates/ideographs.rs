//! Dates with the words for year, month and day after their numbers: Chinese, Japanese, Korean.

use super::date_read::DateRead;

/// The words for a year, a month and a day.
const YEAR: [char; 2] = ['年', '년'];
const MONTH: [char; 2] = ['月', '월'];
const DAY: [char; 4] = ['日', '일', '號', '号'];
/// The names of eras, and the year before their first one.
const ERAS: [(&str, i16); 5] =
    [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("民國", 1911), ("民国", 1911)];
/// The maximum number of characters of a number.
const NUMBER_CHARS_MAX: usize = 6;

/// Finds the dates in a text, each with its start and end in bytes.
pub(super) fn find(text: &str) -> Vec<(DateRead, usize, usize)> {
    let years = text.char_indices().filter(|(_, c)| YEAR.contains(c));
    let mut found: Vec<(DateRead, usize, usize)> = Vec::new();
    for (at, c) in years {
        let from = found.last().map_or(0, |(_, _, end)| *end);
        let before = text.get(from..at).unwrap_or_default();
        let after = at + c.len_utf8();
        let Some((year, is_whole, start)) = year_before(before) else { continue };
        let (mut month, mut day, mut end) = (None, None, after);
        if let Some((number, after_month)) = number_with(text, after, &MONTH) {
            (month, end) = (Some(number), after_month);
            if let Some((number, after_day)) = number_with(text, after_month, &DAY) {
                (day, end) = (Some(number), after_day);
            }
        }
        let read = match (month, day) {
            (Some(month), Some(day)) => DateRead::day(year, month, day),
            (Some(month), None) if is_whole => DateRead::month(year, month),
            _ => None,
        };
        let read = read.or_else(|| is_whole.then_some(DateRead::Year { year }));
        found.extend(read.map(|read| (read, from + start, end)));
    }
    found
}

/// Reads the year at the end of a text: the year, whether it is written whole, and its start.
fn year_before(text: &str) -> Option<(i16, bool, usize)> {
    let trimmed = text.trim_end_matches(' ');
    let start = trimmed
        .char_indices()
        .rev()
        .take(NUMBER_CHARS_MAX)
        .take_while(|(_, c)| digit(*c).is_some() || *c == '元')
        .last()
        .map(|(at, _)| at)?;
    let digits = trimmed.get(start..)?;
    let number = if digits == "元" { 1 } else { number(digits)? };
    let lead = trimmed.get(..start)?.trim_end_matches(' ');
    if let Some((name, before)) = ERAS.iter().find(|(name, _)| lead.ends_with(name)) {
        return Some((before + number, true, lead.len() - name.len()));
    }
    match digits.chars().count() {
        4 if (1900..2100).contains(&number) => Some((number, true, start)),
        2 if number >= 10 => Some((2000 + number, false, start)),
        _ => None,
    }
}

/// Reads a number and the word after it, from a position on: the number and the end of the word.
fn number_with(text: &str, from: usize, words: &[char]) -> Option<(i8, usize)> {
    let rest = text.get(from..)?;
    let rest = rest.trim_start_matches(' ');
    let mut at = text.len() - rest.len();
    let digits: String = rest.chars().take(4).take_while(|c| digit(*c).is_some()).collect();
    at += digits.len();
    let rest = text.get(at..)?;
    let word = rest.trim_start_matches(' ').chars().next().filter(|c| words.contains(c))?;
    let end = text.len() - rest.trim_start_matches(' ').len() + word.len_utf8();
    Some((i8::try_from(number(&digits)?).ok()?, end))
}

/// Returns the value of a digit, ten for the sign of ten.
fn digit(c: char) -> Option<i16> {
    const SIGNS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '０'..='９' => c as u32 - '０' as u32,
        '零' => 0,
        '十' => 10,
        _ => u32::try_from(SIGNS.iter().position(|sign| *sign == c)?).ok()?,
    };
    i16::try_from(value).ok()
}

/// Reads a number: digit after digit, or tens and ones.
fn number(digits: &str) -> Option<i16> {
    if digits.is_empty() {
        return None;
    }
    if let Some((tens, ones)) = digits.split_once('十') {
        let part = |text: &str| match text.chars().count() {
            1 => text.chars().next().and_then(digit).filter(|value| *value < 10),
            _ => None,
        };
        let tens = if tens.is_empty() { Some(1) } else { part(tens) };
        let ones = if ones.is_empty() { Some(0) } else { part(ones) };
        return Some(tens? * 10 + ones?);
    }
    digits.chars().try_fold(0i16, |value, c| value.checked_mul(10)?.checked_add(digit(c)?))
}

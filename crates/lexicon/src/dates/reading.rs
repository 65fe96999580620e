//! Reads the dates of a text, with names of months or in digits.

use super::date_read::{DateInText, DateRead};
use super::ideographs;
use super::order::DateOrder;
use super::tokens::{Token, tokens};
use super::words::{FILLERS, NOT_DATES, WEEKS, is_clear_month, month};
use crate::telephones;

/// The maximum number of tokens after the first one of a date. Few fit between its parts.
const TOKENS_MAX: usize = 12;
/// The maximum number of bytes between two parts of a date.
const GAP_BYTES_MAX: usize = 9;
/// Signs between two texts, never inside a date.
const BREAKS: [char; 9] = ['\n', '|', '–', '—', '•', '·', ';', '→', '»'];
/// Hyphens of every kind.
const HYPHENS: [&str; 4] = ["-", "\u{2010}", "\u{2011}", "\u{2212}"];
/// The months as Roman numerals, as they are written in several countries of Europe.
const ROMAN_MONTHS: [&str; 12] =
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// Apostrophes before a year without its century.
const APOSTROPHES: [char; 5] = ['\'', '’', '‘', 'ʼ', '`'];

/// Finds the dates of a text in their order. `lang` (ISO 639-1) decides what a name means that two
/// languages have for different months, `order` the meaning of `03/04/2026`. Time is linear in the
/// length of the text.
pub fn find(text: &str, lang: Option<&str>, order: DateOrder) -> Vec<DateInText> {
    let with_words = ideographs::find(text);
    let mut found: Vec<DateInText> =
        with_words.into_iter().map(|(date, start, end)| DateInText { date, start, end }).collect();
    let reader = Reader { text, tokens: tokens(text), lang, order };
    let (mut at, mut known) = (0, 0);
    let mut others = Vec::new();
    while let Some(token) = reader.tokens.get(at) {
        while found.get(known).is_some_and(|date| date.end <= token.start) {
            known += 1;
        }
        if found.get(known).is_some_and(|date| date.start < token.end) {
            at += 1;
        } else if let Some(length) = reader.time(at) {
            at += length;
        } else if let Some((date, end)) = reader.date(at) {
            let last = reader.tokens.get(end - 1).map_or(token.end, |last| last.end);
            others.push(DateInText { date, start: token.start, end: last });
            at = end;
        } else {
            at += 1;
        }
    }
    found.extend(others);
    found.sort_by_key(|date| date.start);
    found
}

/// A part of a date with the name of its month.
#[derive(Debug, Clone, Copy)]
enum Part {
    Year(i16),
    Number(i8),
    Month(i8),
}

/// A part with the tokens that it is made of.
#[derive(Debug, Clone, Copy)]
struct Placed {
    part: Part,
    first: usize,
    end: usize,
}

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    lang: Option<&'t str>,
    order: DateOrder,
}

impl<'t> Reader<'t> {
    /// Reads the date that begins with a token, and returns the index after its last one.
    fn date(&self, at: usize) -> Option<(DateRead, usize)> {
        self.week(at)
            .or_else(|| self.named(at))
            .or_else(|| self.glued(at))
            .or_else(|| self.numbered(at))
            .or_else(|| self.with_roman_month(at))
            .or_else(|| self.unnamed(at))
            .or_else(|| self.with_unknown_words(at))
    }

    fn token(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    /// Returns the text between a token and the next one.
    fn gap(&self, at: usize) -> Option<&'t str> {
        self.text.get(self.token(at)?.end..self.token(at + 1)?.start)
    }

    fn word(&self, at: usize) -> Option<String> {
        self.token(at).filter(|token| !token.is_number).map(|token| token.text.to_lowercase())
    }

    /// Returns the number of tokens of a time that begins with a token: `15:45:00`, `3:45 p.m.`,
    /// `3 PM`.
    fn time(&self, at: usize) -> Option<usize> {
        self.token(at)?.number(1..=2).filter(|hour| *hour <= 24)?;
        let minutes = |at: usize| {
            let is_after = self.gap(at.checked_sub(1)?) == Some(":");
            self.token(at)?.number(2..=2).filter(|part| is_after && *part < 60)
        };
        let mut length = 1;
        if minutes(at + 1).is_some() {
            length = if minutes(at + 2).is_some() { 3 } else { 2 };
        }
        let half = match self.word(at + length).as_deref() {
            Some("am" | "pm") => 1,
            Some("a" | "p") if self.word(at + length + 1).as_deref() == Some("m") => 2,
            _ => 0,
        };
        let is_near = self.gap(at + length - 1).is_some_and(|gap| gap.trim().is_empty());
        let half = if is_near { half } else { 0 };
        (length + half > 1).then_some(length + half)
    }

    /// Reads a week: `2024-W46`, `2024-W46-3`, `KW 46/2024`.
    fn week(&self, at: usize) -> Option<(DateRead, usize)> {
        let week_at = |at: usize| {
            let week = self.token(at)?.part()?;
            (1..=53).contains(&week).then_some(week)
        };
        let first = self.token(at)?;
        if let Some(year) = first.year() {
            let is_week = self.word(at + 1).as_deref() == Some("w")
                && matches!(self.gap(at)?, "-" | "")
                && self.gap(at + 1)?.is_empty();
            let week = week_at(at + 2).filter(|_| is_week)?;
            let weekday = self.token(at + 3).filter(|_| self.gap(at + 2) == Some("-"));
            let weekday = weekday.filter(|token| token.text.len() == 1).and_then(Token::part);
            let weekday = weekday.filter(|day| (1..=7).contains(day));
            let end = at + 3 + usize::from(weekday.is_some());
            return Some((DateRead::Week { year, week, weekday: weekday.unwrap_or(7) }, end));
        }
        let is_week = WEEKS.contains(&self.word(at)?.as_str());
        let week = week_at(at + 1).filter(|_| is_week && self.are_close(at, at + 1))?;
        let year = self.token(at + 2)?.year().filter(|_| self.are_close(at + 1, at + 2))?;
        Some((DateRead::Week { year, week, weekday: 7 }, at + 3))
    }

    /// Reads `Mar` and `312026`: day and year in separate elements without a space between them.
    fn glued(&self, at: usize) -> Option<(DateRead, usize)> {
        let (first, second) = (self.token(at)?, self.token(at + 1)?);
        let month = month(first.text, self.lang).filter(|_| !first.is_number)?;
        let (day, year) = (second.text.get(..2)?, second.text.get(2..)?);
        let is_whole = second.is_number && second.text.len() == 6 && self.gap(at)?.len() <= 1;
        let read = DateRead::day(year.parse().ok()?, month, day.parse().ok()?)?;
        is_whole.then_some((read, at + 2))
    }

    fn are_close(&self, one: usize, other: usize) -> bool {
        let gap = self.token(one).zip(self.token(other));
        let gap = gap.and_then(|(one, other)| self.text.get(one.end..other.start));
        gap.is_some_and(|gap| gap.len() <= GAP_BYTES_MAX && !gap.contains(BREAKS))
    }

    fn is_filler(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| FILLERS.contains(&word.as_str()))
    }

    /// Checks for a time zone: `CET`, `+0000`.
    fn is_zone(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            let is_code = token.text.bytes().all(|b| b.is_ascii_uppercase());
            let is_offset = token.text.len() == 4
                && self.text.get(..token.start).is_some_and(|before| before.ends_with(['+', '-']));
            if token.is_number { is_offset } else { is_code && token.text.len() <= 5 }
        })
    }

    /// Returns the part of a date that begins with a token.
    fn part(&self, at: usize) -> Option<Placed> {
        let token = self.token(at)?;
        let placed = |part, length| Placed { part, first: at, end: at + length };
        if token.is_number {
            let year = token.year().map(Part::Year);
            return year.or_else(|| token.part().map(Part::Number)).map(|part| placed(part, 1));
        }
        if let Some(next) = self.token(at + 1).filter(|next| !next.is_number)
            && self.gap(at).is_some_and(|gap| gap.trim().is_empty())
            && let Some(number) =
                month(self.text.get(token.start..next.end).unwrap_or_default(), self.lang)
        {
            return Some(placed(Part::Month(number), 2));
        }
        let number = month(token.text, self.lang)?;
        (token.text.chars().count() >= 3).then(|| placed(Part::Month(number), 1))
    }

    /// Reads the first three parts from a token on; words between them are skipped.
    fn parts(&self, at: usize) -> Vec<Placed> {
        let mut parts: Vec<Placed> = self.part(at).into_iter().collect();
        let Some(mut next) = parts.first().map(|part| part.end) else { return parts };
        let mut is_after_time = false;
        while parts.len() < 3 && next < at + TOKENS_MAX && self.are_close(next - 1, next) {
            if let Some(length) = self.time(next) {
                (next, is_after_time) = (next + length, true);
            } else if is_after_time && self.is_zone(next) || self.is_filler(next) {
                next += 1;
            } else if let Some(part) = self.part(next) {
                next = part.end;
                parts.push(part);
            } else {
                break;
            }
        }
        parts
    }

    /// Reads a date with the name of its month: `31 March 2026`, `March 31st, 2026`, `10 Nov ’24`,
    /// `2024. gada 10. novembris`, `Nov 10 15:45:00 2024`, `November 2024`.
    fn named(&self, at: usize) -> Option<(DateRead, usize)> {
        use Part::{Month, Number, Year};
        let placed = self.parts(at);
        let part = |index: usize| placed.get(index).map(|placed| placed.part);
        let end = |count: usize| placed.get(count - 1).map(|placed| placed.end);
        let (first, second) = (part(0)?, part(1)?);
        let whole = match (first, second, part(2)) {
            (Number(day), Month(month), Some(Year(year)))
            | (Month(month), Number(day), Some(Year(year)))
            | (Year(year), Month(month), Some(Number(day)))
            | (Year(year), Number(day), Some(Month(month))) => Some((year, month, day)),
            (Number(day), Month(month), Some(Number(_)))
            | (Month(month), Number(day), Some(Number(_))) => {
                let is_after_name = matches!(second, Month(_));
                self.short_year(&placed, is_after_name).map(|year| (year, month, day))
            }
            _ => None,
        };
        if let Some((year, month, day)) = whole {
            let read = DateRead::day(year, month, day).or_else(|| DateRead::month(year, month));
            return read.zip(end(3));
        }
        match (first, second) {
            (Month(month), Year(year)) if self.is_clear(&placed, 0) => {
                DateRead::month(year, month).zip(end(2))
            }
            (Year(year), Month(month)) if self.is_clear(&placed, 1) => {
                let is_date = matches!(self.order, DateOrder::YearFirst(_))
                    || self.gap(at).is_some_and(|gap| !gap.trim().is_empty());
                DateRead::month(year, month).filter(|_| is_date).zip(end(2))
            }
            (Month(month), Number(day)) if self.is_clear(&placed, 0) => {
                let year = self.apostrophe_year(placed.get(1)?.first);
                let read = year.and_then(|year| DateRead::month(year, month));
                read.or_else(|| unclear(day)).zip(end(2))
            }
            (Number(day), Month(_)) if self.is_clear(&placed, 1) => unclear(day).zip(end(2)),
            _ => None,
        }
    }

    /// Checks that the name of a month has no other meaning.
    fn is_clear(&self, placed: &[Placed], named: usize) -> bool {
        let words = placed.get(named).and_then(|name| {
            let (first, last) = (self.token(name.first)?, self.token(name.end - 1)?);
            self.text.get(first.start..last.end)
        });
        words.is_some_and(|words| is_clear_month(words, self.lang))
    }

    fn apostrophe_year(&self, at: usize) -> Option<i16> {
        let before = self.text.get(..self.token(at)?.start)?;
        self.token(at)?.short_year().filter(|_| before.ends_with(APOSTROPHES))
    }

    /// Reads the year of two digits of three parts: with an apostrophe, with the separator of the
    /// other parts, or where nothing is counted by it.
    fn short_year(&self, placed: &[Placed], is_after_name: bool) -> Option<i16> {
        let [_, before, last] = placed else { return None };
        if let Some(year) = self.apostrophe_year(last.first) {
            return Some(year);
        }
        let year = self.token(last.first)?.short_year()?;
        let gap = self.gap(last.first - 1)?.trim();
        let earlier = self.gap(before.first - 1)?.trim();
        let rest = self.text.get(self.token(last.first)?.end..)?.trim_start();
        let is_end = rest.is_empty()
            || rest.starts_with(|c: char| BREAKS.contains(&c) || [',', '.', ')', ']'].contains(&c))
            || self.time(last.end).is_some();
        let is_decimal = rest.strip_prefix(['.', ',']).is_some_and(starts_with_digit);
        let is_one_sign = !gap.is_empty() && gap == earlier && gap != ",";
        let fits = match gap {
            "," => !is_after_name,
            "" => is_after_name,
            _ => is_one_sign,
        };
        (((fits && is_end) || (is_one_sign && gap != ".")) && !is_decimal).then_some(year)
    }

    /// Reads a date whose month is a Roman numeral: `10 XI 2024`, `10.XI.2024`, `10/XI/24`.
    fn with_roman_month(&self, at: usize) -> Option<(DateRead, usize)> {
        let day = self.token(at)?.part()?;
        let name = self.token(at + 1).filter(|token| !token.is_number)?;
        let month = ROMAN_MONTHS.iter().position(|roman| roman.eq_ignore_ascii_case(name.text))?;
        let (gap, next_gap) = (self.gap(at)?.trim(), self.gap(at + 1)?.trim());
        let is_same = gap == next_gap || next_gap == "." || next_gap.ends_with(APOSTROPHES);
        let is_joined = matches!(gap, "" | "." | "/" | "-") && is_same;
        let last = self.token(at + 2).filter(|_| is_joined && !self.is_inside(at, at + 2))?;
        let short = last.short_year().filter(|_| !gap.is_empty());
        let year = last.year().or(short).or_else(|| self.apostrophe_year(at + 2))?;
        Some((DateRead::day(year, i8::try_from(month).ok()? + 1, day)?, at + 3))
    }

    /// Reads the year of a date whose month is an unknown word: `10 نوفمبر 2024`.
    fn unnamed(&self, at: usize) -> Option<(DateRead, usize)> {
        let day = self.token(at)?.part().filter(|day| (1..=31).contains(day));
        let mut next = at + 1;
        while self.is_filler(next) && next < at + TOKENS_MAX {
            next += 1;
        }
        let name = self.token(next).filter(|token| !token.is_number)?;
        let mut last = next + 1;
        while self.is_filler(last) && last < at + TOKENS_MAX {
            last += 1;
        }
        let year = self.token(last)?.year().or_else(|| self.apostrophe_year(last))?;
        let is_near = (at..last).all(|at| {
            self.gap(at).is_some_and(|gap| gap.chars().count() <= 2 && !gap.contains(BREAKS))
        });
        let is_name = name.text.chars().count() >= 3 && day.is_some() && is_near;
        is_name.then_some((DateRead::Year { year }, last + 1))
    }

    /// Reads the year of a date of three numbers with unknown words between them: `10 tháng 11 năm
    /// 2024`, `2024 оны 11 сарын 10`.
    fn with_unknown_words(&self, at: usize) -> Option<(DateRead, usize)> {
        let is_word = |at: usize| {
            self.token(at).is_some_and(|token| !token.is_number && token.text.chars().count() >= 3)
        };
        let is_close = |at: usize| self.gap(at).is_some_and(|gap| gap == " ");
        let [first, middle, last] = [self.token(at)?, self.token(at + 2)?, self.token(at + 4)?];
        let is_joined = (at..at + 4).all(is_close) && is_word(at + 1) && is_word(at + 3);
        let (year, day) = match first.year() {
            Some(year) => (year, last.part()?),
            None => (last.year()?, first.part()?),
        };
        let is_date = (1..=31).contains(&day) && (1..=12).contains(&middle.part()?);
        (is_joined && is_date).then_some((DateRead::Year { year }, at + 5))
    }

    /// Reads a day in digits: `2026-03-31`, `31.03.2026`, `31/03/2026`, `31.03.26`.
    fn numbered(&self, at: usize) -> Option<(DateRead, usize)> {
        let [first, second, third] = [self.token(at)?, self.token(at + 1)?, self.token(at + 2)?];
        let separator = self.separator(at).filter(|sign| self.separator(at + 1) == Some(*sign))?;
        if !second.is_number || !third.is_number || self.is_inside(at, at + 2) {
            return None;
        }
        let middle = second.part()?;
        let read = if let Some(year) = first.year() {
            let day = third.part()?;
            DateRead::day(year, middle, day).unwrap_or(DateRead::Year { year })
        } else if let Some(year) = third.year() {
            let parts = self.order.day_and_month(first.part()?, middle, separator);
            let day = parts.and_then(|(day, month)| DateRead::day(year, month, day));
            day.unwrap_or(DateRead::Year { year })
        } else {
            self.short(first, middle, third, separator).filter(|_| self.is_alone(at, at + 2))?
        };
        Some((read, at + 3))
    }

    /// Reads three numbers of at most two digits.
    fn short(
        &self,
        first: &Token<'_>,
        middle: i8,
        third: &Token<'_>,
        separator: char,
    ) -> Option<DateRead> {
        let last = third.part()?;
        if self.order.is_year_first(separator)
            && let Some(read) = first.short_year().and_then(|y| DateRead::day(y, middle, last))
        {
            return Some(read);
        }
        let is_any_first = self.order == DateOrder::Unknown && separator == '-';
        let other = first.short_year().filter(|_| is_any_first);
        let (first, year) = (first.part()?, third.short_year()?);
        let other = other.filter(|_| first > 12).and_then(|y| DateRead::day(y, middle, last));
        match self.order.day_and_month(first, middle, separator) {
            // It looks like a date, and is none in this order.
            Some((day, month)) => Some(
                DateRead::day(year, month, day)
                    .filter(|_| other.is_none())
                    .unwrap_or(DateRead::Unclear),
            ),
            None => Some(DateRead::Year { year }),
        }
    }

    /// Returns the sign between two numbers of a date.
    fn separator(&self, at: usize) -> Option<char> {
        let gap = self.gap(at)?;
        match gap.trim() {
            "." if gap.len() <= 3 && (!gap.starts_with(' ') || gap == " . ") => Some('.'),
            "/" if gap.len() <= 3 => Some('/'),
            sign if gap.len() <= 3 && HYPHENS.contains(&sign) && sign.len() == gap.len() => {
                Some('-')
            }
            _ => None,
        }
    }

    /// Checks whether digits are part of something longer: of an address, of a version, of an
    /// amount, of a telephone number.
    fn is_inside(&self, first: usize, last: usize) -> bool {
        let (Some(start), Some(end)) = (self.token(first), self.token(last)) else { return true };
        let before = self.text.get(..start.start).unwrap_or_default();
        let after = self.text.get(end.end..).unwrap_or_default();
        let is_after = before.ends_with(|c: char| {
            c.is_alphanumeric() || ['/', '-', '\u{2011}', '+', '#', '€', '$', '£'].contains(&c)
        }) || before
            .strip_suffix(['.', ',', ':'])
            .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        let is_suffix = self.is_filler(last + 1) || self.word(last + 1).as_deref() == Some("t");
        let is_before = match after.chars().next() {
            Some('-') => !is_suffix || starts_with_digit(after.trim_start_matches('-')),
            Some('/') => true,
            Some('.' | ',' | ':') => after.get(1..).is_some_and(starts_with_digit),
            Some(c) => c.is_alphanumeric() && !is_suffix,
            None => false,
        };
        let named = first.checked_sub(1).filter(|at| self.are_close(*at, first));
        let word = named.and_then(|at| self.word(at)).unwrap_or_default();
        let word = word.as_str();
        is_after || is_before || NOT_DATES.contains(&word) || telephones::BEFORE.contains(&word)
    }

    /// Checks that no other number and no unit stands beside digits, as in telephone numbers and in
    /// amounts.
    fn is_alone(&self, first: usize, last: usize) -> bool {
        let is_number = |at: usize| self.token(at).is_some_and(|token| token.is_number);
        let touches = |at: usize| self.gap(at).is_some_and(|gap| gap.trim().is_empty());
        let before = first.checked_sub(1).is_some_and(|at| is_number(at) && touches(at));
        let after = is_number(last + 1) && touches(last) && self.time(last + 1).is_none();
        let rest = self.token(last).and_then(|token| self.text.get(token.end..));
        let is_amount =
            rest.is_some_and(|rest| rest.trim_start().starts_with(['%', '€', '$', '£', '°']));
        !before && !after && !is_amount
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// A day of the month without a year.
fn unclear(day: i8) -> Option<DateRead> {
    (1..=31).contains(&day).then_some(DateRead::Unclear)
}

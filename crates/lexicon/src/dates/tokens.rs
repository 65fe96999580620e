//! Words and numbers of a text.

use std::ops::RangeInclusive;

use unicode_normalization::char::is_combining_mark;

/// The years that a number of four digits can be.
const YEARS: std::ops::Range<i16> = 1900..2100;
/// The last year of this century, and the first of the one before, that two digits can be.
const SHORT_YEARS: (i16, i16) = (60, 95);

/// A word or a number of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_number: bool,
}

impl Token<'_> {
    /// Returns a number with so many digits.
    pub(super) fn number(&self, digits: RangeInclusive<usize>) -> Option<i16> {
        let fits = self.is_number && digits.contains(&self.text.len());
        fits.then(|| self.text.parse().ok()).flatten()
    }

    /// Returns a year of four digits.
    pub(super) fn year(&self) -> Option<i16> {
        self.number(4..=4).filter(|year| YEARS.contains(year))
    }

    /// Returns the year of two digits.
    pub(super) fn short_year(&self) -> Option<i16> {
        let year = self.number(2..=2)?;
        let (last, first) = SHORT_YEARS;
        match year {
            year if year <= last => Some(2000 + year),
            year if year >= first => Some(1900 + year),
            _ => None,
        }
    }

    /// Returns a number of one or two digits.
    pub(super) fn part(&self) -> Option<i8> {
        i8::try_from(self.number(1..=2)?).ok()
    }
}

/// Splits a text into its words and numbers.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start: Option<(usize, bool)> = None;
    let ends = text.char_indices().chain(std::iter::once((text.len(), ' ')));
    for (at, c) in ends {
        let is_mark = start.is_some_and(|(_, is_number)| !is_number) && is_combining_mark(c);
        let class = (c.is_alphanumeric() || is_mark).then_some(c.is_ascii_digit());
        if let Some((from, is_number)) = start
            && class != Some(is_number)
        {
            let token = |text| Token { text, start: from, end: at, is_number };
            tokens.extend(text.get(from..at).map(token));
            start = None;
        }
        if let (None, Some(is_number)) = (start, class) {
            start = Some((at, is_number));
        }
    }
    tokens
}

//! Finds telephone numbers by their shape and by labels such as `Tel.` before or after them. Dates,
//! amounts, IP addresses, standards and ids are kept: a number is a telephone number only if its
//! shape or a label indicates it.

use std::collections::VecDeque;
use std::ops::Range;

use crate::phone_context::{self, Introduction};

const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;
/// The maximum number of groups of digits in one number.
const GROUPS_MAX: usize = 9;

/// Finds the telephone numbers in `text`, in order and without overlap.
pub(crate) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut groups = groups(text);
    // The groups that a number can have, because a page can consist of millions of them.
    let mut upcoming: VecDeque<Range<usize>> = VecDeque::with_capacity(GROUPS_MAX);
    let mut floor = 0;
    std::iter::from_fn(move || {
        loop {
            upcoming.extend(groups.by_ref().take(GROUPS_MAX - upcoming.len()));
            if upcoming.is_empty() {
                return None;
            }
            match number_at(text, upcoming.make_contiguous(), floor) {
                Some(Found::Phone(range, used)) => {
                    drop(upcoming.drain(..used));
                    floor = range.end;
                    return Some(range);
                }
                Some(Found::Other(used)) => drop(upcoming.drain(..used)),
                None => drop(upcoming.pop_front()),
            }
        }
    })
}

/// Finds the runs of digits.
fn groups(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_digit)?;
        let rest = bytes.get(start..)?;
        at = start + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        Some(start..at)
    })
}

/// A number, with the number of its groups of digits.
enum Found {
    /// A telephone number and its range.
    Phone(Range<usize>, usize),
    /// An amount, a quantity or the number of a notice.
    Other(usize),
}

/// Reads the number that begins with the first of the groups. `floor` is the end of the previous
/// telephone number.
fn number_at(text: &str, groups: &[Range<usize>], floor: usize) -> Option<Found> {
    let first = groups.first()?;
    let before = text.get(..first.start)?;
    let (start, opens) = opening(before, floor);
    let mut parts: Vec<&str> = Vec::with_capacity(GROUPS_MAX);
    let mut gaps: Vec<&str> = Vec::with_capacity(GROUPS_MAX);
    let mut end = start;
    for group in groups.iter().take(GROUPS_MAX) {
        if !parts.is_empty() {
            let gap = text.get(end..group.start)?;
            if !is_gap(gap) {
                break;
            }
            gaps.push(gap);
        }
        parts.push(text.get(group.clone())?);
        end = group.end;
    }
    let digits: usize = parts.iter().map(|part| part.len()).sum();
    if digits < DIGITS_MIN - 1 {
        return None;
    }
    if !may_begin(text.get(..start)?, true) {
        return None;
    }
    let introduction = phone_context::introduction(text, start, floor);
    let is_named = introduction.is_label();
    let is_certain = is_named || opens == Opening::Plus;
    if !may_begin(text.get(..start)?, is_certain) {
        return None;
    }
    // The longest candidate comes first; a shorter one is tried because unrelated digits often
    // follow a number.
    for count in (1..=parts.len()).rev() {
        let number = Number { opens, parts: parts.get(..count)?, gaps: gaps.get(..count - 1)? };
        let end = groups.get(count - 1)?.end;
        let after = text.get(end..)?;
        let has_thousands = count > 1 && number.is_quantity();
        if has_thousands
            && introduction != Introduction::Label
            && phone_context::is_followed_by_noun(after)
        {
            return Some(Found::Other(count));
        }
        if !number.is_phone(true) {
            continue;
        }
        let is_labelled = is_named || phone_context::is_followed_by_label(after);
        if (is_labelled || may_end(after)) && number.is_phone(is_labelled) {
            if opens == Opening::Plus {
                return Some(Found::Phone(start..end, count));
            }
            let before = text.get(floor..start)?;
            let is_amount = number.is_quantity()
                && phone_context::is_amount(before, after, introduction, has_thousands);
            if is_amount || introduction == Introduction::Reference {
                return Some(Found::Other(count));
            }
            return Some(Found::Phone(start..end, count));
        }
    }
    None
}

/// The character that opens a number: `+` or `(`. If both are present, `+` counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Nothing,
    Plus,
    Bracket,
}

fn opening(before: &str, floor: usize) -> (usize, Opening) {
    let mut start = before.len();
    let mut opens = Opening::Nothing;
    for byte in before.bytes().rev().take(2) {
        match byte {
            b'+' if start > floor => opens = Opening::Plus,
            b'(' if start > floor && opens != Opening::Plus => opens = Opening::Bracket,
            _ => break,
        }
        start -= 1;
    }
    (start, opens)
}

fn is_gap(gap: &str) -> bool {
    let length = gap.chars().count();
    (1..=3).contains(&length)
        && gap.chars().all(|c| {
            matches!(c, ' ' | '(' | ')' | '.' | '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        })
}

fn may_begin(before: &str, is_certain: bool) -> bool {
    before.chars().next_back().is_none_or(|c| {
        !(c.is_alphanumeric()
            || matches!(c, '_' | '#' | '@' | '€' | '$' | '£' | '§' | '%' | '&' | '?')
            || (matches!(c, '/' | '-' | '.' | ',' | '=') && !is_certain))
    })
}

fn may_end(after: &str) -> bool {
    let mut following = after.chars();
    match following.next() {
        None => true,
        Some(c) if c.is_alphanumeric() || matches!(c, '_' | '%' | '€' | '$' | '@') => false,
        // A decimal part or a longer path. A replacement (`[phone]`) counts as digits, so that a
        // second pass decides like the first.
        Some('.' | ',' | '-' | '/' | ':') => {
            !following.next().is_some_and(|c| c.is_ascii_digit() || c == '[')
        }
        Some(_) => true,
    }
}

struct Number<'a> {
    opens: Opening,
    parts: &'a [&'a str],
    gaps: &'a [&'a str],
}

impl Number<'_> {
    fn is_phone(&self, is_labelled: bool) -> bool {
        let digits: usize = self.parts.iter().map(|part| part.len()).sum();
        (DIGITS_MIN - 1..=DIGITS_MAX).contains(&digits)
            && (is_labelled || self.has_shape(digits))
            && !self.is_other_thing()
    }

    /// Reports whether the shape of the number indicates a telephone number, without a label.
    fn has_shape(&self, digits: usize) -> bool {
        if digits < DIGITS_MIN {
            return false;
        }
        let first = self.parts.first().copied().unwrap_or_default();
        let has_gaps = !self.gaps.is_empty();
        match self.opens {
            Opening::Plus => digits >= 9 && !self.is_round_amount(),
            Opening::Bracket => {
                has_gaps
                    && digits >= 8
                    && (2..=5).contains(&first.len())
                    && self.gaps.first().is_some_and(|gap| gap.starts_with(')'))
                    && !is_year(first)
            }
            Opening::Nothing if first.starts_with("00") => {
                has_gaps && digits >= 10 && first.len() <= 7
            }
            Opening::Nothing if first.starts_with('0') => {
                // Thirteen digits with a year among them are the number of a file.
                let is_file = digits > 12 && self.parts.iter().skip(1).any(|part| is_year(part));
                has_gaps && (2..=6).contains(&first.len()) && (9..=13).contains(&digits) && !is_file
            }
            Opening::Nothing => self.is_north_american(),
        }
    }

    /// Matches `541-714-1388` and `1-541-714-1388`.
    fn is_north_american(&self) -> bool {
        let parts = match self.parts {
            ["1", parts @ ..] if parts.len() == 3 => parts,
            parts => parts,
        };
        let has_lengths = parts.iter().map(|part| part.len()).eq([3, 3, 4]);
        has_lengths
            && parts.iter().take(2).all(|part| !part.starts_with('0') && !part.starts_with('1'))
    }

    /// Matches what an amount looks like: one group of digits, or groups of thousands.
    fn is_quantity(&self) -> bool {
        let (Some(first), rest) = (self.parts.first(), self.parts.iter().skip(1)) else {
            return false;
        };
        let mut lengths = rest.map(|part| part.len());
        let gap = self.gaps.first();
        self.opens == Opening::Nothing
            && !first.starts_with('0')
            && (self.parts.len() == 1 || first.len() <= 3)
            && lengths.all(|length| length == 3)
            && self.gaps.iter().all(|other| gap == Some(other) && matches!(*other, " " | "."))
    }

    /// Matches amounts with groups of thousands: `10 000 000`.
    fn is_round_amount(&self) -> bool {
        self.parts.len() > 1
            && self.parts.iter().skip(1).all(|part| part.len() == 3)
            && (self.parts.last() == Some(&"000")
                || self.parts.iter().map(|part| part.len()).sum::<usize>() < 9)
    }

    /// Matches dates, IP addresses and ranges of years.
    fn is_other_thing(&self) -> bool {
        let dotted = self.gaps.iter().all(|gap| *gap == ".");
        let small = |part: &&str| part.len() <= 3 && part.parse::<u16>().is_ok_and(|n| n < 256);
        if dotted && self.parts.len() == 4 && self.parts.iter().all(small) {
            return true;
        }
        let years = self.parts.iter().filter(|part| is_year(part)).count();
        let looks_like_day =
            self.parts.windows(3).zip(self.gaps.windows(2)).any(|(parts, gaps)| {
                let joined = gaps.iter().all(|gap| {
                    matches!(gap.trim(), "." | "-" | "/" | "\u{2010}" | "\u{2011}" | "\u{2013}")
                });
                let short = |part: Option<&&str>| {
                    part.is_some_and(|part| {
                        part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n))
                    })
                };
                joined
                    && ((parts.first().is_some_and(|p| is_year(p))
                        && short(parts.get(1))
                        && short(parts.get(2)))
                        || (short(parts.first())
                            && short(parts.get(1))
                            && parts.get(2).is_some_and(|p| is_year(p))))
            });
        looks_like_day || (years > 0 && years == self.parts.len())
    }
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && part.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
}

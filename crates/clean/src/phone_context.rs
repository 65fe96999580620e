//! The words around a number: labels of telephone numbers, words of notices and files, currencies and
//! units.

use lexicon::money::{self, AmountLocale};
use lexicon::names::in_sentences::STOPS;
use lexicon::telephones::{
    AFTER, AMBIGUOUS, BEFORE, BETWEEN, LINES, NUMBERED, NUMBERS, REFERENCES,
};

/// The maximum distance in bytes between the start of a label and its number.
const WINDOW_BYTES: usize = 48;
/// The maximum number of words between a label and its number: `call us at`.
const BETWEEN_MAX: usize = 3;
/// Endings of words for the number of something: `Vorgangsnummer`.
const NUMBER_ENDS: [&str; 4] = ["nummer", "nr", "nro", "numer"];

/// The word that introduces a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Introduction {
    /// None.
    Nothing,
    /// A label of a telephone number.
    Label,
    /// A word that may be one: `mobile`.
    MaybeLabel,
    /// A word of a notice, a file or an invoice.
    Reference,
}

impl Introduction {
    /// Reports whether a telephone number is introduced.
    pub(crate) fn is_label(self) -> bool {
        matches!(self, Self::Label | Self::MaybeLabel)
    }
}

/// Finds the word that introduces the number at `start`. Searches back only to `floor`, the end of
/// the previous telephone number, so that its replacement does not affect the result.
pub(crate) fn introduction(text: &str, start: usize, floor: usize) -> Introduction {
    let mut from = start.saturating_sub(WINDOW_BYTES).max(floor);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut window = text.get(from..start).unwrap_or_default();
    let is_in_word = |c: char| c.is_alphanumeric();
    if from > floor && text.get(..from).is_some_and(|left| left.ends_with(is_in_word)) {
        window = window.trim_start_matches(is_in_word);
    }
    // The text of earlier replacements is no label.
    let window = window.rsplit(']').next().unwrap_or_default().to_lowercase();
    let (mut rest, marks) = without_marks(&window);
    let mut is_marked = marks.contains([':', '.', '=', '|', '/', '(']);
    // "Tel. (office) 5551234".
    if marks.contains(')')
        && let Some((label, inside)) = rest.rsplit_once('(')
        && !inside.contains(|c: char| c.is_ascii_digit())
    {
        (rest, _) = without_marks(label);
        is_marked = true;
    }
    // Most numbers of a long list follow another number.
    if last_word(rest).1.is_empty() && !marks.contains('№') {
        return Introduction::Nothing;
    }
    if is_reference(rest, marks) {
        return Introduction::Reference;
    }
    let mut between = 0;
    loop {
        let (before, word) = last_word(rest);
        if BEFORE.contains(&word) {
            let is_certain = is_marked || !AMBIGUOUS.contains(&word);
            return if is_certain { Introduction::Label } else { Introduction::MaybeLabel };
        }
        let is_between = BETWEEN.contains(&word) || NUMBERS.contains(&word);
        if !is_between || between == BETWEEN_MAX {
            break;
        }
        between += 1;
        (rest, _) = without_marks(before);
    }
    // "call the office in Graz on 5551234".
    let mut words = rest.split(|c: char| !c.is_alphabetic());
    let is_called = between > 0 && words.any(|word| BEFORE.contains(&word));
    if is_called { Introduction::MaybeLabel } else { Introduction::Nothing }
}

/// Reports whether the number after these words is that of a notice, a file or an invoice.
fn is_reference(before: &str, marks: &str) -> bool {
    let (rest, word) = last_word(before);
    let is_phone = |words: &str| {
        let mut words = words;
        // "Call us on no. 5551234".
        for _ in 0..=BETWEEN_MAX {
            let (before, word) = last_word(without_marks(words).0);
            if BEFORE.contains(&word) || LINES.contains(&word) {
                return true;
            }
            if !BETWEEN.contains(&word) {
                return false;
            }
            words = before;
        }
        false
    };
    let is_abbreviated = marks.contains(['.', '°', ':']) || word == "nr" || word.ends_with('º');
    if marks.contains('№') {
        return !is_phone(before);
    }
    if NUMBERS.contains(&word) {
        let (_, of) = last_word(without_marks(rest).0);
        let is_numbered = REFERENCES.contains(&of) || NUMBERED.contains(&of);
        return !is_phone(rest) && (is_numbered || word.chars().count() <= 3 && is_abbreviated);
    }
    let stem = NUMBER_ENDS.iter().find_map(|end| word.strip_suffix(end));
    let is_compound = stem.filter(|stem| stem.chars().count() > 2).is_some_and(|stem| {
        let is_start = |label: &&&str| label.chars().count() > 2 && stem.starts_with(**label);
        !BEFORE.iter().chain(LINES.iter()).any(|label| is_start(&label))
    });
    (REFERENCES.contains(&word) || is_compound) && !BEFORE.contains(&word)
}

/// Reports whether a label directly follows the number: `-Fax`, ` mobile`, ` (Tel.)`.
pub(crate) fn is_followed_by_label(after: &str) -> bool {
    label_after(after).is_some()
}

/// Reports whether a label after the number is a word of the sentence: `10 000 000 mobile users`.
pub(crate) fn is_followed_by_noun(after: &str) -> bool {
    label_after(after).is_some_and(|rest| is_word_next(rest) && !is_function_word(first_word(rest)))
}

/// Returns what follows the label after a number.
fn label_after(after: &str) -> Option<&str> {
    let after = after.trim_start_matches([' ', '-', '(', '/', ',']);
    let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
    let (label, rest) = after.split_at(end);
    let is_label =
        (1..=12).contains(&label.len()) && AFTER.contains(&label.to_lowercase().as_str());
    is_label.then_some(rest)
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    text.get(..text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())).unwrap_or_default()
}

fn is_function_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    [&*AFTER, &*BETWEEN, &*STOPS].iter().any(|words| words.contains(&lower.as_str()))
}

/// Reports whether a number that looks like one is an amount or a quantity, between these words.
pub(crate) fn is_amount(
    before: &str,
    after: &str,
    introduction: Introduction,
    has_thousands: bool,
) -> bool {
    let locale = AmountLocale::default();
    let is_certain = introduction == Introduction::Label;
    let before = before.trim_end();
    let is_prefixed = money::currency_before(before, locale).is_some_and(|form| !form.is_weak);
    let after = without_decimals(after);
    let next = after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-', '\u{2011}']);
    let is_money = money::currency_after(next, locale).is_some_and(|form| {
        let is_code = next.get(..form.bytes).is_some_and(|one| one.len() == 3 && one.is_ascii());
        !form.is_weak || !is_certain || is_code && next.starts_with(|c: char| c.is_uppercase())
    });
    let is_scaled =
        !is_certain && money::scale_after(next, locale).is_some_and(|form| form.bytes > 2);
    let word = first_word(next).to_lowercase();
    let is_measured = next.starts_with('%') || money::UNITS.contains(&word.as_str());
    // "mobile 12 500 000 subscribers": a word that may be no label, and something counted.
    let is_counted = introduction == Introduction::MaybeLabel
        && has_thousands
        && is_word_next(after)
        && !is_function_word(&word);
    is_prefixed || is_money || is_scaled || is_measured || is_counted
}

/// Reports whether a word follows after a space.
fn is_word_next(after: &str) -> bool {
    after.strip_prefix([' ', '\u{a0}']).is_some_and(|next| next.starts_with(char::is_alphabetic))
}

/// Skips the decimals of an amount: `,00`, `,-`.
fn without_decimals(after: &str) -> &str {
    let Some(rest) = after.strip_prefix([',', '.']) else { return after };
    if let Some(rest) = rest.strip_prefix(['-', '–', '—']) {
        return rest;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits) { rest.get(digits..).unwrap_or_default() } else { after }
}

/// Splits off the marks and spaces at the end.
fn without_marks(text: &str) -> (&str, &str) {
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    text.split_at(end)
}

/// Splits off the word at the end; it is empty if there are digits.
fn last_word(text: &str) -> (&str, &str) {
    let start = text.trim_end_matches(char::is_alphabetic).len();
    text.split_at(start)
}

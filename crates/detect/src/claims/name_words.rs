//! The words of a sentence as a name is looked for in it: with their places and what parts them.

use lexicon::legal_forms::WORDS as LEGAL_FORMS;
use lexicon::names::in_sentences::{DOTTED, FIRST_NAMES, LETTERED, QUANTITIES, STOPS};
use lexicon::sentences::ABBREVIATIONS;

/// The minimum number of letters of a name that is written like an address (`d.light`).
const DOTTED_NAME_LETTERS_MIN: usize = 3;

/// A word with its place in the sentence, punctuation trimmed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameWord<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The punctuation between it and the word before, if that ends a name: a comma, a bracket.
    pub(crate) broken: Option<char>,
}

impl NameWord<'_> {
    pub(crate) fn lower(&self) -> String {
        self.text.to_lowercase().replace('’', "'")
    }

    /// Reports whether the first letter is a capital, or a capital or digit is inside (`eBay`,
    /// `n8n`, `6sense`), or it is written as only names are (`1&1`, `d.light`, `dell'Acqua`).
    pub(crate) fn is_capital(&self) -> bool {
        let mut letters = self.text.chars();
        let Some(first) = letters.next() else { return false };
        first.is_uppercase()
            || (first.is_alphanumeric()
                && self.text.chars().skip(1).take(3).any(char::is_uppercase))
            || (first.is_ascii_digit()
                && letters.clone().filter(|c| c.is_alphabetic()).count() > 2
                && !is_quantity(self.text))
            || (first.is_lowercase() && self.text.len() <= 8 && letters.any(|c| c.is_ascii_digit()))
            || is_joined_by_sign(self.text)
            || is_dotted_name(self.text)
            || is_elided(self.text)
    }

    pub(crate) fn is_stop(&self) -> bool {
        STOPS.contains(&self.lower().as_str())
    }

    /// Reports whether it can be a part of a name.
    pub(crate) fn is_of_name(&self) -> bool {
        (self.is_capital() || self.text.contains('.') && self.is_legal_form()) && !self.is_stop()
    }

    pub(crate) fn is_legal_form(&self) -> bool {
        LEGAL_FORMS.contains(&self.lower().replace('.', "").as_str())
    }
}

fn is_quantity(text: &str) -> bool {
    let unit =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
    QUANTITIES.contains(&unit.to_lowercase().as_str())
}

/// Reports whether figures are joined as no quantity is: `1&1`, `1+1`.
fn is_joined_by_sign(text: &str) -> bool {
    let parts = text.split_once(['&', '+']);
    parts.is_some_and(|(left, right)| {
        left.ends_with(|c: char| c.is_ascii_digit()) && right.starts_with(char::is_alphanumeric)
    })
}

/// Reports whether a word in small letters has a full stop inside, as `d.light`,
/// and is no abbreviation.
fn is_dotted_name(text: &str) -> bool {
    if !text.contains('.') || !text.starts_with(char::is_lowercase) {
        return false;
    }
    let parts: Vec<&str> = text.split('.').collect();
    (2..=3).contains(&parts.len())
        && parts.first() != Some(&"www")
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && parts.iter().any(|part| part.chars().count() > 1)
        && text.chars().filter(|c| c.is_alphabetic()).count() >= DOTTED_NAME_LETTERS_MIN
        && !ABBREVIATIONS.contains(&text)
}

/// Reports whether a capital follows an apostrophe after small letters, as in `dell'Acqua`.
fn is_elided(text: &str) -> bool {
    let Some((article, rest)) = text.split_once(['\'', '’']) else { return false };
    (1..=5).contains(&article.len())
        && article.chars().all(char::is_lowercase)
        && rest.starts_with(char::is_uppercase)
}

/// Splits `text` into words.
pub(crate) fn words(text: &str) -> Vec<NameWord<'_>> {
    let mut found: Vec<NameWord<'_>> = Vec::new();
    let mut broken = None;
    for (start, chunk) in chunks(text) {
        let front = chunk.trim_start_matches(|c: char| !is_inner(c));
        let lead = chunk.len() - front.len();
        let opening = chunk.get(..lead).unwrap_or_default();
        broken = breaker(opening).or(broken);
        let core = front.trim_end_matches(|c: char| !is_inner(c));
        if core.is_empty() {
            continue;
        }
        let tail = front.get(core.len()..).unwrap_or_default();
        // Full stops belong to "Inc." and "U.S.", not to the word before a sentence's end.
        let before = found.last().filter(|_| broken.is_none());
        let keeps_stop =
            DOTTED.contains(&core) || is_dotted_form(core) || are_initials(core, before);
        let length = if tail.starts_with('.') && keeps_stop { core.len() + 1 } else { core.len() };
        let word = front.get(..length).unwrap_or(core);
        // "Acme, Inc." is one name.
        if broken == Some(',') && LEGAL_FORMS.contains(&word.to_lowercase().trim_end_matches('.')) {
            broken = None;
        }
        found.push(NameWord {
            text: word,
            start: start + lead,
            end: start + lead + length,
            broken: broken.take(),
        });
        broken = breaker(front.get(length..).unwrap_or_default());
    }
    found
}

fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(char::is_whitespace).filter_map(move |chunk| {
        let start = at;
        // Every whitespace character that splits is one character long in the text.
        at += chunk.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (!chunk.is_empty()).then_some((start, chunk))
    })
}

fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '&' | '+' | '$' | '€' | '£' | '₹' | '%')
}

/// Reports whether a word is a legal form with full stops between its letters: `s.r.o`.
fn is_dotted_form(core: &str) -> bool {
    core.contains('.') && LEGAL_FORMS.contains(&core.to_lowercase().replace('.', "").as_str())
}

/// Reports whether capitals with full stops are the initials that a name begins with, or that
/// follow a first name. After another capitalised word, or a word that letters number, they end
/// something: "Series A. Acme has", "Building C. Acme has".
fn are_initials(core: &str, before: Option<&NameWord<'_>>) -> bool {
    is_initials(core)
        && before.is_none_or(|before| {
            let lower = before.lower();
            let continues = FIRST_NAMES.contains(&lower.as_str())
                || is_initials(before.text.trim_end_matches('.'));
            (continues || !before.is_capital() || before.is_stop())
                && !LETTERED.contains(&lower.as_str())
        })
}

/// Reports whether a word consists of single capitals between full stops: `C`, `A.P`.
pub(crate) fn is_initials(core: &str) -> bool {
    core.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    })
}

fn breaker(between: &str) -> Option<char> {
    between.chars().find(|c| {
        matches!(
            c,
            ',' | ';'
                | ':'
                | '('
                | ')'
                | '['
                | ']'
                | '"'
                | '“'
                | '”'
                | '«'
                | '»'
                | '„'
                | '–'
                | '—'
                | '|'
                | '/'
                | '.'
                | '!'
                | '?'
                | '-'
                | '…'
        )
    })
}

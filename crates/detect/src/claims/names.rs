//! Names: finding the names of organisations in a sentence, and normalizing a name.

use lexicon::legal_forms::WORDS as LEGAL_FORMS;
use lexicon::names::in_sentences::{
    ARTICLES, ATTRIBUTES, DESCRIPTOR_ENDS, DESCRIPTORS, DOTTED, FIRST_NAMES, GENERIC, JOINERS,
    ORIGINS, QUANTITIES, STOPS, TAILS, TITLES, WEAK_DESCRIPTORS,
};

const NAME_WORDS_MAX: usize = 7;
const NAME_BYTES_MAX: usize = 80;
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
    /// `n8n`, `6sense`).
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
    }

    fn is_stop(&self) -> bool {
        STOPS.contains(&self.lower().as_str())
    }
}

fn is_quantity(text: &str) -> bool {
    let unit =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
    QUANTITIES.contains(&unit.to_lowercase().as_str())
}

/// Splits `text` into words.
pub(crate) fn words(text: &str) -> Vec<NameWord<'_>> {
    let mut found = Vec::new();
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
        let length =
            if tail.starts_with('.') && is_dotted(core) { core.len() + 1 } else { core.len() };
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

fn is_dotted(core: &str) -> bool {
    DOTTED.contains(&core)
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

/// The range of a name in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActorName {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Returns the name whose last word is `words[last]`, if there is one.
pub(crate) fn ending_at(text: &str, words: &[NameWord<'_>], last: usize) -> Option<ActorName> {
    let word = words.get(last)?;
    if !word.is_capital() || word.is_stop() {
        return None;
    }
    let mut first = last;
    while first > 0
        && last - first < NAME_WORDS_MAX
        && words.get(first).is_some_and(|w| w.broken.is_none())
    {
        let Some(before) = words.get(first - 1) else { break };
        let capital = before.is_capital() && !before.is_stop();
        // "Telephone and Telegraph Co" is one company, "Alpha and Beta" are two.
        let and = before.text == "and"
            && words
                .get(last)
                .is_some_and(|w| LEGAL_FORMS.contains(&w.lower().trim_end_matches('.')))
            && first
                .checked_sub(2)
                .and_then(|at| words.get(at))
                .is_some_and(|w| w.is_capital() && !w.is_stop());
        let joins = JOINERS.contains(&before.text)
            && before.broken.is_none()
            && first >= 2
            && words.get(first - 2).is_some_and(|w| w.is_capital() && !w.is_stop());
        if capital {
            first -= 1;
        } else if joins || and {
            first = first.saturating_sub(2);
        } else {
            break;
        }
    }
    trimmed(text, words.get(first..=last)?)
}

/// Returns the name whose first word is `words[first]`, and the index after its last word.
pub(crate) fn starting_at(
    text: &str,
    words: &[NameWord<'_>],
    first: usize,
) -> Option<(ActorName, usize)> {
    let word = words.get(first)?;
    if !word.is_capital() || word.is_stop() {
        return None;
    }
    let mut next = first + 1;
    while next - first < NAME_WORDS_MAX {
        let Some(word) = words.get(next).filter(|w| w.broken.is_none()) else { break };
        let joins = JOINERS.contains(&word.text)
            && words
                .get(next + 1)
                .is_some_and(|w| w.broken.is_none() && w.is_capital() && !w.is_stop());
        if word.is_capital() && !word.is_stop() {
            next += 1;
        } else if joins {
            next += 2;
        } else {
            break;
        }
    }
    Some((trimmed(text, words.get(first..next)?)?, next))
}

/// Strips the words around a name: articles, origins, descriptors, a possessor, a job and a person.
fn trimmed(text: &str, run: &[NameWord<'_>]) -> Option<ActorName> {
    let mut run = run;
    while let Some((first, rest)) = run.split_first() {
        let lower = first.lower();
        let leading = ATTRIBUTES.iter().any(|end| lower.ends_with(end));
        // "British Airways" and "London Bridge Capital" keep their places; "British fintech Acme" does not.
        let describes =
            ORIGINS.contains(&lower.as_str()) || WEAK_DESCRIPTORS.contains(&lower.as_str());
        let strippable = ARTICLES.contains(&lower.as_str())
            || describes && rest.iter().any(|w| is_descriptor(&w.lower()));
        if rest.is_empty() || !(leading || strippable) {
            break;
        }
        run = rest;
    }
    match run.iter().position(|w| TITLES.contains(&w.lower().as_str())) {
        // "Founders of Acme" are Acme.
        Some(0) if run.get(1).is_some_and(|w| JOINERS.contains(&w.text)) => run = run.get(2..)?,
        Some(at) => run = run.get(..at)?,
        None => {}
    }
    let cut = run.iter().rposition(|w| {
        let lower = w.lower();
        lower.ends_with("'s")
            || ATTRIBUTES.iter().any(|end| lower.ends_with(end))
            || is_descriptor(&lower)
    });
    if let Some(at) = cut.filter(|at| at + 1 < run.len()) {
        let rest = run.get(at + 1..)?;
        if !rest.iter().all(|w| is_tail(&w.lower())) {
            run = rest;
        }
    }
    let (first, last) = (run.first()?, run.last()?);
    let mut end = last.end;
    for possessive in ["'s", "’s", "'", "’"] {
        if text.get(first.start..end)?.ends_with(possessive) {
            end -= possessive.len();
            break;
        }
    }
    let name = text.get(first.start..end)?;
    is_organisation(name, run).then_some(ActorName { start: first.start, end })
}

fn is_descriptor(lower: &str) -> bool {
    DESCRIPTORS.contains(&lower)
        || DESCRIPTOR_ENDS.iter().any(|end| lower.ends_with(end) && lower.len() > end.len() + 2)
}

/// Reports whether a word can end a name but cannot be one.
fn is_tail(lower: &str) -> bool {
    LEGAL_FORMS.contains(&lower.trim_end_matches('.')) || TAILS.contains(&lower)
}

fn is_organisation(name: &str, run: &[NameWord<'_>]) -> bool {
    if name.len() > NAME_BYTES_MAX || name.len() < 2 || !name.chars().any(char::is_alphabetic) {
        return false;
    }
    let lowers: Vec<String> = run.iter().map(NameWord::lower).collect();
    let empty = |word: &String| {
        let word = word.trim_end_matches("'s");
        GENERIC.contains(&word)
            || ARTICLES.contains(&word)
            || is_descriptor(word)
            || ORIGINS.contains(&word)
            || WEAK_DESCRIPTORS.contains(&word)
            || STOPS.contains(&word)
            || LEGAL_FORMS.contains(&word)
            || word.chars().all(|c| !c.is_alphabetic())
            || ATTRIBUTES.iter().any(|end| word.ends_with(end))
    };
    if lowers.iter().all(empty) {
        return false;
    }
    let money = name.contains(['$', '€', '£', '₹', '%']);
    let person = (2..=3).contains(&lowers.len())
        && lowers.first().is_some_and(|first| FIRST_NAMES.contains(&first.as_str()))
        && !lowers.iter().skip(1).any(|word| GENERIC.contains(&word.as_str()) || is_tail(word));
    let alone = lowers.len() == 1
        && lowers.first().is_some_and(|first| FIRST_NAMES.contains(&first.as_str()));
    !(money || person || alone)
}

/// Normalizes a name so that two spellings of it are equal: lower case, letters and digits, no
/// legal form.
pub(crate) fn core(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|part| part.trim_matches('.'))
        .filter(|p| !p.is_empty())
        .collect();
    let core_parts: Vec<String> = parts
        .iter()
        .enumerate()
        .filter(|(at, part)| *at == 0 || !LEGAL_FORMS.contains(&part.replace('.', "").as_str()))
        .filter(|(at, part)| !(*at == 0 && parts.len() > 1 && **part == "the"))
        .map(|(_, part)| part.replace('.', ""))
        .collect();
    core_parts.concat()
}

/// Reports whether a word can precede a clause's subject: "Today,", "In March 2026,".
pub(crate) fn is_lead(word: &NameWord<'_>) -> bool {
    word.is_stop()
        || ARTICLES.contains(&word.lower().as_str())
        || word.text.chars().all(|c| c.is_ascii_digit())
}

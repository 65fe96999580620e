//! What joins the words of one name: signs, conjunctions, commas and particles.
//!
//! "Hellmann and Sons" is one company, "Acme Ltd and Borex GmbH" are two. A conjunction joins if its
//! right side is a word for partners, if the verb is in the singular, or if both sides are the
//! subjects of one department ("Ministry of Health and Care").

use lexicon::names::actors::{ATTACHING, PLACING, PLURAL, SINGULAR};
use lexicon::names::in_sentences::{
    ARTICLES, COMPLEMENTS, CONJUNCTIONS, DEPARTMENTS, DESCRIPTORS, FIRST_NAMES, GENERIC, JOINERS,
    ORIGINS, PARTNERS, TITLES,
};

use super::name_words::{NameWord, is_initials};

/// The maximum number of words in which the head of a department's name is searched.
const HEAD_WORDS_MAX: usize = 6;
/// The maximum number of names before the sign in "Smith, Wexley & Partners".
const LISTED_MAX: usize = 4;

/// The number of the verb of which a name is the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerbNumber {
    Singular,
    Plural,
    /// The verb has the same form in both.
    Either,
    /// No verb is known.
    Unknown,
}

/// Returns the number of the verb that begins `matched`, after the words between it and its subject.
pub(crate) fn verb_number(between: &[NameWord<'_>], matched: &str) -> VerbNumber {
    let verb = matched.split_whitespace().next().unwrap_or_default().to_lowercase();
    for word in between.iter().map(NameWord::lower).chain([verb.clone()]) {
        if PLURAL.contains(&word.as_str()) {
            return VerbNumber::Plural;
        }
        if SINGULAR.contains(&word.as_str()) {
            return VerbNumber::Singular;
        }
    }
    // English verbs in the third person, "raises", and in the past.
    let is_english = verb.len() > 3 && verb.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_english && verb.ends_with('s') && !verb.ends_with("ss") && verb != "series" {
        VerbNumber::Singular
    } else if is_english && verb.ends_with("ed") && between.is_empty() {
        VerbNumber::Either
    } else {
        VerbNumber::Unknown
    }
}

/// Reports whether a word is a verb whose number is listed.
pub(crate) fn is_known_verb(lower: &str) -> bool {
    SINGULAR.contains(&lower) || PLURAL.contains(&lower)
}

/// Reports whether a word is a sign or a conjunction between two parts of a name.
pub(crate) fn is_link(word: &NameWord<'_>) -> bool {
    is_sign(word) || is_conjunction(word)
}

fn is_sign(word: &NameWord<'_>) -> bool {
    matches!(word.text, "&" | "+")
}

fn is_conjunction(word: &NameWord<'_>) -> bool {
    CONJUNCTIONS.contains(&word.lower().as_str())
}

/// Reports whether a word is one for partners ("Sons", "fils"), which names no company by itself.
pub(crate) fn is_partner(lower: &str) -> bool {
    PARTNERS.contains(&lower)
}

/// Reports whether `words[at]` ends a name although it may be in small letters: "Dupont et fils".
pub(crate) fn is_partner_end(words: &[NameWord<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(2) else { return false };
    let (Some(left), Some(link), Some(word)) =
        (words.get(before), words.get(at - 1), words.get(at))
    else {
        return false;
    };
    is_partner(&word.lower())
        && is_link(link)
        && word.broken.is_none()
        && link.broken.is_none()
        && left.is_of_name()
        && !left.is_legal_form()
}

/// Extends a name that begins with `words[first]` and ends with `words[last]` to the left, over what
/// joins it to the word before. Returns the index of its new first word.
pub(crate) fn extended_left(
    words: &[NameWord<'_>],
    first: usize,
    last: usize,
    number: VerbNumber,
) -> Option<usize> {
    let word = words.get(first)?;
    if word.broken == Some(',') {
        return listed_before(words, first, last, number);
    }
    let at = first.checked_sub(1).filter(|_| word.broken.is_none())?;
    let link = words.get(at)?;
    let left = at.checked_sub(1);
    if is_link(link) {
        let left = left.filter(|left| words.get(*left).is_some_and(NameWord::is_of_name))?;
        let joins = is_sign(link) && link.broken.is_none()
            || link.broken == Some('-')
            || link.broken.is_none() && conjunction_joins(words, left, first, last, number);
        return joins.then_some(left);
    }
    particles_before(words, first)
}

fn conjunction_joins(
    words: &[NameWord<'_>],
    left: usize,
    right: usize,
    last: usize,
    number: VerbNumber,
) -> bool {
    let form = |at: usize| words.get(at).is_some_and(NameWord::is_legal_form);
    if form(left) {
        return false;
    }
    let partner = words.get(right).is_some_and(|word| is_partner(&word.lower()));
    partner
        || number != VerbNumber::Plural && (form(last) || is_department(words, left))
        || number == VerbNumber::Singular && stands_free(words, left)
}

/// Reports whether the name that ends with `words[last]` is a subject of its own: not attached to
/// the words before ("the merger of Alpha and Beta has"), and no person.
fn stands_free(words: &[NameWord<'_>], last: usize) -> bool {
    let mut first = last;
    while first > 0
        && words.get(first).is_some_and(|word| word.broken.is_none())
        && words.get(first - 1).is_some_and(NameWord::is_of_name)
    {
        first -= 1;
    }
    let is_person =
        words.get(first).is_some_and(|word| FIRST_NAMES.contains(&word.lower().as_str()));
    !is_person && !is_attached(words, first)
}

fn is_attached(words: &[NameWord<'_>], first: usize) -> bool {
    words.get(first).is_some_and(|word| word.broken.is_none())
        && first
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|word| ATTACHING.contains(&word.lower().as_str()))
}

/// Reports whether `words[last]` is a subject in the name of a department: "Ministry of Health",
/// "Institut für Labor".
fn is_department(words: &[NameWord<'_>], last: usize) -> bool {
    let mut has_joiner = false;
    for at in (0..=last).rev().take(HEAD_WORDS_MAX) {
        let Some(word) = words.get(at) else { return false };
        let lower = word.lower();
        if has_joiner && DEPARTMENTS.iter().any(|head| lower.ends_with(head)) {
            return true;
        }
        let joins = is_particle(word);
        if joins && COMPLEMENTS.contains(&word.text) {
            return at
                .checked_sub(1)
                .and_then(|at| words.get(at))
                .is_some_and(NameWord::is_of_name);
        }
        has_joiner = has_joiner || joins;
        if word.broken.is_some() || !(joins || word.is_of_name()) {
            return false;
        }
    }
    false
}

fn is_particle(word: &NameWord<'_>) -> bool {
    JOINERS.contains(&word.text) || word.text.starts_with(char::is_lowercase) && is_article(word)
}

fn is_article(word: &NameWord<'_>) -> bool {
    ARTICLES.contains(&word.lower().as_str())
}

/// Returns the index of the name before one or two particles: "Banque de la Loire".
fn particles_before(words: &[NameWord<'_>], first: usize) -> Option<usize> {
    let at = first.checked_sub(1)?;
    let particle = words.get(at).filter(|word| word.broken.is_none() && is_particle(word))?;
    let left = at.checked_sub(1)?;
    let before = words.get(left)?;
    let is_joiner = |word: &NameWord<'_>| JOINERS.contains(&word.text);
    if is_joiner(particle) && before.is_of_name() {
        return Some(left);
    }
    let name = left.checked_sub(1)?;
    (is_joiner(before) && before.broken.is_none() && words.get(name)?.is_of_name()).then_some(name)
}

/// Returns the index of the name before the comma in "Smith, Wexley & Partners".
fn listed_before(
    words: &[NameWord<'_>],
    first: usize,
    last: usize,
    number: VerbNumber,
) -> Option<usize> {
    let run = words.get(first..=last)?;
    let link = run.iter().skip(1).position(is_link)? + 1;
    let is_firm = run.get(link + 1).is_some_and(|word| is_partner(&word.lower()));
    let left = first.checked_sub(1)?;
    let starts = match left.checked_sub(1).and_then(|at| words.get(at)) {
        _ if words.get(left)?.broken.is_some() => true,
        None => true,
        Some(before) => {
            is_initials(before.text.trim_end_matches('.'))
                || before.is_stop() && !ATTACHING.contains(&before.lower().as_str())
        }
    };
    let is_one = is_firm || number != VerbNumber::Plural && is_sign(run.get(link)?);
    (is_one && starts && is_listed(words.get(left)?)).then_some(left)
}

/// Reports whether a word can be one of the names that a company lists in its own.
fn is_listed(word: &NameWord<'_>) -> bool {
    let lower = word.lower();
    word.is_of_name()
        && !word.is_legal_form()
        && !lower.ends_with("ly")
        && word.text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
        && [&TITLES, &GENERIC, &ORIGINS, &DESCRIPTORS, &PARTNERS, &ARTICLES]
            .into_iter()
            .all(|list| !list.contains(&lower.as_str()))
}

/// Extends a name that begins with `words[first]` and ends before `words[next]` to the right.
/// Returns the index after its new last word.
pub(crate) fn extended_right(words: &[NameWord<'_>], first: usize, next: usize) -> Option<usize> {
    let word = words.get(next)?;
    let unbroken = |at: usize| words.get(at).filter(|word| word.broken.is_none());
    if word.broken == Some(',') {
        return listed_after(words, first, next);
    }
    if is_link(word) {
        let right = unbroken(next + 1)?;
        let last = next.checked_sub(1)?;
        let partner = is_partner(&right.lower());
        let joins = match word.broken {
            None if is_sign(word) => right.is_of_name() || partner,
            None if words.get(last)?.is_legal_form() => false,
            None => partner || right.is_of_name() && is_department(words, last),
            Some('-') => right.is_of_name(),
            Some(_) => false,
        };
        return joins.then_some(next + 2);
    }
    unbroken(next).filter(|word| JOINERS.contains(&word.text))?;
    let after = unbroken(next + 1)?;
    if after.is_of_name() {
        return Some(next + 2);
    }
    let follows = unbroken(next + 2).is_some_and(NameWord::is_of_name);
    (follows && is_particle(after)).then_some(next + 3)
}

/// Returns the index after "Smith, Wexley & Partners", whose first comma is before `words[next]`.
fn listed_after(words: &[NameWord<'_>], first: usize, next: usize) -> Option<usize> {
    let places = first.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| {
        let lower = before.lower();
        words.get(first).is_some_and(|word| word.broken.is_none())
            && (PLACING.contains(&lower.as_str()) || matches!(lower.as_str(), "at" | "near" | "en"))
    });
    let is_single = next == first + 1
        || next == first + 2
            && words.get(first).is_some_and(|word| is_initials(word.text.trim_end_matches('.')));
    if places || !is_single || !words.get(next - 1).is_some_and(is_listed) {
        return None;
    }
    for at in next..next + LISTED_MAX {
        if words.get(at)?.broken != Some(',') || !is_listed(words.get(at)?) {
            return None;
        }
        let link = words.get(at + 1)?;
        if link.broken == Some(',') {
            continue;
        }
        let right = words.get(at + 2).filter(|right| right.broken.is_none())?;
        let partner = is_partner(&right.lower());
        let joins = link.broken.is_none()
            && (is_sign(link) && (partner || right.is_of_name())
                || is_conjunction(link) && partner);
        return joins.then_some(at + 3);
    }
    None
}

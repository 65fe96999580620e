//! The name of a company as pages write it: for a company known only by name, whose key is folded.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use lexicon::name_folding::plain_words;
use lexicon::names::compared;
use lexicon::names::in_sentences::{ARTICLES, CONJUNCTIONS, DOTTED, JOINERS};
use model::{ClaimObservation, Entity, EntityId, EntityKind, Fact, FactKey};

use crate::names::name_core;

/// The maximum number of observations whose quotes are read.
const OBSERVATIONS_MAX: usize = 50;
/// The maximum number of bytes of a quote in which the name is searched.
const QUOTE_BYTES_MAX: usize = 2_000;
/// The maximum number of words of a name beyond those of its key: legal forms.
const FORM_WORDS_MAX: usize = 6;
/// The first letter of the scripts that are written without spaces.
const UNSPACED_FROM: char = '\u{2e80}';

/// Derives the name of an entity known only by name, as most sources write it in the quotes about
/// it. Among equals the one that is not all in capitals or in small letters precedes, then the one
/// in more quotes. The order of the observations has no effect. `None` for other entities, and if no
/// quote contains the name.
pub fn written_name(
    entity: &Entity,
    id: EntityId,
    observations: &[ClaimObservation],
) -> Option<Fact> {
    if entity.kind != EntityKind::Name {
        return None;
    }
    let core = entity.value.split('|').next().unwrap_or_default();
    let mut newest: Vec<&ClaimObservation> =
        observations.iter().filter(|observation| observation.entity == id).collect();
    newest.sort_by_key(|one| Reverse((one.evidence.observed, one.evidence.look)));
    newest.dedup_by_key(|one| one.evidence.look);
    newest.truncate(OBSERVATIONS_MAX);
    let mut forms: BTreeMap<&str, Vec<&ClaimObservation>> = BTreeMap::new();
    for observation in newest {
        if let Some(form) = form_in(&observation.evidence.quote, core) {
            forms.entry(form).or_default().push(observation);
        }
    }
    let (form, seen) = forms.into_iter().max_by_key(|(form, seen)| {
        let sources: BTreeSet<&Entity> = seen.iter().map(|one| &one.source).collect();
        (sources.len(), is_mixed(form), seen.len(), Reverse(*form))
    })?;
    let first = seen.into_iter().min_by_key(|one| (one.evidence.observed, one.evidence.look))?;
    Some(Fact {
        entity: id,
        key: FactKey::Name,
        value: form.split_whitespace().collect::<Vec<_>>().join(" "),
        look: Some(first.evidence.look),
        observed: first.evidence.observed,
    })
}

/// Returns the name of a company of which only the folded key is known: with capitals, but for the
/// words that have none inside a name.
pub fn name_of_core(core: &str) -> String {
    let small = [&*CONJUNCTIONS, &*JOINERS, &*ARTICLES, &*compared::AND];
    let mut name = String::with_capacity(core.len());
    for (at, word) in core.split(' ').enumerate() {
        if at > 0 {
            name.push(' ');
        }
        let is_small = at > 0 && word.len() > 1 && small.iter().any(|list| list.contains(&word));
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if !is_small => name.extend(first.to_uppercase().chain(letters)),
            _ => name.push_str(word),
        }
    }
    name
}

/// Reports whether a text has both capitals and small letters, or belongs to a script without them.
fn is_mixed(text: &str) -> bool {
    text.contains(char::is_uppercase) == text.contains(char::is_lowercase)
}

/// Finds the longest text in a quote whose core is `core`, the first of equals; one with a capital
/// precedes, because a name's words occur as ordinary words too.
fn form_in<'q>(quote: &'q str, core: &str) -> Option<&'q str> {
    let quote = quote.get(..quote.floor_char_boundary(QUOTE_BYTES_MAX))?;
    let words: Vec<(usize, usize)> = words_of(quote);
    let first_word = core.split(' ').next().filter(|word| !word.is_empty())?;
    let words_max = core.split(' ').count() + FORM_WORDS_MAX;
    let mut best: Option<(bool, usize, Reverse<usize>, &str)> = None;
    for (at, (start, end)) in words.iter().enumerate() {
        let word = quote.get(*start..*end).unwrap_or_default();
        let begins = plain_words(word).first().is_some_and(|folded| first_word.starts_with(folded))
            || word.contains(|c: char| c >= UNSPACED_FROM);
        if !begins {
            continue;
        }
        let mut is_whole = false;
        for (last, end) in words.iter().skip(at).take(words_max) {
            let Some(form) = quote.get(*start..*end) else { continue };
            let last = quote.get(*last..*end).unwrap_or_default();
            // Beyond the name itself only what is written like a legal form: "Acme AS", but not
            // "Acme as".
            let is_form = last.contains('.') || last.contains(char::is_uppercase);
            if (!is_whole || is_form) && name_core(form).core == core {
                is_whole = true;
                let has_capital =
                    !form.contains(char::is_lowercase) || form.contains(char::is_uppercase);
                best = best.max(Some((has_capital, form.len(), Reverse(*start), form)));
            }
        }
    }
    best.map(|(.., form)| form)
}

/// Splits a quote at spaces; the places are without the punctuation around the words, but with the
/// full stop of an abbreviation.
fn words_of(quote: &str) -> Vec<(usize, usize)> {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '&' | '+');
    let mut words = Vec::new();
    let mut start = 0;
    for part in quote.split_inclusive(char::is_whitespace) {
        let opening = part.find(is_inner).unwrap_or(part.len());
        let inner = part.get(opening..).unwrap_or_default();
        let word = inner.trim_end_matches(|c: char| !is_inner(c));
        let rest = inner.get(word.len()..).unwrap_or_default();
        let is_abbreviation = DOTTED.contains(&word) || word.contains('.');
        let stop = usize::from(rest.starts_with('.') && is_abbreviation);
        if !word.is_empty() {
            words.push((start + opening, start + opening + word.len() + stop));
        }
        start += part.len();
    }
    words
}

#[cfg(test)]
mod tests;

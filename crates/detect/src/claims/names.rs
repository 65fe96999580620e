//! Names: finding the names of organisations in a sentence, and normalizing a name.

use lexicon::dates::month;
use lexicon::legal_forms::WORDS as LEGAL_FORMS;
use lexicon::names::actors::BETWEEN;
use lexicon::names::in_sentences::{
    ADDRESSES, ARTICLES, ATTRIBUTES, BODIES, CONJUNCTIONS, DESCRIPTOR_ENDS, DESCRIPTORS,
    FIRST_NAMES, GENERIC, HONORIFICS, JOINERS, NAME_ARTICLES, ORIGINS, STOPS, TAILS, TITLES,
    TRADES, WEAK_DESCRIPTORS,
};

use super::name_joints::{self, VerbNumber, is_partner};
use super::name_words::is_initials;
pub(crate) use super::name_words::{NameWord, words};

const NAME_WORDS_MAX: usize = 7;
const NAME_BYTES_MAX: usize = 80;
/// The maximum number of characters of figures that a name begins with ("3 Kings Brewing").
const FIGURES_MAX: usize = 3;
/// The minimum number of letters of a name in small letters before a legal form ("lumori SE").
const SMALL_NAME_LETTERS_MIN: usize = 3;

/// The range of a name in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActorName {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Returns the name whose last word is `words[last]`, if there is one. `number` is that of the verb
/// after it.
pub(crate) fn ending_at(
    text: &str,
    words: &[NameWord<'_>],
    last: usize,
    number: VerbNumber,
) -> Option<ActorName> {
    if !words.get(last)?.is_of_name() && !name_joints::is_partner_end(words, last) {
        return None;
    }
    let mut first = last;
    while last - first < NAME_WORDS_MAX {
        let unbroken = words.get(first).is_some_and(|word| word.broken.is_none());
        let before = first.checked_sub(1).and_then(|at| words.get(at));
        if unbroken && before.is_some_and(NameWord::is_of_name) {
            first -= 1;
        } else if let Some(at) = name_joints::extended_left(words, first, last, number) {
            first = at;
        } else {
            break;
        }
    }
    if first == 1 && is_small_name(words, last) {
        first = 0;
    }
    let run = words.get(first..=last)?;
    let name = trimmed(text, run, number != VerbNumber::Unknown);
    // "42 Robotics has": one company, because several things would have.
    if name.is_none() && number == VerbNumber::Singular && first == 1 && opens_with_figures(words) {
        return Some(ActorName { start: words.first()?.start, end: run.last()?.end });
    }
    Some(with_figures(words, name?))
}

/// Reports whether a clause opens with a name in small letters before its legal form: "lumori SE".
fn is_small_name(words: &[NameWord<'_>], last: usize) -> bool {
    let Some(([name], forms)) = words.get(..=last).and_then(|run| run.split_at_checked(1)) else {
        return false;
    };
    let lower = name.lower();
    forms.iter().all(|form| form.broken.is_none() && form.is_capital() && form.is_legal_form())
        && !forms.is_empty()
        && name.text.chars().all(char::is_alphabetic)
        && lower.chars().count() >= SMALL_NAME_LETTERS_MIN
        && !name.is_stop()
        && !is_descriptor(&lower)
        && [&ARTICLES, &GENERIC, &ORIGINS, &BETWEEN, &TITLES]
            .into_iter()
            .all(|list| !list.contains(&lower.as_str()))
}

/// Reports whether a clause opens with figures, or an ordinal number, that a name can begin with.
fn opens_with_figures(words: &[NameWord<'_>]) -> bool {
    let [figures, next, ..] = words else { return false };
    let lower = next.lower();
    let is_amount = ["milli", "mio", "mrd", "tausend"].iter().any(|scale| lower.starts_with(scale));
    let text = figures.lower();
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending));
    let digits = ordinal.unwrap_or(&text);
    (1..=FIGURES_MAX).contains(&digits.chars().count())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && next.broken.is_none()
        && !is_amount
        && month(&lower, None).is_none()
}

/// Adds the figures that a clause opens with to the name right after them: "3 Kings Brewing". Years,
/// days and amounts are not part of a name, nor is the number of some things ("12 Robots").
pub(crate) fn with_figures(words: &[NameWord<'_>], name: ActorName) -> ActorName {
    let [figures, next, rest @ ..] = words else { return name };
    let lower = next.lower();
    let is_counted = next.end >= name.end && lower.ends_with('s')
        || rest.iter().any(|word| word.end <= name.end && GENERIC.contains(&word.lower().as_str()));
    if next.start == name.start && !is_counted && opens_with_figures(words) {
        ActorName { start: figures.start, ..name }
    } else {
        name
    }
}

/// Returns the name whose first word is `words[first]`, and the index after its last word.
pub(crate) fn starting_at(
    text: &str,
    words: &[NameWord<'_>],
    first: usize,
) -> Option<(ActorName, usize)> {
    if !words.get(first)?.is_of_name() {
        return None;
    }
    let mut next = first + 1;
    while next - first < NAME_WORDS_MAX {
        let Some(word) = words.get(next) else { break };
        if word.broken.is_none() && word.is_of_name() {
            next += 1;
        } else if let Some(at) = name_joints::extended_right(words, first, next) {
            next = at;
        } else {
            break;
        }
    }
    // "McDunnal's has", not "Acme's platform".
    let ends = words
        .get(next)
        .is_none_or(|word| word.broken.is_some() || name_joints::is_known_verb(&word.lower()));
    Some((trimmed(text, words.get(first..next)?, ends)?, next))
}

/// Strips the words around a name: articles, origins, descriptors, a possessor, a job and a person.
/// A genitive's ending is stripped unless `keeps_genitive`: no noun follows, so it is the name's.
fn trimmed(text: &str, run: &[NameWord<'_>], keeps_genitive: bool) -> Option<ActorName> {
    let run = without_person(without_lead(run))?;
    let run = without_description(run)?;
    let (first, last) = (run.first()?, run.last()?);
    let start = first.start + elided_article(first);
    let mut end = last.end;
    let endings: &[&str] = if keeps_genitive { &["'", "’"] } else { &["'s", "’s", "'", "’"] };
    for possessive in endings {
        if text.get(start..end)?.ends_with(possessive) {
            end -= possessive.len();
            break;
        }
    }
    let name = text.get(start..end)?;
    is_organisation(name, run).then_some(ActorName { start, end })
}

/// Strips articles, and what describes the name after it: "The Berlin-based Acme".
fn without_lead<'w, 't>(mut run: &'w [NameWord<'t>]) -> &'w [NameWord<'t>] {
    while let Some((first, rest)) = run.split_first() {
        let lower = first.lower();
        let leading = ATTRIBUTES.iter().any(|end| lower.ends_with(end));
        // "British Airways" and "London Bridge Capital" keep their places; "British fintech Acme" does not.
        let describes =
            ORIGINS.contains(&lower.as_str()) || WEAK_DESCRIPTORS.contains(&lower.as_str());
        let strippable = ARTICLES.contains(&lower.as_str()) && !is_of_article(first, rest)
            || describes && rest.iter().any(|w| is_descriptor(&w.lower()));
        if rest.is_empty() || !(leading || strippable) {
            break;
        }
        run = rest;
    }
    run
}

/// Reports whether an article belongs to the name, as in "La Redonne" and "De Jonk": it is of a
/// language that puts none before names, and no noun follows.
fn is_of_article(article: &NameWord<'_>, rest: &[NameWord<'_>]) -> bool {
    let nouns = [&GENERIC, &ORIGINS, &WEAK_DESCRIPTORS, &TITLES, &BODIES, &TAILS];
    let lower = article.lower();
    NAME_ARTICLES.contains(&lower.as_str())
        && article.is_capital()
        && rest.first().is_some_and(|next| {
            let noun = next.lower();
            !is_descriptor(&noun)
                && !ATTRIBUTES.iter().any(|end| noun.ends_with(end))
                && nouns.iter().all(|list| !list.contains(&noun.as_str()))
        })
        && !rest.iter().any(|word| is_descriptor(&word.lower()))
}

/// Returns the length of an article that is written in one word with a noun: "L'Université", but not
/// "L'Orvale".
fn elided_article(word: &NameWord<'_>) -> usize {
    let noun = word.text.split_once(['\'', '’']).filter(|(article, noun)| {
        article.eq_ignore_ascii_case("l") && BODIES.contains(&noun.to_lowercase().as_str())
    });
    noun.map_or(0, |(_, noun)| word.text.len() - noun.len())
}

/// Cuts a name before a job and a person. A name may begin with a title ("Dr. Oetlin"), which only
/// a first name makes a person's.
fn without_person<'w, 't>(run: &'w [NameWord<'t>]) -> Option<&'w [NameWord<'t>]> {
    let ends_with_form = run.last().is_some_and(NameWord::is_legal_form);
    let is_title = |at: usize| {
        let Some(word) = run.get(at) else { return false };
        let lower = word.lower();
        let of_name = at == 0 && run.len() > 1 || ends_with_form;
        let after_link =
            at.checked_sub(1).and_then(|at| run.get(at)).is_some_and(name_joints::is_link);
        TITLES.contains(&lower.as_str())
            && !(of_name && is_honorific(&lower))
            && !(after_link && is_partner(&lower))
    };
    let run = match (0..run.len()).find(|at| is_title(*at)) {
        // "Founders of Acme" are Acme.
        Some(0) if run.get(1).is_some_and(|w| JOINERS.contains(&w.text)) => run.get(2..)?,
        Some(at) => run.get(..at)?,
        None => run,
    };
    let Some((first, rest)) = run.split_first().filter(|(first, _)| is_honorific(&first.lower()))
    else {
        return Some(run);
    };
    let is_company = rest.iter().any(|word| is_tail(&word.lower()) || name_joints::is_link(word));
    let has_first_name =
        rest.first().is_some_and(|word| FIRST_NAMES.contains(&word.lower().as_str()));
    let is_address = ADDRESSES.contains(&first.lower().as_str()) && rest.len() == 1;
    (!rest.is_empty() && (is_company || !has_first_name && !is_address)).then_some(run)
}

/// Reports whether a word is a title or a form of address: "Dr.", "Mr.".
pub(crate) fn is_honorific(lower: &str) -> bool {
    HONORIFICS.contains(&lower) || ADDRESSES.contains(&lower)
}

/// Cuts off what describes the name after it: "Germany's Acme", "Softwareanbieter Acme". What a
/// descriptor is of is no name: "Spezialist für Laborautomation".
fn without_description<'w, 't>(run: &'w [NameWord<'t>]) -> Option<&'w [NameWord<'t>]> {
    let cut = run.iter().rposition(|w| {
        let lower = w.lower();
        lower.ends_with("'s")
            || ATTRIBUTES.iter().any(|end| lower.ends_with(end))
            || is_descriptor(&lower)
    });
    let Some(at) = cut.filter(|at| at + 1 < run.len()) else { return Some(run) };
    let rest = run.get(at + 1..)?;
    let particles = rest.iter().take_while(|word| JOINERS.contains(&word.text)).count();
    if particles > 0 && !rest.first().is_some_and(name_joints::is_link) {
        return rest.get(particles + 1..).filter(|name| !name.is_empty());
    }
    Some(if rest.iter().all(|w| is_tail(&w.lower()) || is_trade(&w.lower())) { run } else { rest })
}

fn is_descriptor(lower: &str) -> bool {
    DESCRIPTORS.contains(&lower)
        || DESCRIPTOR_ENDS.iter().any(|end| lower.ends_with(end) && lower.len() > end.len() + 2)
}

/// Reports whether a word is for what a company makes or runs, which the name before it completes:
/// "Beck's Pumpen", "Zoë's Kitchen".
fn is_trade(lower: &str) -> bool {
    TRADES.contains(&lower)
}

/// Reports whether a word can end a name but cannot be one.
fn is_tail(lower: &str) -> bool {
    LEGAL_FORMS.contains(&lower.trim_end_matches('.')) || TAILS.contains(&lower)
}

fn is_organisation(name: &str, run: &[NameWord<'_>]) -> bool {
    let has_letter = name.chars().any(char::is_alphabetic) || is_sign_of_figures(name);
    if name.len() > NAME_BYTES_MAX || name.len() < 2 || !has_letter {
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
            || is_partner(word)
            || word.chars().all(|c| !c.is_alphabetic()) && !is_sign_of_figures(word)
            || ATTRIBUTES.iter().any(|end| word.ends_with(end))
    };
    if lowers.iter().all(empty) {
        return false;
    }
    let money = name.contains(['$', '€', '£', '₹', '%']);
    let given = run.iter().take_while(|w| is_initials(w.text.trim_end_matches('.'))).count();
    let person = (2..=3).contains(&(lowers.len() - given))
        && lowers.get(given).is_some_and(|first| FIRST_NAMES.contains(&first.as_str()))
        && !lowers.iter().skip(1).any(|word| GENERIC.contains(&word.as_str()) || is_tail(word))
        && !run.iter().any(name_joints::is_link);
    let alone = lowers.len() == 1
        && lowers.first().is_some_and(|first| FIRST_NAMES.contains(&first.as_str()));
    !(money || person || alone)
}

/// Reports whether a word has no letters, but a sign among figures: `1&1`.
fn is_sign_of_figures(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('&')
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

/// Normalizes a name as [`core`] does, without the conjunctions between its parts, so that
/// "Hellmann and Sons" is "Hellmann & Sons". Not for ids.
pub(crate) fn comparable(name: &str) -> String {
    let words = name.split_whitespace().enumerate();
    let words = words
        .filter(|(at, word)| *at == 0 || !CONJUNCTIONS.contains(&word.to_lowercase().as_str()));
    core(&words.map(|(_, word)| word).collect::<Vec<_>>().join(" "))
}

/// Reports whether a word can precede a clause's subject: "Today,", "In March 2026,".
pub(crate) fn is_lead(word: &NameWord<'_>) -> bool {
    word.is_stop()
        || ARTICLES.contains(&word.lower().as_str())
        || word.text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;

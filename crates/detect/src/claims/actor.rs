//! Actors: the subject of a sentence, resolved to an organisation on the page.

use lexicon::names::actors::{
    APPOSITIONS, ATTACHING, BACK_NOUNS, BETWEEN, FRONTING, OPENINGS, PLACING, WE,
};
use lexicon::names::in_sentences::{ARTICLES, FIRST_NAMES, TITLES};
use model::{Actor, Document, Span};

use super::name_joints::{VerbNumber, verb_number};
use super::names::{self, ActorName, NameWord};
use super::owner::Owner;

/// The maximum number of words between a match and the name after it.
const WORDS_TO_NAME_MAX: usize = 6;

/// Words before "raising money" that make it a topic or a plan: "notes on raising a Series A".
const BEFORE_TOPICS: [&str; 5] = ["on", "to", "about", "for", "of"];
const TOPIC_VERBS: [&str; 2] = ["raising", "securing"];

/// More words before the verb are a subject of their own.
const FRONT_WORDS_MAX: usize = 6;

/// The subject of a sentence, before the page resolves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// "we", "our company".
    Owner,
    /// "it", "the company": an organisation named earlier.
    Back,
    /// A name in the sentence.
    Named(ActorName),
    /// No organisation.
    Nobody,
}

/// Reports whether a match begins with its own subject, the owner.
pub(crate) fn is_we(matched: &str) -> bool {
    let first = matched.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    WE.contains(&first.to_lowercase().as_str())
}

/// Reports whether a text has a word for its speaker, the owner.
pub(crate) fn has_we(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| WE.contains(&word.to_lowercase().as_str()))
}

/// Reports whether a German clause does not open with its subject, which then follows the verb: "Im
/// März hat Acme".
pub(crate) fn is_fronted(before: &str) -> bool {
    let mut words = before.split_whitespace();
    let opens = words.next().is_some_and(|word| FRONTING.contains(&word.to_lowercase().as_str()));
    opens && !before.contains([',', ':', ';']) && words.count() < FRONT_WORDS_MAX
}

/// Finds the subject of a match that begins at `at` in `sentence`.
pub(crate) fn before(sentence: &str, at: usize) -> Subject {
    let left = without_asides(sentence.get(..at).unwrap_or_default());
    let left = left.as_str();
    if is_topic(left, sentence.get(at..).unwrap_or_default()) {
        return Subject::Nobody;
    }
    let clause = clause_start(left);
    let words: Vec<NameWord<'_>> =
        names::words(left).into_iter().filter(|word| word.start >= clause).collect();
    let mut last = words.len();
    let mut comma = trailing_comma(left);
    while last > 0 {
        let Some(word) = words.get(last - 1) else { break };
        // "Acme SE has": the form ends the name.
        let is_form = word.is_capital() && word.is_legal_form();
        if is_form || !BETWEEN.contains(&word.lower().as_str()) {
            break;
        }
        comma = comma || word.broken == Some(',');
        last -= 1;
    }
    let Some(word) = last.checked_sub(1).and_then(|at| words.get(at)) else {
        return Subject::Nobody;
    };
    let near = words.get(..last).unwrap_or_default();
    let between = words.get(last..).unwrap_or_default();
    let number = verb_number(between, sentence.get(at..).unwrap_or_default());
    adjacent(left, near, word, comma, number)
}

/// Reports whether a match is what a text is about, and no event.
fn is_topic(left: &str, matched: &str) -> bool {
    let verb = matched.split_whitespace().next().unwrap_or_default().to_lowercase();
    let before = left.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    TOPIC_VERBS.contains(&verb.as_str()) && BEFORE_TOPICS.contains(&before.as_str())
}

fn adjacent(
    left: &str,
    words: &[NameWord<'_>],
    word: &NameWord<'_>,
    comma: bool,
    number: VerbNumber,
) -> Subject {
    let lower = word.lower();
    match lower.as_str() {
        "we" | "we've" | "we're" | "wir" | "nous" | "wij" | "hemos" | "i've" => {
            return Subject::Owner;
        }
        "it" | "they" | "it's" | "es" | "elle" | "sie" => return backward(left, words),
        "which" | "who" | "die" | "der" | "das" | "qui" | "que" => return first_name(left, words),
        _ => {}
    }
    if !comma {
        if let Some(name) = names::ending_at(left, words, words.len() - 1, number) {
            let name = name_before_place(left, words, name, number);
            return subject_unless_person(left, words, name);
        }
        if (word.broken.is_none() || !word.is_capital())
            && let Some(subject) = noun_phrase(left, words)
        {
            return subject;
        }
    }
    // Past an apposition or a place, the clause's own subject: "Acme, a maker of X, has raised".
    first_name(left, words)
}

/// Returns the name before the place in "Acme from Bremen".
fn name_before_place(
    left: &str,
    words: &[NameWord<'_>],
    name: ActorName,
    number: VerbNumber,
) -> ActorName {
    let preposition = words.iter().rposition(|word| word.end <= name.start);
    let before = preposition.filter(|at| {
        words
            .get(*at)
            .is_some_and(|word| word.broken.is_none() && PLACING.contains(&word.lower().as_str()))
    });
    let before = before.and_then(|at| at.checked_sub(1));
    before.and_then(|at| names::ending_at(left, words, at, number)).unwrap_or(name)
}

/// Resolves a noun phrase: "our platform", "the company", "the Berlin-based startup", "a vendor".
fn noun_phrase(left: &str, words: &[NameWord<'_>]) -> Option<Subject> {
    let noun = words.last()?.lower();
    for (back, word) in words.iter().rev().take(8).enumerate() {
        let lower = word.lower();
        match lower.as_str() {
            "our" | "unser" | "unsere" | "unseren" | "notre" | "nos" | "nuestra" | "nuestro"
            | "onze" => return Some(Subject::Owner),
            "the" | "das" | "die" | "der" | "la" | "le" | "l'entreprise" | "het" | "el"
                if back > 0 && BACK_NOUNS.contains(&noun.as_str()) =>
            {
                return Some(backward(left, words));
            }
            "a" | "an" | "any" | "every" | "each" | "your" | "their" | "his" | "her" | "ein"
            | "eine" | "une" | "una" | "ihre" | "ihr" => {
                return Some(Subject::Nobody);
            }
            _ => {}
        }
        if lower.ends_with("'s") && word.is_capital() && back > 0 {
            let at = words.len() - 1 - back;
            let name = names::ending_at(left, words, at, VerbNumber::Unknown);
            return Some(name.map_or(Subject::Nobody, Subject::Named));
        }
        if word.broken.is_some() {
            break;
        }
    }
    // "Acme today said", "Acme in Berlin": the clause opens with the name, nothing else.
    opening_name(left, words)
}

/// Returns the name that opens the clause, if a verb of saying or a place follows it.
fn opening_name(left: &str, words: &[NameWord<'_>]) -> Option<Subject> {
    let from = words.iter().position(|word| !names::is_lead(word))?;
    let (name, next) = names::starting_at(left, words, from)?;
    let follows = words.get(next)?;
    (follows.broken.is_some() || OPENINGS.contains(&follows.lower().as_str()))
        .then_some(subject_unless_person(left, words, name))
}

/// Finds the name that is the subject of a clause.
pub(super) fn first_name(left: &str, words: &[NameWord<'_>]) -> Subject {
    let mut fallback = None;
    let mut at = 0;
    while at < words.len() {
        let Some((name, next)) = names::starting_at(left, words, at) else {
            at += 1;
            continue;
        };
        let name = names::with_figures(words, name);
        let before = words.get(..at).unwrap_or_default();
        let attached = before.last().is_some_and(|word| ATTACHING.contains(&word.lower().as_str()))
            && words.get(at).is_some_and(|word| word.broken.is_none());
        let opens = words.get(at).is_some_and(|word| word.broken.is_some())
            || before.iter().all(names::is_lead);
        let person = person_title(words, next);
        if person && let Some(employer) = employer_after(left, words, next) {
            return Subject::Named(employer);
        }
        if !attached && !person && has_apposition(words, next) {
            return subject_unless_person(left, words, name);
        }
        if opens && !attached && fallback.is_none() && !person {
            fallback = Some(name);
        }
        at = next.max(at + 1);
    }
    fallback.map_or(Subject::Nobody, |name| subject_unless_person(left, words, name))
}

/// Reports whether an apposition follows (", a maker of", ", which"), which makes the name before
/// it the subject.
fn has_apposition(words: &[NameWord<'_>], next: usize) -> bool {
    words.get(next).is_some_and(|word| {
        let lower = word.lower();
        matches!(word.broken, Some(',' | '–' | '—' | '-'))
            && (APPOSITIONS.contains(&lower.as_str())
                || lower.ends_with("-based")
                || lower.ends_with("er") && !word.is_capital())
    })
}

/// Finds the company in "Jane Doe, co-founder and CEO of Acme".
fn employer_after(left: &str, words: &[NameWord<'_>], next: usize) -> Option<ActorName> {
    let rest = words.get(next..)?.iter().take(7);
    let at = rest.clone().position(|word| {
        matches!(word.lower().as_str(), "of" | "at" | "von" | "bei" | "chez" | "de")
    })?;
    names::starting_at(left, words, next + at + 1).map(|(name, _)| name)
}

/// Reports whether a job title follows: "Jane Doe, CEO of Acme".
fn person_title(words: &[NameWord<'_>], next: usize) -> bool {
    words.iter().skip(next).take(3).any(|word| TITLES.contains(&word.lower().as_str()))
        && words.get(next).is_some_and(|word| word.broken == Some(','))
}

fn backward(left: &str, words: &[NameWord<'_>]) -> Subject {
    // "Acme said it has raised": the sentence's own subject, if it has one.
    match first_name(left, words) {
        Subject::Named(name) => Subject::Named(name),
        _ => {
            let we = words.iter().any(|word| matches!(word.lower().as_str(), "we" | "our"));
            if we { Subject::Owner } else { Subject::Back }
        }
    }
}

/// Returns the name as a subject, unless it is a person ("Jane Doe"), who is no customer.
fn subject_unless_person(left: &str, words: &[NameWord<'_>], name: ActorName) -> Subject {
    let text = left.get(name.start..name.end).unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    let preceded = words.iter().rfind(|word| word.end <= name.start);
    let titled = preceded.is_some_and(|word| TITLES.contains(&word.lower().as_str()));
    let two = text.split_whitespace().count() == 2;
    let is_person = titled || FIRST_NAMES.contains(&first.as_str());
    if two && is_person || names::is_honorific(&first) && follows_noun(words, name) {
        Subject::Nobody
    } else {
        Subject::Named(name)
    }
}

/// Reports whether a name stands right after a noun, which tells what it is: "biologist Dr. Weber".
fn follows_noun(words: &[NameWord<'_>], name: ActorName) -> bool {
    let opens = words.iter().find(|word| word.start == name.start);
    let noun = words.iter().rfind(|word| word.end <= name.start);
    opens.is_some_and(|word| word.broken.is_none())
        && noun.is_some_and(|word| {
            let lower = word.lower();
            let is_noun = |list: &[&str]| !list.contains(&lower.as_str());
            word.text.starts_with(char::is_lowercase)
                && !word.is_stop()
                && [&ARTICLES, &ATTACHING, &BETWEEN, &FRONTING].into_iter().all(|l| is_noun(l))
        })
}

/// Finds the name after a match that ends at `at`.
pub(crate) fn after(sentence: &str, at: usize) -> Subject {
    let right = sentence.get(at..).unwrap_or_default();
    let words = names::words(right);
    for (index, word) in words.iter().enumerate().take(WORDS_TO_NAME_MAX + 1) {
        let lower = word.lower();
        if matches!(
            lower.as_str(),
            "us" | "our" | "we" | "uns" | "unser" | "wir" | "notre" | "nous"
        ) {
            return Subject::Owner;
        }
        if index > 0 && matches!(word.broken, Some(';' | ':' | '(' | '.' | '!' | '?')) {
            break;
        }
        if let Some((name, _)) = names::starting_at(right, &words, index) {
            let name = ActorName { start: at + name.start, end: at + name.end };
            return Subject::Named(name);
        }
    }
    Subject::Nobody
}

/// Blanks the text in brackets, each byte by a space, because a ticker symbol is no subject.
fn without_asides(text: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, closer, after)) = opening_bracket(rest) {
        let Some(end) = after.find(closer) else { break };
        blanked.push_str(before);
        let aside = after.get(..end + closer.len_utf8()).unwrap_or_default();
        blanked.extend(std::iter::repeat_n(' ', aside.len() + 1));
        rest = after.get(end + closer.len_utf8()..).unwrap_or_default();
    }
    blanked.push_str(rest);
    blanked
}

/// Returns the text before the first bracket, the bracket that closes it, and the text after it.
fn opening_bracket(text: &str) -> Option<(&str, char, &str)> {
    let at = text.find(['(', '[', '<'])?;
    let closer = match text.as_bytes().get(at)? {
        b'(' => ')',
        b'[' => ']',
        _ => '>',
    };
    Some((text.get(..at)?, closer, text.get(at + 1..)?))
}

/// Finds the start of a subject's clause: after a dateline, a colon, a semicolon.
fn clause_start(left: &str) -> usize {
    let mut start = 0;
    for (at, found) in left
        .match_indices(['–', '—', ';', ':'])
        .chain(left.match_indices(" - "))
        .chain(left.match_indices("-- "))
    {
        let end = at + found.len();
        let rest = left.get(end..).unwrap_or_default();
        let names = names::words(rest).iter().any(|word| {
            word.is_capital()
                || matches!(word.lower().as_str(), "we" | "our" | "it" | "wir" | "nous")
        });
        let line = found != "–" && found != "—" && found != " - "
            || is_dateline(left.get(..at).unwrap_or_default());
        // "10:30" and "ISO:27001" are no clauses.
        let open = rest.is_empty() || rest.starts_with(char::is_whitespace) || found != ":";
        if names && line && open {
            start = start.max(end);
        }
    }
    start
}

fn is_dateline(prefix: &str) -> bool {
    let digits = prefix.contains(|c: char| c.is_ascii_digit());
    let wire =
        prefix.contains("Newswire") || prefix.contains("NEWSWIRE") || prefix.contains("Wire");
    let capitals = prefix
        .split_whitespace()
        .next()
        .is_some_and(|word| word.len() > 3 && !word.contains(char::is_lowercase));
    prefix.len() < 140
        && (digits
            || wire
            || capitals
            || prefix.split_whitespace().count() <= 3 && prefix.contains(','))
}

fn trailing_comma(left: &str) -> bool {
    left.trim_end().ends_with([',', ')'])
}

/// Turns a name into an actor of the page; `base` is the start of the sentence in the text.
pub(crate) fn actor_of(
    document: &Document,
    owner: &Owner,
    name: ActorName,
    base: usize,
) -> Option<Actor> {
    let span = Span { start: base + name.start, end: base + name.end };
    let words = span.of(&document.text)?;
    if owner.is(words) {
        return Some(Actor::Owner);
    }
    let link =
        document.links.iter().find(|link| link.span.start < span.end && span.start < link.span.end);
    let href = link
        .filter(|link| link.span.end - link.span.start <= span.end - span.start + 12)
        .map(|link| link.href.clone());
    Some(Actor::Named { name: words.to_owned(), span, href })
}

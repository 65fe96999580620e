//! Parses names of companies: separates the legal form and normalizes the typography.

use std::sync::LazyLock;

use lexicon::legal_forms::{FormPlace, LegalForm, UNSPACED_FORMS};
use lexicon::name_folding::{FoldedWord, words_of};
use model::{Entity, EntityKind};
use unicode_normalization::UnicodeNormalization;

use crate::legal_form_index::BY_COMPACT;

/// The maximum number of characters of a name; longer texts are sentences.
const NAME_CHARS_MAX: usize = 200;
const CORE_WORDS_MAX: usize = 12;

/// The unspaced forms after folding, which decomposes some letters.
static FOLDED_UNSPACED_FORMS: LazyLock<Vec<String>> =
    LazyLock::new(|| UNSPACED_FORMS.iter().map(|(form, _)| form.nfkc().collect()).collect());

/// A parsed name of a company.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Lower-case ASCII words with single spaces, without the legal form. Empty if the name has no
    /// letter and no digit.
    pub core: String,
    /// The usual spelling of the last legal form, if there is one.
    pub legal_form: Option<&'static str>,
    /// The ISO 3166 alpha-2 code of the country of this form, if only one country has it.
    pub country_hint: Option<&'static str>,
    /// All countries that have this form; empty if the form indicates no country.
    pub(crate) countries: &'static [&'static str],
    /// The core with its legal form, without spaces.
    pub(crate) whole: String,
}

impl Name {
    /// Joins the words of the core without spaces, as in domains and slugs.
    pub(crate) fn compact(&self) -> String {
        self.core.replace(' ', "")
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        self.core.split(' ').filter(|word| !word.is_empty()).collect()
    }
}

/// Parses a name: compatibility forms and scripts are folded to lower-case ASCII, punctuation is
/// removed, `&` becomes `and`, and legal forms are removed from both ends. At least one
/// distinguishing word is kept; a form is kept if the core would otherwise be empty.
pub fn name_core(name: &str) -> Name {
    let cut: String = name.chars().take(NAME_CHARS_MAX).collect();
    let folded: String =
        cut.chars().filter(|c| !matches!(c, '™' | '®' | '©' | '℠')).nfkc().collect();
    let (folded, unspaced) = without_unspaced_forms(folded.trim());
    let words = words_of(&folded);
    let whole: String = words.iter().map(|word| word.text.as_str()).collect();
    let (words, form) = without_forms(&words);
    let countries = form.map_or(&[][..], |form| form.countries);
    let core: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let (legal_form, countries) = match unspaced {
        Some((form, country)) => (Some(form), country),
        None => (form.and_then(|form| form.spellings.first().copied()), countries),
    };
    let country_hint = match countries {
        [only] => Some(*only),
        _ => None,
    };
    Name { core: core.join(" "), legal_form, country_hint, countries, whole }
}

/// Builds the entity of a company known only by name: `core|cc`, with the given country (a code or
/// a name) or otherwise the country of its legal form; `None` if the text is not a name:
/// without letters, with one letter, or a whole sentence.
pub fn name_entity(name: &str, country: Option<&str>) -> Option<Entity> {
    let is_sentence = name.chars().count() > NAME_CHARS_MAX;
    let name = name_core(name);
    let letters = name.core.chars().filter(|c| c.is_alphanumeric()).count();
    if is_sentence || letters < 2 || name.words().len() > CORE_WORDS_MAX {
        return None;
    }
    let country = country.and_then(lexicon::country_code::country_code);
    let country = country.as_deref().or(name.country_hint).unwrap_or_default().to_lowercase();
    Some(Entity::new(EntityKind::Name, format!("{}|{country}", name.core)))
}

fn without_unspaced_forms(name: &str) -> (String, Option<(&'static str, &'static [&'static str])>) {
    let mut rest = name;
    let mut found = None;
    for (folded, (form, country)) in FOLDED_UNSPACED_FORMS.iter().zip(UNSPACED_FORMS) {
        let folded = folded.as_str();
        let cut = rest.strip_prefix(folded).or_else(|| rest.strip_suffix(folded)).map(str::trim);
        if let Some(cut) = cut.filter(|cut| !cut.is_empty()) {
            rest = cut;
            found = found.or(Some((*form, std::slice::from_ref(country))));
        }
    }
    (rest.to_owned(), found)
}

/// Removes legal forms, trailing "and" and leading "the" from both ends until none is left.
fn without_forms(words: &[FoldedWord]) -> (&[FoldedWord], Option<&'static LegalForm>) {
    let mut rest = words;
    let mut last = None;
    loop {
        if let Some((fewer, form)) = form_at_end(rest, words).or_else(|| form_at_start(rest)) {
            rest = fewer;
            last = last.or(Some(form));
            continue;
        }
        rest = match rest {
            // Removing the form of "Acme & Co" leaves "Acme &" in some spellings.
            [fewer @ .., word] if word.text == "and" && !fewer.is_empty() => fewer,
            // The article is removed only if two or more words remain: from "The Acme Works", not
            // from "The Acme".
            [first, fewer @ ..] if first.text == "the" && fewer.len() >= 2 => fewer,
            _ => return (rest, last),
        };
    }
}

fn form_at_end<'w>(
    rest: &'w [FoldedWord],
    all: &[FoldedWord],
) -> Option<(&'w [FoldedWord], &'static LegalForm)> {
    let most = BY_COMPACT.words_max.min(rest.len().saturating_sub(1));
    (1..=most).rev().find_map(|count| {
        let (left, tail) = rest.split_at_checked(rest.len() - count)?;
        let compact: String = tail.iter().map(|word| word.text.as_str()).collect();
        let fits = |form: &LegalForm| match form.place {
            FormPlace::End | FormPlace::Both => true,
            FormPlace::EndIfMarked => compact.len() > 4 || is_marked(tail, all),
            FormPlace::EndOfLongNames => distinctive_words(left) >= 2,
            FormPlace::Start => false,
        };
        let forms = match BY_COMPACT.get(&compact) {
            [] => BY_COMPACT.nearly(&compact),
            forms => forms,
        };
        let form = forms.iter().find(|form| fits(form))?;
        (distinctive_words(left) >= 1).then_some((left, *form))
    })
}

fn form_at_start(rest: &[FoldedWord]) -> Option<(&[FoldedWord], &'static LegalForm)> {
    let most = BY_COMPACT.words_max.min(rest.len().saturating_sub(1));
    (1..=most).rev().find_map(|count| {
        let (head, left) = rest.split_at_checked(count)?;
        let compact: String = head.iter().map(|word| word.text.as_str()).collect();
        let in_capitals = head.iter().all(|word| word.has_capitals && !word.has_small_letters);
        let fits = |form: &LegalForm| match form.place {
            FormPlace::Start | FormPlace::Both => in_capitals || compact.len() > 8,
            // A form that is written out in full may be at either end.
            FormPlace::End | FormPlace::EndIfMarked => compact.len() > 12,
            FormPlace::EndOfLongNames => false,
        };
        let form = BY_COMPACT.get(&compact).iter().find(|form| fits(form))?;
        (distinctive_words(left) >= 1).then_some((left, *form))
    })
}

/// Checks whether words are written like a form: with dots, or in capitals in a name that also has
/// small letters.
fn is_marked(tail: &[FoldedWord], all: &[FoldedWord]) -> bool {
    let mixed = all.iter().any(|word| word.has_small_letters && word.text != "and");
    tail.iter().all(|word| word.is_dotted || (word.has_capitals && mixed))
}

/// Counts the words that could distinguish this company from others.
fn distinctive_words(words: &[FoldedWord]) -> usize {
    words.iter().filter(|word| !matches!(word.text.as_str(), "and" | "the" | "of")).count()
}

#[cfg(test)]
mod tests;

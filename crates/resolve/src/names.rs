//! Names: what is left of a company's name when its legal form and its typography are taken off.

use std::sync::LazyLock;

use lexicon::legal_forms::{FormPlace, LegalForm, UNSPACED_FORMS};
use model::{Entity, EntityKind};
use unicode_normalization::UnicodeNormalization;

use crate::folding::{FoldedWord, words_of};
use crate::legal_form_index::BY_COMPACT;

/// Longer texts are sentences, not names.
const NAME_CHARS_MAX: usize = 200;
const CORE_WORDS_MAX: usize = 12;

/// The forms as they read after folding, which takes some letters apart.
static FOLDED_UNSPACED_FORMS: LazyLock<Vec<String>> =
    LazyLock::new(|| UNSPACED_FORMS.iter().map(|(form, _)| form.nfkc().collect()).collect());

/// A company's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Lower-case ASCII words with single spaces, without the legal form. Empty when the name has
    /// no letter and no digit.
    pub core: String,
    /// The usual spelling of the last legal form, when there is one.
    pub legal_form: Option<&'static str>,
    /// ISO 3166 alpha-2 of the one country that has this form, when only one has.
    pub country_hint: Option<&'static str>,
    /// All countries that have this form; empty when it tells nothing.
    pub(crate) countries: &'static [&'static str],
    /// The core with its legal form, without spaces.
    pub(crate) whole: String,
}

impl Name {
    /// The core without spaces, as domains and slugs have it.
    pub(crate) fn compact(&self) -> String {
        self.core.replace(' ', "")
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        self.core.split(' ').filter(|word| !word.is_empty()).collect()
    }
}

/// Takes a name apart: compatibility forms and scripts are folded to lower-case ASCII, punctuation
/// goes, `&` becomes `and`, and legal forms are taken off either end. A distinguishing word stays,
/// and so does a form when nothing else would be left.
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

/// The entity of a company known by name only: `core|cc`, with the country (a code or a name) or
/// else the one its legal form stands for. Nothing when the text is no name: without letters, of
/// one letter, or a whole sentence.
pub fn name_entity(name: &str, country: Option<&str>) -> Option<Entity> {
    let is_sentence = name.chars().count() > NAME_CHARS_MAX;
    let name = name_core(name);
    let letters = name.core.chars().filter(|c| c.is_alphanumeric()).count();
    if is_sentence || letters < 2 || name.words().len() > CORE_WORDS_MAX {
        return None;
    }
    let country = country.and_then(crate::country_code::country_code);
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

/// Takes forms and what hangs on them off both ends until nothing more comes off.
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
            // "Acme &" is what "Acme & Co" leaves in some spellings.
            [fewer @ .., word] if word.text == "and" && !fewer.is_empty() => fewer,
            // The article goes where two words or more are left: "The Acme Works", not "The Acme".
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
            FormPlace::EndOfLongNames => telling(left) >= 2,
            FormPlace::Start => false,
        };
        let known = match BY_COMPACT.get(&compact) {
            [] => BY_COMPACT.nearly(&compact),
            known => known,
        };
        let form = known.iter().find(|form| fits(form))?;
        (telling(left) >= 1).then_some((left, *form))
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
            // Written out in full, a form stands at either end.
            FormPlace::End | FormPlace::EndIfMarked => compact.len() > 12,
            FormPlace::EndOfLongNames => false,
        };
        let form = BY_COMPACT.get(&compact).iter().find(|form| fits(form))?;
        (telling(left) >= 1).then_some((left, *form))
    })
}

/// Written like a form: with dots, or in capitals in a name that has small letters besides.
fn is_marked(tail: &[FoldedWord], all: &[FoldedWord]) -> bool {
    let mixed = all.iter().any(|word| word.has_small_letters && word.text != "and");
    tail.iter().all(|word| word.is_dotted || (word.has_capitals && mixed))
}

/// How many words could tell this company from another.
fn telling(words: &[FoldedWord]) -> usize {
    words.iter().filter(|word| !matches!(word.text.as_str(), "and" | "the" | "of")).count()
}

#[cfg(test)]
mod tests;

//! Names: what is left of a company's name when its legal form and its typography are taken off.

use std::sync::LazyLock;

use any_ascii::any_ascii;
use lexicon::legal_forms::{FormPlace, LegalForm, UNSPACED_FORMS};
use lexicon::names::compared;
use model::{Entity, EntityKind};
use unicode_normalization::UnicodeNormalization;

use crate::legal_forms::BY_COMPACT;

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

/// A word of a name.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    /// Written with dots or a slash between its letters, or as one letter with a dot.
    is_dotted: bool,
    /// Two capitals or more.
    has_capitals: bool,
    has_small_letters: bool,
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
    let country = country.and_then(crate::countries::country_code);
    let country = country.as_deref().or(name.country_hint).unwrap_or_default().to_lowercase();
    Some(Entity::new(EntityKind::Name, format!("{}|{country}", name.core)))
}

/// The words of a text, folded as in names, legal forms and all.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    let folded: String = text.nfkc().collect();
    words_of(&folded).into_iter().map(|word| word.text).collect()
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

fn words_of(folded: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let apostrophes =
        |c: &char| !matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '"' | '״' | '“' | '”');
    let text: String = folded.chars().filter(apostrophes).collect();
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/') || is_mark(c);
    let text = text.replace(['&', '+'], " & ");
    for raw in text.split(|c: char| !is_inner(c) && c != '&') {
        if raw == "&" {
            words.push(Word::plain("and"));
            continue;
        }
        let parts: Vec<&str> = raw.split(['.', '/']).filter(|part| !part.is_empty()).collect();
        let initials = parts.len() > 1 && parts.iter().all(|part| part.chars().count() <= 2);
        let dotted = raw.contains(['.', '/']);
        let letter =
            parts.len() == 1 && dotted && raw.chars().filter(|c| !is_mark(*c)).count() <= 3;
        if initials {
            words.extend(Word::of(&parts.concat(), true));
        } else {
            words.extend(parts.iter().filter_map(|part| Word::of(part, letter)));
        }
    }
    // Between two words these are "and"; alone or at an end they may be part of a name.
    let inner = words.len().saturating_sub(1);
    for word in words.iter_mut().take(inner).skip(1) {
        if compared::AND.contains(&word.text.as_str()) {
            "and".clone_into(&mut word.text);
        }
    }
    words
}

/// Combining marks: they belong to the letter before them.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

impl Word {
    fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_dotted: false,
            has_capitals: false,
            has_small_letters: true,
        }
    }

    fn of(raw: &str, is_dotted: bool) -> Option<Self> {
        let has_capitals = raw.chars().filter(|c| c.is_uppercase()).count() >= 2;
        let has_small_letters = raw.chars().any(char::is_lowercase);
        let ascii = any_ascii(raw).to_lowercase();
        let text: String = ascii.chars().filter(char::is_ascii_alphanumeric).collect();
        let text = match text.as_str() {
            "" => return None,
            _ => text,
        };
        Some(Self { text, is_dotted, has_capitals, has_small_letters })
    }
}

/// Takes forms and what hangs on them off both ends until nothing more comes off.
fn without_forms(words: &[Word]) -> (&[Word], Option<&'static LegalForm>) {
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

fn form_at_end<'w>(rest: &'w [Word], all: &[Word]) -> Option<(&'w [Word], &'static LegalForm)> {
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

fn form_at_start(rest: &[Word]) -> Option<(&[Word], &'static LegalForm)> {
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
fn is_marked(tail: &[Word], all: &[Word]) -> bool {
    let mixed = all.iter().any(|word| word.has_small_letters && word.text != "and");
    tail.iter().all(|word| word.is_dotted || (word.has_capitals && mixed))
}

/// How many words could tell this company from another.
fn telling(words: &[Word]) -> usize {
    words.iter().filter(|word| !matches!(word.text.as_str(), "and" | "the" | "of")).count()
}

#[cfg(test)]
mod tests;

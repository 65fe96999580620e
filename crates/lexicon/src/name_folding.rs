//! Folds texts to lower-case ASCII words, so that the spellings of one name compare equal. Used by
//! `resolve`, and for the names of countries.

use any_ascii::any_ascii;
use unicode_normalization::UnicodeNormalization;

use crate::names::compared;

/// A word of a name.
#[derive(Debug, Clone)]
pub struct FoldedWord {
    /// Lower-case ASCII letters and digits.
    pub text: String,
    /// Whether it is written with dots or a slash between its letters, or as one letter with a dot.
    pub is_dotted: bool,
    /// Whether it has at least two capitals.
    pub has_capitals: bool,
    /// Whether it has a small letter.
    pub has_small_letters: bool,
}

/// Splits a text into words, folded as in names, including legal forms.
pub fn plain_words(text: &str) -> Vec<String> {
    let folded: String = text.nfkc().collect();
    words_of(&folded).into_iter().map(|word| word.text).collect()
}

/// Returns the words of a text whose compatibility forms are folded.
pub fn words_of(folded: &str) -> Vec<FoldedWord> {
    let mut words = Vec::new();
    let apostrophes =
        |c: &char| !matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '"' | '״' | '“' | '”');
    let text: String = folded.chars().filter(apostrophes).collect();
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/') || is_mark(c);
    let text = text.replace(['&', '+'], " & ");
    for raw in text.split(|c: char| !is_inner(c) && c != '&') {
        if raw == "&" {
            words.push(FoldedWord::plain("and"));
            continue;
        }
        let parts: Vec<&str> = raw.split(['.', '/']).filter(|part| !part.is_empty()).collect();
        let initials = parts.len() > 1 && parts.iter().all(|part| part.chars().count() <= 2);
        let dotted = raw.contains(['.', '/']);
        let letter =
            parts.len() == 1 && dotted && raw.chars().filter(|c| !is_mark(*c)).count() <= 3;
        if initials {
            words.extend(FoldedWord::of(&parts.concat(), true));
        } else {
            words.extend(parts.iter().filter_map(|part| FoldedWord::of(part, letter)));
        }
    }
    // Between two words these mean "and"; alone, at an end, or spelled among single letters (X-Y-Z)
    // they may be part of a name.
    let letters: Vec<bool> = words.iter().map(|word| word.text.len() == 1).collect();
    let inner = words.len().saturating_sub(1);
    for (at, word) in words.iter_mut().enumerate().take(inner).skip(1) {
        let is_spelled = letters.get(at - 1..=at).is_some_and(|pair| pair == [true, true]);
        if !is_spelled && compared::AND.contains(&word.text.as_str()) {
            "and".clone_into(&mut word.text);
        }
    }
    words
}

/// Checks for combining marks, which belong to the preceding letter.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

impl FoldedWord {
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

//! Normalisation of words for comparison: lower case, without accents, and reduced to their stems.
//!
//! Seven languages have stems; words of other languages are compared unstemmed. A query has no
//! language, so its words are stemmed by every language's rules and any of the results matches.
//! "ä" equals "a" and "ß" equals "ss", but "ae" stays "ae".

use ::tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer, Token,
};

use super::splitting::{WordSplitter, is_without_spaces};

const LANGUAGES: [(&str, Language); 7] = [
    ("en", Language::English),
    ("de", Language::German),
    ("fr", Language::French),
    ("es", Language::Spanish),
    ("it", Language::Italian),
    ("nl", Language::Dutch),
    ("pt", Language::Portuguese),
];

/// The maximum length of a word in bytes; longer runs of letters are ignored.
const WORD_BYTES_MAX: usize = 64;

/// Builds an analyzer that splits a text into words.
pub(super) fn plain() -> TextAnalyzer {
    TextAnalyzer::builder(WordSplitter::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// Builds an analyzer that splits a text into stems by the rules of its language, one for each
/// word of [`plain`].
pub(super) fn stemming(lang: Option<&str>) -> TextAnalyzer {
    let language = LANGUAGES.iter().find(|(code, _)| Some(*code) == lang);
    language.map_or_else(plain, |(_, language)| stemmer_for(*language))
}

fn stemmer_for(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(WordSplitter::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(Stemmer::new(language))
        .filter(AsciiFoldingFilter)
        .build()
}

/// Returns whether a character joins the words of a compound.
pub(super) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// Returns the other spellings of the words of a text: compounds with hyphens as one word, and the
/// letters and digits of a word, such as ISO27001, as words of their own.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    let (mut compound, mut end, mut count) = (String::new(), 0, 0);
    for word in tokens(plain(), text) {
        let between = text.get(end..word.offset_from).unwrap_or_default();
        let is_joined = count > 0 && between.chars().count() == 1 && between.starts_with(is_hyphen);
        if !is_joined {
            end_compound(&mut compound, &mut count, &mut spellings);
        }
        spellings.extend(letters_and_digits(&word.text));
        if !is_without_spaces(&word.text) {
            compound.push_str(&word.text);
            (end, count) = (word.offset_to, count + 1);
        }
    }
    end_compound(&mut compound, &mut count, &mut spellings);
    spellings
}

fn end_compound(compound: &mut String, count: &mut usize, spellings: &mut Vec<String>) {
    let whole = std::mem::take(compound);
    if *count > 1 && whole.len() <= WORD_BYTES_MAX {
        spellings.push(whole);
    }
    *count = 0;
}

/// Splits a word of letters followed by digits, or the reverse, each of at least two; empty for
/// another word.
pub(super) fn letters_and_digits(word: &str) -> Vec<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let begins_with_digit = word.starts_with(is_digit);
    let end = word.find(|c: char| is_digit(c) != begins_with_digit);
    let Some((first, second)) = end.and_then(|end| word.split_at_checked(end)) else {
        return Vec::new();
    };
    let is_pure = second.chars().all(|c| is_digit(c) != begins_with_digit);
    let are_words = [first, second].iter().all(|part| part.chars().count() >= 2);
    if is_pure && are_words { vec![first.to_owned(), second.to_owned()] } else { Vec::new() }
}

/// The folded words of a part of a query.
pub(super) struct AskedWords {
    pub(super) words: Vec<String>,
    /// Whether the last word is the beginning of one: a character of a script without spaces, which
    /// is indexed together with the one after it.
    pub(super) is_begun: bool,
}

/// Splits a part of a query into folded words.
pub(super) fn asked(text: &str) -> AskedWords {
    let mut tokens = tokens(plain(), text);
    let mut is_begun = false;
    if let Some(last) = tokens.last().filter(|last| is_without_spaces(&last.text)) {
        let (from, to) = (last.offset_from, last.offset_to);
        let before = tokens.len().checked_sub(2).and_then(|index| tokens.get(index));
        // The last character of a run is a word of its own only at the end of a run.
        if before.is_some_and(|before| before.offset_from < from && before.offset_to == to) {
            tokens.pop();
        } else {
            is_begun = true;
        }
    }
    AskedWords { words: tokens.into_iter().map(|token| token.text).collect(), is_begun }
}

/// Computes every stem that a word may have, sorted.
pub(super) fn stems(word: &str) -> Vec<String> {
    let mut stems = words(plain(), word);
    stems.extend(LANGUAGES.iter().flat_map(|(_, language)| words(stemmer_for(*language), word)));
    stems.sort_unstable();
    stems.dedup();
    stems
}

fn words(analyzer: TextAnalyzer, text: &str) -> Vec<String> {
    tokens(analyzer, text).into_iter().map(|token| token.text).collect()
}

fn tokens(mut analyzer: TextAnalyzer, text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        tokens.push(token.clone());
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_accents() {
        for (text, expect) in [
            ("Straße nach MÜNCHEN", "strasse nach munchen"),
            ("Élysée: l'été—déjà", "elysee l ete deja"),
            ("ISO-27001, 3.5 Mio. €", "iso 27001 3 5 mio"),
            ("", ""),
        ] {
            assert_eq!(asked(text).words.join(" "), expect, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_query_is_not_the_end_of_a_run() {
        for (text, expect, is_begun) in [
            ("倉庫", "倉庫", false),
            ("東京倉庫", "東京 京倉 倉庫", false),
            ("東京 倉庫", "東京 京 倉庫", false),
            ("ABC倉", "abc 倉", true),
            ("倉ABC", "倉 abc", false),
            ("倉", "倉", true),
            ("ＡＢＣ", "abc", false),
            ("a", "a", false),
        ] {
            let asked = asked(text);
            assert_eq!(
                (asked.words.join(" ").as_str(), asked.is_begun),
                (expect, is_begun),
                "{text}"
            );
        }
    }

    #[test]
    fn compounds_and_numbered_words_have_other_spellings() {
        for (text, expect) in [
            ("An E-Commerce site", "ecommerce"),
            ("ISO27001-certified", "iso 27001 iso27001certified"),
            ("state‑of‑the‑art 365days", "stateoftheart 365 days"),
            ("Q3 B2B 2x", ""),
            ("a - b, c--d, e/f, -g-", ""),
            ("東京-大阪 倉庫-robot", ""),
            ("", ""),
        ] {
            assert_eq!(spellings(text).join(" "), expect, "{text}");
        }
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for (query, written, lang) in [
            ("engineers", "engineering", "en"),
            ("Ingenieur", "Ingenieure", "de"),
            ("Häuser", "Hauses", "de"),
            ("ingénieurs", "ingénieur", "fr"),
            ("empresas", "empresa", "es"),
        ] {
            let written = words(stemming(Some(lang)), written);
            assert!(stems(query).contains(&written[0]), "{query}: {written:?}");
        }
    }
}

//! Normalisation of words for comparison: lower case, without accents, and reduced to their stems.
//!
//! Seven languages have stems; words of other languages are compared unstemmed. A query has no
//! language, so its words are stemmed by every language's rules and any of the results matches.
//! Text is split where letters and digits end, so text without spaces (Chinese, Japanese) is found
//! only by whole runs; "ä" equals "a" and "ß" equals "ss", but "ae" stays "ae".

use ::tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    TextAnalyzer,
};

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
    TextAnalyzer::builder(SimpleTokenizer::default())
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
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(Stemmer::new(language))
        .filter(AsciiFoldingFilter)
        .build()
}

/// Splits a text into folded words.
pub(super) fn folded(text: &str) -> Vec<String> {
    words(plain(), text)
}

/// Computes every stem that a word may have, sorted.
pub(super) fn stems(word: &str) -> Vec<String> {
    let mut stems = words(plain(), word);
    stems.extend(LANGUAGES.iter().flat_map(|(_, language)| words(stemmer_for(*language), word)));
    stems.sort_unstable();
    stems.dedup();
    stems
}

fn words(mut analyzer: TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        words.push(token.text.clone());
    }
    words
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
            assert_eq!(folded(text).join(" "), expect, "{text}");
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

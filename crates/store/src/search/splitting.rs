//! Splitting of a text into words, also where it has no spaces between them.
//!
//! In scripts without spaces, every pair of neighbouring characters is a word, and the last character
//! of a run is one more. So every part of a run is a phrase of such pairs, and a single character is
//! the beginning of a pair. Other scripts are split where letters and digits end.

use ::tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters and marks of scripts that are written without spaces between words, and of Hangul,
/// whose words are joined with particles: from Scripts.txt of Unicode 17.0 (Han, Hiragana, Katakana,
/// Bopomofo, Hangul, Yi, and those of line breaking class SA: Thai, Lao, Myanmar, Khmer, Tai Le, New
/// Tai Lue, Tai Tham, Tai Viet, Ahom). Digits and punctuation of these scripts are not in it.
const WITHOUT_SPACES: [(char, char); 42] = [
    ('\u{0e01}', '\u{0e3a}'),
    ('\u{0e40}', '\u{0e4e}'),
    ('\u{0e81}', '\u{0ece}'),
    ('\u{0edc}', '\u{0edf}'),
    ('\u{1000}', '\u{103f}'),
    ('\u{1050}', '\u{108f}'),
    ('\u{109a}', '\u{109d}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{1780}', '\u{17d3}'),
    ('\u{17d7}', '\u{17d7}'),
    ('\u{17dc}', '\u{17dd}'),
    ('\u{1950}', '\u{1974}'),
    ('\u{1980}', '\u{19c9}'),
    ('\u{1a20}', '\u{1a7f}'),
    ('\u{3005}', '\u{3007}'),
    ('\u{3021}', '\u{3029}'),
    ('\u{3031}', '\u{3035}'),
    ('\u{3038}', '\u{303c}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{309d}', '\u{309f}'),
    ('\u{30a1}', '\u{30fa}'),
    ('\u{30fc}', '\u{30ff}'),
    ('\u{3105}', '\u{312f}'),
    ('\u{3131}', '\u{318e}'),
    ('\u{31a0}', '\u{31bf}'),
    ('\u{31f0}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{a000}', '\u{a48c}'),
    ('\u{a960}', '\u{a97c}'),
    ('\u{a9e0}', '\u{a9ef}'),
    ('\u{aa60}', '\u{aa76}'),
    ('\u{aa80}', '\u{aadd}'),
    ('\u{ac00}', '\u{d7fb}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{ff66}', '\u{ff9f}'),
    ('\u{ffa0}', '\u{ffdc}'),
    ('\u{11700}', '\u{1172b}'),
    ('\u{1b000}', '\u{1b16f}'),
    ('\u{20000}', '\u{2fa1f}'),
    ('\u{30000}', '\u{323af}'),
];

/// The marks of sound and the later parts of Hangul syllables, which are one character together with
/// the letter before them.
const JOINED: [(char, char); 3] =
    [('\u{1160}', '\u{11ff}'), ('\u{3099}', '\u{309a}'), ('\u{ff9e}', '\u{ff9f}')];

/// Reports whether a word is from a script without spaces.
pub(super) fn is_without_spaces(word: &str) -> bool {
    word.chars().next().is_some_and(|first| is_in(&WITHOUT_SPACES, first))
}

/// Reports whether a character is Greek, with or without marks.
fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

fn is_in(ranges: &[(char, char)], c: char) -> bool {
    let index = ranges.partition_point(|(_, last)| *last < c);
    ranges.get(index).is_some_and(|(first, _)| *first <= c)
}

/// Returns the length of the first character of a text with the marks that belong to it, in bytes;
/// `None` if it is from another script.
fn unit_bytes(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|first| is_in(&WITHOUT_SPACES, *first))?;
    let rest = text.get(first.len_utf8()..)?;
    let joined = rest.find(|c| !is_in(&JOINED, c)).unwrap_or(rest.len());
    Some(first.len_utf8() + joined)
}

/// Splits texts into words.
#[derive(Clone, Default)]
pub(super) struct WordSplitter {
    token: Token,
}

/// The words of a text.
pub(super) struct WordStream<'a> {
    text: &'a str,
    /// The position of the next word in the text, in bytes.
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for WordSplitter {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_word = |c: char| c.is_alphanumeric() || is_in(&WITHOUT_SPACES, c);
        let Some(start) = rest.find(is_word) else {
            self.at = self.text.len();
            return false;
        };
        let rest = rest.get(start..).unwrap_or_default();
        let (bytes, next) = match unit_bytes(rest) {
            Some(unit) => {
                let second = rest.get(unit..).and_then(unit_bytes).unwrap_or(0);
                (unit + second, unit)
            }
            None => {
                let ends = |c: char| !c.is_alphanumeric() || is_in(&WITHOUT_SPACES, c);
                let bytes = rest.find(ends).unwrap_or(rest.len());
                (bytes, bytes)
            }
        };
        let word = rest.get(..bytes).unwrap_or_default();
        if is_without_spaces(word) {
            // Wide and narrow forms of a character are equal.
            self.token.text.extend(word.nfkc());
        } else if word.starts_with(is_greek) {
            // The marks of the other alphabets are folded with their letters later.
            let letters = word.nfd().filter(|c| !is_combining_mark(*c));
            self.token.text.extend(letters.map(|c| if c == 'ς' { 'σ' } else { c }));
        } else {
            self.token.text.push_str(word);
        }
        self.token.offset_from = self.at + start;
        self.token.offset_to = self.token.offset_from + bytes;
        self.at = self.token.offset_from + next;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<String> {
        let (mut splitter, mut words) = (WordSplitter::default(), Vec::new());
        let mut stream = splitter.token_stream(text);
        while stream.advance() {
            words.push(stream.token().text.clone());
        }
        words
    }

    #[test]
    fn runs_without_spaces_become_pairs() {
        for (text, expect) in [
            ("東京倉庫", "東京 京倉 倉庫 庫"),
            ("ABC倉庫2026年", "ABC 倉庫 庫 2026 年"),
            ("ソフト・ハウス", "ソフ フト ト ハウ ウス ス"),
            ("ｿｳｺ ガ カ\u{3099}", "ソウ ウコ コ ガ ガ"),
            ("창고를 열다", "창고 고를 를 열다 다"),
            ("คลัง", "คล ลั ัง ง"),
            ("Käse-2 Straße", "Käse 2 Straße"),
            ("αποθήκης ΑΠΟΘΉΚΗΣ", "αποθηκησ ΑΠΟΘΗΚΗΣ"),
            ("、。 ー", "ー"),
            ("", ""),
        ] {
            assert_eq!(split(text).join(" "), expect, "{text}");
        }
        assert!(WITHOUT_SPACES.is_sorted() && JOINED.is_sorted());
    }

    proptest! {
        #[test]
        fn every_text_can_be_split(text in "(.|倉|庫|ガ|ｶ|ﾞ|ค|ั| |a){0,40}") {
            let mut splitter = WordSplitter::default();
            let mut stream = splitter.token_stream(&text);
            let mut last = 0;
            while stream.advance() {
                let token = stream.token();
                prop_assert!(token.offset_from >= last && token.offset_from < token.offset_to);
                prop_assert!(text.get(token.offset_from..token.offset_to).is_some());
                last = token.offset_from;
            }
        }
    }
}

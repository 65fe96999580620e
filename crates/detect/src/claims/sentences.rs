//! Splitting text into sentences, in English and neighbouring languages.

use lexicon::references;
use lexicon::sentences::{ABBREVIATIONS, OPENERS};
use model::Span;

use super::name_words::is_initials;

/// Splits `text`, whose first byte is at `base`, into sentences. Spans are trimmed.
pub(crate) fn split(text: &str, base: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut closers = Closers::default();
    let mut chars = text.char_indices().peekable();
    while let Some((at, letter)) = chars.next() {
        let ends = match letter {
            '\n' | '。' => true,
            '.' | '!' | '?' | '…' => {
                // What follows is the same for every character of one run.
                if at >= closers.end {
                    closers = Closers::from(text, at + letter.len_utf8());
                }
                closers.end_a_sentence(text, at, letter)
            }
            _ => false,
        };
        if ends {
            let mut end = at + letter.len_utf8();
            while let Some((next, closer)) = chars.next_if(|(_, next)| is_closer(*next)) {
                end = next + closer.len_utf8();
            }
            push(&mut spans, text, start, end, base);
            start = end;
        }
    }
    push(&mut spans, text, start, text.len(), base);
    spans
}

fn push(spans: &mut Vec<Span>, text: &str, start: usize, end: usize, base: usize) {
    let Some(sentence) = text.get(start..end) else { return };
    let trimmed = sentence.trim();
    if !trimmed.is_empty() {
        let start = base + start + (sentence.len() - sentence.trim_start().len());
        spans.push(Span { start, end: start + trimmed.len() });
    }
}

fn is_closer(letter: char) -> bool {
    matches!(letter, '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '“' | '.' | '!' | '?')
}

/// The number of bytes of closing characters after which a sentence ends, whatever its last word.
const CLOSERS_MAX: usize = 64;

/// A run of characters that may close a sentence, and what follows it.
#[derive(Default)]
struct Closers {
    start: usize,
    end: usize,
    /// The start of the next word, with what opens it.
    next: usize,
    is_last: bool,
    is_before_sentence: bool,
}

impl Closers {
    fn from(text: &str, start: usize) -> Self {
        let rest = text.get(start..).unwrap_or_default().trim_start_matches(is_closer);
        let next = rest.trim_start();
        let opener = next.trim_start_matches(['"', '“', '„', '«', '(', '[', '‘', '\'']);
        Self {
            start,
            end: text.len() - rest.len(),
            next: text.len() - next.len(),
            is_last: rest.is_empty(),
            is_before_sentence: rest.starts_with(char::is_whitespace)
                && !opener.starts_with(char::is_lowercase),
        }
    }

    /// Checks whether a character before or in this run ends a sentence.
    fn end_a_sentence(&self, text: &str, at: usize, letter: char) -> bool {
        if self.is_last || !self.is_before_sentence {
            return self.is_last;
        }
        let next = text.get(self.next..).unwrap_or_default();
        letter != '.'
            || at.saturating_sub(self.start) > CLOSERS_MAX
            || !is_abbreviation(text.get(..at).unwrap_or_default(), next)
    }
}

fn is_abbreviation(before: &str, next: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“'))
        .next()
        .unwrap_or_default();
    let next_word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    // A day or house number ("3. März") is short; a year or an amount may end a sentence.
    if word.len() <= 2 && !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        return !OPENERS.contains(&next_word);
    }
    // Initials, "J" and "A.P", precede a surname.
    if is_initials(word) {
        return !OPENERS.contains(&next_word);
    }
    let lower = word.to_lowercase();
    if references::ABBREVIATIONS.contains(&lower.as_str()) && is_number(next_word, next) {
        return true;
    }
    ABBREVIATIONS.contains(&lower.trim_end_matches('.')) && !OPENERS.contains(&next_word)
}

/// Reports whether a number follows, perhaps behind short capitals: `VK 2-34/26`.
fn is_number(next_word: &str, next: &str) -> bool {
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let is_code = next_word.len() <= 4 && next_word.chars().all(|c| c.is_uppercase());
    has_digit(next_word) || is_code && next.split_whitespace().take(4).any(has_digit)
}

//! Compares the text of findings with labelled quotes.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::quality::findings::Words;

/// The minimum length of a text contained in another for a match. Shorter ones say nothing: the
/// bare name of a standard is in every sentence about it.
const CONTAINED_BYTES_MIN: usize = 16;
/// The share of a changed quote's words that must match, in percent.
const TOKENS_SHARED_PERCENT: usize = 60;

/// A text in lower case without white space, with a mapping to the source. Extractors disagree on
/// blanks between two elements of a line, so blanks are ignored.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    text: String,
    /// For each byte of `text` the offset of its source byte.
    from: Vec<usize>,
}

impl Folded {
    pub(crate) fn of(source: &str) -> Self {
        let mut folded = Self::default();
        for (at, letter) in source.char_indices() {
            if !letter.is_whitespace() {
                letter.to_lowercase().for_each(|lower| folded.push(lower, at));
            }
        }
        folded
    }

    fn push(&mut self, letter: char, at: usize) {
        self.text.push(letter);
        self.from.resize(self.text.len(), at);
    }

    /// Converts a range of the source to a range of the folded text.
    fn range_of(&self, source: Range<usize>) -> Range<usize> {
        let index_of = |offset: usize| self.from.partition_point(|from| *from < offset);
        index_of(source.start)..index_of(source.end)
    }

    /// Finds all occurrences of a quote.
    pub(crate) fn places_of(&self, quote: &str) -> Vec<Range<usize>> {
        let needle = fold(quote);
        if needle.is_empty() {
            return Vec::new();
        }
        self.text.match_indices(&needle).map(|(at, _)| at..at + needle.len()).collect()
    }
}

fn fold(text: &str) -> String {
    Folded::of(text).text
}

/// A labelled quote with its occurrences on the page.
#[derive(Debug)]
pub(crate) struct Quote {
    lowercase: String,
    folded: String,
    pub(crate) places: Vec<Range<usize>>,
}

impl Quote {
    pub(crate) fn on(page: &Folded, quote: &str) -> Self {
        Self { lowercase: quote.to_lowercase(), folded: fold(quote), places: page.places_of(quote) }
    }

    /// Returns whether a finding's text overlaps the quote: by position; else when one contains the
    /// other (a title repeats a sentence of the text); else, for a quote that is not on the cleaned
    /// page as labelled, by a sufficient share of common words.
    pub(crate) fn overlaps(&self, page: &Folded, words: &Words) -> bool {
        let range = page.range_of(words.span.range());
        if self.places.iter().any(|place| place.start < range.end && range.start < place.end) {
            return true;
        }
        let folded = fold(&words.quote);
        let (short, long) = if folded.len() < self.folded.len() {
            (&folded, &self.folded)
        } else {
            (&self.folded, &folded)
        };
        if short.len() >= CONTAINED_BYTES_MIN && long.contains(short.as_str()) {
            return true;
        }
        let lower = words.quote.to_lowercase();
        let (own_tokens, other_tokens) = (tokens(&self.lowercase), tokens(&lower));
        let shared = own_tokens.intersection(&other_tokens).count();
        self.places.is_empty()
            && shared > 0
            && shared * 100 >= own_tokens.len() * TOKENS_SHARED_PERCENT
    }
}

fn tokens(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|token| !token.is_empty()).collect()
}

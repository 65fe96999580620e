//! Fragments: the part of a text around the matches of a query.

use std::collections::VecDeque;
use std::ops::Range;

use super::words::Clause;
use super::{Piece, language};

/// The maximum size of a fragment in bytes, before its ends are moved to whole words.
const FRAGMENT_BYTES: usize = 240;
/// Bytes shown before the first match.
const LEAD_BYTES: usize = 60;
/// The maximum number of words of a phrase that are compared with a text: the bits of a number.
const PHRASE_WORDS_MAX: usize = 64;

/// A word of the text that matches, and the index of its clause.
struct Match {
    at: Range<usize>,
    clause: usize,
}

/// Returns the part of a text with the most matches, or its beginning if there are none.
pub(super) fn fragment(text: &str, lang: Option<&str>, clauses: &[Clause]) -> Vec<Piece> {
    let matches = matches(text, lang, clauses);
    let window = window(text, &matches);
    let mut pieces = Pieces::default();
    if window.start > 0 {
        pieces.push("… ", false);
    }
    let mut at = window.start;
    for found in matches.iter().map(|found| &found.at) {
        if found.start >= window.start && found.end > at && found.end <= window.end {
            // Words of scripts without spaces overlap.
            let start = found.start.max(at);
            pieces.push(&text[at..start], false);
            pieces.push(&text[start..found.end], true);
            at = found.end;
        }
    }
    pieces.push(&text[at..window.end], false);
    if window.end < text.len() {
        pieces.push(" …", false);
    }
    pieces.0
}

fn matches(text: &str, lang: Option<&str>, clauses: &[Clause]) -> Vec<Match> {
    let (mut plain, mut stemming) = (language::plain(), language::stemming(lang));
    let (mut words, mut stems) = (plain.token_stream(text), stemming.token_stream(text));
    let wanted: Vec<(usize, &Clause)> =
        clauses.iter().enumerate().filter(|(_, clause)| clause.is_wanted).collect();
    // For each clause, a bit for each of its words that the words read so far end with.
    let mut begun = vec![0u64; wanted.len()];
    let mut last: VecDeque<Range<usize>> = VecDeque::with_capacity(PHRASE_WORDS_MAX);
    let mut matches = Vec::new();
    // Both streams split the text alike, so each word arrives together with its stem.
    while let (Some(word), Some(stem)) = (words.next(), stems.next()) {
        if last.len() == PHRASE_WORDS_MAX {
            last.pop_front();
        }
        last.push_back(word.offset_from..word.offset_to);
        for ((number, clause), begun) in wanted.iter().zip(&mut begun) {
            if !clause.parts.is_empty() {
                if is_of_compound(clause, &word.text, &stem.text) {
                    matches.push(Match { at: word.offset_from..word.offset_to, clause: *number });
                }
                continue;
            }
            *begun = ((*begun << 1) | 1) & equal_words(clause, &word.text, &stem.text);
            let count = clause.words.len().min(PHRASE_WORDS_MAX);
            if (*begun >> (count - 1)) & 1 == 1 {
                let phrase = last.iter().rev().take(count);
                matches.extend(phrase.map(|at| Match { at: at.clone(), clause: *number }));
            }
        }
    }
    matches.sort_by_key(|found| found.at.start);
    matches
}

/// Returns whether a word is one of a compound, or the whole compound.
fn is_of_compound(clause: &Clause, word: &str, stem: &str) -> bool {
    clause.parts.iter().any(|part| equal_words(part, word, stem) > 0)
        || clause.stems.iter().any(|whole| whole == stem)
}

/// Returns a bit for each of the clause's words that a word equals.
fn equal_words(clause: &Clause, word: &str, stem: &str) -> u64 {
    let last = clause.words.len().saturating_sub(1);
    let equal = |(index, wanted): &(usize, &String)| {
        *wanted == word
            || clause.ending.is_open() && *index == last && word.starts_with(wanted.as_str())
            || clause.stems.iter().any(|wanted| wanted == stem)
            || clause.similar.iter().any(|similar| similar == word)
    };
    let words = clause.words.iter().enumerate().take(PHRASE_WORDS_MAX);
    words.filter(equal).fold(0, |bits, (index, _)| bits | (1 << index))
}

/// Finds the window with the most clauses, and then the most words; the first of several equals.
fn window(text: &str, matches: &[Match]) -> Range<usize> {
    let mut best = (0, 0, 0);
    for (number, first) in matches.iter().enumerate() {
        let close = matches[number..]
            .iter()
            .take_while(|found| found.at.end <= first.at.start + FRAGMENT_BYTES - LEAD_BYTES);
        let (mut clauses, mut words) = (0u64, 0);
        for found in close {
            clauses |= 1 << (found.clause % 64);
            words += 1;
        }
        if (clauses.count_ones(), words) > (best.0, best.1) {
            best = (clauses.count_ones(), words, first.at.start);
        }
    }
    let (_, _, at) = best;
    let start = if at <= LEAD_BYTES { 0 } else { word_after(text, at - LEAD_BYTES, at) };
    let end = start + FRAGMENT_BYTES;
    let end = if end >= text.len() { text.len() } else { word_before(text, end, at) };
    start..end
}

/// Finds the first start of a word from `from` on, or `latest`.
fn word_after(text: &str, from: usize, latest: usize) -> usize {
    let from = text.ceil_char_boundary(from);
    let between = text.get(from..latest).unwrap_or_default();
    between.find(char::is_whitespace).map_or(latest, |space| from + space)
}

/// Finds the last end of a word up to `to`, or `to` if there is no space after `earliest`.
fn word_before(text: &str, to: usize, earliest: usize) -> usize {
    let to = text.floor_char_boundary(to);
    let between = text.get(earliest..to).unwrap_or_default();
    between.rfind(char::is_whitespace).map_or(to, |space| earliest + space)
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    /// Appends a text, with every run of white space as one space.
    fn push(&mut self, text: &str, is_match: bool) {
        let mut ends_in_space = self.0.last().is_none_or(|last| last.text.ends_with(' '));
        let mut normalized = String::with_capacity(text.len());
        for letter in text.chars() {
            let is_space = letter.is_whitespace();
            if !(is_space && ends_in_space) {
                normalized.push(if is_space { ' ' } else { letter });
            }
            ends_in_space = is_space;
        }
        match self.0.last_mut() {
            _ if normalized.is_empty() => {}
            Some(last) if last.is_match == is_match => last.text.push_str(&normalized),
            _ => self.0.push(Piece { text: normalized, is_match }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::words;

    fn marked(text: &str, lang: &str, query: &str) -> String {
        let pieces = fragment(text, Some(lang), &words::parse(query, false));
        pieces.iter().fold(String::new(), |marked, piece| match piece.is_match {
            true => format!("{marked}[{}]", piece.text),
            false => format!("{marked}{}", piece.text),
        })
    }

    #[test]
    fn marks_query_terms() {
        for (text, lang, query, expect) in [
            ("We  hire\n engineers.", "en", "engineering", "We hire [engineers]."),
            ("Für MÜNCHEN und Ulm", "de", "munchen", "Für [MÜNCHEN] und Ulm"),
            ("We moved to HubSpot", "en", "hub* -moved", "We moved to [HubSpot]"),
            ("Series B led by Elbe", "en", "\"series b\"", "[Series] [B] led by Elbe"),
            ("Series A, then B", "en", "\"series b\"", "Series A, then B"),
            ("東京倉庫株式会社", "ja", "京倉庫", "東[京倉庫]株式会社"),
            ("京都の倉庫", "ja", "京倉", "京都の倉庫"),
            ("東京の庫", "ja", "庫", "東京の[庫]"),
            (
                "ISO/IEC 27001:2022 and ISO 9001",
                "en",
                "iso-27001",
                "[ISO]/IEC [27001]:2022 and [ISO] 9001",
            ),
            ("Ecommerce by e-commerce", "en", "e-commerce", "[Ecommerce] by [e]-[commerce]"),
            ("Nothing of it", "en", "elsewhere", "Nothing of it"),
            ("", "en", "elsewhere", ""),
        ] {
            assert_eq!(marked(text, lang, query), expect, "{text}: {query}");
        }
    }

    #[test]
    fn the_densest_stretch_is_shown() {
        let filler = "other words stand here ".repeat(40);
        let text = format!("A round. {filler}They closed a funding round in May. {filler}");
        let marked = marked(&text, "en", "funding round");
        assert!(marked.starts_with("… ") && marked.ends_with(" …"), "{marked}");
        assert!(marked.contains("a [funding] [round] in May."), "{marked}");
        assert!(marked.len() < 300, "{marked}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut(text in "(.|äß|wort |\n){0,400}", query in ".{0,9}|wort|w*") {
            let pieces = fragment(&text, Some("de"), &words::parse(&query, true));
            let length: usize = pieces.iter().map(|piece| piece.text.len()).sum();
            prop_assert!(length <= FRAGMENT_BYTES + 300);
        }
    }
}

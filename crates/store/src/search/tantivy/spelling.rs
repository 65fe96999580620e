//! Misspelt words: if a query finds nothing, its words that no document has are read as similar ones
//! that some documents have. A word that occurs is never replaced.

use std::collections::BTreeMap;

use ::tantivy::query::FuzzyTermQuery;
use ::tantivy::schema::Field;
use ::tantivy::{Searcher, Term};

use super::Outcome;
use super::schema::Fields;
use crate::search::Query;
use crate::search::words::{self, Clause};

/// The maximum number of words that one misspelt word is read as.
const SIMILAR_MAX: usize = 5;
/// The maximum number of similar words that are compared.
const COMPARED_MAX: usize = 1_000;
/// The minimum number of letters of a word in which two may be wrong.
const TWO_WRONG_CHARS_MIN: usize = 8;

/// Runs a query, and again with similar words if it finds nothing. Returns the answer with the
/// similar words, or `None` if there is none.
pub(super) fn corrected<A>(
    searcher: &Searcher,
    fields: &Fields,
    query: &Query,
    run: impl Fn(&[Clause]) -> Outcome<Option<A>>,
) -> Outcome<Option<(A, Vec<String>)>> {
    let mut clauses = words::parse(&query.text, query.is_unfinished);
    if !clauses.iter().any(|clause| clause.is_wanted) {
        return Ok(None);
    }
    if let Some(answer) = run(&clauses)? {
        return Ok(Some((answer, Vec::new())));
    }
    for clause in &mut clauses {
        if let Some(word) = clause.misspelt() {
            clause.similar = similar(searcher, fields, word)?;
        }
    }
    let similar: Vec<String> = clauses.iter().flat_map(|clause| clause.similar.clone()).collect();
    if similar.is_empty() {
        return Ok(None);
    }
    Ok(run(&clauses)?.map(|answer| (answer, similar)))
}

/// Finds the most similar words, most frequent first; none for a word that occurs.
fn similar(searcher: &Searcher, fields: &Fields, word: &str) -> Outcome<Vec<String>> {
    let wrong_max = if word.chars().count() >= TWO_WRONG_CHARS_MIN { 2 } else { 1 };
    for wrong in 0..=wrong_max {
        let mut frequencies = BTreeMap::new();
        for field in fields.with_words() {
            add_similar(searcher, field, word, wrong, &mut frequencies)?;
        }
        if !frequencies.is_empty() {
            if wrong == 0 {
                return Ok(Vec::new());
            }
            let mut found: Vec<(String, u64)> = frequencies.into_iter().collect();
            found.sort_by_key(|(_, frequency)| std::cmp::Reverse(*frequency));
            return Ok(found.into_iter().take(SIMILAR_MAX).map(|(word, _)| word).collect());
        }
    }
    Ok(Vec::new())
}

/// Adds the words of a field that differ in at most `wrong` letters, with the number of documents.
fn add_similar(
    searcher: &Searcher,
    field: Field,
    word: &str,
    wrong: u8,
    frequencies: &mut BTreeMap<String, u64>,
) -> Outcome<()> {
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), wrong, true);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().search(query.automaton()?).into_stream()?;
        while stream.advance() && frequencies.len() < COMPARED_MAX {
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                let frequency = u64::from(stream.value().doc_freq);
                *frequencies.entry(word.to_owned()).or_default() += frequency;
            }
        }
    }
    Ok(())
}

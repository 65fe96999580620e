//! Translation of a query for tantivy: every clause must hold, and filters do not affect the score.

use std::ops::Bound;

use ::tantivy::Term;
use ::tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, InvertedIndexRangeQuery, Occur, PhrasePrefixQuery,
    PhraseQuery, Query as Asked, RangeQuery, TermQuery, TermSetQuery,
};
use ::tantivy::schema::{Field, IndexRecordOption};
use model::Day;

use super::schema::Fields;
use crate::search::Query;
use crate::search::words::{Clause, Ending};

/// The weight of a word in the title, or in a company's name, relative to one in the text.
const TITLE_BOOST: f32 = 2.0;
/// The weight of another form of the word, relative to the word itself.
const STEM_BOOST: f32 = 0.5;
/// The maximum number of words that the last word of a phrase expands to.
const ENDINGS_MAX: u32 = 1_000;

type Clauses = Vec<(Occur, Box<dyn Asked>)>;

pub(super) fn question(fields: &Fields, query: &Query, clauses: &[Clause]) -> Box<dyn Asked> {
    let mut parts: Clauses = clauses
        .iter()
        .map(|clause| {
            let occur = if clause.is_wanted { Occur::Must } else { Occur::MustNot };
            (occur, anywhere(fields, clause))
        })
        .collect();
    let kinds = query.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let entities = query.entities.iter().map(ToString::to_string).collect();
    for (field, values) in [
        (fields.kind, kinds),
        (fields.entity, entities),
        (fields.signal_kind, query.signal_kinds.clone()),
        (fields.country, query.country.iter().cloned().collect()),
    ] {
        if !values.is_empty() {
            let terms = values.iter().map(|value| Term::from_field_text(field, value));
            parts.push((Occur::Must, unscored(TermSetQuery::new(terms))));
        }
    }
    if query.from.is_some() || query.to.is_some() {
        let day = |day: Option<Day>| match day {
            Some(day) => Bound::Included(Term::from_field_i64(fields.day, day.0.into())),
            None => Bound::Unbounded,
        };
        parts.push((Occur::Must, unscored(RangeQuery::new(day(query.from), day(query.to)))));
    }
    Box::new(BooleanQuery::new(parts))
}

fn unscored(query: impl Asked) -> Box<dyn Asked> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

/// Builds the query for a clause in text, title or company.
fn anywhere(fields: &Fields, clause: &Clause) -> Box<dyn Asked> {
    let mut alternatives: Clauses = Vec::new();
    for (field, boost) in fields.with_words().into_iter().zip([1.0, TITLE_BOOST, TITLE_BOOST]) {
        for alternative in within(field, clause) {
            alternatives.push((Occur::Should, Box::new(BoostQuery::new(alternative, boost))));
        }
    }
    for stem in &clause.stems {
        let stem = term(fields.stems, stem);
        alternatives.push((Occur::Should, Box::new(BoostQuery::new(stem, STEM_BOOST))));
    }
    if !clause.parts.is_empty() {
        let parts = clause.parts.iter().map(|part| (Occur::Must, anywhere(fields, part)));
        let apart = Box::new(BooleanQuery::new(parts.collect()));
        alternatives.push((Occur::Should, Box::new(BoostQuery::new(apart, STEM_BOOST))));
    }
    Box::new(BooleanQuery::new(alternatives))
}

/// Builds the queries for the words of a clause, and those similar to them, in a field.
fn within(field: Field, clause: &Clause) -> Vec<Box<dyn Asked>> {
    let mut alternatives: Vec<Box<dyn Asked>> = Vec::new();
    if clause.ending != Ending::Prefix {
        alternatives.push(whole(field, &clause.words));
    }
    if clause.ending.is_open() {
        alternatives.push(begun(field, &clause.words));
    }
    alternatives.extend(clause.similar.iter().map(|word| term(field, word)));
    alternatives
}

fn term(field: Field, word: &str) -> Box<dyn Asked> {
    let term = Term::from_field_text(field, word);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn terms(field: Field, words: &[String]) -> Vec<Term> {
    words.iter().map(|word| Term::from_field_text(field, word)).collect()
}

fn whole(field: Field, words: &[String]) -> Box<dyn Asked> {
    match words {
        [word] => term(field, word),
        words => Box::new(PhraseQuery::new(terms(field, words))),
    }
}

fn begun(field: Field, words: &[String]) -> Box<dyn Asked> {
    match words {
        [word] => beginning(field, word),
        words => {
            let mut phrase = PhrasePrefixQuery::new(terms(field, words));
            phrase.set_max_expansions(ENDINGS_MAX);
            Box::new(phrase)
        }
    }
}

/// Builds the query for words with a prefix: a range from the prefix to the prefix with the last
/// possible character.
fn beginning(field: Field, prefix: &str) -> Box<dyn Asked> {
    let first = Term::from_field_text(field, prefix);
    let beyond = Term::from_field_text(field, &format!("{prefix}{}", char::MAX));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(first), Bound::Excluded(beyond)))
}

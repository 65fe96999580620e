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
use crate::search::words::Clause;

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
    for (field, boost) in
        [(fields.text, 1.0), (fields.title, TITLE_BOOST), (fields.company, TITLE_BOOST)]
    {
        alternatives.push((Occur::Should, Box::new(BoostQuery::new(within(field, clause), boost))));
    }
    for stem in &clause.stems {
        let stem = Term::from_field_text(fields.stems, stem);
        let stem = Box::new(TermQuery::new(stem, IndexRecordOption::WithFreqs));
        alternatives.push((Occur::Should, Box::new(BoostQuery::new(stem, STEM_BOOST))));
    }
    Box::new(BooleanQuery::new(alternatives))
}

fn within(field: Field, clause: &Clause) -> Box<dyn Asked> {
    let mut terms: Vec<Term> =
        clause.words.iter().map(|word| Term::from_field_text(field, word)).collect();
    match (terms.pop(), terms.is_empty(), clause.is_prefix) {
        (Some(word), true, false) => Box::new(TermQuery::new(word, IndexRecordOption::WithFreqs)),
        (Some(_), true, true) => beginning(field, &clause.words),
        (last, _, is_prefix) => {
            terms.extend(last);
            if is_prefix {
                let mut phrase = PhrasePrefixQuery::new(terms);
                phrase.set_max_expansions(ENDINGS_MAX);
                Box::new(phrase)
            } else {
                Box::new(PhraseQuery::new(terms))
            }
        }
    }
}

/// Builds the query for words with a prefix: a range from the prefix to the prefix with the last
/// possible character.
fn beginning(field: Field, words: &[String]) -> Box<dyn Asked> {
    let beginning = words.concat();
    let first = Term::from_field_text(field, &beginning);
    let beyond = Term::from_field_text(field, &format!("{beginning}{}", char::MAX));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(first), Bound::Excluded(beyond)))
}

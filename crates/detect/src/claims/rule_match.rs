//! A match of a rule in a sentence, and the claim that is drafted from it.

use std::ops::Range;

use model::{Datum, Document, Slots, Span};

use super::money::{AmountSpan, Money};
use super::rules::Rule;

/// One match of a rule, with its surroundings.
pub(crate) struct RuleMatch<'d> {
    pub(crate) document: &'d Document,
    /// The sentence and its place in the text.
    pub(crate) sentence: &'d str,
    pub(crate) span: Span,
    /// The end of its paragraph in the text.
    pub(crate) paragraph_end: usize,
    /// The match in the sentence.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The range of the group `tool` or `standard` in the sentence, if the rule has one.
    pub(crate) named: Option<Range<usize>>,
    pub(crate) rule: &'d Rule,
    /// The amounts in the sentence.
    pub(crate) amounts: &'d [AmountSpan],
}

/// The claim that a reader makes of a match, without actor and time.
pub(crate) struct ClaimDraft {
    pub(crate) slots: Slots,
    pub(crate) subject: String,
    /// Thousandths deducted from the rule's confidence.
    pub(crate) cost: u16,
    /// The end of its evidence in the text, if that is beyond the sentence.
    pub(crate) until: Option<usize>,
}

impl RuleMatch<'_> {
    /// Returns the matched words.
    pub(crate) fn words(&self) -> &str {
        self.sentence.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns the words before the match.
    pub(crate) fn before(&self) -> &str {
        self.sentence.get(..self.start).unwrap_or_default()
    }

    /// Returns the words after the match.
    pub(crate) fn after(&self) -> &str {
        self.sentence.get(self.end..).unwrap_or_default()
    }

    /// Returns the amounts that begin in the match.
    pub(crate) fn amounts_in(&self) -> impl Iterator<Item = &AmountSpan> {
        self.amounts.iter().filter(|span| (self.start..self.end).contains(&span.start))
    }

    /// Returns the amounts that were read after the match began, with their positions.
    pub(crate) fn money_onward(&self) -> impl Iterator<Item = (usize, Money)> {
        let onward = self.amounts.iter().filter(|span| span.start >= self.start);
        onward.filter_map(|span| Some((span.start, span.money?)))
    }

    /// Returns the amounts that were read before the match.
    pub(crate) fn money_before(&self) -> impl DoubleEndedIterator<Item = Money> {
        self.amounts.iter().filter(|span| span.end <= self.start).filter_map(|span| span.money)
    }

    /// Returns the rest of the paragraph after the sentence.
    pub(crate) fn following(&self) -> &str {
        self.document.text.get(self.span.end..self.paragraph_end).unwrap_or_default()
    }

    /// Returns the match and the words after it.
    pub(crate) fn onward(&self) -> &str {
        self.sentence.get(self.start..).unwrap_or_default()
    }
}

/// Normalizes a text so that an edit of its punctuation has no effect.
pub(crate) fn normal_form(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Returns the span of a name in a datum's line, or that of the whole line if the name was
/// rewritten.
pub(crate) fn name_span(document: &Document, datum: &Datum, name: &str) -> Span {
    let line = datum.span.of(&document.text).unwrap_or_default();
    line.find(name).map_or(datum.span, |at| {
        let start = datum.span.start + at;
        Span { start, end: start + name.len() }
    })
}

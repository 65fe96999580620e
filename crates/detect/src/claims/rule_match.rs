//! A match of a rule in a sentence, and the claim that is drafted from it.

use std::ops::Range;

use model::{Datum, Document, Slots, Span};

use super::rules::Rule;

/// One match of a rule, with its surroundings.
pub(crate) struct RuleMatch<'d> {
    pub(crate) document: &'d Document,
    /// The sentence and its place in the text.
    pub(crate) sentence: &'d str,
    pub(crate) span: Span,
    /// Where its paragraph ends in the text.
    pub(crate) paragraph_end: usize,
    /// The match in the sentence.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Where the group `tool` or `standard` stands in the sentence, when the rule has one.
    pub(crate) named: Option<Range<usize>>,
    pub(crate) rule: &'d Rule,
}

/// What a reader makes of a match: the claim but for who and when.
pub(crate) struct ClaimDraft {
    pub(crate) slots: Slots,
    pub(crate) subject: String,
    /// Thousandths taken off the rule's confidence.
    pub(crate) cost: u16,
    /// Where in the text the words end that say it, when that is beyond the sentence.
    pub(crate) until: Option<usize>,
}

impl RuleMatch<'_> {
    /// The matched words.
    pub(crate) fn words(&self) -> &str {
        self.sentence.get(self.start..self.end).unwrap_or_default()
    }

    /// The words before the match.
    pub(crate) fn before(&self) -> &str {
        self.sentence.get(..self.start).unwrap_or_default()
    }

    /// The words after the match.
    pub(crate) fn after(&self) -> &str {
        self.sentence.get(self.end..).unwrap_or_default()
    }

    /// The paragraph after the sentence.
    pub(crate) fn following(&self) -> &str {
        self.document.text.get(self.span.end..self.paragraph_end).unwrap_or_default()
    }

    /// The match and what follows.
    pub(crate) fn onward(&self) -> &str {
        self.sentence.get(self.start..).unwrap_or_default()
    }
}

/// Text in the form in which an edit of its punctuation is no edit.
pub(crate) fn normal_form(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Where a name stands in a datum's line; the whole line when it was rewritten.
pub(crate) fn name_span(document: &Document, datum: &Datum, name: &str) -> Span {
    let line = datum.span.of(&document.text).unwrap_or_default();
    line.find(name).map_or(datum.span, |at| {
        let start = datum.span.start + at;
        Span { start, end: start + name.len() }
    })
}

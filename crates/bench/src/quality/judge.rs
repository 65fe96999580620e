//! Judges findings by labels: finds the labels that were found and the findings that are wrong.

use crate::quality::data::LabelledQuote;
use crate::quality::findings::{JourneyPage, PageFinding};
use crate::quality::text::{Folded, Quote};

/// The judgement of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteVerdict {
    /// On a quote labelled true.
    Right,
    /// On a quote labelled false, with the index of the label on its page.
    OnLookAlike(usize),
    /// On a page known to report no event.
    OnNegative,
    /// On text without a label.
    Unjudged,
}

/// A label and its result.
#[derive(Debug)]
pub(crate) struct JudgedLabel<'a> {
    pub(crate) label: &'a LabelledQuote,
    pub(crate) is_found: bool,
    /// Whether its quote is in the cleaned text at all.
    pub(crate) is_in_text: bool,
    /// Other kinds of findings on its quote.
    pub(crate) other_kinds: Vec<&'static str>,
}

/// A page with its judged labels and findings.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    pub(crate) page: &'a JourneyPage,
    pub(crate) labels: Vec<JudgedLabel<'a>>,
    pub(crate) findings: Vec<(&'a PageFinding, QuoteVerdict)>,
}

/// Judges findings page by page.
pub(crate) fn judge<'a>(pages: &'a [JourneyPage], findings: &'a [PageFinding]) -> Vec<Judged<'a>> {
    let on_page = |at: usize| -> Vec<&'a PageFinding> {
        findings.iter().filter(|finding| finding.page == at).collect()
    };
    pages.iter().enumerate().map(|(at, page)| judge_page(page, &on_page(at))).collect()
}

fn judge_page<'a>(page: &'a JourneyPage, findings: &[&'a PageFinding]) -> Judged<'a> {
    let text = Folded::of(&page.text);
    let quotes: Vec<Quote> =
        page.labels.iter().map(|label| Quote::on(&text, &label.quote)).collect();
    let overlaps = |quote: &Quote, finding: &PageFinding| {
        finding.words.iter().any(|words| quote.overlaps(&text, words))
    };
    let labels = page
        .labels
        .iter()
        .zip(&quotes)
        .map(|(label, quote)| {
            let overlapping: Vec<&PageFinding> =
                findings.iter().copied().filter(|finding| overlaps(quote, finding)).collect();
            JudgedLabel {
                label,
                is_found: overlapping.iter().any(|finding| finding.kind == label.kind),
                is_in_text: !quote.places.is_empty(),
                other_kinds: overlapping
                    .iter()
                    .map(|f| f.kind)
                    .filter(|kind| *kind != label.kind)
                    .collect(),
            }
        })
        .collect();
    let verdict = |finding: &PageFinding| {
        let mut overlapping =
            page.labels.iter().zip(&quotes).enumerate().filter(|(_, (label, quote))| {
                label.kind == finding.kind && overlaps(quote, finding)
            });
        if overlapping.clone().any(|(_, (label, _))| label.label) {
            QuoteVerdict::Right
        } else if let Some((at, _)) = overlapping.next() {
            QuoteVerdict::OnLookAlike(at)
        } else if page.is_negative {
            QuoteVerdict::OnNegative
        } else {
            QuoteVerdict::Unjudged
        }
    };
    let findings = findings.iter().map(|finding| (*finding, verdict(finding))).collect();
    Judged { page, labels, findings }
}

//! Tests of the scoring with hand-made labels and findings.

use model::Span;
use serde_json::{Value, json};

use super::data::LabelledQuote;
use super::findings::{JourneyPage, PageFinding, PageFindings, Words};
use super::{kinds, scored};

const TEXT: &str = "Quarrystone raises funds\nOn Monday Quarrystone raised $42 million.\nSix \
                    friends raised a barn.\nMoss grows slowly.";

const KINDS_PROVED: [&str; 2] = ["funding_round", "certification"];

fn label(kind: &str, is_true: bool, quote: &str) -> LabelledQuote {
    let line =
        json!({"set": "own", "file": "a.html", "kind": kind, "label": is_true, "quote": quote});
    serde_json::from_value(line).unwrap()
}

/// Makes a finding on a part of the page's text, or on the quote alone when the text does not hold
/// it.
fn finding(page: usize, kind: &'static str, text: &str, quote: &str) -> PageFinding {
    let start = text.find(quote);
    let span =
        start.map_or(Span { start: 0, end: 0 }, |start| Span { start, end: start + quote.len() });
    let words = vec![Words { span, quote: quote.to_owned() }];
    PageFinding { kind, page, words, by: "own/1".to_owned() }
}

/// Scores findings on one page with the given labels and one page without events, and compares
/// (right, false alarms, unjudged, labels found, labels true) of the claims.
#[track_caller]
fn check(labels: &[LabelledQuote], findings: &[(usize, &'static str, &str)], expected: [u64; 5]) {
    let pages = vec![
        JourneyPage { text: TEXT.to_owned(), labels: labels.to_vec(), ..JourneyPage::default() },
        JourneyPage { text: TEXT.to_owned(), is_negative: true, ..JourneyPage::default() },
    ];
    let claims = findings.iter().map(|(page, kind, quote)| finding(*page, kind, TEXT, quote));
    let page_findings = PageFindings { pages, claims: claims.collect(), ..PageFindings::default() };
    let figures = scored(&page_findings, &KINDS_PROVED.into(), false);
    let count = |name: &str| figures[format!("claims_{name}")].as_u64().unwrap();
    let actual =
        ["findings_right", "false_alarms", "unjudged", "labels_found", "labels_true"].map(count);
    assert_eq!(actual, expected, "{findings:?}");
}

#[test]
fn findings_are_judged_by_the_quotes_they_overlap() {
    let raised = label("funding_round", true, "On Monday  Quarrystone raised\n$42 million.");
    let barn = label("funding_round", false, "Six friends raised a barn.");
    let both = [raised.clone(), barn];
    // An overlap after folding white space and case.
    check(&both, &[(0, "funding_round", "Quarrystone raised $42 million.")], [1, 0, 0, 1, 1]);
    // Two findings on one label: two right ones, one label found.
    let twice = [(0, "funding_round", "On Monday"), (0, "funding_round", "$42 million")];
    check(&both, &twice, [2, 0, 0, 1, 1]);
    // Another kind on the same quote finds no label and is not judged.
    check(&both, &[(0, "certification", "Quarrystone raised $42 million.")], [0, 0, 1, 0, 1]);
    // A look-alike, another sentence, a page without events.
    check(&both, &[(0, "funding_round", "raised a barn")], [0, 1, 0, 0, 1]);
    check(&both, &[(0, "funding_round", "Moss grows slowly.")], [0, 0, 1, 0, 1]);
    check(&both, &[(1, "funding_round", "Moss grows slowly.")], [0, 1, 0, 0, 1]);
    // The same text outside the labelled quote: the title, a data line.
    check(
        &both,
        &[(0, "funding_round", "headline: on monday quarrystone RAISED $42 million.")],
        [1, 0, 0, 1, 1],
    );
    // A short fragment elsewhere is not judged.
    check(&[raised], &[(0, "funding_round", "Quarrystone r")], [0, 0, 1, 0, 1]);
}

#[test]
fn a_quote_that_cleaning_changed_is_known_by_its_words() {
    let changed = label(
        "funding_round",
        true,
        "On Monday Quarrystone (press@quarrystone.example) raised $42 million.",
    );
    check(
        std::slice::from_ref(&changed),
        &[(0, "funding_round", "On Monday Quarrystone raised $42 million.")],
        [1, 0, 0, 1, 1],
    );
    check(&[changed], &[(0, "funding_round", "Moss grows slowly.")], [0, 0, 1, 0, 1]);
}

#[test]
fn figures_of_nothing_are_null_and_others_have_intervals() {
    let findings = PageFindings { pages: vec![JourneyPage::default()], ..PageFindings::default() };
    let figures = scored(&findings, &KINDS_PROVED.into(), false);
    assert_eq!(figures["claims_precision"], Value::Null);
    assert_eq!(figures["recall_95"], Value::Null);
    let labels = vec![label("funding_round", true, "Quarrystone raised $42 million.")];
    let pages = vec![JourneyPage { text: TEXT.to_owned(), labels, ..JourneyPage::default() }];
    let findings = PageFindings { pages, ..PageFindings::default() };
    let figures = scored(&findings, &KINDS_PROVED.into(), true);
    assert_eq!(figures["claims_recall"], json!(0.0));
    assert_eq!(figures["claims_recall_95"], json!({"low": 0.0, "high": 0.0}));
}

#[test]
fn every_mapped_kind_is_a_label_kind() {
    let mapped = kinds::claimed().into_iter().chain(kinds::provable(&detect::Packs::builtin()));
    for kind in mapped {
        assert!(kinds::KINDS.contains(&kind), "{kind}");
    }
}

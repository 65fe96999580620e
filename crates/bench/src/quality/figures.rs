//! Computes figures from judged pages.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::quality::findings::PageFindings;
use crate::quality::judge::{Judged, QuoteVerdict};
use crate::statistics::{Interval, Share, bootstrap, rounded};

/// The seed of the bootstrap, fixed so that the figures are reproducible.
const SEED: u64 = 1;

/// The counts of a set of kinds.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Right findings among those that can be judged, page by page.
    right: Vec<Share>,
    /// Labels found among those that are true, page by page.
    found: Vec<Share>,
    unjudged: usize,
    /// True labels whose quote is in the cleaned text; no rule can find the others.
    in_text: usize,
}

impl Tally {
    /// Counts the kinds that satisfy `counts`.
    pub(crate) fn of(pages: &[Judged<'_>], counts: impl Fn(&str) -> bool) -> Self {
        let mut tally = Self::default();
        for page in pages {
            let (mut right, mut found) = (Share::default(), Share::default());
            for (_, verdict) in page.findings.iter().filter(|(finding, _)| counts(finding.kind)) {
                match verdict {
                    QuoteVerdict::Right => right.add(Share { part: 1, whole: 1 }),
                    QuoteVerdict::Unjudged => tally.unjudged += 1,
                    QuoteVerdict::OnLookAlike(_) | QuoteVerdict::OnNegative => {
                        right.add(Share { part: 0, whole: 1 });
                    }
                }
            }
            for label in page.labels.iter().filter(|judged| counts(&judged.label.kind)) {
                if label.label.label {
                    found.add(Share { part: label.is_found.into(), whole: 1 });
                    tally.in_text += usize::from(label.is_in_text);
                }
            }
            tally.right.push(right);
            tally.found.push(found);
        }
        tally
    }

    /// Writes the figures, each name with a prefix.
    fn write(&self, prefix: &str, into: &mut Map<String, Value>) {
        let (right, found) = (sum(&self.right), sum(&self.found));
        for (name, pages, share) in
            [("precision", &self.right, right), ("recall", &self.found, found)]
        {
            into.insert(format!("{prefix}{name}"), json!(share.fraction().map(rounded)));
            let interval = bootstrap(pages, SEED)
                .map(|Interval { low, high }| Interval { low: rounded(low), high: rounded(high) });
            into.insert(format!("{prefix}{name}_95"), json!(interval));
        }
        for (name, count) in [
            ("findings_right", right.part),
            ("false_alarms", right.whole - right.part),
            ("unjudged", self.unjudged),
            ("labels_true", found.whole),
            ("labels_in_text", self.in_text),
            ("labels_found", found.part),
        ] {
            into.insert(format!("{prefix}{name}"), json!(count));
        }
    }
}

fn sum(pages: &[Share]) -> Share {
    pages.iter().fold(Share::default(), |mut sum, page| {
        sum.add(*page);
        sum
    })
}

/// Judged pages, and the kinds to count.
type PipelinePart<'a> = (&'a [Judged<'a>], &'a BTreeSet<&'static str>);

/// Computes all figures.
pub(crate) fn of(
    findings: &PageFindings,
    signals: PipelinePart<'_>,
    claims: PipelinePart<'_>,
) -> Value {
    let mut figures = Map::new();
    let negatives = findings.pages.iter().filter(|page| page.is_negative).count();
    for (name, value) in [
        ("name", json!("quality signals")),
        ("pages", json!(findings.pages.len())),
        ("pages_negative", json!(negatives)),
        ("pages_unread", json!(findings.unread)),
        ("labels", json!(findings.pages.iter().map(|page| page.labels.len()).sum::<usize>())),
        ("kinds_of_signals", json!(signals.1)),
        ("kinds_of_claims", json!(claims.1)),
    ] {
        figures.insert(name.to_owned(), value);
    }
    let parts = [("", signals), ("claims_", claims)];
    for (prefix, (pages, kinds)) in parts {
        Tally::of(pages, |kind| kinds.contains(kind)).write(prefix, &mut figures);
    }
    let mut by_kind: Map<String, Value> = Map::new();
    for kind in claims.1.union(signals.1) {
        let mut of_kind = Map::new();
        for (prefix, (pages, kinds)) in parts {
            if kinds.contains(kind) {
                Tally::of(pages, |of| of == *kind).write(prefix, &mut of_kind);
            }
        }
        by_kind.insert((*kind).to_owned(), Value::Object(of_kind));
    }
    figures.insert("kinds".to_owned(), Value::Object(by_kind));
    Value::Object(figures)
}

//! Output for people on standard error: the table, and with `--show` every quote with its reason.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::quality::judge::{Judged, JudgedLabel, QuoteVerdict};

const QUOTE_CHARS: usize = 280;

/// Prints the figures as a table.
pub(crate) fn table(figures: &Value) {
    eprintln!(
        "{:<18}{:>10}{:>17}{:>8}{:>7}{:>10}{:>8}{:>17}{:>7}",
        "", "precision", "95 %", "right", "false", "unjudged", "recall", "95 %", "true"
    );
    for (name, prefix) in [("all signals", ""), ("all claims", "claims_")] {
        row(name, figures, prefix);
    }
    let kinds = figures.get("kinds").and_then(Value::as_object);
    for (kind, figures) in kinds.into_iter().flatten() {
        for (suffix, prefix) in [("", ""), (" claims", "claims_")] {
            if figures.get(format!("{prefix}recall")).is_some() {
                row(&format!("{kind}{suffix}"), figures, prefix);
            }
        }
    }
}

fn row(name: &str, figures: &Value, prefix: &str) {
    let get = |field: &str| figures.get(format!("{prefix}{field}"));
    let number = |field: &str| match get(field).and_then(Value::as_f64) {
        Some(number) => format!("{number:.2}"),
        None => "-".to_owned(),
    };
    let count = |field: &str| get(field).map_or_else(String::new, Value::to_string);
    let interval = |field: &str| {
        let end = |side: &str| get(field)?.get(side)?.as_f64();
        match (end("low"), end("high")) {
            (Some(low), Some(high)) => format!("{low:.2} to {high:.2}"),
            _ => String::new(),
        }
    };
    // A long name gets its own line, so that the columns stay aligned.
    if name.len() >= 18 {
        eprintln!("{name}");
    }
    eprintln!(
        "{:<18}{:>10}{:>17}{:>8}{:>7}{:>10}{:>8}{:>17}{:>7}",
        if name.len() >= 18 { "" } else { name },
        number("precision"),
        interval("precision_95"),
        count("findings_right"),
        count("false_alarms"),
        count("unjudged"),
        number("recall"),
        interval("recall_95"),
        count("labels_true"),
    );
}

/// Prints every quote of the kinds to count that was found, missed or wrongly found. `claims` shows
/// whether at least the claim of a missed signal was made.
pub(crate) fn quotes(
    section: &str,
    pages: &[Judged<'_>],
    kinds: &BTreeSet<&'static str>,
    claims: Option<&[Judged<'_>]>,
) {
    for (at, page) in pages.iter().enumerate() {
        let claimed = claims.and_then(|claims| claims.get(at));
        for (number, judged) in page.labels.iter().enumerate() {
            let label = judged.label;
            if !label.label || !kinds.contains(label.kind.as_str()) {
                continue;
            }
            let (status, why) = if judged.is_found {
                ("FOUND", String::new())
            } else {
                let claim = claimed.and_then(|page| page.labels.get(number));
                ("MISSED", format!(" ({})", why_missed(judged, claim)))
            };
            line(section, status, &label.kind, &page.page.name, &why, &label.quote);
        }
        for (finding, verdict) in &page.findings {
            if !kinds.contains(finding.kind) {
                continue;
            }
            let (status, why) = match verdict {
                QuoteVerdict::Right => continue,
                QuoteVerdict::Unjudged => ("UNJUDGED", format!(" ({})", finding.by)),
                QuoteVerdict::OnNegative => {
                    ("FALSE ALARM", format!(" ({}, on a page without any event)", finding.by))
                }
                QuoteVerdict::OnLookAlike(_) => {
                    ("FALSE ALARM", format!(" ({}, on a look-alike)", finding.by))
                }
            };
            let quotes: Vec<&str> =
                finding.words.iter().map(|words| words.quote.as_str()).collect();
            line(section, status, finding.kind, &page.page.name, &why, &quotes.join(" ‖ "));
        }
    }
}

fn why_missed(judged: &JudgedLabel<'_>, claim: Option<&JudgedLabel<'_>>) -> String {
    let mut why = match claim {
        Some(claim) if claim.is_found => "its claim was found, but no signal".to_owned(),
        _ if !judged.is_in_text => "its quote is not in the cleaned text".to_owned(),
        _ => "no rule found it".to_owned(),
    };
    if !judged.other_kinds.is_empty() {
        why.push_str(&format!("; found as {}", judged.other_kinds.join(", ")));
    }
    why
}

fn line(section: &str, status: &str, kind: &str, page: &str, why: &str, quote: &str) {
    let quote: String = quote.chars().take(QUOTE_CHARS).collect();
    eprintln!("{section} {status} {kind} {page}{why}: {quote}");
}

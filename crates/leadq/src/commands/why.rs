//! `leadq why`: explains a score by its reasons and their quotes.

use std::collections::BTreeSet;

use answer::{Dossier, EvidenceShown, Explanation, Lead, Reason, explanation, quoted};

use super::lead::{heading, score_line, signed, waterfall};
use crate::cli::WhyArgs;
use crate::journey;
use crate::output::Output;
use crate::show;
use crate::wiring::Session;

const QUOTE_CHARS: usize = 300;
const QUOTES_SHOWN: usize = 5;
const HASH_CHARS: usize = 12;

pub(super) async fn run(session: &Session, args: &WhyArgs, quiet: bool) -> anyhow::Result<Output> {
    let answers = &session.answers;
    let profile = journey::profile(answers, quiet).await?.only(args.product.as_deref())?;
    let day = answers.day(args.on);
    let (company, explanation) = explanation(answers, &profile, &args.company, day).await?;
    let text = match (args.json, company.best(day)) {
        (false, Some(lead)) => to_text(&company, lead, &explanation),
        _ => show::json(&explanation)?,
    };
    Ok(Output::well(text))
}

fn to_text(company: &Dossier, lead: &Lead, explanation: &Explanation) -> String {
    let Explanation { on: day, reasons, ledger, joins, .. } = explanation;
    let mut text = heading(company);
    text.push_str(&score_line(lead, *day));
    text.push_str(&waterfall(lead, *day));
    text.push('\n');
    text.push_str(&show::heading(
        "the evidence (`leadq verify` checks it against the stored pages)",
    ));
    let mut shown = BTreeSet::new();
    for Reason { contribution, evidence } in reasons {
        // A signal can contribute to several components; its evidence is shown once.
        if evidence.is_empty() || !contribution.signal.is_some_and(|signal| shown.insert(signal)) {
            continue;
        }
        text.push_str(&show::wrapped(&contribution.reason, "  "));
        for evidence in evidence.iter().take(QUOTES_SHOWN) {
            text.push_str(&show::wrapped(&quoted(&evidence.quote, QUOTE_CHARS), "    "));
            text.push_str(&show::wrapped(&source_line(evidence), "    "));
        }
        if evidence.len() > QUOTES_SHOWN {
            let more = show::count(evidence.len() - QUOTES_SHOWN, "more quote");
            text.push_str(&show::wrapped(
                &format!("and {more}; `leadq why --json` has them all"),
                "    ",
            ));
        }
    }
    if !ledger.is_empty() {
        text.push('\n');
        text.push_str(&show::heading("what moved it, newest first"));
        let rows = ledger
            .iter()
            .map(|row| vec![row.at.day().to_string(), signed(row.delta), row.cause.clone()]);
        text.push_str(&show::columns(rows));
    }
    if !joins.is_empty() {
        text.push('\n');
        text.push_str(&show::heading("why these are one company, or are not"));
        for join in joins {
            text.push_str(&super::joins::in_a_line(join));
        }
    }
    text
}

/// Formats the source of a quote, for checking it.
fn source_line(evidence: &EvidenceShown) -> String {
    let hash: String = evidence.text_hash.to_string().chars().take(HASH_CHARS).collect();
    let (start, end) = (evidence.span.start, evidence.span.end);
    format!(
        "{} · seen {} · text {hash}… bytes {start}–{end}",
        show::address(&evidence.url),
        evidence.observed.day()
    )
}

//! `leadq signals`: lists signals, newest first, and runs the examples in the packs.

use std::collections::BTreeMap;

use answer::signal_query::known_kinds;
use answer::{
    CompanyBrief, SignalDetail, SignalList, SignalOrder, SignalQuery, find, most_telling, quoted,
};
use model::Day;

use crate::cli::SignalsArgs;
use crate::journey;
use crate::output::Output;
use crate::show::{self, CellText};
use crate::wiring::Session;

const QUOTE_CHARS: usize = 160;
const EXAMPLE_CHARS: usize = 200;

pub(super) async fn run(
    session: &Session,
    args: &SignalsArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let answers = &session.answers;
    let kinds: Vec<String> = args.kind.iter().cloned().collect();
    known_kinds(answers, &kinds)?;
    journey::profile(answers, quiet).await?;
    let day = answers.day(args.on);
    let company = match &args.company {
        Some(name) => Some(find(answers, name).await?),
        None => None,
    };
    let (order, limit) = (SignalOrder::Newest, args.limit.unwrap_or(usize::MAX));
    let query = SignalQuery { kinds, company, order, limit, ..SignalQuery::default() };
    let list = answer::signals(answers, &query, day).await?;
    if args.json {
        return Ok(Output::well(show::json(&list)?));
    }
    Ok(Output::well(to_text(&list, day)))
}

fn to_text(list: &SignalList, day: Day) -> String {
    let SignalList { items: shown, total, .. } = list;
    if shown.is_empty() {
        return format!("no signals by {day}; take in more pages with `leadq ingest`\n");
    }
    let rows = shown.iter().map(|signal: &SignalDetail| {
        let quote = most_telling(&signal.evidence);
        let quote = quote.map(|e| quoted(&e.quote, QUOTE_CHARS)).unwrap_or_default();
        vec![
            since(signal).into(),
            signal.title.as_str().into(),
            company_cell(&signal.company),
            format!("{} {}", signal.score, signal.band).into(),
            CellText::lines([&signal.explanation, &quote]),
        ]
    });
    let mut text = show::table(&["since", "signal", "company", "score", "explanation"], rows);
    if shown.len() < *total {
        let (count, all) = (shown.len(), show::count(*total, "signal"));
        text.push_str(&format!("\nthe newest {count} of {all}; see more with --limit\n"));
    }
    text
}

/// Words the first day of a signal.
fn since(signal: &SignalDetail) -> String {
    if signal.undated { "undated".to_owned() } else { signal.start.to_string() }
}

fn company_cell(company: &CompanyBrief) -> CellText {
    let name = company.name.as_str();
    match company.domain.as_deref() {
        Some(domain) if domain != name => CellText::lines([name, domain]),
        Some(_) => name.into(),
        None => CellText::lines([name, "known by name only"]),
    }
}

/// Runs every example of every pack.
pub(super) fn test(as_json: bool) -> anyhow::Result<Output> {
    let results = detect::Packs::builtin().check_examples();
    let mut packs: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for result in &results {
        let counts = packs.entry(&result.pack).or_default();
        let [expected, expected_well, alike, alike_well] = counts;
        let (all, well) =
            if result.expect { (expected, expected_well) } else { (alike, alike_well) };
        *all += 1;
        *well += usize::from(result.ok);
    }
    let failures: Vec<_> = results.iter().filter(|result| !result.ok).collect();
    let is_well = failures.is_empty() && !results.is_empty();
    if as_json {
        let failures: Vec<_> = failures
            .iter()
            .map(|f| serde_json::json!({"pack": f.pack, "text": f.text, "expect": f.expect, "got": f.got}))
            .collect();
        let packs: BTreeMap<&str, serde_json::Value> = packs
            .into_iter()
            .map(|(pack, [expected, expected_well, alike, alike_well])| {
                let counts = serde_json::json!({
                    "positive": expected, "positive_passed": expected_well,
                    "look_alike": alike, "look_alike_passed": alike_well,
                });
                (pack, counts)
            })
            .collect();
        let answer = serde_json::json!({"passed": is_well, "packs": packs, "failures": failures});
        return Ok(Output { text: show::json(&answer)?, is_well });
    }
    let rows = packs.into_iter().map(|(pack, [expected, expected_well, alike, alike_well])| {
        vec![
            pack.to_owned(),
            format!("{expected_well}/{expected}"),
            format!("{alike_well}/{alike}"),
        ]
    });
    let mut text = show::table(&["pack", "positives found", "look-alikes ignored"], rows);
    for failure in &failures {
        let expectation = if failure.expect { "must be found" } else { "must be ignored" };
        let example = show::clipped(&failure.text, EXAMPLE_CHARS);
        text.push_str(&format!("\n{}: {expectation}, got {}\n", failure.pack, failure.got));
        text.push_str(&show::wrapped(&example, "  "));
    }
    let passed = results.len() - failures.len();
    let total = show::count(results.len(), "example");
    text.push_str(&format!("\n{} of {total} passed\n", show::number(passed as u64)));
    Ok(Output { text, is_well })
}

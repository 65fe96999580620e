//! `leadq signals`: lists signals, newest first, and runs the examples in the packs.

use std::collections::BTreeMap;

use answer::signal_query::known_kinds;
use answer::{SignalList, SignalOrder, SignalQuery, find, most_telling, quoted};
use model::Day;

use crate::cli::SignalsArgs;
use crate::journey;
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, Tone, column};
use crate::wiring::Session;

const COLUMNS: [Column; 12] = [
    column("since", Place::Under("since")),
    column("kind", Place::Under("signal")),
    column("company", Place::Under("company")),
    column("domain", Place::Below),
    column("country", Place::Data),
    column("score", Place::Under("score")),
    column("band", Place::Beside),
    column("explanation", Place::Prose("explanation")),
    column("quote", Place::Below),
    column("url", Place::Data),
    column("sources", Place::Data),
    column("id", Place::Data),
];
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
    let text = show::formatted(args.list.format(), &list, |list| listing(list, day))?;
    Ok(Output::well(text))
}

fn listing(list: &SignalList, day: Day) -> Listing {
    let SignalList { items: shown, total, .. } = list;
    let rows = shown.iter().map(|signal| {
        let (company, quote) = (&signal.company, most_telling(&signal.evidence));
        let since = if signal.undated { "undated".to_owned() } else { signal.start.to_string() };
        let domain = company.domain.as_deref();
        vec![
            ListValue::of((!signal.undated).then_some(signal.start)).shown(since),
            ListValue::from(&signal.kind).shown(&signal.title),
            ListValue::from(&company.name),
            ListValue::of(domain).shown(match domain {
                Some(domain) if domain == company.name => "",
                Some(domain) => domain,
                None => "known by name only",
            }),
            ListValue::of(company.country.as_ref()),
            ListValue::from(signal.score),
            ListValue::from(signal.band).toned(Tone::of_band(signal.band)),
            ListValue::from(&signal.explanation),
            ListValue::of(quote.map(|e| &e.quote))
                .shown(quote.map(|e| quoted(&e.quote, QUOTE_CHARS)).unwrap_or_default()),
            ListValue::of(quote.map(|e| show::address(&e.url))),
            ListValue::from(signal.independent_sources),
            ListValue::from(signal.id),
        ]
    });
    let mut remarks = String::new();
    if shown.len() < *total {
        let (count, all) = (shown.len(), show::count(*total, "signal"));
        remarks = format!("\nthe newest {count} of {all}; see more with --limit\n");
    }
    let none = format!("no signals by {day}; take in more pages with `leadq ingest`\n");
    Listing::new(&COLUMNS, rows).or_if_empty(none).with_remarks(remarks)
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

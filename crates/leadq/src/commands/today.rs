//! `leadq today`: lists the companies to call, with the reason, a quote and the role to ask for.

use answer::{CallList, CallQuery, EvidenceShown, quoted};

use crate::cli::TodayArgs;
use crate::journey;
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, Tone, column};
use crate::wiring::Session;

const COLUMNS: [Column; 11] = [
    column("rank", Place::Under("")),
    column("company", Place::Under("company")),
    column("domain", Place::Below),
    column("score", Place::Under("score")),
    column("band", Place::Below),
    column("kind", Place::Prose("why now")),
    column("why", Place::Beside),
    column("quote", Place::Below),
    column("url", Place::Data),
    column("ask_for", Place::Under("ask for")),
    column("product", Place::Data),
];
const QUOTE_CHARS: usize = 220;

pub(super) async fn run(
    session: &Session,
    args: &TodayArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let answers = &session.answers;
    journey::profile(answers, quiet).await?;
    let (product, limit) = (args.product.clone(), args.limit);
    let query = CallQuery { product, limit, ..CallQuery::default() };
    let list = answer::calls(answers, query, answers.day(args.on), usize::MAX).await?;
    Ok(Output::well(show::formatted(args.list.format(), &list, listing)?))
}

/// Builds the list of calls for any format.
pub(super) fn listing(list: &CallList) -> Listing {
    let rows = list.items.iter().map(|call| {
        let (company, quote) = (&call.company, call.quote.as_ref());
        vec![
            ListValue::from(call.rank),
            ListValue::from(&company.name),
            ListValue::of(company.domain.as_ref()),
            ListValue::from(call.score),
            ListValue::from(call.band).toned(Tone::of_band(call.band)),
            ListValue::from(&call.kind).shown(format!("{}:", call.kind_title)),
            ListValue::from(&call.why),
            ListValue::of(quote.map(|e| &e.quote))
                .shown(quote.map(quote_and_host).unwrap_or_default()),
            ListValue::of(quote.map(|e| show::address(&e.url))),
            ListValue::from(&call.ask_for).shown(if call.ask_for.is_empty() {
                "-"
            } else {
                &call.ask_for
            }),
            ListValue::of(call.product.as_ref()),
        ]
    });
    let mut remarks = String::new();
    if list.left_out > 0 {
        let count = show::number(list.left_out as u64);
        remarks = format!("\nleft out: {count} known by name only, without a domain\n");
    }
    let none = format!("no companies to call on {}: no open signals\n", list.on);
    Listing::new(&COLUMNS, rows).or_if_empty(none).with_remarks(remarks)
}

/// Formats a quote and the host of its page.
fn quote_and_host(evidence: &EvidenceShown) -> String {
    format!("{} {}", quoted(&evidence.quote, QUOTE_CHARS), show::host(&evidence.url))
}

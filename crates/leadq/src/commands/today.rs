//! `leadq today`: lists the companies to call, with the reason, a quote and the role to ask for.

use answer::{CallList, CallQuery, EvidenceShown, quoted};

use crate::cli::TodayArgs;
use crate::journey;
use crate::output::Output;
use crate::show::{self, CellText};
use crate::wiring::Session;

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
    let text = match args.json {
        true => show::json(&list)?,
        false => to_text(&list),
    };
    Ok(Output::well(text))
}

fn to_text(list: &CallList) -> String {
    let mut text = String::new();
    if list.items.is_empty() {
        text.push_str(&format!("no companies to call on {}: no open signals\n", list.on));
    } else {
        let rows = list.items.iter().map(|call| {
            let domain = call.company.domain.as_deref().unwrap_or_default();
            let quote = call.quote.as_ref();
            let quote_text = quote.map(quote_and_host).unwrap_or_default();
            vec![
                call.rank.to_string().into(),
                CellText::lines([call.company.name.as_str(), domain]),
                CellText::lines([call.score.to_string().as_str(), call.band]),
                CellText::lines([format!("{}: {}", call.kind_title, call.why), quote_text]),
                if call.ask_for.is_empty() { "-" } else { &call.ask_for }.into(),
            ]
        });
        text.push_str(&show::table(&["", "company", "score", "why now", "ask for"], rows));
    }
    if list.left_out > 0 {
        let count = show::number(list.left_out as u64);
        text.push_str(&format!("\nleft out: {count} known by name only, without a domain\n"));
    }
    text
}

/// Formats a quote and the host of its page.
fn quote_and_host(evidence: &EvidenceShown) -> String {
    format!("{} {}", quoted(&evidence.quote, QUOTE_CHARS), show::host(&evidence.url))
}

//! `leadq search`: finds signals and pages by words, and highlights the matches.

use answer::search::query;
use answer::{AnswerError, HitShown, ReadContext, SearchHits, find, hits, title_of};
use store::search::Piece;

use crate::cli::SearchArgs;
use crate::output::Output;
use crate::show::{self, CellText};
use crate::wiring::Session;

const TITLE_CHARS: usize = 60;

pub(super) async fn run(session: &Session, args: &SearchArgs) -> anyhow::Result<Output> {
    let (context, answers) = (&session.context, &session.answers);
    if args.rebuild {
        flow::forget_search(context).await?;
    }
    flow::catch_up_search(context).await?;
    if args.words.is_empty() {
        return Ok(Output::well("the search index was rebuilt\n"));
    }
    let query = query(&answers.packs, &args.words.join(" "), &args.kind, args.limit)?;
    let company = match &args.company {
        Some(name) => Some(find(answers, name).await?),
        None => None,
    };
    let results = match hits(answers, company, query.clone()).await {
        // The index was damaged and is now empty, so it is filled and queried again.
        Err(AnswerError::Store(error)) if error.is_retryable() => {
            flow::catch_up_search(context).await?;
            hits(answers, company, query).await?
        }
        results => results?,
    };
    let text = if args.json { show::json(&results)? } else { to_text(answers, &results) };
    Ok(Output::well(text))
}

fn to_text(answers: &ReadContext, results: &SearchHits) -> String {
    if results.items.is_empty() {
        return "no results; try fewer words, or a prefix: `robot*`\n".to_owned();
    }
    let rows = results.items.iter().map(|HitShown { company, hit, .. }| {
        let title = match &hit.signal_kind {
            Some(kind) => title_of(answers, kind),
            None => format!("Page: {}", show::clipped(&hit.title, TITLE_CHARS)),
        };
        vec![
            hit.day.to_string().into(),
            company.as_ref().map(|company| company.name.as_str()).unwrap_or_default().into(),
            CellText::lines([title, highlighted(&hit.fragment), show::address(&hit.url)]),
        ]
    });
    let mut text = show::table(&["day", "company", "match"], rows);
    if !results.similar.is_empty() {
        let similar = results.similar.join(", ");
        text.push_str(&format!("\nnothing has exactly these words; searched for {similar}\n"));
    }
    let shown = results.items.len();
    if shown < results.total {
        let all = show::count(results.total, "hit");
        text.push_str(&format!("\nthe best {shown} of {all}; see more with --limit\n"));
    }
    text
}

/// Formats a fragment with its matches between « and ».
fn highlighted(fragment: &[Piece]) -> String {
    let shown = fragment
        .iter()
        .map(|piece| if piece.is_match { format!("«{}»", piece.text) } else { piece.text.clone() });
    shown.collect()
}

//! `leadq search`: finds signals and pages by words, and highlights the matches.

use answer::search::query;
use answer::{AnswerError, HitShown, ReadContext, SearchHits, find, hits, title_of};
use store::search::Piece;

use crate::cli::SearchArgs;
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, column};
use crate::wiring::Session;

const COLUMNS: [Column; 8] = [
    column("day", Place::Under("day")),
    column("company", Place::Under("company")),
    column("domain", Place::Data),
    column("kind", Place::Data),
    column("title", Place::Prose("match")),
    column("fragment", Place::Below),
    column("url", Place::Below),
    column("id", Place::Data),
];
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
    let format = args.list.format();
    let text = show::formatted(format, &results, |results| listing(answers, results))?;
    Ok(Output::well(text))
}

fn listing(answers: &ReadContext, results: &SearchHits) -> Listing {
    let rows = results.items.iter().map(|HitShown { company, hit, .. }| {
        let title = match &hit.signal_kind {
            Some(kind) => title_of(answers, kind),
            None if hit.title.is_empty() => "Page".to_owned(),
            None => format!("Page: {}", show::clipped(&hit.title, TITLE_CHARS)),
        };
        let company = company.as_ref();
        vec![
            ListValue::from(hit.day),
            ListValue::of(company.map(|company| &company.name)),
            ListValue::of(company.and_then(|company| company.domain.as_ref())),
            ListValue::from(hit.signal_kind.as_deref().unwrap_or("page")),
            ListValue::from(&hit.title).shown(title),
            ListValue::from(highlighted(&hit.fragment)),
            ListValue::from(show::address(&hit.url)),
            ListValue::from(&hit.id),
        ]
    });
    let (mut remarks, shown) = (String::new(), results.items.len());
    if !results.similar.is_empty() {
        let similar = results.similar.join(", ");
        remarks.push_str(&format!("\nnothing has exactly these words; searched for {similar}\n"));
    }
    if shown < results.total {
        let all = show::count(results.total, "hit");
        remarks = format!("\nthe best {shown} of {all}; see more with --limit\n");
    }
    let none = "no results; try fewer words, or a prefix: `robot*`\n";
    Listing::new(&COLUMNS, rows).or_if_empty(none).with_remarks(remarks)
}

/// Formats a fragment with its matches between « and ».
fn highlighted(fragment: &[Piece]) -> String {
    let shown = fragment
        .iter()
        .map(|piece| if piece.is_match { format!("«{}»", piece.text) } else { piece.text.clone() });
    shown.collect()
}

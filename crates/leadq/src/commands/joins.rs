//! `leadq joins`: lists the judgements on which entities are one company, and undoes them.

use answer::{ItemList, JoinShown};
use anyhow::bail;
use model::{By, JudgementId, Topic, Verdict};

use crate::cli::{JoinsArgs, JoinsCommand};
use crate::journey;
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, ProgressDisplay, column};
use crate::wiring::Session;

const COLUMNS: [Column; 8] = [
    column("id", Place::Under("id")),
    column("left", Place::Under("two")),
    column("right", Place::Below),
    column("verdict", Place::Under("verdict")),
    column("confidence", Place::Beside),
    column("reasons", Place::Prose("reasons and author")),
    column("by", Place::Below),
    column("since", Place::Data),
];

pub(super) async fn run(
    session: &Session,
    args: &JoinsArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    if let Some(JoinsCommand::Undo { id, reason, json }) = &args.command {
        return undo(session, *id, reason, *json, quiet).await;
    }
    let joins = ItemList::from(answer::joins(&session.answers).await?);
    let text = show::formatted(args.list.format(), &joins, |joins| listing(&joins.items))?;
    Ok(Output::well(text))
}

fn listing(joins: &[JoinShown]) -> Listing {
    let rows = joins.iter().map(|join| {
        let [left, right] = pair(join);
        vec![
            ListValue::from(join.id),
            ListValue::from(left),
            ListValue::from(right),
            ListValue::from(verdict_name(join.verdict)),
            ListValue::from(join.confidence),
            ListValue::from(join.reasons.join("; ")),
            ListValue::from(&join.by),
            ListValue::from(join.since),
        ]
    });
    let mut list = Listing::new(&COLUMNS, rows);
    if joins.is_empty() {
        list = list.or_if_empty("no joins: every name, domain and board is a company of its own\n");
    } else {
        list = list.with_remarks("\ntake one back with `leadq joins undo ID`\n");
    }
    list
}

/// Formats a judgement, with the command that undoes it.
pub(super) fn in_a_line(join: &JoinShown) -> String {
    let line = format!(
        "{}: {} ({}), {}",
        pair(join).join(" and "),
        verdict_name(join.verdict),
        join.confidence,
        join.reasons.join("; ")
    );
    let undo = format!("undo: leadq joins undo {}", join.id);
    show::wrapped(&line, "  ") + &show::wrapped(&undo, "    ")
}

fn pair(join: &JoinShown) -> [String; 2] {
    join.pair().map(ToString::to_string)
}

const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Different => "different",
    }
}

async fn undo(
    session: &Session,
    id: JudgementId,
    reason: &str,
    as_json: bool,
    quiet: bool,
) -> anyhow::Result<Output> {
    let undone = flow::undo_join(&session.context, id, reason, &By::OPERATOR).await?;
    let Some(undone) = undone else {
        bail!("no join {id} is in force; `leadq joins` lists those that are")
    };
    let engine = session.start().await?;
    let (sent, progress) =
        (journey::sent_to(Topic::CompaniesUpdates), ProgressDisplay::of_things(0, quiet));
    let settled = journey::settle_sent(session, &engine, sent, journey::SENT_MAX, &progress).await;
    engine.stop().await;
    let pending = settled?;
    if as_json {
        let answer = serde_json::json!({
            "undone": id, "companies": undone.companies, "pending": pending,
        });
        return Ok(Output::well(show::json(&answer)?));
    }
    let count = undone.companies.len();
    let noun = if count == 1 { "company" } else { "companies" };
    let mut text = format!("undone: {count} {noun} changed\n");
    if let Some(pending) = pending {
        text.push_str(&format!("{pending}\n"));
    }
    Ok(Output::well(text))
}

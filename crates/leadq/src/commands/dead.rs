//! `leadq dead`: lists dead letters with their causes, and redrives them.

use answer::ItemList;
use anyhow::bail;
use model::DeadLetter;
use serde::Serialize;
use server::status::dead_letters;

use crate::cli::{DeadArgs, DeadCommand};
use crate::config::UsageError;
use crate::journey;
use crate::output::Output;
use crate::show::{self, Column, ListFormat, ListValue, Listing, Place, ProgressDisplay, column};
use crate::wiring::Session;

const COUNT_COLUMNS: [Column; 2] =
    [column("stage", Place::Under("stage")), column("dead", Place::Under("dead"))];
const LETTER_COLUMNS: [Column; 6] = [
    column("position", Place::Under("")),
    column("given_up", Place::Under("given up")),
    column("attempts", Place::Under("attempts")),
    column("origin", Place::Prose("origin and cause")),
    column("cause", Place::Below),
    column("is_cut", Place::Below),
];
const CAUSE_CHARS: usize = 300;

/// A stage and the number of its dead letters.
#[derive(Debug, Serialize)]
struct Count {
    stage: &'static str,
    dead: u64,
}

#[derive(Debug, Serialize)]
struct LetterShown {
    position: u64,
    #[serde(flatten)]
    letter: DeadLetter,
}

/// Checks the name of a stage.
fn known(stage: &str) -> Result<(), UsageError> {
    if flow::dead_stages().any(|name| name == stage) {
        return Ok(());
    }
    let stages = flow::dead_stages().collect::<Vec<_>>().join(", ");
    Err(UsageError(format!("there is no stage {stage:?}; the stages are {stages}")))
}

pub(super) async fn run(session: &Session, args: &DeadArgs, quiet: bool) -> anyhow::Result<Output> {
    if let Some(DeadCommand::Redrive { stage }) = &args.command {
        return redrive(session, stage, quiet).await;
    }
    let text = match &args.stage {
        Some(stage) => letters(session, stage, args.list.format()).await?,
        None => counts(session, args.list.format()).await?,
    };
    Ok(Output::well(text))
}

async fn counts(session: &Session, format: ListFormat) -> anyhow::Result<String> {
    let mut counts = Vec::new();
    for stage in flow::dead_stages() {
        counts.push(Count { stage, dead: flow::dead_letter_count(&session.context, stage).await? });
    }
    if format == ListFormat::Json {
        return show::json(&ItemList::from(counts));
    }
    let total: u64 = counts.iter().map(|count| count.dead).sum();
    let rows = counts.iter().map(|count| {
        vec![
            ListValue::from(count.stage),
            ListValue::from(count.dead).shown(show::number(count.dead)),
        ]
    });
    let list = Listing::new(&COUNT_COLUMNS, rows);
    let hint = "\nlist them with `leadq dead STAGE`; retry them with `leadq dead redrive STAGE`\n";
    list.with_remarks(if total > 0 { hint } else { "" }).print(format)
}

async fn letters(session: &Session, stage: &str, format: ListFormat) -> anyhow::Result<String> {
    known(stage)?;
    let letters = dead_letters(&session.context, stage).await?;
    if format == ListFormat::Json {
        let shown: Vec<LetterShown> = letters
            .into_iter()
            .map(|(position, letter)| LetterShown { position, letter })
            .collect();
        return show::json(&ItemList::from(shown));
    }
    let rows = letters.iter().map(|(position, letter)| {
        let is_cut = letter.excerpt.is_some();
        let cut = "the record was too large to be kept, and cannot be redriven";
        vec![
            ListValue::from(position),
            ListValue::from(letter.at).shown(letter.at.day().to_string()),
            ListValue::from(letter.attempts),
            ListValue::from(&letter.origin),
            ListValue::from(&letter.cause).shown(show::clipped(&letter.cause, CAUSE_CHARS)),
            ListValue::from(is_cut).shown(if is_cut { cut } else { "" }),
        ]
    });
    let none = format!("no dead letters of {stage}\n");
    Listing::new(&LETTER_COLUMNS, rows).or_if_empty(none).print(format)
}

async fn redrive(session: &Session, stage: &str, quiet: bool) -> anyhow::Result<Output> {
    if stage == "ingest" {
        bail!(
            "rejected input cannot be redriven: correct the source, then `leadq ingest` it again"
        );
    }
    known(stage)?;
    let Some(row) = flow::STAGES.iter().find(|row| row.name == stage) else {
        bail!("the dead letters of {stage} cannot be redriven");
    };
    let engine = session.start().await?;
    let redriven = flow::redrive(&session.context, stage).await;
    engine.nudge();
    let (sent, progress) = (journey::sent_to(row.input), ProgressDisplay::of_things(0, quiet));
    let settled = match &redriven {
        Ok(_) => journey::settle_sent(session, &engine, sent, journey::SENT_MAX, &progress).await,
        Err(_) => Ok(None),
    };
    engine.stop().await;
    let (redriven, pending) = (redriven?, settled?);
    let remaining = flow::dead_letter_count(&session.context, stage).await?;
    let sent = show::count(redriven.sent, "record");
    let mut text = format!("{sent} sent back to {stage}, {remaining} dead now\n");
    if redriven.cut > 0 {
        text.push_str(&format!(
            "{} not sent back: too large for a dead letter, so only its beginning was kept; send \
             its source again\n",
            show::count(redriven.cut, "record")
        ));
    }
    if let Some(pending) = pending {
        text.push_str(&format!("{pending}\n"));
    }
    Ok(Output::well(text))
}

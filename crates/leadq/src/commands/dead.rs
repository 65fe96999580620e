//! `leadq dead`: lists dead letters with their causes, and redrives them.

use answer::ItemList;
use anyhow::bail;
use model::DeadLetter;
use serde::Serialize;
use server::status::dead_letters;

use crate::cli::{DeadArgs, DeadCommand};
use crate::journey;
use crate::output::Output;
use crate::show::{self, CellText, ProgressDisplay};
use crate::wiring::Session;

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

pub(super) async fn run(session: &Session, args: &DeadArgs, quiet: bool) -> anyhow::Result<Output> {
    if let Some(DeadCommand::Redrive { stage }) = &args.command {
        return redrive(session, stage, quiet).await;
    }
    let text = match &args.stage {
        Some(stage) => letters(session, stage, args.json).await?,
        None => counts(session, args.json).await?,
    };
    Ok(Output::well(text))
}

async fn counts(session: &Session, as_json: bool) -> anyhow::Result<String> {
    let mut counts = Vec::new();
    for stage in flow::dead_stages() {
        counts.push(Count { stage, dead: flow::dead_letter_count(&session.context, stage).await? });
    }
    if as_json {
        return show::json(&ItemList::from(counts));
    }
    let total: u64 = counts.iter().map(|count| count.dead).sum();
    let rows = counts.iter().map(|count| vec![count.stage.to_owned(), show::number(count.dead)]);
    let mut text = show::table(&["stage", "dead"], rows);
    if total > 0 {
        text.push_str(
            "\nlist them with `leadq dead STAGE`; retry them with `leadq dead redrive STAGE`\n",
        );
    }
    Ok(text)
}

async fn letters(session: &Session, stage: &str, as_json: bool) -> anyhow::Result<String> {
    let letters = dead_letters(&session.context, stage).await?;
    if as_json {
        let shown: Vec<LetterShown> = letters
            .into_iter()
            .map(|(position, letter)| LetterShown { position, letter })
            .collect();
        return show::json(&ItemList::from(shown));
    }
    if letters.is_empty() {
        return Ok(format!("no dead letters of {stage}\n"));
    }
    let rows = letters.iter().map(|(position, letter)| {
        let cause = show::clipped(&letter.cause, CAUSE_CHARS);
        let mut about = vec![letter.origin.as_str(), cause.as_ref()];
        if letter.excerpt.is_some() {
            about.push("the record was too large to be kept, and cannot be redriven");
        }
        vec![
            position.to_string().into(),
            letter.at.day().to_string().into(),
            letter.attempts.to_string().into(),
            CellText::lines(about),
        ]
    });
    Ok(show::table(&["", "given up", "attempts", "origin and cause"], rows))
}

async fn redrive(session: &Session, stage: &str, quiet: bool) -> anyhow::Result<Output> {
    if stage == "ingest" {
        bail!(
            "rejected input cannot be redriven: correct the source, then `leadq ingest` it again"
        );
    }
    let Some(row) = flow::STAGES.iter().find(|row| row.name == stage) else {
        dead_letters(&session.context, stage).await?;
        bail!("there is no stage {stage:?}");
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

//! `leadq dead`: lists dead letters with their causes, and redrives them.

use anyhow::bail;
use model::DeadLetter;
use serde::Serialize;
use server::status::dead_letters;

use crate::cli::{DeadArgs, DeadCommand};
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

const CAUSE_CHARS: usize = 300;

/// A stage and the number of its dead letters.
#[derive(Debug, Serialize)]
struct Count {
    stage: &'static str,
    dead: usize,
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
        counts.push(Count { stage, dead: dead_letters(&session.context, stage).await?.len() });
    }
    if as_json {
        return show::json(&counts);
    }
    let total: usize = counts.iter().map(|count| count.dead).sum();
    let rows =
        counts.iter().map(|count| vec![count.stage.to_owned(), show::number(count.dead as u64)]);
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
        return show::json(&shown);
    }
    if letters.is_empty() {
        return Ok(format!("no dead letters of {stage}\n"));
    }
    let rows = letters.iter().map(|(position, letter)| {
        vec![
            position.to_string(),
            letter.at.day().to_string(),
            letter.attempts.to_string(),
            format!("{}\n{}", letter.origin, show::clipped(&letter.cause, CAUSE_CHARS)),
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
    dead_letters(&session.context, stage).await?;
    let engine = session.start().await?;
    let sent = flow::redrive(&session.context, stage).await;
    engine.nudge();
    let settled = match &sent {
        Ok(_) => journey::settle(&engine, &ProgressDisplay::of_things(0, quiet)).await,
        Err(_) => Ok(()),
    };
    engine.stop().await;
    let sent = sent?;
    settled?;
    let remaining = dead_letters(&session.context, stage).await?.len();
    Ok(Output::well(format!(
        "{} sent back to {stage}, {remaining} dead now\n",
        show::count(sent, "record")
    )))
}

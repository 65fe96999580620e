//! `leadq feedback`: what became of a lead, and what that does to its score.

use answer::{FeedbackReceipt, ScoreChange, dossier, target};
use anyhow::bail;
use flow::{Heard, hear};
use model::{By, Feedback, FeedbackOutcome};

use super::Answer;
use crate::cli::{self, Outcome};
use crate::desk;
use crate::show::{self, Progress};
use crate::wiring::House;

pub(super) async fn run(
    house: &House,
    said: &cli::Feedback,
    quiet: bool,
) -> anyhow::Result<Answer> {
    let (rooms, context) = (&house.rooms, &house.context);
    let profile = desk::profile(context, quiet).await?;
    let (before, signal) = target(context, &profile, &said.target, said.undo).await?;
    let feedback = match said.outcome {
        Some(outcome) if !said.undo => Some(Feedback {
            signal_id: signal,
            outcome: outcome_of(outcome),
            reason: said.reason.clone(),
            value: said.value,
            ts: rooms.now(),
        }),
        _ => None,
    };
    let heard = feedback.clone().map_or(Heard::TakenBack(signal), Heard::Word);
    if !hear(rooms, before.id, heard, &By::OPERATOR).await? {
        bail!("nothing was said about signal {signal} yet");
    }
    let engine = house.start().await?;
    let settled = desk::settle(&engine, &Progress::of_things(0, quiet)).await;
    engine.stop().await;
    settled?;
    let after = dossier(context, &profile, before.id).await?;
    let receipt = FeedbackReceipt::of(context, signal, feedback, &before, &after, true);
    let text = if said.json { show::json(&receipt)? } else { in_words(&receipt) };
    Ok(Answer::well(text))
}

const fn outcome_of(outcome: Outcome) -> FeedbackOutcome {
    match outcome {
        Outcome::Won => FeedbackOutcome::Won,
        Outcome::Lost => FeedbackOutcome::Lost,
        Outcome::Ignore => FeedbackOutcome::Ignore,
    }
}

fn in_words(receipt: &FeedbackReceipt) -> String {
    let what = match &receipt.feedback {
        Some(feedback) => format!("noted: {}", feedback.outcome.as_str()),
        None => "taken back".to_owned(),
    };
    let company = &receipt.company;
    let mut text = format!("{what}, on {} of {}\n", receipt.kind.to_lowercase(), company.name);
    for change in &receipt.changes {
        let ScoreChange { product, before, after } = change;
        text.push_str(&format!("  score for {product}: {before} before, {after} now\n"));
    }
    text.push_str(&format!("  signal {}\n", receipt.signal_id));
    text
}

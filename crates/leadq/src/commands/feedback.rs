//! `leadq feedback`: records the outcome of a lead, and shows the change of its score.

use answer::{FeedbackReceipt, ScoreChange, check_value, dossier, target};
use anyhow::bail;
use flow::{FeedbackChange, hear};
use model::{By, Feedback, FeedbackOutcome, Topic};

use crate::cli::{self, OutcomeArg};
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

pub(super) async fn run(
    session: &Session,
    args: &cli::FeedbackArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    check_value(args.value)?;
    let (context, answers) = (&session.context, &session.answers);
    let profile = journey::profile(answers, quiet).await?;
    let (before, signal) = target(answers, &profile, &args.target, args.undo).await?;
    let feedback = match args.outcome {
        Some(outcome) if !args.undo => Some(Feedback {
            signal_id: signal,
            outcome: outcome_of(outcome),
            reason: args.reason.clone(),
            value: args.value,
            ts: context.now(),
        }),
        _ => None,
    };
    let change = feedback.clone().map_or(FeedbackChange::TakenBack(signal), FeedbackChange::Word);
    if !hear(context, before.id, change, &By::OPERATOR).await? {
        bail!("there is no feedback on signal {signal} yet");
    }
    let engine = session.start().await?;
    let (sent, progress) =
        (journey::sent_to(Topic::SignalsDetected), ProgressDisplay::of_things(0, quiet));
    let settled = journey::settle_sent(session, &engine, sent, journey::SENT_MAX, &progress).await;
    engine.stop().await;
    let pending = settled?;
    let after = dossier(answers, &profile, before.id).await?;
    let is_scored = pending.is_none();
    let receipt = FeedbackReceipt::of(answers, signal, feedback, &before, &after, is_scored);
    if args.json {
        return Ok(Output::well(show::json(&receipt)?));
    }
    let mut text = to_text(&receipt);
    if let Some(pending) = pending {
        text.push_str(&format!("  {pending}\n"));
    }
    Ok(Output::well(text))
}

const fn outcome_of(outcome: OutcomeArg) -> FeedbackOutcome {
    match outcome {
        OutcomeArg::Won => FeedbackOutcome::Won,
        OutcomeArg::Lost => FeedbackOutcome::Lost,
        OutcomeArg::Ignore => FeedbackOutcome::Ignore,
    }
}

fn to_text(receipt: &FeedbackReceipt) -> String {
    let action = match &receipt.feedback {
        Some(feedback) => format!("noted: {}", feedback.outcome.as_str()),
        None => "taken back".to_owned(),
    };
    let company = show::line(&receipt.company.name);
    let mut text = format!("{action}, on {} of {company}\n", receipt.kind.to_lowercase());
    for change in &receipt.changes {
        let ScoreChange { product, before, after } = change;
        let product = show::line(product);
        text.push_str(&format!("  score for {product}: {before} before, {after} now\n"));
    }
    text.push_str(&format!("  signal {}\n", receipt.signal_id));
    text
}

//! `leadq feedback`: records the outcome of a lead, and shows the change of its score.

use answer::{
    Dossier, FeedbackGiven, FeedbackReceipt, FeedbackTarget, JoinShown, ScoreChange, check_value,
    dossier, target,
};
use anyhow::bail;
use flow::{FeedbackChange, Heard, hear};
use model::{By, Feedback, FeedbackOutcome, IgnoreReason, SignalId, Topic, Verdict};

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
    let given = args.outcome.filter(|_| !args.undo).map(|outcome| FeedbackGiven {
        outcome: outcome_of(outcome),
        reason: args.reason.clone(),
        value: args.value,
    });
    let found = target(answers, &profile, &args.target, given.as_ref()).await?;
    let FeedbackTarget { company: before, signal, others } = found;
    let feedback = given.map(|FeedbackGiven { outcome, reason, value }| Feedback {
        signal_id: signal,
        outcome,
        reason,
        value,
        ts: context.now(),
    });
    let change = match &feedback {
        Some(feedback) => {
            let signals = [signal].into_iter().chain(others);
            let on = |signal_id| Feedback { signal_id, ..feedback.clone() };
            FeedbackChange::OnLead(signals.map(on).collect())
        }
        None => FeedbackChange::TakenBack(signal),
    };
    match hear(context, before.id, change, &By::OPERATOR).await? {
        Heard::Changed => {}
        Heard::Repeated => return printed(session, args, signal, feedback, &before, &before).await,
        Heard::Nothing => bail!("there is no feedback on signal {signal} yet"),
    }
    let engine = session.start().await?;
    let (sent, progress) =
        (journey::sent_to(Topic::SignalsDetected), ProgressDisplay::of_things(0, quiet));
    let settled = journey::settle_sent(session, &engine, sent, journey::SENT_MAX, &progress).await;
    engine.stop().await;
    let pending = settled?;
    let after = dossier(answers, &profile, before.id).await?;
    if let Some(pending) = pending {
        let receipt = FeedbackReceipt::of(answers, signal, feedback, &before, &after, false);
        let text = match args.json {
            true => show::json(&receipt)?,
            false => to_text(&receipt, &[]) + &format!("  {pending}\n"),
        };
        return Ok(Output::well(text));
    }
    printed(session, args, signal, feedback, &before, &after).await
}

/// Formats the receipt of feedback after which a company is scored.
async fn printed(
    session: &Session,
    args: &cli::FeedbackArgs,
    signal: SignalId,
    feedback: Option<Feedback>,
    before: &Dossier,
    after: &Dossier,
) -> anyhow::Result<Output> {
    let answers = &session.answers;
    let ignored = feedback.as_ref().and_then(Feedback::ignored_as);
    let receipt = FeedbackReceipt::of(answers, signal, feedback, before, after, true);
    if args.json {
        return Ok(Output::well(show::json(&receipt)?));
    }
    let mut joins = Vec::new();
    if ignored == Some(IgnoreReason::WrongCompany) {
        let members: Vec<_> = after.view.members.iter().map(|(entity, _)| entity).collect();
        joins = answer::joins(answers).await?;
        joins.retain(|join| {
            join.verdict == Verdict::Same && join.pair().iter().all(|one| members.contains(one))
        });
        if joins.is_empty() {
            let text = to_text(&receipt, &[]);
            return Ok(Output::well(
                text + "  none of its records are joined: see `leadq joins`\n",
            ));
        }
    }
    Ok(Output::well(to_text(&receipt, &joins)))
}

const fn outcome_of(outcome: OutcomeArg) -> FeedbackOutcome {
    match outcome {
        OutcomeArg::Won => FeedbackOutcome::Won,
        OutcomeArg::Lost => FeedbackOutcome::Lost,
        OutcomeArg::Ignore => FeedbackOutcome::Ignore,
        OutcomeArg::Snooze => FeedbackOutcome::Snooze,
    }
}

/// Formats a receipt. `joins` are those to check, because the signal is another company's.
fn to_text(receipt: &FeedbackReceipt, joins: &[JoinShown]) -> String {
    let action = match &receipt.feedback {
        Some(feedback) if receipt.repeated => {
            format!("noted before: {}", feedback.outcome.as_str())
        }
        Some(feedback) => format!("noted: {}", feedback.outcome.as_str()),
        None => "taken back".to_owned(),
    };
    let company = show::line(&receipt.company.name);
    let mut text = format!("{action}, on {} of {company}\n", receipt.kind_title.to_lowercase());
    for change in &receipt.changes {
        let ScoreChange { product, before, after } = change;
        let product = show::line(product);
        text.push_str(&format!("  score for {product}: {before} before, {after} now\n"));
    }
    if let Some(settled) = &receipt.settled {
        text.push_str(&show::wrapped(&settled.text, "  "));
    }
    text.push_str(&format!("  signal {}\n", receipt.signal_id));
    if !joins.is_empty() {
        text.push_str("\nwhy its records are one company; undo the join that is wrong\n");
        text.extend(joins.iter().map(super::joins::in_a_line));
    }
    text
}

//! `leadq feedback`: what became of a lead, and what that does to its score.

use anyhow::bail;
use flow::{Heard, hear};
use model::{Feedback, FeedbackOutcome, Points, SignalId};
use serde::Serialize;
use server::answer::{CompanyShown, company_shown, dossier, target, title_of};

use super::Answer;
use crate::cli::{self, Outcome};
use crate::desk;
use crate::show::{self, Progress};
use crate::wiring::House;

#[derive(Debug, Serialize)]
struct Noted {
    signal_id: SignalId,
    kind: String,
    company: CompanyShown,
    /// Nothing when it was taken back.
    feedback: Option<Feedback>,
    changes: Vec<Change>,
}

/// A score before and after.
#[derive(Debug, Serialize)]
struct Change {
    product: String,
    before: Points,
    after: Points,
}

pub(super) async fn run(
    house: &House,
    said: &cli::Feedback,
    quiet: bool,
) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    let profile = desk::profile(&rooms.db, quiet).await?;
    let day = rooms.now().day();
    let (company, signal) = target(rooms, &profile, &said.target, said.undo).await?;
    let before = dossier(rooms, &profile, company).await?;
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
    if !hear(rooms, company, heard).await? {
        bail!("nothing was said about signal {signal} yet");
    }
    let engine = house.start().await?;
    let settled = desk::settle(&engine, &Progress::of_things(0, quiet)).await;
    engine.stop().await;
    settled?;
    let after = dossier(rooms, &profile, company).await?;
    let changes = before
        .leads
        .iter()
        .zip(&after.leads)
        .map(|(before, after)| Change {
            product: after.product.name.clone(),
            before: before.points(day),
            after: after.points(day),
        })
        .collect();
    let kind = after.signal(signal).or_else(|| before.signal(signal));
    let answer = Noted {
        signal_id: signal,
        kind: kind.map(|signal| title_of(rooms, &signal.kind)).unwrap_or_default(),
        company: company_shown(company, &after.view),
        feedback,
        changes,
    };
    let text = if said.json { show::json(&answer)? } else { in_words(&answer) };
    Ok(Answer::well(text))
}

const fn outcome_of(outcome: Outcome) -> FeedbackOutcome {
    match outcome {
        Outcome::Won => FeedbackOutcome::Won,
        Outcome::Lost => FeedbackOutcome::Lost,
        Outcome::Ignore => FeedbackOutcome::Ignore,
    }
}

fn in_words(answer: &Noted) -> String {
    let what = match &answer.feedback {
        Some(feedback) => format!("noted: {}", feedback.outcome.as_str()),
        None => "taken back".to_owned(),
    };
    let company = &answer.company;
    let mut text = format!("{what}, on {} of {}\n", answer.kind.to_lowercase(), company.name);
    for change in &answer.changes {
        let Change { product, before, after } = change;
        text.push_str(&format!("  score for {product}: {before} before, {after} now\n"));
    }
    text.push_str(&format!("  signal {}\n", answer.signal_id));
    text
}

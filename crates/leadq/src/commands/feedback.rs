//! `leadq feedback`: what became of a lead, and what that does to its score.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::bail;
use model::{EntityId, Feedback, FeedbackOutcome, Points, Signal, SignalId};
use serde::Serialize;
use store::db::Urgency;

use super::Answer;
use crate::cli::{self, Outcome};
use crate::desk;
use crate::report::{self, CompanyShown, Dossier, Profile, company_shown, dossier, title_of};
use crate::show::{self, Progress};
use crate::wiring::House;

#[derive(Debug, Serialize)]
struct Heard {
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
    let profile = Profile::load(&rooms.db, quiet).await?;
    let day = rooms.now().day();
    let (company, signal) = target(house, &profile, said).await?;
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
    keep(house, company, signal, feedback.clone()).await?;
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
    let answer = Heard {
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

/// The signal that is meant, and its company. A company means its strongest signal; to take a word
/// back, the one that was spoken of last.
async fn target(
    house: &House,
    profile: &Profile,
    said: &cli::Feedback,
) -> anyhow::Result<(EntityId, SignalId)> {
    let rooms = &house.rooms;
    if let Ok(id) = said.target.parse::<SignalId>()
        && let Some((company, signal)) = by_id(house, id).await?
    {
        return Ok((company, read_as(rooms, profile, company, &signal).await?));
    }
    let company = report::find(rooms, &said.target).await?;
    let dossier = dossier(rooms, profile, company).await?;
    if said.undo {
        let newest = dossier.feedback.iter().max_by_key(|feedback| feedback.ts);
        let Some(newest) = newest else { bail!("nothing was said about {} yet", said.target) };
        return Ok((company, newest.signal_id));
    }
    let day = rooms.now().day();
    let strongest = dossier.best(day).and_then(|lead| dossier.strongest(lead, day));
    match strongest {
        Some(signal) => Ok((company, signal.id)),
        None => bail!("{} has no signal to speak of yet", said.target),
    }
}

async fn by_id(house: &House, id: SignalId) -> anyhow::Result<Option<(EntityId, Signal)>> {
    Ok(house
        .rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.signal(id, &model::RunId::default()).await? else {
                    return Ok(None);
                };
                let member = tx.entity(row.signal.entity).await?;
                Ok(member.map(|member| (member.company, row.signal)))
            })
        })
        .await?)
}

/// The id under which a signal reads: several of one matter read as one, and feedback is on that.
async fn read_as(
    rooms: &Arc<flow::Rooms>,
    profile: &Profile,
    company: EntityId,
    signal: &Signal,
) -> anyhow::Result<SignalId> {
    let dossier: Dossier = dossier(rooms, profile, company).await?;
    let same = |other: &&Signal| other.kind == signal.kind && other.identity == signal.identity;
    let read = dossier.signal(signal.id).or_else(|| dossier.signals.iter().find(same));
    Ok(read.map_or(signal.id, |read| read.id))
}

/// Keeps the word, or takes the last one back, and has the company looked at again.
async fn keep(
    house: &House,
    company: EntityId,
    signal: SignalId,
    feedback: Option<Feedback>,
) -> anyhow::Result<()> {
    let rooms = Arc::clone(&house.rooms);
    let had = house
        .rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                match feedback {
                    Some(feedback) => tx.add_feedback(&feedback).await?,
                    None => match tx.feedback(signal).await? {
                        Some(last) => tx.remove_feedback(&last).await?,
                        None => return Ok(false),
                    },
                }
                flow::wake(tx, &rooms, &BTreeSet::from([company]), "feedback").await?;
                Ok(true)
            })
        })
        .await?;
    if had { Ok(()) } else { bail!("nothing was said about signal {signal} yet") }
}

fn in_words(answer: &Heard) -> String {
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

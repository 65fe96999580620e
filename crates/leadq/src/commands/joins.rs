//! `leadq joins`: which entities are held to be one company, and why; and taking that back.

use std::sync::Arc;

use anyhow::bail;
use model::{JudgementId, Verdict};
use server::answer::JoinShown;
use store::db::{OpenJudgement, Urgency};

use super::Answer;
use crate::cli::{Joins, JoinsCommand};
use crate::desk;
use crate::show::{self, Progress};
use crate::wiring::House;

pub(super) async fn run(house: &House, said: &Joins, quiet: bool) -> anyhow::Result<Answer> {
    if let Some(JoinsCommand::Undo { id, reason, json }) = &said.command {
        return undo(house, *id, reason, *json, quiet).await;
    }
    let joins = house.rooms.db.read(|tx| Box::pin(tx.judgements())).await?;
    if said.json {
        let joins: Vec<JoinShown> = joins.into_iter().map(JoinShown::from).collect();
        return Ok(Answer::well(show::json(&joins)?));
    }
    if joins.is_empty() {
        return Ok(Answer::well(
            "no joins: every name, domain and board is a company of its own\n",
        ));
    }
    let rows = joins.iter().map(|open| {
        vec![
            open.judgement.id.to_string(),
            pair(open).join("\n"),
            format!("{} {}", word(open.judgement.verdict), open.judgement.confidence),
            format!("{}\n{}", open.judgement.reasons.join("\n"), open.judgement.by),
        ]
    });
    let mut text = show::table(&["id", "two", "verdict", "why, and by whom"], rows);
    text.push_str("\ntake one back with `leadq joins undo ID`\n");
    Ok(Answer::well(text))
}

/// A judgement in a line.
pub(super) fn in_a_line(open: &OpenJudgement) -> String {
    let judgement = &open.judgement;
    let line = format!(
        "{}: {} ({}), {}",
        pair(open).join(" and "),
        word(judgement.verdict),
        judgement.confidence,
        judgement.reasons.join("; ")
    );
    let undo = format!("    undo: leadq joins undo {}\n", judgement.id);
    show::wrapped(&line, "  ") + &undo
}

/// The two, in the order of their keys: that of their ids tells nobody anything.
fn pair(open: &OpenJudgement) -> [String; 2] {
    let (left, right) = (&open.left, &open.right);
    let (first, second) = if left <= right { (left, right) } else { (right, left) };
    [first.to_string(), second.to_string()]
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Different => "different",
    }
}

async fn undo(
    house: &House,
    id: JudgementId,
    reason: &str,
    as_json: bool,
    quiet: bool,
) -> anyhow::Result<Answer> {
    let (rooms, reason, now) = (Arc::clone(&house.rooms), reason.to_owned(), house.rooms.now());
    let undone = house
        .rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                let undone = flow::undo(tx, id, &reason, now).await?;
                if let Some(undone) = &undone {
                    flow::wake(tx, rooms.now(), &undone.companies, &id.to_string()).await?;
                }
                Ok(undone)
            })
        })
        .await?;
    let Some(undone) = undone else {
        bail!("no join {id} stands; `leadq joins` lists those that do")
    };
    let engine = house.start().await?;
    let settled = desk::settle(&engine, &Progress::of_things(0, quiet)).await;
    engine.stop().await;
    settled?;
    if as_json {
        let answer = serde_json::json!({"undone": id, "companies": undone.companies});
        return Ok(Answer::well(show::json(&answer)?));
    }
    let many = undone.companies.len();
    let word = if many == 1 { "company" } else { "companies" };
    Ok(Answer::well(format!("undone: {many} {word} put together differently\n")))
}

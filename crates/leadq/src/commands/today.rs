//! `leadq today`: whom to call now, why, with which words, and whom to ask for.

use model::Day;
use serde::Serialize;
use server::answer::{Call, EvidenceShown, call, dossiers, quoted, ranked, reading_day};

use super::Answer;
use crate::cli::Today;
use crate::desk;
use crate::show;
use crate::wiring::House;

const QUOTE_CHARS: usize = 220;

/// The calls of a day.
#[derive(Debug, Serialize)]
struct Calls {
    on: Day,
    calls: Vec<Call>,
    /// Companies known by name only: nobody knows whose door to knock at.
    left_out: usize,
}

pub(super) async fn run(house: &House, said: &Today, quiet: bool) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    let profile = desk::profile(&rooms.db, quiet).await?.only(said.product.as_deref())?;
    let day = reading_day(said.on, rooms);
    let companies = dossiers(rooms, &profile).await?;
    let (best, left_out) = ranked(&companies, day);
    let called = best.iter().filter_map(|id| companies.iter().find(|one| one.id == *id));
    let calls = called
        .zip(1..)
        .filter_map(|(company, rank)| call(rooms, company, rank, day))
        .take(said.limit)
        .collect();
    let answer = Calls { on: day, calls, left_out };
    let text = if said.json { show::json(&answer)? } else { in_words(&answer) };
    Ok(Answer::well(text))
}

fn in_words(answer: &Calls) -> String {
    let mut text = String::new();
    if answer.calls.is_empty() {
        text.push_str(&format!("nobody to call on {}: no signals yet\n", answer.on));
    } else {
        let rows = answer.calls.iter().map(|call| {
            let domain = call.company.domain.as_deref().unwrap_or_default();
            let quote = call.quote.as_ref();
            let words = quote.map(in_quotes).unwrap_or_default();
            vec![
                call.rank.to_string(),
                format!("{}\n{domain}", call.company.name),
                format!("{}\n{}", call.score, call.band),
                format!("{}: {}\n{words}", call.kind, call.why),
                if call.ask_for.is_empty() { "-" } else { &call.ask_for }.to_owned(),
            ]
        });
        text.push_str(&show::table(&["", "company", "score", "why now", "ask for"], rows));
    }
    if answer.left_out > 0 {
        let many = show::number(answer.left_out as u64);
        text.push_str(&format!(
            "\nleft out: {many} known by name only, so nobody knows whose door to knock at\n"
        ));
    }
    text
}

/// The words, and whose page they stand on.
fn in_quotes(evidence: &EvidenceShown) -> String {
    let host = evidence.url.split("://").nth(1).and_then(|rest| rest.split('/').next());
    format!("{} {}", quoted(&evidence.quote, QUOTE_CHARS), host.unwrap_or_default())
}

//! `leadq today`: whom to call now, why, with which words, and whom to ask for.

use std::cmp::Reverse;

use model::{Day, Evidence, Points};
use serde::Serialize;

use super::Answer;
use crate::cli::Today;
use crate::report::{
    self, CompanyShown, Dossier, Lead, Profile, company_shown, dossiers, most_telling, quoted,
    title_of,
};
use crate::show;
use crate::wiring::House;

const QUOTE_CHARS: usize = 220;

/// One call to make.
#[derive(Debug, Serialize)]
struct Call {
    rank: usize,
    company: CompanyShown,
    /// Nothing while nobody said what they sell.
    product: Option<String>,
    score: Points,
    band: &'static str,
    /// The strongest signal, with its figures.
    why: String,
    kind: String,
    quote: Option<Evidence>,
    ask_for: String,
}

#[derive(Debug, Serialize)]
struct Calls {
    on: Day,
    calls: Vec<Call>,
    /// Companies known by name only: nobody knows whose door to knock at.
    left_out: usize,
}

pub(super) async fn run(house: &House, said: &Today, quiet: bool) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    let profile = Profile::load(&rooms.db, quiet).await?.only(said.product.as_deref())?;
    let day = report::reading_day(said.on, rooms);
    let companies = dossiers(rooms, &profile).await?;
    let (known, nameless): (Vec<&Dossier>, Vec<&Dossier>) = companies
        .iter()
        .filter(|company| company.signals.iter().any(|signal| signal.start <= day))
        .partition(|company| score::actionable(&company.view));
    let mut ranked: Vec<(Points, &Dossier, &Lead)> = known
        .into_iter()
        .filter_map(|company| {
            let lead = company.best(day)?;
            Some((lead.points(day), company, lead))
        })
        .collect();
    ranked.sort_by_key(|(points, company, _)| (Reverse(*points), company.id));
    let calls = ranked
        .into_iter()
        .filter_map(|(points, company, lead)| {
            let signal = company.strongest(lead, day)?;
            Some(Call {
                rank: 0,
                company: company_shown(company.id, &company.view),
                product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
                score: points,
                band: lead.words(day),
                why: signal.explanation.clone(),
                kind: title_of(rooms, &signal.kind),
                quote: most_telling(&signal.evidence).cloned(),
                ask_for: lead.product.buyer_role.clone(),
            })
        })
        .take(said.limit)
        .zip(1..)
        .map(|(call, rank)| Call { rank, ..call })
        .collect();
    let answer = Calls { on: day, calls, left_out: nameless.len() };
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
fn in_quotes(evidence: &Evidence) -> String {
    let host = evidence.url.split("://").nth(1).and_then(|rest| rest.split('/').next());
    format!("{} {}", quoted(evidence, QUOTE_CHARS), host.unwrap_or_default())
}

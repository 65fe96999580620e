//! `leadq why`: a score taken apart down to the words on the pages.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use flow::Rooms;
use model::{Contribution, Day, Evidence, Points, Timestamp};
use serde::Serialize;
use server::answer::{
    CompanyShown, Dossier, JoinShown, Lead, company_shown, dossier, find, joins, quoted,
    reading_day,
};
use store::db::{LedgerRow, OpenJudgement};

use super::Answer;
use super::lead::{heading, score_line, signed, waterfall};
use crate::cli::Why;
use crate::desk;
use crate::show;
use crate::wiring::House;

const QUOTE_CHARS: usize = 300;
const QUOTES_SHOWN: usize = 5;
const LEDGER_LINES: i64 = 50;
const HASH_CHARS: usize = 12;

#[derive(Debug, Serialize)]
struct Explained {
    on: Day,
    company: CompanyShown,
    product: Option<String>,
    score: Points,
    band: &'static str,
    reasons: Vec<Reason>,
    ledger: Vec<Moved>,
    joins: Vec<JoinShown>,
}

/// A contribution with the words behind it.
#[derive(Debug, Serialize)]
struct Reason {
    #[serde(flatten)]
    contribution: Contribution,
    evidence: Vec<Evidence>,
}

/// A line of the ledger.
#[derive(Debug, Serialize)]
struct Moved {
    at: Timestamp,
    cause: String,
    delta: Points,
}

pub(super) async fn run(house: &House, said: &Why, quiet: bool) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    let profile = desk::profile(&rooms.db, quiet).await?.only(said.product.as_deref())?;
    let day = reading_day(said.on, rooms);
    let company = find(rooms, &said.company).await?;
    let company = dossier(rooms, &profile, company).await?;
    let Some(lead) = company.best(day) else { anyhow::bail!("there is no product to score for") };
    let ledger = ledger(rooms, &company, lead).await?;
    let joins = joins(rooms, &company).await?;
    let text = if said.json {
        show::json(&explained(&company, lead, day, ledger, joins))?
    } else {
        in_words(&company, lead, day, &ledger, &joins)
    };
    Ok(Answer::well(text))
}

async fn ledger(rooms: &Rooms, company: &Dossier, lead: &Lead) -> anyhow::Result<Vec<LedgerRow>> {
    let (id, product) = (company.id, lead.product.id.clone());
    Ok(rooms
        .db
        .read(move |tx| Box::pin(async move { tx.ledger(id, &product, LEDGER_LINES).await }))
        .await?)
}

fn explained(
    company: &Dossier,
    lead: &Lead,
    day: Day,
    ledger: Vec<LedgerRow>,
    joins: Vec<OpenJudgement>,
) -> Explained {
    let reading = lead.card.read(day);
    Explained {
        on: day,
        company: company_shown(company.id, &company.view),
        product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
        score: reading.score,
        band: lead.words(day),
        reasons: reading
            .contributions
            .into_iter()
            .map(|contribution| Reason {
                evidence: evidence_of(company, &contribution).to_vec(),
                contribution,
            })
            .collect(),
        ledger: ledger
            .into_iter()
            .map(|row| Moved { at: row.at, cause: row.cause, delta: row.delta })
            .collect(),
        joins: joins.into_iter().map(JoinShown::from).collect(),
    }
}

fn evidence_of<'c>(company: &'c Dossier, contribution: &Contribution) -> &'c [Evidence] {
    contribution
        .signal
        .and_then(|id| company.signal(id))
        .map_or(&[], |signal| signal.evidence.as_slice())
}

fn in_words(
    company: &Dossier,
    lead: &Lead,
    day: Day,
    ledger: &[LedgerRow],
    joins: &[OpenJudgement],
) -> String {
    let mut text = heading(company);
    text.push_str(&score_line(lead, day));
    text.push_str(&waterfall(lead, day));
    text.push_str("\nthe words behind it (`leadq verify` checks them against the stored pages)\n");
    let mut told = BTreeSet::new();
    for contribution in lead.card.read(day).contributions {
        let evidence = evidence_of(company, &contribution);
        // A signal speaks in more than one component; its words are shown once.
        if evidence.is_empty() || !contribution.signal.is_some_and(|signal| told.insert(signal)) {
            continue;
        }
        text.push_str(&show::wrapped(&contribution.reason, "  "));
        for evidence in evidence.iter().take(QUOTES_SHOWN) {
            text.push_str(&show::wrapped(&quoted(&evidence.quote, QUOTE_CHARS), "    "));
            text.push_str(&format!("    {}\n", place(evidence)));
        }
        if evidence.len() > QUOTES_SHOWN {
            let more = show::count(evidence.len() - QUOTES_SHOWN, "more quote");
            let _ = writeln!(text, "    and {more}; `leadq why --json` has them all");
        }
    }
    if !ledger.is_empty() {
        text.push_str("\nwhat moved it, newest first\n");
        let rows = ledger
            .iter()
            .map(|row| vec![row.at.day().to_string(), signed(row.delta), row.cause.clone()]);
        text.push_str(&show::columns(rows, &[10, 6]));
    }
    if !joins.is_empty() {
        text.push_str("\nwhy these are one company, or are not\n");
        for open in joins {
            text.push_str(&super::joins::in_a_line(open));
        }
    }
    text
}

/// Where the words can be checked.
fn place(evidence: &Evidence) -> String {
    let hash: String = evidence.text_hash.to_string().chars().take(HASH_CHARS).collect();
    let (start, end) = (evidence.span.start, evidence.span.end);
    format!(
        "{} · seen {} · text {hash}… bytes {start}–{end}",
        evidence.url,
        evidence.observed.day()
    )
}

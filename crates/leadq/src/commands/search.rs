//! `leadq search`: signals and pages by their words, with the words shown.

use std::collections::BTreeMap;

use model::EntityId;
use serde::Serialize;
use server::answer::{CompanyShown, company_shown, find, title_of};
use store::StoreError;
use store::search::{DocumentKind, Found, Hit, Piece, Query};

use super::Answer;
use crate::cli::Search;
use crate::config::Misunderstood;
use crate::show;
use crate::wiring::House;

const TITLE_CHARS: usize = 60;

#[derive(Debug, Serialize)]
struct Answered {
    total: usize,
    hits: Vec<HitShown>,
}

/// A hit with the company it is about at present.
#[derive(Debug, Serialize)]
struct HitShown {
    company: Option<CompanyShown>,
    #[serde(flatten)]
    hit: Hit,
}

pub(super) async fn run(house: &House, said: &Search) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    if said.rebuild {
        flow::forget_search(rooms).await?;
    }
    flow::catch_up_search(rooms).await?;
    if said.words.is_empty() {
        return Ok(Answer::well("the search index is built anew\n"));
    }
    let query = query(house, said)?;
    let company = match &said.company {
        Some(words) => Some(find(rooms, words).await?),
        None => None,
    };
    let found = match flow::search(rooms, company, query.clone()).await {
        // It was damaged and is empty now: filled again, it answers.
        Err(StoreError::Retryable(_)) => {
            flow::catch_up_search(rooms).await?;
            flow::search(rooms, company, query).await?
        }
        found => found?,
    };
    let answered = with_companies(house, found).await?;
    let text = if said.json { show::json(&answered)? } else { in_words(house, &answered) };
    Ok(Answer::well(text))
}

fn query(house: &House, said: &Search) -> Result<Query, Misunderstood> {
    let mut query = Query { text: said.words.join(" "), limit: said.limit, ..Query::default() };
    let packs = &house.rooms.packs;
    for kind in &said.kind {
        if let Some(kind) = DocumentKind::parse(kind) {
            query.kinds.push(kind);
        } else if packs.get(kind).is_some() {
            query.signal_kinds.push(kind.clone());
        } else {
            let known = ["signal", "page"].into_iter();
            let known = known.chain(packs.iter().map(|pack| pack.kind.as_str()));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(Misunderstood(format!("there is no kind {kind:?}; there are {known}")));
        }
    }
    Ok(query)
}

async fn with_companies(house: &House, found: Found) -> anyhow::Result<Answered> {
    let entities: Vec<EntityId> = found.hits.iter().map(|hit| hit.entity).collect();
    let read = house.rooms.db.read(move |tx| {
        Box::pin(async move {
            let mut companies = BTreeMap::new();
            for entity in entities {
                if let Some(member) = tx.entity(entity).await? {
                    let view = flow::view(tx, member.company).await?;
                    companies.insert(entity, company_shown(member.company, &view));
                }
            }
            Ok(companies)
        })
    });
    let companies = read.await?;
    let hits = found.hits.into_iter().map(|hit| {
        let company = companies.get(&hit.entity).cloned();
        HitShown { company, hit }
    });
    Ok(Answered { total: found.total, hits: hits.collect() })
}

fn in_words(house: &House, answered: &Answered) -> String {
    if answered.hits.is_empty() {
        return "nothing has these words; try fewer, or the beginning of one: `robot*`\n"
            .to_owned();
    }
    let rows = answered.hits.iter().map(|HitShown { company, hit }| {
        let what = match &hit.signal_kind {
            Some(kind) => title_of(&house.rooms, kind),
            None => format!("Page: {}", show::clipped(&hit.title, TITLE_CHARS)),
        };
        vec![
            hit.day.to_string(),
            company.as_ref().map(|company| company.name.clone()).unwrap_or_default(),
            format!("{what}\n{}\n{}", marked(&hit.fragment), hit.url),
        ]
    });
    let mut text = show::table(&["day", "company", "what and where"], rows);
    let some = answered.hits.len();
    if some < answered.total {
        let all = show::count(answered.total, "hit");
        text.push_str(&format!("\nthe best {some} of {all}; see more with --limit\n"));
    }
    text
}

/// A fragment with what was asked for between «and».
fn marked(fragment: &[Piece]) -> String {
    let shown = fragment
        .iter()
        .map(|piece| if piece.is_match { format!("«{}»", piece.text) } else { piece.text.clone() });
    shown.collect()
}

//! `leadq status`: how much there is, and how far each stage has come.

use std::collections::BTreeMap;

use flow::Rooms;
use serde::Serialize;
use server::answer::signal_ids;

use super::Answer;
use crate::desk;
use crate::show;
use crate::wiring::House;

const CHUNK: i64 = 10_000;

#[derive(Debug, Serialize)]
struct Status {
    companies: usize,
    accounts: i64,
    products: usize,
    signals: usize,
    actions: usize,
    /// Records that wait, at the outbox and before each stage.
    backlog: BTreeMap<&'static str, u64>,
    dead: BTreeMap<&'static str, usize>,
    /// How far each stage has come: its partitions' next positions.
    positions: BTreeMap<String, BTreeMap<u32, u64>>,
    jobs: BTreeMap<String, i64>,
    counters: BTreeMap<String, i64>,
}

pub(super) async fn run(house: &House, as_json: bool) -> anyhow::Result<Answer> {
    let status = read(&house.rooms).await?;
    let text = if as_json { show::json(&status)? } else { in_words(&status) };
    Ok(Answer::well(text))
}

async fn read(rooms: &Rooms) -> anyhow::Result<Status> {
    let backlog = flow::backlog(rooms).await?.into_iter().collect();
    let mut dead = BTreeMap::new();
    for stage in flow::dead_stages() {
        dead.insert(stage, desk::dead_letters(rooms, stage).await?.len());
    }
    let mut status = rooms
        .db
        .read(|tx| {
            Box::pin(async move {
                let (mut companies, mut after) = (0, String::new());
                loop {
                    let ids = tx.company_ids(&after, CHUNK).await?;
                    let Some(last) = ids.last() else { break };
                    after = last.to_string();
                    companies += ids.len();
                }
                let mut positions: BTreeMap<String, BTreeMap<u32, u64>> = BTreeMap::new();
                for (stage, partition, position) in tx.positions().await? {
                    positions.entry(stage).or_default().insert(partition, position);
                }
                Ok(Status {
                    companies,
                    accounts: tx.account_count().await?,
                    products: tx.products().await?.len(),
                    signals: 0,
                    actions: tx.actions().await?.len(),
                    backlog: BTreeMap::new(),
                    dead: BTreeMap::new(),
                    positions,
                    jobs: tx.job_counts().await?.into_iter().collect(),
                    counters: tx.counters().await?,
                })
            })
        })
        .await?;
    status.signals = signal_ids(&rooms.db).await?.len();
    status.backlog = backlog;
    status.dead = dead;
    Ok(status)
}

fn in_words(status: &Status) -> String {
    let count = |name: &str, many: u64| (name.to_owned(), show::number(many));
    let mut text = show::facts([
        count("companies", status.companies as u64),
        count("accounts", u64::try_from(status.accounts).unwrap_or(0)),
        count("products", status.products as u64),
        count("signals", status.signals as u64),
        count("held for review", status.actions as u64),
    ]);
    text.push('\n');
    let stages = status.backlog.keys().chain(status.dead.keys());
    let mut stages: Vec<&str> = stages.copied().collect();
    stages.sort_unstable();
    stages.dedup();
    let rows = stages.into_iter().map(|stage| {
        let done: u64 = status.positions.get(stage).into_iter().flat_map(BTreeMap::values).sum();
        let cell = |many: Option<u64>| many.map_or_else(|| "-".to_owned(), show::number);
        vec![
            stage.to_owned(),
            cell(status.positions.contains_key(stage).then_some(done)),
            cell(status.backlog.get(stage).copied()),
            cell(status.dead.get(stage).map(|dead| *dead as u64)),
        ]
    });
    text.push_str(&show::table(&["stage", "done", "waiting", "dead"], rows));
    for (title, counts) in [("jobs", &status.jobs), ("counters", &status.counters)] {
        if !counts.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            let rows = counts.iter().map(|(name, many)| (format!("  {name}"), many.to_string()));
            text.push_str(&show::facts(rows));
        }
    }
    text
}

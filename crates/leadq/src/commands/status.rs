//! `leadq status`: shows the amount of data, and the progress of each stage.

use std::collections::BTreeMap;

use server::status::{Overview, overview};

use super::watch::failure_in_words;
use crate::output::Output;
use crate::show;
use crate::wiring::Session;

pub(super) async fn run(session: &Session, as_json: bool) -> anyhow::Result<Output> {
    // The figures may not touch the part that is damaged.
    session.confirm_database().await?;
    let overview = overview(&session.context).await?;
    let text = if as_json { show::json(&overview)? } else { to_text(&overview) };
    Ok(Output::well(text))
}

fn to_text(status: &Overview) -> String {
    let count = |name: &str, value: u64| (name.to_owned(), show::number(value));
    let mut text = show::facts([
        count("companies", u64::try_from(status.companies).unwrap_or(0)),
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
        let cell = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), show::number);
        vec![
            stage.to_owned(),
            cell(status.positions.contains_key(stage).then_some(done)),
            cell(status.backlog.get(stage).copied()),
            cell(status.dead.get(stage).map(|dead| *dead as u64)),
        ]
    });
    text.push_str(&show::table(&["stage", "done", "waiting", "dead"], rows));
    for trouble in &status.troubles {
        let cause = show::line(&trouble.cause);
        text.push_str(&format!("\ntrouble with {}: {cause}\n", trouble.part));
    }
    if status.failing_site_count > 0 {
        let count = show::count(status.failing_site_count, "followed site");
        text.push_str(&format!("\nvisits fail at {count}\n"));
        let rows = status.failing_sites.iter().map(|site| {
            let failure = site.last_failure.as_ref();
            (format!("  {}", site.domain), failure.map(failure_in_words).unwrap_or_default())
        });
        text.push_str(&show::facts(rows));
        let others = status.failing_site_count.saturating_sub(status.failing_sites.len());
        if others > 0 {
            text.push_str(&format!("  and {others} more: `leadq watch` lists them all\n"));
        }
    }
    for (title, counts) in [("jobs", &status.jobs), ("counters", &status.counters)] {
        if !counts.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            let rows = counts.iter().map(|(name, value)| (format!("  {name}"), value.to_string()));
            text.push_str(&show::facts(rows));
        }
    }
    text
}

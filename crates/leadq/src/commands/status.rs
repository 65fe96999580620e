//! `leadq status`: shows the amount of data, and the progress of each stage.

use std::collections::BTreeMap;

use server::status::{Overview, overview};

use super::watch::failure_in_words;
use crate::output::Output;
use crate::show::{self, Column, ListFormat, ListValue, Listing, Place, column};
use crate::wiring::Session;

const COLUMNS: [Column; 2] =
    [column("name", Place::Under("name")), column("value", Place::Under("value"))];

pub(super) async fn run(session: &Session, format: ListFormat) -> anyhow::Result<Output> {
    // The figures may not touch the part that is damaged.
    session.confirm_database().await?;
    let overview = overview(&session.context).await?;
    let text = match format {
        ListFormat::Json => show::json(&overview)?,
        ListFormat::Table => to_text(&overview),
        format => listing(&overview).print(format)?,
    };
    Ok(Output::well(text))
}

/// Lists every figure by its name in JSON.
fn listing(status: &Overview) -> Listing {
    let figures = [
        ("companies", ListValue::from(status.companies)),
        ("accounts", ListValue::from(status.accounts)),
        ("products", ListValue::from(status.products)),
        ("signals", ListValue::from(status.signals)),
        ("pages", ListValue::from(status.pages)),
        ("actions", ListValue::from(status.actions)),
        ("waiting", ListValue::from(status.waiting)),
        ("failing_site_count", ListValue::from(status.failing_site_count)),
    ];
    let figures = figures.into_iter().map(|(name, value)| vec![name.into(), value]);
    let done = |positions: &BTreeMap<u32, u64>| positions.values().sum::<u64>();
    let row =
        |group: &str, name: &str, value: ListValue| vec![format!("{group}.{name}").into(), value];
    let mut rows: Vec<Vec<ListValue>> = figures.collect();
    rows.extend(status.positions.iter().map(|(name, at)| row("done", name, done(at).into())));
    rows.extend(status.backlog.iter().map(|(name, count)| row("backlog", name, count.into())));
    rows.extend(status.dead.iter().map(|(name, count)| row("dead", name, count.into())));
    rows.extend(status.jobs.iter().map(|(name, count)| row("jobs", name, count.into())));
    rows.extend(status.counters.iter().map(|(name, count)| row("counters", name, count.into())));
    for trouble in &status.troubles {
        rows.push(row("trouble", trouble.part, ListValue::from(&trouble.cause)));
    }
    Listing::new(&COLUMNS, rows)
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
        text.push('\n');
        text.push_str(&show::wrapped(
            &format!("trouble with {}: {}", trouble.part, trouble.cause),
            "",
        ));
    }
    if status.failing_site_count > 0 {
        let count = show::count(status.failing_site_count, "followed site");
        text.push('\n');
        text.push_str(&show::heading(&format!("visits fail at {count}")));
        let rows = status.failing_sites.iter().map(|site| {
            let failure = site.last_failure.as_ref();
            (site.domain.clone(), failure.map(failure_in_words).unwrap_or_default())
        });
        text.push_str(&show::facts(rows));
        let others = status.failing_site_count.saturating_sub(status.failing_sites.len());
        if others > 0 {
            text.push_str(&show::wrapped(
                &format!("and {others} more: `leadq watch` lists them all"),
                " ",
            ));
        }
    }
    for (title, counts) in [("jobs", &status.jobs), ("counters", &status.counters)] {
        if !counts.is_empty() {
            text.push('\n');
            text.push_str(&show::heading(title));
            let rows = counts.iter().map(|(name, value)| (name.clone(), value.to_string()));
            text.push_str(&show::facts(rows));
        }
    }
    text
}

//! `leadq hash`: one hash of all relevant data, for comparing two installations.

use std::collections::BTreeMap;

use crate::journey;
use crate::output::Output;
use crate::show::{self, Column, ListFormat, ListValue, Listing, Place, ProgressDisplay, column};
use crate::wiring::Session;

const COLUMNS: [Column; 3] = [
    column("table", Place::Under("table")),
    column("rows", Place::Under("rows")),
    column("hash", Place::Under("hash")),
];

pub(super) async fn run(
    session: &Session,
    format: ListFormat,
    quiet: bool,
) -> anyhow::Result<Output> {
    let engine = session.start().await?;
    let settled = journey::settle(&engine, &ProgressDisplay::of_things(0, quiet)).await;
    engine.stop().await;
    settled?;
    let (hash, tables) = store::db::canonical_hash(&session.context.db).await?;
    if format == ListFormat::Json {
        let tables: BTreeMap<&str, serde_json::Value> = tables
            .into_iter()
            .map(|(name, rows, hash)| (name, serde_json::json!({"rows": rows, "hash": hash})))
            .collect();
        return Ok(Output::well(show::json(&serde_json::json!({"hash": hash, "tables": tables}))?));
    }
    let all: usize = tables.iter().map(|(_, rows, _)| rows).sum();
    let row = |name: &str, rows: usize, hash: String| {
        vec![
            ListValue::from(name),
            ListValue::from(rows).shown(show::number(rows as u64)),
            hash.into(),
        ]
    };
    let rows = tables.into_iter().map(|(name, rows, hash)| row(name, rows, hash.to_string()));
    let all = row("all", all, hash.to_string());
    Ok(Output::well(Listing::new(&COLUMNS, rows.chain([all])).print(format)?))
}

//! `leadq hash`: one hash of all relevant data, for comparing two installations.

use std::collections::BTreeMap;

use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

pub(super) async fn run(session: &Session, as_json: bool, quiet: bool) -> anyhow::Result<Output> {
    let engine = session.start().await?;
    let settled = journey::settle(&engine, &ProgressDisplay::of_things(0, quiet)).await;
    engine.stop().await;
    settled?;
    let (hash, tables) = store::db::canonical_hash(&session.context.db).await?;
    if as_json {
        let tables: BTreeMap<&str, serde_json::Value> = tables
            .into_iter()
            .map(|(name, rows, hash)| (name, serde_json::json!({"rows": rows, "hash": hash})))
            .collect();
        return Ok(Output::well(show::json(&serde_json::json!({"hash": hash, "tables": tables}))?));
    }
    let rows = tables.into_iter().map(|(name, rows, hash)| {
        vec![name.to_owned(), show::number(rows as u64), hash.to_string()]
    });
    let text = show::table(&["table", "rows", "hash"], rows);
    Ok(Output::well(format!("{text}\nall {hash}\n")))
}

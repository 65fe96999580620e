//! `leadq migrate-engine`: copies all data to the engines of other settings.

use std::collections::BTreeMap;

use anyhow::bail;
use store::engines;

use crate::cli::{CommonArgs, MigrateEngineArgs};
use crate::config::{Config, Settings};
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

pub(super) async fn run(
    settings: &Settings,
    session: &Session,
    args: &MigrateEngineArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let common = CommonArgs {
        data_dir: Some(settings.data_dir.clone()),
        config: Some(args.to.clone()),
        quiet,
        log: crate::cli::LogFormat::Text,
        color: crate::cli::ColourChoice::default(),
    };
    let target = Config::load(&common)?.settings;
    if (&target.db, &target.log) == (&settings.db, &settings.log) {
        bail!("{} names the engines that are already in use", args.to.display());
    }
    let engine = session.start().await?;
    let progress = ProgressDisplay::of_things(0, quiet);
    let settled = journey::settle(&engine, &progress).await;
    engine.stop().await;
    settled?;
    let db = engines::open_db(&target.db, &target.data_dir).await?;
    let log = engines::open_log(&target.log, &db)?;
    let copied = flow::migrate(&session.context, &db, &log, |copied| {
        progress.at(copied.rows, copied.table.to_owned());
    })
    .await;
    progress.finish();
    db.close().await;
    let copied = copied?;
    let rows: u64 = copied.iter().map(|copied| copied.rows).sum();
    if args.json {
        let tables: BTreeMap<&str, serde_json::Value> = copied
            .into_iter()
            .map(|copied| {
                let summary = serde_json::json!({"rows": copied.rows, "digest": copied.digest});
                (copied.table, summary)
            })
            .collect();
        return Ok(Output::well(show::json(&serde_json::json!({"rows": rows, "tables": tables}))?));
    }
    Ok(Output::well(format!(
        "copied {} rows of {} tables, and read them back: both engines hold the same\n\
         next: use the settings in {} from now on; the old engines still hold what they held\n",
        show::number(rows),
        copied.len(),
        show::path(&args.to)
    )))
}

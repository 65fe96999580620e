//! `hash`: hashes the results of leadq on given files, one hash per table and one over all.
//!
//! Key, day and product are fixed, so the hashes depend only on the files and on the program. Two
//! versions of leadq compute the same when their hashes are equal.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use flow::JourneyLimits;
use ingest::Options;
use model::{FixedClock, Product, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use store::db::canonical_hash;

use crate::cli::HashArgs;
use crate::journey::{self, Journey};

/// Noon, so that no time zone changes the day.
const NOON_US: i64 = 12 * 3_600 * 1_000_000;

/// A profile file, as `leadq init --from` reads it.
#[derive(Deserialize)]
struct Profile {
    product: Vec<Product>,
}

/// Ingests the files, waits until all records are processed, and hashes the database.
pub(crate) fn run(args: &HashArgs) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    journey::runtime(threads)?.block_on(hash(args, folder.path(), threads))
}

async fn hash(args: &HashArgs, folder: &Path, threads: usize) -> anyhow::Result<Value> {
    let noon = Timestamp(args.day.start().0 + NOON_US);
    let clock = Arc::new(FixedClock::at(noon));
    let journey = Journey::start(folder, clock, JourneyLimits::default(), threads).await?;
    let products = args.profile.as_deref().map(products).transpose()?;
    let accounts = match &args.accounts {
        Some(path) => resolve::accounts(&read(path)?).0.accounts,
        None => Vec::new(),
    };
    flow::introduce(journey.context(), products, &accounts, &model::By::OPERATOR).await?;
    let mut files = Vec::new();
    for path in &args.files {
        files.extend(ingest::files_of(path)?.paths);
    }
    // Without this, a saved page would count as observed when its file was written.
    let options = Options { observed: Some(noon), ..Options::at(noon) };
    let counts = journey.take_in_with(options, files, usize::MAX).await?;
    journey.settle().await?;
    let context = journey.stop().await;
    let (hash, tables) = canonical_hash(&context.db).await?;
    let tables: BTreeMap<&str, Value> = tables
        .into_iter()
        .map(|(name, rows, hash)| (name, json!({"rows": rows, "hash": hash})))
        .collect();
    Ok(json!({
        "hash": hash,
        "tables": tables,
        "accepted": counts.accepted,
        "duplicate": counts.duplicate,
        "rejected": counts.rejected,
    }))
}

fn products(path: &Path) -> anyhow::Result<Vec<Product>> {
    let text = String::from_utf8(read(path)?)?;
    let profile: Profile =
        toml::from_str(&text).with_context(|| format!("in the profile {}", path.display()))?;
    Ok(profile.product)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

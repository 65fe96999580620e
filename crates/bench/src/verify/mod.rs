//! Damages stored evidence at random, one piece at a time, and counts the damages that `verify`
//! detects.

mod damage;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use answer::VerificationReport;
use anyhow::Context as _;
use flow::{Context, JourneyLimits};
use model::{Clock, RunId, SystemClock};
use serde_json::{Value, json};

use crate::cli::VerifyArgs;
use crate::journey::{Journey, blobs_in, runtime};
use crate::random::Random;
use crate::synthetic;
use crate::warc::{NewPage, WarcWriter, files_of};
use damage::Damage;

/// Small, because a whole verification follows each damage.
const MADE_PAGES: usize = 48;
const THREADS: usize = 2;

/// The result of a verification.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Verified {
    evidence: usize,
    verified: usize,
    /// Broken or unreadable.
    broken: usize,
}

/// Measures `verify`.
pub(crate) fn corrupt(args: &VerifyArgs) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let files = match &args.data {
        Some(data) => files_of(data)?,
        None => vec![make_pages(folder.path(), args.seed)?],
    };
    runtime(THREADS)?.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let journey =
            Journey::start(folder.path(), clock, JourneyLimits::default(), THREADS).await?;
        journey.take_in(files, usize::MAX).await?;
        journey.settle().await?;
        // From here on only the verification may access the folder.
        let context = journey.stop().await;
        measure(args, &context, &blobs_in(folder.path())).await
    })
}

fn make_pages(folder: &Path, seed: u64) -> anyhow::Result<PathBuf> {
    let path = folder.join("pages.warc.gz");
    let mut writer = WarcWriter::create(&path)?;
    let headers = [("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
    for number in 0..MADE_PAGES {
        let (url, html) = synthetic::page(number, seed);
        let observed = synthetic::OBSERVED;
        writer.add(&NewPage { url: &url, observed, headers: &headers, html: html.as_bytes() })?;
    }
    writer.finish()?;
    Ok(path)
}

async fn measure(args: &VerifyArgs, context: &Arc<Context>, blobs: &Path) -> anyhow::Result<Value> {
    let clean = verify(context).await?;
    anyhow::ensure!(clean.evidence > 0, "the pages yield no evidence to damage");
    let signals =
        context.db.read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await })).await?;
    let mut random = Random::of(args.seed, 0);
    let (mut tried, mut caught) = (0, 0);
    let mut missed = std::collections::BTreeMap::<&'static str, usize>::new();
    for _ in 0..args.corrupt {
        let damage = Damage::choose(context, blobs, &signals, &mut random).await?;
        damage.inflict(context).await?;
        let verified = verify(context).await;
        damage.repair(context).await?;
        tried += 1;
        // Rows that cannot be read count as detected, too.
        if verified.map_or(true, |verified| verified.broken > clean.broken) {
            caught += 1;
        } else {
            *missed.entry(damage.name()).or_default() += 1;
            if !args.json {
                eprintln!("not detected: {damage:?}");
            }
        }
    }
    let after = verify(context).await?;
    anyhow::ensure!(after == clean, "the repaired folder does not verify as before: {after:?}");
    Ok(json!({
        "name": "verify",
        "source": if args.data.is_some() { "warc" } else { "synthetic" },
        "seed": args.seed,
        "signals": signals.len(),
        "evidence": clean.evidence,
        "clean_verified": clean.verified,
        "tried": tried,
        "caught": caught,
        "missed": missed,
    }))
}

async fn verify(context: &Arc<Context>) -> anyhow::Result<Verified> {
    let report = answer::verify(&context.answers(), |_, _| ()).await?;
    let VerificationReport { evidence, verified, broken, .. } = report;
    Ok(Verified { evidence, verified, broken: broken.len() })
}

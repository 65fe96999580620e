//! Time per event as the number of known companies grows. A real journey is filled with simulated
//! companies and ingests pages of known and of new companies at each number.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use flow::JourneyLimits;
use model::SystemClock;
use serde_json::{Value, json};

use super::copies::Copies;
use super::{process, tell};
use crate::cli::CompaniesArgs;
use crate::journey::{self, Journey};
use crate::random::Random;
use crate::statistics::{float, median, rounded};
use crate::synthetic;
use crate::warc::{NewPage, WarcWriter};

const THREADS: usize = 2;
/// Companies with a real history, which serve as patterns for the others.
const PATTERNS: usize = 64;
/// Pages ingested per measurement; every other one is of a new company.
const EVENTS: usize = 500;
const ROUNDS: usize = 5;
/// The first company number that is never filled in.
const NEW: usize = 12_000_000;

/// Measures `speed companies`.
pub(crate) fn companies(args: &CompaniesArgs) -> anyhow::Result<Value> {
    anyhow::ensure!(args.known.is_sorted(), "--known must be in ascending args");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    journey::runtime(THREADS)?.block_on(async {
        let (clock, limits) = (Arc::new(SystemClock), JourneyLimits::default());
        let journey = match &args.db {
            Some(url) => Journey::start_at(url, folder.path(), clock, limits, THREADS).await?,
            None => Journey::start(folder.path(), clock, limits, THREADS).await?,
        };
        let pages = (0..PATTERNS).map(|company| (company, 0));
        take_in(&journey, folder.path(), pages).await?;
        let copies = Copies::read(&journey, 0..PATTERNS).await?;
        let (mut company_count, mut pages_used, mut curve) = (PATTERNS, 0, Vec::new());
        for target in &args.known {
            let started = Instant::now();
            copies.fill(&journey, company_count..*target).await?;
            warm_up(&journey, args, folder.path()).await?;
            company_count = *target;
            tell(
                args.json,
                &format!(
                    "{company_count} companies known after {:.0} s",
                    started.elapsed().as_secs_f64()
                ),
            );
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                rounds
                    .push(measure(&journey, folder.path(), company_count, &mut pages_used).await?);
            }
            let of = |figure: fn(&Figures) -> f64| {
                median(&rounds.iter().map(figure).collect::<Vec<f64>>()).map(rounded)
            };
            let (ms, cpu_ms) = (of(|one| one.ms), of(|one| one.cpu_ms));
            tell(
                args.json,
                &format!(
                    "{company_count} companies: {:.1} ms per event, {:.1} ms of processor time",
                    ms.unwrap_or_default(),
                    cpu_ms.unwrap_or_default()
                ),
            );
            curve.push(
                json!({"companies": company_count, "ms_per_event": ms, "cpu_ms_per_event": cpu_ms}),
            );
        }
        journey.stop().await;
        let growth = |figure: &str| {
            let at = |entry: Option<&Value>| entry.and_then(|point| point[figure].as_f64());
            Some(rounded(at(curve.last())? / at(curve.first())?))
        };
        Ok(json!({
            "name": "speed companies",
            "db": if args.db.is_some() { "postgres" } else { "sqlite" },
            "events": EVENTS,
            "rounds": ROUNDS,
            "growth": growth("ms_per_event"),
            "cpu_growth": growth("cpu_ms_per_event"),
            "curve": curve,
        }))
    })
}

/// Brings a newly filled database into the state of one in daily use.
async fn warm_up(journey: &Journey, args: &CompaniesArgs, folder: &Path) -> anyhow::Result<()> {
    if args.db.is_some() {
        // PostgreSQL does this by itself, but later.
        store::conformance::analyze(&journey.context().db).await?;
    } else {
        // Reads the file into the page cache, as far as memory allows.
        std::io::copy(&mut File::open(journey::database_in(folder))?, &mut std::io::sink())?;
    }
    Ok(())
}

/// The time per event.
struct Figures {
    ms: f64,
    /// Of this process only; a database server has its own.
    cpu_ms: f64,
}

async fn measure(
    journey: &Journey,
    folder: &Path,
    company_count: usize,
    pages_used: &mut usize,
) -> anyhow::Result<Figures> {
    let mut random = Random::of(company_count as u64, *pages_used as u64);
    let pages = (0..EVENTS).map(|number| {
        *pages_used += 1;
        let company = if number % 2 == 0 { random.below(company_count) } else { NEW + *pages_used };
        (company, *pages_used)
    });
    let pages: Vec<(usize, usize)> = pages.collect();
    let (wall, cpu) = take_in(journey, folder, pages.into_iter()).await?;
    Ok(Figures { ms: wall * 1e3 / float(EVENTS), cpu_ms: cpu * 1e3 / float(EVENTS) })
}

/// Ingests pages, each of a company and with its own text, and waits until all are processed.
/// Returns the elapsed and the processor seconds.
pub(super) async fn take_in(
    journey: &Journey,
    folder: &Path,
    pages: impl Iterator<Item = (usize, usize)>,
) -> anyhow::Result<(f64, f64)> {
    let file = folder.join("pages.warc.gz");
    let mut writer = WarcWriter::create(&file)?;
    let headers = [("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
    let mut count = 0;
    for (company, seed) in pages {
        let (url, html) = synthetic::page(company, seed as u64);
        let url = format!("{url}/{seed}");
        let page = NewPage {
            url: &url,
            observed: synthetic::OBSERVED,
            headers: &headers,
            html: html.as_bytes(),
        };
        writer.add(&page)?;
        count += 1;
    }
    writer.finish()?;
    let (started, cpu) = (Instant::now(), process::cpu_seconds());
    let sum = journey.take_in(vec![file.clone()], count).await?;
    journey.settle().await?;
    let took = (started.elapsed().as_secs_f64(), process::cpu_seconds() - cpu);
    std::fs::remove_file(file)?;
    anyhow::ensure!(sum.accepted == count, "only {} of {count} pages were accepted", sum.accepted);
    for stage in flow::dead_stages() {
        let dead = flow::dead_letters(journey.context(), stage).await?.len();
        anyhow::ensure!(dead == 0, "stage {stage} has {dead} dead letters");
    }
    Ok(took)
}

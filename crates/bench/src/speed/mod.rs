//! Speed: the whole durable journey compared with `clean` alone, on the same pages and number of
//! threads, each measured in a process of its own; a cluster compared with both; the growth of the
//! time per event with the number of known companies; responses while connections are occupied; and
//! the lists of a server with many companies.

mod cluster;
mod companies;
mod connections;
mod copies;
mod events;
mod lists;
mod made;
pub(crate) mod parts;
mod process;
mod rewrite;
mod server;
#[cfg(test)]
mod tests;

pub(crate) use cluster::cluster;
pub(crate) use companies::companies;
pub(crate) use connections::connections;
pub(crate) use events::events;
pub(crate) use lists::lists;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::cli::PipelineArgs;
use crate::statistics::{float, median, rounded};
use made::Made;
use parts::{CleanFigures, JourneyFigures};

/// Threads of each measurement, and the number of page files.
const THREADS: usize = 2;
/// The number of alternating measurements of both.
const ROUNDS: usize = 2;
/// The size of the small run, with which the memory of the full run is compared.
const PAGES_FEW: usize = 2_000;

/// Measures `speed pipeline`.
pub(crate) fn pipeline(args: &PipelineArgs) -> anyhow::Result<Value> {
    anyhow::ensure!(args.pages >= THREADS, "--pages must be at least {THREADS}");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let started = Instant::now();
    let made = made::make(args.data.as_deref(), args.pages, args.seed, THREADS, folder.path())?;
    let report = |text: String| tell(args.json, &text);
    report(format!(
        "{} pages created ({}), {} MB of HTML, in {:.0} s",
        args.pages,
        made.source,
        made.html_bytes >> 20,
        started.elapsed().as_secs_f64()
    ));
    let (mut few, mut rounds) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        if args.pages > PAGES_FEW {
            few.push(run_journey(&made, &folder, PAGES_FEW)?);
        }
        let clean: CleanFigures = child("clean", made.files.iter().map(OsString::from))?;
        let journey = run_journey(&made, &folder, args.pages)?;
        anyhow::ensure!(
            clean.pages == args.pages && journey.accepted == args.pages,
            "{} pages were created, but {} were cleaned and {} ingested",
            args.pages,
            clean.pages,
            journey.accepted
        );
        report(format!(
            "round {round}: clean alone {:.1} pages/s, journey {:.1} pages/s, ratio {:.2}, memory {} MB",
            clean.pages_per_second(),
            journey.pages_per_second(),
            journey.pages_per_second() / clean.pages_per_second(),
            journey.memory_peak_bytes >> 20
        ));
        rounds.push((clean, journey));
    }
    Ok(figures(args, &made, &few, &rounds))
}

fn figures(
    args: &PipelineArgs,
    made: &Made,
    few: &[JourneyFigures],
    rounds: &[(CleanFigures, JourneyFigures)],
) -> Value {
    let median_of = |value: fn(&(CleanFigures, JourneyFigures)) -> f64| {
        median(&rounds.iter().map(value).collect::<Vec<f64>>()).map(rounded)
    };
    let memory_few = few.iter().map(|journey| journey.memory_peak_bytes).max();
    let memory_n = rounds.iter().map(|(_, journey)| journey.memory_peak_bytes).max().unwrap_or(0);
    let growth = memory_few.map(|few| rounded(float(memory_n) / float(few.max(1)) - 1.0));
    let last = rounds.last().map(|(_, journey)| journey);
    json!({
        "name": "speed pipeline",
        "source": made.source,
        "pages": args.pages,
        "seed": args.seed,
        "threads": THREADS,
        "html_bytes": made.html_bytes,
        "clean_pages_per_second": median_of(|(clean, _)| clean.pages_per_second()),
        "journey_pages_per_second": median_of(|(_, journey)| journey.pages_per_second()),
        "ratio": median_of(|(clean, journey)| journey.pages_per_second() / clean.pages_per_second()),
        // More stable than `ratio` when other programs use the processor.
        "cpu_ratio": median_of(|(clean, journey)| {
            clean.cpu_ms_per_page() / journey.cpu_ms_per_page().max(1e-9)
        }),
        "clean_cpu_ms_per_page": median_of(|(clean, _)| clean.cpu_ms_per_page()),
        "journey_cpu_ms_per_page": median_of(|(_, journey)| journey.cpu_ms_per_page()),
        "memory_bytes_2000": memory_few,
        "memory_bytes_n": memory_n,
        "memory_growth": growth,
        "journey_bytes_written": last.map(|journey| journey.bytes_written),
        "claims": last.map(|journey| journey.claims),
        "signals": last.map(|journey| journey.signals),
        "rounds": rounds.iter().map(|(clean, journey)| json!({
            "clean_pages_per_second": rounded(clean.pages_per_second()),
            "journey_pages_per_second": rounded(journey.pages_per_second()),
            "intake_seconds": rounded(journey.intake_seconds),
            "journey_seconds": rounded(journey.seconds),
            "memory_bytes": journey.memory_peak_bytes,
        })).collect::<Vec<Value>>(),
    })
}

fn run_journey(
    made: &Made,
    folder: &tempfile::TempDir,
    pages: usize,
) -> anyhow::Result<JourneyFigures> {
    // Deleted after each run, because the data folders together would fill a disk.
    let data = tempfile::tempdir_in(folder.path())?;
    let mut arguments: Vec<OsString> = vec!["--folder".into(), data.path().into()];
    arguments.extend(["--threads".into(), THREADS.to_string().into()]);
    arguments.extend(["--pages-per-file".into(), pages.div_ceil(THREADS).to_string().into()]);
    arguments.extend(made.files.iter().map(OsString::from));
    child("journey", arguments)
}

/// Prints progress for people, unless the output is for programs only.
fn tell(to_programs: bool, text: &str) {
    if !to_programs {
        eprintln!("{text}");
    }
}

/// Runs a part in a process of its own and reads its figures.
fn child<T: DeserializeOwned>(
    part: &str,
    arguments: impl IntoIterator<Item = OsString>,
) -> anyhow::Result<T> {
    let program: PathBuf =
        std::env::current_exe().context("cannot determine the path of this program")?;
    let output = Command::new(program)
        .args(["part", part])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start part {part}"))?;
    anyhow::ensure!(output.status.success(), "part {part} failed: {}", output.status);
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("part {part} printed no figures"))
}

//! Compares the signals of the simulated web with its ground truth. `leadq demo` itself is run, so
//! that crawling, reading, joining and detection are judged together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use model::Day;
use serde::Deserialize;
use serde_json::{Value, json};
use world::{Plan, Templates, TrueEvent, World};

use crate::cli::WorldQualityArgs;
use crate::statistics::{float, rounded};

/// The maximum distance in days between a signal and the days of its event.
const DAYS_APART: i32 = 14;

/// The list that `leadq signals --json` prints.
#[derive(Debug, Deserialize)]
struct PrintedSignals {
    items: Vec<PrintedSignal>,
}

/// A signal of it.
#[derive(Debug, Deserialize)]
struct PrintedSignal {
    company: Company,
    kind: String,
    start: Day,
}

#[derive(Debug, Deserialize)]
struct Company {
    domain: Option<String>,
}

/// The world's parameters in the folder of a demonstration.
#[derive(Debug, Deserialize)]
struct SavedDemo {
    present: Day,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    events: usize,
    found: usize,
    right: usize,
    wrong: usize,
}

/// Measures `quality world`.
pub(crate) fn world(args: &WorldQualityArgs) -> anyhow::Result<Value> {
    let mut kinds: BTreeMap<String, Counts> = BTreeMap::new();
    for seed in &args.seed {
        run_seed(args, *seed, &mut kinds)?;
    }
    let by_kind: BTreeMap<&String, Value> = kinds.iter().map(|(k, c)| (k, figures(*c))).collect();
    if !args.json {
        for (kind, counts) in &kinds {
            eprintln!("{kind:<16} {}", figures(*counts));
        }
    }
    Ok(json!({
        "name": "quality world", "seeds": args.seed, "days": args.days, "kinds": by_kind,
    }))
}

fn figures(counts: Counts) -> Value {
    let share = |part: usize, of: usize| (of > 0).then(|| rounded(float(part) / float(of)));
    json!({
        "events": counts.events,
        "precision": share(counts.right, counts.right + counts.wrong),
        "recall": share(counts.found, counts.events),
        "right": counts.right,
        "wrong": counts.wrong,
    })
}

fn run_seed(
    args: &WorldQualityArgs,
    seed: u64,
    kinds: &mut BTreeMap<String, Counts>,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut demo = leadq(folder.path())?;
    demo.args(["demo", "--exit", "--seed", &seed.to_string(), "--days", &args.days.to_string()]);
    if let Some(templates) = &args.templates {
        demo.arg("--templates").arg(templates);
    }
    let status = demo.stdout(Stdio::null()).status().context("cannot start leadq")?;
    anyhow::ensure!(status.success(), "leadq demo --seed {seed} ended with {status}");
    let saved = std::fs::read(folder.path().join("demo.json"))?;
    let saved: SavedDemo = serde_json::from_slice(&saved)?;
    let last = saved.present.plus(i32::from(args.days)).to_string();
    let output = leadq(folder.path())?.args(["signals", "--json", "--on", &last]).output()?;
    anyhow::ensure!(output.status.success(), "leadq signals ended with {}", output.status);
    let PrintedSignals { items: signals } = serde_json::from_slice(&output.stdout)?;
    let templates = match &args.templates {
        Some(folder) => Templates::load(folder)?,
        None => Templates::builtin()?,
    };
    let plan = Plan::new(seed, args.days).with_present(saved.present);
    judge(&World::new(plan, templates), &signals, kinds, args.show);
    Ok(())
}

fn judge(
    world: &World,
    signals: &[PrintedSignal],
    kinds: &mut BTreeMap<String, Counts>,
    show: bool,
) {
    let companies: BTreeSet<&str> = world.companies().iter().map(|c| c.domain.as_str()).collect();
    // Public bodies and other names are not in the table, and the truth does not cover them.
    let attributed: Vec<(&PrintedSignal, &str)> = signals
        .iter()
        .filter_map(|one| Some((one, one.company.domain.as_deref()?)))
        .filter(|(_, domain)| companies.contains(domain))
        .collect();
    for event in &world.truth().events {
        let counts = kinds.entry(event.kind.to_owned()).or_default();
        counts.events += 1;
        let is_found = attributed.iter().any(|(one, domain)| is_match(one, domain, event));
        counts.found += usize::from(is_found);
        if show && !is_found {
            eprintln!("missed {} {} {} {:?}", event.kind, event.what, event.domain, event.facts);
        }
    }
    for (one, domain) in &attributed {
        let counts = kinds.entry(one.kind.clone()).or_default();
        let is_right = world.truth().events.iter().any(|event| is_match(one, domain, event));
        counts.right += usize::from(is_right);
        counts.wrong += usize::from(!is_right);
        if show && !is_right {
            let look_alikes = world.truth().look_alikes.iter();
            let trap = look_alikes
                .filter(|look_alike| look_alike.domain == *domain && look_alike.kind == one.kind);
            let trap: Vec<&str> = trap.map(|look_alike| look_alike.trap.as_str()).collect();
            eprintln!("wrong {} {domain} {} {trap:?}", one.kind, one.start);
        }
    }
}

fn is_match(signal: &PrintedSignal, domain: &str, event: &TrueEvent) -> bool {
    signal.kind == event.kind
        && domain == event.domain
        && signal.start >= event.day.plus(-DAYS_APART)
        && signal.start <= event.until.plus(DAYS_APART)
}

/// Builds a command for the leadq built next to this program, with `folder` as its data folder.
fn leadq(folder: &Path) -> anyhow::Result<Command> {
    let mut program: PathBuf =
        std::env::current_exe().context("cannot determine the path of this program")?;
    program.set_file_name("leadq");
    anyhow::ensure!(
        program.is_file(),
        "{} is missing: build it with the same profile, `cargo build -p leadq`",
        program.display()
    );
    let mut command = Command::new(program);
    command.arg("--data-dir").arg(folder).arg("--quiet").env_remove("LEADQ_DATA_DIR");
    Ok(command)
}

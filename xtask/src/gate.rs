//! `cargo xtask test`: the one command that passes every check and test.
//!
//! Every step runs, whatever came of the one before. Tests that cannot run here say so by
//! appending a line `name: reason` to the file that `LEADQ_SKIPPED_FILE` names; with `CI=true`
//! such a line fails the run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::Result;
use crate::command::{self, cargo};
use crate::report::{Counts, Report, Skipped};
use crate::tests_output;

/// How long each fuzz target runs.
const FUZZ_SECONDS: &str = "20";
/// How many fuzz targets run at the same time.
const FUZZ_AT_ONCE: usize = 2;

/// The gate builds everything that can be built, once; that the default build stands without it is
/// checked apart.
const ALL_ENGINES: [&str; 2] = ["--features", "kafka,postgres"];

/// The crates of our own whose code is fuzzed.
const READERS: [&str; 7] = ["model", "store", "ingest", "clean", "resolve", "detect", "fuzz"];

/// Runs every step, prints the table; an error when anything failed.
pub(crate) fn run() -> Result<()> {
    let on_test_machine = std::env::var("CI").is_ok_and(|word| word == "true");
    let mut report = Report::default();
    report.step("the machine", crate::machine::prepare);
    report.step("cargo fmt", || command::run(&mut cargo(["fmt", "--all", "--check"])));
    report.step("cargo clippy", || {
        let mut clippy = cargo(["clippy", "--workspace", "--all-targets"]);
        // What takes too long to be run here is read all the same.
        clippy.args(ALL_ENGINES).args(["--features", "hardship", "--", "-D", "warnings"]);
        command::run(&mut clippy)
    });
    report.step("the default build", || {
        command::run(&mut cargo(["clippy", "--package", "leadq", "--", "-D", "warnings"]))
    });
    crate::web::check(&mut report);
    let engines = engines(&mut report, on_test_machine);
    cargo_test(&mut report)?;
    report.step("the engines stop", || crate::engines::down(&engines));
    crate::web::check_product(&mut report);
    fuzz(&mut report);
    deny(&mut report);
    report.step("tidy", crate::tidy::run);
    let (summary, well) = report.summary(on_test_machine);
    print!("{summary}");
    if well { Ok(()) } else { Err("not everything passed; see the table above".into()) }
}

/// Starts the engines of a cluster, and tells which it started. Elsewhere than on a test machine their
/// tests are skipped when they cannot be started.
fn engines(report: &mut Report, on_test_machine: bool) -> Vec<String> {
    let started = crate::engines::idle();
    let mut outcome = start(&started);
    if let (Err(error), false) = (&outcome, on_test_machine) {
        let reason = error.to_string();
        report.skip(Skipped { name: "the engines".to_owned(), reason, excused: true });
        outcome = Ok(());
    }
    report.step("the engines", || outcome);
    started
}

fn start(engines: &[String]) -> Result<()> {
    if engines.is_empty() {
        return Ok(());
    }
    command::run(Command::new(std::env::current_exe()?).args(["engines", "up"]).args(engines))
}

fn cargo_test(report: &mut Report) -> Result<()> {
    fs::create_dir_all(crate::target())?;
    let skipped_file = crate::target().join("skipped.txt");
    fs::write(&skipped_file, "")?;
    let mut ignored = 0;
    report.counted("cargo test", || {
        let mut counts = Counts::default();
        let outcome = watched_test(&skipped_file, &mut counts, &mut ignored);
        (counts, outcome)
    });
    for skipped in tests_output::skips(&fs::read_to_string(&skipped_file)?) {
        report.skip(skipped);
    }
    if ignored > 0 {
        let reason = "marked #[ignore]".to_owned();
        report.skip(Skipped { name: format!("{ignored} tests"), reason, excused: false });
    }
    Ok(())
}

/// Shows what `cargo test` prints, and counts.
fn watched_test(skipped_file: &Path, counts: &mut Counts, ignored: &mut usize) -> Result<()> {
    let mut child = cargo(["test", "--workspace", "--no-fail-fast"])
        .args(ALL_ENGINES)
        .env("LEADQ_SKIPPED_FILE", skipped_file)
        .env("RUST_TEST_THREADS", test_threads().to_string())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            *ignored += tests_output::count(&line, counts);
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("cargo test ({status})").into()) }
}

/// One more than cores: of the tests that kill engines one waits for the other, and whoever waits must
/// not keep the rest from running.
fn test_threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get) + 1
}

/// Builds the fuzzer, then runs its targets, a few at a time.
fn fuzz(report: &mut Report) {
    report.counted("fuzz", || match fuzz_targets() {
        Ok(targets) => {
            let seed = fuzz_seed();
            println!("seed {seed}, {FUZZ_SECONDS} s each");
            let targets = Mutex::new(targets);
            let counts = Mutex::new(Counts::default());
            thread::scope(|scope| {
                for _ in 0..FUZZ_AT_ONCE {
                    scope.spawn(|| fuzz_some(&targets, &counts, &seed));
                }
            });
            let counts = counts.into_inner().unwrap_or_default();
            let failed = counts.failed > 0;
            (counts, if failed { Err("the saved inputs are named above".into()) } else { Ok(()) })
        }
        Err(error) => (Counts::default(), Err(error)),
    });
}

/// Takes targets off the list until none is left.
fn fuzz_some(targets: &Mutex<Vec<String>>, counts: &Mutex<Counts>, seed: &str) {
    while let Some(target) = targets.lock().ok().and_then(|mut targets| targets.pop()) {
        let words = [target.as_str(), "--seconds", FUZZ_SECONDS, "--seed", seed];
        let passed = command::run(fuzzer().args(words)).is_ok();
        if let Ok(mut counts) = counts.lock() {
            counts.passed += usize::from(passed);
            counts.failed += usize::from(!passed);
        }
    }
}

fn fuzz_targets() -> Result<Vec<String>> {
    // The whole workspace is selected so that the libraries are the ones already built, with the
    // same features. Our own crates are optimised a little, here only: a page is read six times
    // faster for half a minute of compiling, while developers keep their quick debug builds, and
    // the checks for overflow stay on.
    let mut build = cargo(["build", "--workspace", "--bin", "fuzz"]);
    build.args(ALL_ENGINES);
    for package in READERS {
        build.args(["--config", &format!("profile.dev.package.{package}.opt-level=1")]);
    }
    command::run(&mut build)?;
    let list = command::output(fuzzer().arg("list"))?;
    let mut targets: Vec<String> = list.lines().map(str::to_owned).collect();
    targets.reverse();
    Ok(targets)
}

fn fuzzer() -> Command {
    let mut command = Command::new(crate::target().join("debug").join("fuzz"));
    command.current_dir(crate::root());
    command
}

/// Every commit is fuzzed with inputs of its own, and the same commit always with the same.
fn fuzz_seed() -> String {
    let head = command::output(git().args(["rev-parse", "--short=12", "HEAD"]));
    let number = head.ok().and_then(|hash| u64::from_str_radix(hash.trim(), 16).ok());
    number.unwrap_or(1).to_string()
}

fn git() -> Command {
    let mut command = Command::new("git");
    command.current_dir(crate::root());
    command
}

/// Bans, licences and sources of what we depend on (deny.toml).
fn deny(report: &mut Report) {
    if command::works("cargo-deny", &["--version"]) {
        report.step("cargo deny", || {
            let words = ["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
            command::run(&mut cargo(words))
        });
    } else {
        let reason = "cargo-deny is not installed (cargo install cargo-deny --locked)".to_owned();
        report.skip(Skipped { name: "cargo deny".to_owned(), reason, excused: true });
    }
}

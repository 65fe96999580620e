//! `cargo xtask test`: runs every check and test.
//!
//! Every step runs even if an earlier one failed, as long as its inputs exist. Steps that do not
//! need cargo run in parallel with the builds, and steps that mostly wait run in parallel with
//! those that compute: the fuzz targets use the time in which tests wait for engines and processes.
//!
//! A test that cannot run reports this by appending a line `name: reason` to the file given by
//! `LEADQ_SKIPPED_FILE`; with `CI=true` such a line fails the run.

use std::thread;

use crate::Result;
use crate::command::{self, cargo};
use crate::fuzzing::{Fuzzing, GATE_SECONDS};
use crate::pool::{self, Job, Need};
use crate::report::{Report, Skipped};
use crate::test_binaries::{self, ALL_ENGINES, Tally, TestBinary};

/// The minimum number of concurrent parts; one of two mostly waits.
const AT_ONCE_MIN: usize = 2;

/// Runs every step and prints the table; fails when any step failed.
pub(crate) fn run() -> Result<()> {
    let on_test_machine = std::env::var("CI").is_ok_and(|value| value == "true");
    let report = Report::begin();
    report.step("the machine", crate::machine::prepare);
    let engines = crate::engines::idle();
    let mut built = None;
    thread::scope(|scope| {
        scope.spawn(|| report.beside("cargo fmt", format));
        scope.spawn(|| start_engines(&report, &engines, on_test_machine));
        scope.spawn(|| {
            deny(&report);
            crate::web::check(&report);
        });
        report.step("cargo clippy", clippy);
        report.step("cargo build", || {
            built = Some(test_binaries::build(&ALL_ENGINES)?);
            Ok(())
        });
    });
    match built {
        Some(binaries) => {
            // The engines are stopped below even when this fails.
            if let Err(error) = run_built(&report, &binaries) {
                report.step("tests and fuzz targets", || Err(error));
            }
        }
        None => {
            report.beside("the default build", default_build);
            let reason = "cargo build failed".to_owned();
            let name = "tests, fuzz, the product".to_owned();
            report.skip(Skipped { name, reason, excused: false });
        }
    }
    report.step("the engines stop", || crate::engines::down(&engines));
    report.step("tidy", crate::tidy::run);
    let (summary, well) = report.summary(on_test_machine);
    print!("{summary}");
    if well { Ok(()) } else { Err("some steps failed; see the table above".into()) }
}

fn format() -> Result<()> {
    command::run(&mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    let mut clippy = cargo(["clippy", "--workspace", "--all-targets"]);
    // Tests that take too long for the gate are still linted.
    clippy.args(ALL_ENGINES).args(["--features", "hardship", "--", "-D", "warnings"]);
    command::run(&mut clippy)
}

/// Checks the build of a user, without the features that the other steps enable and the libraries
/// that only tests use.
fn default_build() -> Result<()> {
    command::run(&mut cargo(["clippy", "--package", "leadq", "--", "-D", "warnings"]))
}

/// Starts the engines of a cluster. If they cannot be started, their tests are skipped, except on a
/// test machine.
fn start_engines(report: &Report, engines: &[String], on_test_machine: bool) {
    report.beside("the engines", || {
        let started = crate::engines::up_apart(engines);
        if let (Err(error), false) = (&started, on_test_machine) {
            let reason = error.to_string();
            report.skip(Skipped { name: "the engines".to_owned(), reason, excused: true });
            return Ok(());
        }
        started
    });
}

/// Runs all test binaries and fuzz targets. The longest and those that mostly wait start first, so
/// that the others can run in parallel.
fn run_built(report: &Report, binaries: &[TestBinary]) -> Result<()> {
    let tally = Tally::begin()?;
    let fuzzing = Fuzzing::new(GATE_SECONDS);

    let mut jobs = test_jobs(report, binaries, &tally);
    jobs.push(Job::new(&[Need::Build], || report.beside("the default build", default_build)));
    jobs.push(Job::new(&[], || crate::web::check_product(report)));
    match Fuzzing::targets() {
        Ok(targets) => {
            for target in targets {
                let fuzzing = &fuzzing;
                jobs.push(Job::new(&[], move || fuzzing.run(report, &target)));
            }
        }
        Err(error) => report.beside("fuzz", || Err(error)),
    }
    pool::run(jobs, test_binaries::cores().max(AT_ONCE_MIN));

    println!("\n{}", fuzzing.said());
    tally.report(report)
}

/// Creates a job for every test binary: first the one that kills engines, then those without
/// engines, then those that must wait for the first anyway.
fn test_jobs<'a>(report: &'a Report, binaries: &'a [TestBinary], tally: &'a Tally) -> Vec<Job<'a>> {
    let mut binaries: Vec<&TestBinary> = binaries.iter().collect();
    binaries.sort_by_key(|binary| (!binary.kills_engines(), binary.uses_engines()));
    let job = |binary: &'a TestBinary| {
        let needs: &[Need] = match (binary.kills_engines(), binary.uses_engines()) {
            (true, _) => &[Need::Engines, Need::Build],
            (false, true) => &[Need::Engines],
            (false, false) => &[],
        };
        Job::new(needs, move || {
            let name = format!("test {}", binary.name());
            report.part(&name, "", |counts| binary.run(&[], &[], tally, counts));
        })
    };
    binaries.into_iter().map(job).collect()
}

/// Checks bans, licences and sources of the dependencies (deny.toml).
fn deny(report: &Report) {
    if command::works("cargo-deny", &["--version"]) {
        report.beside("cargo deny", || {
            let args = ["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
            command::run(&mut cargo(args))
        });
    } else {
        let reason = "cargo-deny is not installed (cargo install cargo-deny --locked)".to_owned();
        report.skip(Skipped { name: "cargo deny".to_owned(), reason, excused: true });
    }
}

//! `cargo xtask soak [--seconds N] [--kills N] [--cluster-kills N]`: the tests that take too long
//! for every commit: long fuzzing, long runs of kills, outages of a minute, and the canonical hash
//! of a recorded fortnight.
//!
//! One part runs at a time, except for the fuzz targets, because kills and outages depend on
//! timing. Nothing may be skipped.

use std::process::Command;

use crate::Result;
use crate::command;
use crate::fuzzing::Fuzzing;
use crate::pool::{self, Job};
use crate::report::Report;
use crate::test_binaries::{self, Tally, TestBinary};

/// All features, including the tests that take minutes each.
const FEATURES: [&str; 2] = ["--features", "kafka,postgres,hardship"];

/// The raw segments of a demonstration of fourteen days, the day of the computation, and the hash
/// of its results. An intended change of the results requires a new recording.
const RECORDED: &str = "fixtures/recorded/demo_14_days.warc.gz";
const RECORDED_DAY: &str = "2026-12-12";
const RECORDED_HASH: &str = "a17405d6b7032666cd457375c9534aeb7815c06b3772d0b9532a15c74cbe3dde";

/// The lengths of the parts.
#[derive(Debug, PartialEq, Eq)]
struct Lengths {
    /// Seconds of each fuzz target.
    seconds: u64,
    /// Kills of the embedded program.
    kills: u64,
    /// Kills of workers, server, intake, broker and database.
    cluster_kills: u64,
}

impl Lengths {
    fn read(args: &[String]) -> Result<Self> {
        let mut lengths = Self { seconds: 600, kills: 300, cluster_kills: 40 };
        let mut args = args.iter();
        while let Some(option) = args.next() {
            let length = match option.as_str() {
                "--seconds" => &mut lengths.seconds,
                "--kills" => &mut lengths.kills,
                "--cluster-kills" => &mut lengths.cluster_kills,
                _ => return Err(format!("unknown option {option}; see cargo xtask help").into()),
            };
            let value = args.next().ok_or_else(|| format!("{option} needs a number"))?;
            *length = value.parse().map_err(|error| format!("{option} {value}: {error}"))?;
        }
        Ok(lengths)
    }
}

/// Runs every part and prints the table; fails when any part failed or was skipped.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let lengths = Lengths::read(args)?;
    let report = Report::begin();
    report.step("the machine", crate::machine::prepare);
    let mut built = Vec::new();
    report.step("cargo build", || {
        built = test_binaries::build(&FEATURES)?;
        Ok(())
    });
    if !built.is_empty() {
        report.beside("the recorded hash", recorded_hash);
        fuzz(&report, lengths.seconds);
        let engines = crate::engines::idle();
        report.step("the engines", || crate::engines::up_apart(&engines));
        let tally = Tally::begin()?;
        tests(&report, &built, &lengths, &tally);
        tally.report(&report)?;
        report.step("the engines stop", || crate::engines::down(&engines));
    }
    let (summary, well) = report.summary(true);
    print!("{summary}");
    if well { Ok(()) } else { Err("some steps failed; see the table above".into()) }
}

fn tests(report: &Report, built: &[TestBinary], lengths: &Lengths, tally: &Tally) {
    let part = |name: &str, filter: &str, settings: &[(&str, String)]| {
        report.part(name, "", |counts| {
            let binary = built.iter().find(|binary| binary.kills_engines());
            let binary = binary.ok_or("the tests that kill engines were not built")?;
            let args = [filter, "--nocapture", "--test-threads", "1"];
            binary.run(&args, settings, tally, counts)?;
            if counts.passed == 0 {
                Err(format!("no test matches {filter}").into())
            } else {
                Ok(())
            }
        });
    };
    let kills = [("LEADQ_KILL_CYCLES", lengths.kills.to_string())];
    part("kills", "kill9::killed_at_any_moment_and_unharmed", &kills);
    let kills = [("LEADQ_KILL_CLUSTER_CYCLES", lengths.cluster_kills.to_string())];
    part("kills of a cluster", "kill_cluster::", &kills);
    part("hardship", "hardship::", &[]);
}

fn fuzz(report: &Report, seconds: u64) {
    let targets = match Fuzzing::targets() {
        Ok(targets) => targets,
        Err(error) => return report.beside("fuzz", || Err(error)),
    };
    let fuzzing = Fuzzing::new(seconds);
    let job = |target: String| {
        let fuzzing = &fuzzing;
        Job::new(&[], move || fuzzing.run(report, &target))
    };
    pool::run(targets.into_iter().map(job).collect(), test_binaries::cores());
    println!("\n{}", fuzzing.said());
}

fn recorded_hash() -> Result<()> {
    let mut bench = Command::new(crate::target().join("debug").join("leadq-bench"));
    bench.current_dir(crate::root()).args(["hash", "--day", RECORDED_DAY, RECORDED]);
    let output = command::output(&mut bench)?;
    command::say(output.trim_end());
    compare(&output)
}

/// Compares the output of the bench with the recorded hash.
fn compare(output: &str) -> Result<()> {
    if output.contains(RECORDED_HASH) {
        return Ok(());
    }
    Err(format!("{RECORDED} no longer has the hash {RECORDED_HASH}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_defaults_and_are_set_by_words() {
        let read = |args: &[&str]| {
            Lengths::read(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
        };
        let expected = Lengths { seconds: 600, kills: 300, cluster_kills: 40 };
        assert_eq!(read(&[]).unwrap(), expected);
        let expected = Lengths { seconds: 5, kills: 20, cluster_kills: 3 };
        let args = ["--kills", "20", "--seconds", "5", "--cluster-kills", "3"];
        assert_eq!(read(&args).unwrap(), expected);
        for invalid in [&["--seconds"][..], &["--seconds", "x"], &["--hours", "1"]] {
            assert!(read(invalid).is_err(), "{invalid:?}");
        }
    }

    #[test]
    fn another_hash_is_an_error() {
        assert!(compare(&format!("{{\"hash\": \"{RECORDED_HASH}\"}}")).is_ok());
        assert!(compare("{\"hash\": \"0\"}").is_err());
        assert!(crate::root().join(RECORDED).is_file());
    }
}

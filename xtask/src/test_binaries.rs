//! Builds everything that is tested, once, and runs the test binaries.
//!
//! A single build makes the tests, the program, the bench and the fuzzer, because separate builds
//! enable different features of the libraries and each would compile half of the workspace again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use crate::Result;
use crate::command::{self, cargo};
use crate::report::{Counts, Report, Skipped};
use crate::tests_output;

/// The features of the gate. The default build without them is checked separately.
pub(crate) const ALL_ENGINES: [&str; 2] = ["--features", "kafka,postgres"];

/// The workspace crates that are fuzzed, hold the words they look up, or do the fuzzing.
const FUZZED: [&str; 10] =
    ["model", "lexicon", "codings", "net", "store", "ingest", "clean", "resolve", "detect", "fuzz"];

/// The name of the test binary that kills engines.
const KILLS_ENGINES: &str = "leadq it";

/// The numbers of skipped and ignored tests.
pub(crate) struct Tally {
    skipped_file: PathBuf,
    ignored: AtomicUsize,
}

impl Tally {
    /// Starts with no skipped and no ignored tests.
    pub(crate) fn begin() -> Result<Self> {
        fs::create_dir_all(crate::target())?;
        let skipped_file = crate::target().join("skipped.txt");
        fs::write(&skipped_file, "")?;
        Ok(Self { skipped_file, ignored: AtomicUsize::new(0) })
    }

    /// Reports the skipped and ignored tests.
    pub(crate) fn report(self, report: &Report) -> Result<()> {
        for skipped in tests_output::skips(&fs::read_to_string(&self.skipped_file)?) {
            report.skip(skipped);
        }
        let ignored = self.ignored.into_inner();
        if ignored > 0 {
            let reason = "marked #[ignore]".to_owned();
            report.skip(Skipped { name: format!("{ignored} tests"), reason, excused: false });
        }
        Ok(())
    }
}

/// A test binary.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestBinary {
    /// The folder of its package.
    pub(crate) package: PathBuf,
    /// The name of the target in its package.
    pub(crate) target: String,
    program: PathBuf,
}

impl TestBinary {
    /// Returns its package and target, or one name when both are equal.
    pub(crate) fn name(&self) -> String {
        let package = self.package.file_name().unwrap_or_default().to_string_lossy();
        if *package == *self.target {
            self.target.clone()
        } else {
            format!("{package} {}", self.target)
        }
    }

    /// Returns whether its tests may use the engines of a cluster: its package has a feature for
    /// them.
    pub(crate) fn uses_engines(&self) -> bool {
        let manifest = fs::read_to_string(self.package.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.starts_with("kafka =") || line.starts_with("postgres ="))
    }

    /// Returns whether its tests kill engines, and restart them with `cargo xtask`.
    pub(crate) fn kills_engines(&self) -> bool {
        self.name() == KILLS_ENGINES
    }

    /// Runs its tests as cargo would, or those selected by `words` and `settings`; prints their
    /// output and counts the results.
    ///
    /// # Errors
    /// When a test failed, or the program ended without a test result.
    pub(crate) fn run(
        &self,
        args: &[&str],
        settings: &[(&str, String)],
        tally: &Tally,
        counts: &mut Counts,
    ) -> Result<()> {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.package)
            .env("CARGO_MANIFEST_DIR", &self.package)
            .env("CARGO_MANIFEST_PATH", self.package.join("Cargo.toml"))
            .env("CARGO_PKG_NAME", self.package.file_name().unwrap_or_default())
            .env("LEADQ_SKIPPED_FILE", &tally.skipped_file)
            .env("RUST_TEST_THREADS", self.threads().to_string())
            .args(args)
            .envs(settings.iter().map(|(name, value)| (name, value)));
        let (outcome, text) = command::captured(|| command::run(&mut command));
        let mut results = 0;
        for line in text.lines() {
            command::say(line);
            if let Some(ignored) = tests_output::count(line, counts) {
                results += 1;
                tally.ignored.fetch_add(ignored, Ordering::Relaxed);
            }
        }
        outcome?;
        if results == 0 { Err("it reported no test results".into()) } else { Ok(()) }
    }

    /// Returns the number of threads: the number of cores, and one more if engines are killed,
    /// because one of those tests waits for another and must not block the others.
    fn threads(&self) -> usize {
        cores() + usize::from(self.kills_engines())
    }
}

pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Builds all programs and tests, and returns the test binaries.
///
/// # Errors
/// When a build fails, or a crate has tests that would not be run.
pub(crate) fn build(features: &[&str]) -> Result<Vec<TestBinary>> {
    let mut build = cargo(["build", "--workspace", "--bins", "--tests"]);
    build.args(features).arg("--message-format=json-render-diagnostics");
    // Fuzzed crates are optimised slightly, only here: pages are read six times faster, developers
    // keep fast debug builds, and overflow checks stay on. Ingest reads compressed files byte by
    // byte, which takes ten times as long without the second level.
    for package in FUZZED {
        let level = if package == "ingest" { 2 } else { 1 };
        build.args(["--config", &format!("profile.dev.package.{package}.opt-level={level}")]);
    }
    let mut child = build.stdout(Stdio::piped()).spawn()?;
    let text = child.stdout.take().map(io::read_to_string).transpose()?.unwrap_or_default();
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("cargo build ({status})").into());
    }
    let documented_crates: Vec<&str> = text.lines().filter_map(documented).collect();
    if !documented_crates.is_empty() {
        return Err(format!("set doctest = false in {}", documented_crates.join(", ")).into());
    }
    let binaries: Vec<TestBinary> = text.lines().filter_map(test_binary).collect();
    // The name must exist, because no other test of engines may run in parallel with this binary.
    if binaries.iter().any(TestBinary::kills_engines) {
        Ok(binaries)
    } else {
        Err(format!("cargo built no {KILLS_ENGINES}, only {} other test binaries", binaries.len())
            .into())
    }
}

/// Reads the test binary from a message of cargo.
fn test_binary(message: &str) -> Option<TestBinary> {
    let profile = message.split_once("\"profile\":{")?.1.split_once('}')?.0;
    if !profile.contains("\"test\":true") {
        return None;
    }
    let target = message.split_once("\"target\":{")?.1;
    Some(TestBinary {
        package: Path::new(field(message, "manifest_path")?).parent()?.to_owned(),
        target: field(target, "name")?.to_owned(),
        program: PathBuf::from(field(message, "executable")?),
    })
}

/// Returns the manifest of a workspace crate with doctests enabled; only `cargo test --doc` would
/// run these.
fn documented(message: &str) -> Option<&str> {
    let target = message.split_once("\"target\":{")?.1.split_once('}')?.0;
    let manifest = field(message, "manifest_path")?;
    let is_ours = Path::new(manifest).starts_with(crate::root());
    (is_ours && target.contains("\"doctest\":true")).then_some(manifest)
}

/// Reads a JSON string without escapes, which names and paths of the workspace never need.
fn field<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    message.split_once(&format!("\"{name}\":\""))?.1.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(profile_test: bool, doctest: bool) -> String {
        let manifest = crate::root().join("crates/flow/Cargo.toml");
        format!(
            "{{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///x/flow#0.1.0\",\
             \"manifest_path\":\"{}\",\"target\":{{\"kind\":[\"test\"],\"crate_types\":[\"bin\"],\
             \"name\":\"it\",\"src_path\":\"/x/main.rs\",\"doctest\":{doctest},\"test\":true}},\
             \"profile\":{{\"opt_level\":\"0\",\"test\":{profile_test}}},\"features\":[],\
             \"filenames\":[\"/t/it-1\"],\"executable\":\"/t/it-1\",\"fresh\":true}}",
            manifest.display()
        )
    }

    #[test]
    fn recognises_test_binaries() {
        let binary = test_binary(&message(true, false)).unwrap();
        assert_eq!(binary.name(), "flow it");
        assert_eq!(binary.program, Path::new("/t/it-1"));
        assert!(binary.uses_engines() && !binary.kills_engines());
        assert_eq!(test_binary(&message(false, false)), None);
        assert_eq!(test_binary("{\"reason\":\"build-finished\",\"success\":true}"), None);
    }

    #[test]
    fn examples_in_comments_are_refused() {
        assert_eq!(documented(&message(false, false)), None);
        assert!(documented(&message(false, true)).unwrap().ends_with("crates/flow/Cargo.toml"));
    }

    #[test]
    fn a_program_that_says_nothing_about_its_tests_has_failed() {
        let ran = |program: &str| {
            let package = crate::root().join("xtask");
            let binary = TestBinary { package, target: "it".into(), program: program.into() };
            let mut counts = Counts::default();
            let tally = Tally { skipped_file: "/dev/null".into(), ignored: AtomicUsize::new(0) };
            binary.run(&[], &[], &tally, &mut counts)
        };
        assert!(ran("true").unwrap_err().to_string().contains("no test results"));
        assert!(ran("false").unwrap_err().to_string().contains("exit status"));
    }
}

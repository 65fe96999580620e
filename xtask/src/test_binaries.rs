//! Building everything that is tested, once, and running the test binaries.
//!
//! One build makes the tests, the program, the bench and the fuzzer: of several, each with its own
//! features of the libraries, every one would compile half of the workspace again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use crate::Result;
use crate::command::{self, cargo};
use crate::report::{Counts, Report, Skipped};
use crate::tests_output;

/// The gate builds everything that can be built; that the default build stands without it is checked
/// apart.
pub(crate) const ALL_ENGINES: [&str; 2] = ["--features", "kafka,postgres"];

/// The crates of our own whose code is fuzzed, or that fuzz.
const FUZZED: [&str; 7] = ["model", "store", "ingest", "clean", "resolve", "detect", "fuzz"];

/// The tests that kill engines.
const KILLS_ENGINES: &str = "leadq it";

/// What came of tests beside passing and failing.
pub(crate) struct Tally {
    skipped_file: PathBuf,
    ignored: AtomicUsize,
}

impl Tally {
    /// Begins with nothing skipped and nothing ignored.
    pub(crate) fn begin() -> Result<Self> {
        fs::create_dir_all(crate::target())?;
        let skipped_file = crate::target().join("skipped.txt");
        fs::write(&skipped_file, "")?;
        Ok(Self { skipped_file, ignored: AtomicUsize::new(0) })
    }

    /// Notes what was not tested.
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

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestBinary {
    /// The folder of its package.
    pub(crate) package: PathBuf,
    /// What the package calls it.
    pub(crate) target: String,
    program: PathBuf,
}

impl TestBinary {
    /// Its package and target, or the one word that both are.
    pub(crate) fn name(&self) -> String {
        let package = self.package.file_name().unwrap_or_default().to_string_lossy();
        if *package == *self.target {
            self.target.clone()
        } else {
            format!("{package} {}", self.target)
        }
    }

    /// Whether its tests may use the engines of a cluster: its package has a feature for them.
    pub(crate) fn uses_engines(&self) -> bool {
        let manifest = fs::read_to_string(self.package.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.starts_with("kafka =") || line.starts_with("postgres ="))
    }

    /// Whether its tests kill engines, and have `cargo xtask` start them again.
    pub(crate) fn kills_engines(&self) -> bool {
        self.name() == KILLS_ENGINES
    }

    /// Runs its tests as cargo would, or those that `words` and `settings` name; prints what they print,
    /// and counts.
    ///
    /// # Errors
    /// When a test failed, or the program ended without saying how its tests went.
    pub(crate) fn run(
        &self,
        words: &[&str],
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
            .args(words)
            .envs(settings.iter().map(|(name, value)| (name, value)));
        let (outcome, text) = command::captured(|| command::run(&mut command));
        let mut results = 0;
        for line in text.lines() {
            command::say(line);
            if let Some(found) = tests_output::count(line, counts) {
                results += 1;
                tally.ignored.fetch_add(found, Ordering::Relaxed);
            }
        }
        outcome?;
        if results == 0 { Err("it said nothing about its tests".into()) } else { Ok(()) }
    }

    /// One more than cores where engines are killed: of those tests one waits for the other, and
    /// whoever waits must not keep the rest from running.
    fn threads(&self) -> usize {
        cores() + usize::from(self.kills_engines())
    }
}

pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Builds every program and every test, and returns the latter.
///
/// # Errors
/// When something cannot be built, or has tests that would not be run.
pub(crate) fn build(features: &[&str]) -> Result<Vec<TestBinary>> {
    let mut build = cargo(["build", "--workspace", "--bins", "--tests"]);
    build.args(features).arg("--message-format=json-render-diagnostics");
    // What is fuzzed is optimised a little, here only: a page is read six times faster, while developers
    // keep their quick debug builds, and the checks for overflow stay on.
    for package in FUZZED {
        build.args(["--config", &format!("profile.dev.package.{package}.opt-level=1")]);
    }
    let mut child = build.stdout(Stdio::piped()).spawn()?;
    let text = child.stdout.take().map(io::read_to_string).transpose()?.unwrap_or_default();
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("cargo build ({status})").into());
    }
    let undone: Vec<&str> = text.lines().filter_map(documented).collect();
    if !undone.is_empty() {
        return Err(format!("say doctest = false in {}", undone.join(", ")).into());
    }
    let found: Vec<TestBinary> = text.lines().filter_map(test_binary).collect();
    // It must be known, for no other tests of engines may run beside it.
    if found.iter().any(TestBinary::kills_engines) {
        Ok(found)
    } else {
        Err(format!("cargo names no {KILLS_ENGINES}, among {} programs of tests", found.len())
            .into())
    }
}

/// The test binary that a message of cargo tells of.
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

/// The manifest of our own whose examples in comments would have to be run as well, which only
/// `cargo test --doc` does.
fn documented(message: &str) -> Option<&str> {
    let target = message.split_once("\"target\":{")?.1.split_once('}')?.0;
    let manifest = field(message, "manifest_path")?;
    let ours = Path::new(manifest).starts_with(crate::root());
    (ours && target.contains("\"doctest\":true")).then_some(manifest)
}

/// A text in JSON that holds no escapes, as names and paths of ours.
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
    fn test_binaries_are_told_from_other_programs() {
        let found = test_binary(&message(true, false)).unwrap();
        assert_eq!(found.name(), "flow it");
        assert_eq!(found.program, Path::new("/t/it-1"));
        assert!(found.uses_engines() && !found.kills_engines());
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
        assert!(ran("true").unwrap_err().to_string().contains("said nothing"));
        assert!(ran("false").unwrap_err().to_string().contains("exit status"));
    }
}

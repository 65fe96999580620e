//! Runs the built program.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The day of the tour.
pub(crate) const DAY: &str = "2026-11-20";

/// Returns the folder of the workspace, which contains the tour.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The program with a data folder that is deleted after the test.
pub(crate) struct Leadq {
    pub(crate) folder: TempDir,
}

/// The exit code and the output of a run.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Printed {
    /// Parses the output as JSON; the run must have succeeded.
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Leadq {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Creates a data folder with the tour's profile, pages and events.
    pub(crate) fn with_tour() -> Self {
        let leadq = Self::new();
        let init = "leadq init --from fixtures/tour/profile.toml \
                    --accounts fixtures/tour/accounts.csv";
        let ingest = format!(
            "leadq ingest fixtures/tour/pages/*.html fixtures/tour/events.jsonl --observed {DAY}"
        );
        for line in [init, &ingest] {
            let printed = leadq.sh(line, "");
            assert_eq!(printed.code, 0, "{line}: {printed:?}");
        }
        leadq
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command line in the workspace's folder, with `input` on standard input.
    pub(crate) fn sh(&self, line: &str, input: &str) -> Printed {
        let mut shell = shell(line);
        shell.current_dir(root()).env("LEADQ_DATA_DIR", self.data());
        run(shell, input)
    }

    /// Runs a command line in the folder that contains the data folder, with the default settings.
    pub(crate) fn sh_in_folder(&self, line: &str) -> Printed {
        let mut shell = shell(line);
        shell.current_dir(self.folder.path()).env_remove("LEADQ_DATA_DIR");
        run(shell, "")
    }
}

/// Prepares a command line in which `leadq` is the program under test.
fn shell(line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_leadq"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", binary.parent().unwrap().display());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("PATH", path).env_remove("RUST_LOG");
    // As on a terminal of this width; a list in a pipe may have another form.
    shell.env("COLUMNS", "100").env("LEADQ_FORMAT", "table");
    shell
}

fn run(mut shell: Command, input: &str) -> Printed {
    let mut child =
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input has closed the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    printed(child.wait_with_output().unwrap())
}

/// Waits until a condition is true, for at most two minutes.
pub(crate) fn await_true(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the condition did not become true");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Starts `leadq up` with the options, folder and variables of a command, at a free address.
pub(crate) fn start_up(leadq: &mut Command) -> Child {
    leadq.args(["up", "--listen", "127.0.0.1:0"]);
    leadq.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Returns the address in the report of a leadq that it is up.
pub(crate) fn address_in(report: &str) -> &str {
    report.split("http://").nth(1).unwrap().split('/').next().unwrap()
}

/// Waits until a leadq reports that it is up, and returns that line. Its output must be piped.
pub(crate) fn await_up(running: &mut Child) -> String {
    let mut output = BufReader::new(running.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.contains("leadq is up"), "{line:?}");
    // Keeps the pipe open, so that later output has a reader.
    running.stdout = Some(output.into_inner());
    line
}

/// Signals a leadq to stop, and waits for its end.
pub(crate) fn stop(running: &mut Child) {
    let status = Command::new("kill").arg(running.id().to_string()).status().unwrap();
    assert!(status.success());
    assert!(running.wait().unwrap().success(), "it exits with success when signalled");
}

fn printed(output: Output) -> Printed {
    Printed {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

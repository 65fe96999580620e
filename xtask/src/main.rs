//! The project's own commands: `cargo xtask run`, `test`, `tidy`, `notices`.
//!
//! Invariant: the standard library only, so that it builds in seconds on a bare machine and can
//! be trusted to judge everything else.
//!
//! Not here: anything that a user of leadq needs. That is in the `leadq` program.

mod command;
mod gate;
mod machine;
mod notices;
mod report;
mod tests_output;
mod tidy;
mod tour;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

/// What went wrong, in words for the person at the terminal.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
cargo xtask run       build leadq, print the example's leads, start the demonstration
cargo xtask test      pass every check and test there is; the same command runs in CI
cargo xtask tidy      print sizes and dependencies beside their budgets
cargo xtask notices   write the licences of everything in the program to target/THIRD-PARTY.txt
cargo xtask help      print this";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let outcome = match (words.next().as_deref(), words.next()) {
        (Some("run"), None) => tour::run(),
        (Some("test"), None) => gate::run(),
        (Some("tidy"), None) => tidy::run(),
        (Some("notices"), None) => notices::run(),
        (Some("help" | "--help" | "-h") | None, None) => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("no such command; there are:\n{HELP}").into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Where cargo builds: `CARGO_TARGET_DIR`, or `target` in the workspace.
fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

//! The project's own commands: `cargo xtask run`, `test`, `soak`, `engines`, `tidy`, `release`,
//! `notices`.
//!
//! Invariant: only the standard library is used, so that xtask builds in seconds on a bare machine
//! and does not depend on the code that it checks.
//!
//! Not here: anything that a user of leadq needs. That is in the `leadq` program.

mod command;
mod engines;
mod fuzzing;
mod gate;
mod machine;
mod notices;
mod pool;
mod release;
mod report;
mod soak;
mod test_binaries;
mod tests_output;
mod tidy;
mod tour;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

/// A result whose error is a message for the terminal.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
cargo xtask run       build leadq, print the example's leads, start the demonstration
cargo xtask test      run every check and test, as CI does
cargo xtask soak      run the long tests: [--seconds 600] of each fuzz target,
                      [--kills 300] of the program, [--cluster-kills 40] of a cluster's processes
cargo xtask engines   up|down [kafka] [postgres]: start or stop the engines of a cluster
cargo xtask tidy      compare sizes, names and dependencies with their budgets
cargo xtask release   build leadq for release: target/ship/leadq, and its line tables in leadq.debug
cargo xtask notices   write the licences of everything in the program to target/THIRD-PARTY.txt
cargo xtask help      print this help";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (first, rest) =
        args.split_first().map_or(("help", [].as_slice()), |(first, rest)| (first.as_str(), rest));
    let outcome = match (first, rest.first().map(String::as_str)) {
        ("run", None) => tour::run(),
        ("test", None) => gate::run(),
        ("engines", Some("up")) => engines::up(&named(rest)),
        ("engines", Some("down")) => engines::down(&named(rest)),
        ("soak", _) => soak::run(rest),
        ("release", None) => release::run(),
        ("tidy", None) => tidy::run(),
        ("notices", None) => notices::run(),
        ("help" | "--help" | "-h", None) => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown command; the commands are:\n{HELP}").into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the engines named after `up` or `down`, or all engines.
fn named(args: &[String]) -> Vec<String> {
    if args.len() > 1 { args[1..].to_vec() } else { engines::all() }
}

/// Returns the folder of the workspace.
fn root() -> PathBuf {
    // Read from cargo at run time, because a build shared by several clones may come from another
    // one.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Returns the build folder of cargo: `CARGO_TARGET_DIR`, or `target` in the workspace.
fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

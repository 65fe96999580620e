//! The leadq program: it finds out which companies are about to buy, and shows the proof.
//!
//! Invariant: this crate makes no decisions. It parses the arguments, opens the session, calls the
//! crates below, and shows their answers.
//!
//! Not here: reading pages, detecting signals and scoring. See `flow` and the pure crates.

mod cli;
mod commands;
mod config;
mod control;
mod disk;
mod folder;
mod journey;
mod known_values;
mod logging;
mod output;
mod show;
mod toml_input;
mod wiring;

use std::process::ExitCode;

use inquire::InquireError;

use crate::cli::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    folder::create_private_files();
    let cli = match Cli::of_process() {
        Ok(cli) => cli,
        Err(error) => return not_a_command(&error),
    };
    logging::start(cli.common.log);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = match flow::runtime(cores) {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::anyhow!("cannot start: {error}")),
    };
    let output = runtime.block_on(commands::run(cli));
    // A thread that waits for standard input must not keep the process alive.
    runtime.shutdown_background();
    match output.and_then(|output| show::print(&output.text).map(|()| output)) {
        Ok(Output { is_well: true, .. }) => ExitCode::SUCCESS,
        Ok(Output { is_well: false, .. }) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

/// Prints help, the version, or an error in the arguments, and returns the exit code. An error
/// repeats arguments, which a script may have taken from outside.
fn not_a_command(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        show::warn(&show::indented(&error.render().to_string()));
        return ExitCode::from(2);
    }
    // A closed pipe means that the reader has read enough.
    let _ = error.print();
    ExitCode::SUCCESS
}

/// Prints an error and returns its exit code: 2 for a usage error, 1 for everything else. A closed
/// pipe is success without a message, because the reader has read enough.
fn failed(error: &anyhow::Error) -> ExitCode {
    if show::is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    if matches!(
        error.downcast_ref(),
        Some(InquireError::OperationCanceled | InquireError::OperationInterrupted)
    ) {
        show::warn("leadq: cancelled; nothing was changed");
        return ExitCode::FAILURE;
    }
    show::warn(&show::indented(&format!("leadq: {}", show::causes(error))));
    ExitCode::from(if error.is::<config::UsageError>() { 2 } else { 1 })
}

//! `leadq completions` and `leadq man`: their arguments.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::examples;

/// `leadq completions`
#[derive(Debug, Clone, Copy, Args)]
#[command(after_help = examples::COMPLETIONS)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// `leadq man`
#[derive(Debug, Args)]
#[command(after_help = examples::MAN)]
pub(crate) struct ManArgs {
    /// The folder for the pages of all commands; without it the page of leadq is printed
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

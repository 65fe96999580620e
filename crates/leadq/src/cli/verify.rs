//! `leadq verify`: its arguments.

use clap::Args;

use super::examples;

/// `leadq verify`
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(after_help = examples::VERIFY)]
pub(crate) struct VerifyArgs {
    /// Also read every stored byte, and every row that refers to some, to find damage
    #[arg(long)]
    pub(crate) all: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

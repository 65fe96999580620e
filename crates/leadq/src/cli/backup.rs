//! `leadq backup` and `leadq restore`: their arguments.

use std::path::PathBuf;

use clap::Args;

use super::examples;

/// `leadq backup`
#[derive(Debug, Args)]
#[command(after_help = examples::BACKUP)]
pub(crate) struct BackupArgs {
    /// The target: a folder that is empty or does not exist
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq restore`
#[derive(Debug, Args)]
#[command(after_help = examples::RESTORE)]
pub(crate) struct RestoreArgs {
    /// The folder of the backup
    #[arg(value_name = "DIR")]
    pub(crate) backup: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

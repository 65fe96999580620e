//! `leadq reread`: its arguments.

use clap::Args;
use model::Day;

use super::examples;

/// `leadq reread`
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = examples::REREAD)]
pub(crate) struct RereadArgs {
    /// Only pages observed on this day or later
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Day>,
    /// Only pages of one site
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// Only show what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make the changes without asking
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

//! `leadq webhooks`: arguments for the endpoints that signals are sent to.

use clap::{Args, Subcommand};

use super::{ListArgs, examples};

/// `leadq webhooks`
#[derive(Debug, Args)]
#[command(after_help = examples::WEBHOOKS, args_conflicts_with_subcommands = true)]
pub(crate) struct Webhooks {
    #[command(subcommand)]
    pub(crate) command: Option<WebhooksCommand>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The subcommands of `leadq webhooks`.
#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Enable a disabled endpoint again, starting with the messages that were given up
    #[command(after_help = examples::WEBHOOKS)]
    Enable {
        /// The endpoint's URL in the settings, or its id from the list
        #[arg(value_name = "URL|ID")]
        endpoint: String,
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
}

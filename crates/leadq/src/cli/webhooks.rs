//! `leadq webhooks`: what a user can say of the endpoints that signals are sent to.

use clap::{Args, Subcommand};

use super::examples;

/// `leadq webhooks`
#[derive(Debug, Args)]
#[command(after_help = examples::WEBHOOKS, args_conflicts_with_subcommands = true)]
pub(crate) struct Webhooks {
    #[command(subcommand)]
    pub(crate) command: Option<WebhooksCommand>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done about endpoints.
#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Send to a disabled endpoint again, beginning with the messages that were given up
    #[command(after_help = examples::WEBHOOKS)]
    Enable {
        /// Its address in the settings, or its id from the list
        #[arg(value_name = "URL|ID")]
        endpoint: String,
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

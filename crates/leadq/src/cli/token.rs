//! `leadq token`: arguments for the tokens of requests to the server.

use clap::{Args, Subcommand};

use super::{ListArgs, examples};

/// `leadq token`
#[derive(Debug, Args)]
#[command(after_help = examples::TOKEN)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// The subcommands of `leadq token`.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Create a token and print it once; once a token exists, every request needs one
    #[command(after_help = examples::TOKEN)]
    Add {
        /// The user or program that the token is for
        #[arg(value_name = "NAME")]
        name: String,
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// List all tokens: name, creation, last use
    #[command(after_help = examples::TOKEN)]
    List(ListArgs),
    /// Revoke a token: requests with it are refused, and the sessions of browsers that it opened end
    #[command(after_help = examples::TOKEN)]
    Revoke {
        /// The user or program that the token is for
        #[arg(value_name = "NAME")]
        name: String,
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
}

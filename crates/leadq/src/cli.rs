//! The command line: commands, arguments and their help.

mod backup;
mod colour;
mod examples;
mod exit_codes;
mod feedback;
mod init;
mod list;
mod pages;
mod reread;
mod token;
mod verify;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use model::{Day, JudgementId, Timestamp};

pub(crate) use backup::{BackupArgs, RestoreArgs};
pub(crate) use colour::ColourChoice;
pub(crate) use feedback::{FeedbackArgs, OutcomeArg};
pub(crate) use init::{Employees, Init, employees};
pub(crate) use list::ListArgs;
pub(crate) use pages::{CompletionsArgs, ManArgs};
pub(crate) use reread::RereadArgs;
pub(crate) use token::{TokenArgs, TokenCommand};
pub(crate) use verify::VerifyArgs;
pub(crate) use webhooks::{Webhooks, WebhooksCommand};

/// Find out which companies are about to buy, and see the proof.
#[derive(Debug, Parser)]
#[command(
    name = "leadq", version, max_term_width = 100, styles = colour::HELP,
    after_help = examples::LEADQ
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Describes the command line, with the exit codes of every command in its help.
    pub(crate) fn describe() -> clap::Command {
        exit_codes::described(Self::command())
    }

    /// Parses the arguments of this process, and sets the colours of its output.
    ///
    /// # Errors
    ///
    /// What is to be printed in place of a command's output: help, the version, or an error.
    pub(crate) fn of_process() -> Result<Self, clap::Error> {
        // Help and errors are printed before the arguments are known.
        let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
        colour::asked_for(words).set();
        let mut matches = Self::describe().try_get_matches()?;
        let cli = Self::from_arg_matches_mut(&mut matches)?;
        cli.common.color.set();
        Ok(cli)
    }
}

/// The options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct CommonArgs {
    /// The data folder [default: data, or the value in the settings]
    #[arg(long, global = true, env = "LEADQ_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Settings that override the defaults [default: leadq.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print answers only: no progress, no hints
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// The format of the logs on standard error
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) log: LogFormat,
    /// Whether output has colours; NO_COLOR and CLICOLOR=0 mean never
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: ColourChoice,
}

/// The format of logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The commands, in the order in which a user needs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show leadq at work on a simulated business web that it crawls itself
    Demo(DemoArgs),
    /// Describe your products and customers, and the companies you already know
    Init(Init),
    /// Take in pages and events: WARC, saved HTML, JSON lines
    Ingest(IngestArgs),
    /// Follow companies' sites, or list the followed companies
    Watch(WatchArgs),
    /// List the companies to call now, why, and the role to ask for
    Today(TodayArgs),
    /// List the signals at companies, newest first
    Signals(SignalsArgs),
    /// Search signals and pages by words
    Search(SearchArgs),
    /// Show one company: facts, score, signals, evidence
    Lead(LeadArgs),
    /// Explain a company's score: each reason with its evidence
    Why(WhyArgs),
    /// Record the outcome of a lead
    Feedback(FeedbackArgs),
    /// List which names, domains and boards are one company, and why
    Joins(JoinsArgs),
    /// List the records that could not be processed, with their causes
    Dead(DeadArgs),
    /// Read the stored pages again by the rules of this version, and show what would change
    Reread(RereadArgs),
    /// Check every signal's evidence against the stored pages, or everything stored, offline
    Verify(VerifyArgs),
    /// Check settings, data folder and engines, and suggest fixes
    #[command(after_help = examples::DOCTOR)]
    Doctor(ListArgs),
    /// Print the canonical hash: equal for two installations with the same data
    #[command(after_help = examples::HASH)]
    Hash(ListArgs),
    /// Show the amount of data, and the progress of each stage
    #[command(after_help = examples::STATUS)]
    Status(ListArgs),
    /// Back up the data folder as of this moment, also while leadq runs
    Backup(BackupArgs),
    /// Create the data folder from a backup
    Restore(RestoreArgs),
    /// Move to other engines: from one file to a cluster, or back
    MigrateEngine(MigrateEngineArgs),
    /// Run everything, and serve the web app and the HTTP interface, until stopped
    Up(UpArgs),
    /// In a cluster: serve the web app and the HTTP interface, and take in pages and events
    #[command(after_help = examples::CLUSTER)]
    Serve(UpArgs),
    /// In a cluster: process records and jobs; run any number of these
    #[command(after_help = examples::CLUSTER)]
    Work(PartArgs),
    /// In a cluster: follow companies' sites
    #[command(after_help = examples::CLUSTER)]
    Crawl(PartArgs),
    /// Create, list and revoke the tokens for requests to the server
    Token(TokenArgs),
    /// List the endpoints that signals are sent to, with their state, or enable one again
    Webhooks(Webhooks),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArgs),
    /// Print the manual page of leadq, or write the pages of all commands to a folder
    Man(ManArgs),
}

impl Command {
    /// Returns the name of the command, as typed.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Init(_) => "init",
            Self::Ingest(_) => "ingest",
            Self::Watch(_) => "watch",
            Self::Today(_) => "today",
            Self::Signals(_) => "signals",
            Self::Search(_) => "search",
            Self::Lead(_) => "lead",
            Self::Why(_) => "why",
            Self::Feedback(_) => "feedback",
            Self::Joins(_) => "joins",
            Self::Dead(_) => "dead",
            Self::Reread(_) => "reread",
            Self::Verify(_) => "verify",
            Self::Doctor(_) => "doctor",
            Self::Hash(_) => "hash",
            Self::Status(_) => "status",
            Self::Backup(_) => "backup",
            Self::Restore(_) => "restore",
            Self::MigrateEngine(_) => "migrate-engine",
            Self::Up(_) => "up",
            Self::Serve(_) => "serve",
            Self::Work(_) => "work",
            Self::Crawl(_) => "crawl",
            Self::Token(_) => "token",
            Self::Webhooks(_) => "webhooks",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Returns the format of the list that the command prints, if it prints one.
    pub(crate) const fn list_mut(&mut self) -> Option<&mut ListArgs> {
        match self {
            Self::Doctor(list) | Self::Hash(list) | Self::Status(list) => Some(list),
            Self::Today(args) => Some(&mut args.list),
            Self::Search(args) => Some(&mut args.list),
            Self::Watch(args) => Some(&mut args.list),
            Self::Signals(args) => Some(&mut args.list),
            Self::Joins(args) => Some(&mut args.list),
            Self::Dead(args) => Some(&mut args.list),
            Self::Webhooks(args) => Some(&mut args.list),
            Self::Token(TokenArgs { command: TokenCommand::List(list) }) => Some(list),
            _ => None,
        }
    }
}

/// `leadq ingest`
#[derive(Debug, Args)]
#[command(after_help = examples::INGEST)]
pub(crate) struct IngestArgs {
    /// Files or folders; `-` reads JSON lines from standard input. None: process waiting records
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The URL of one saved page
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The time of observation of saved pages, and of events without a time
    #[arg(long, value_name = "TIME")]
    pub(crate) observed: Option<Timestamp>,
    /// Print `ack <raw id>` for each record as soon as it is durable
    #[arg(long, conflicts_with = "json")]
    pub(crate) acks: bool,
    /// Return as soon as everything is durable; a later command processes the records
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq signals`
#[derive(Debug, Args)]
#[command(after_help = examples::SIGNALS, args_conflicts_with_subcommands = true)]
pub(crate) struct SignalsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<SignalsCommand>,
    #[arg(long, value_name = "KIND", help = kinds_help())]
    pub(crate) kind: Option<String>,
    /// Only one company: domain, name or id
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
    /// The maximum number of results
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Compute the answer for a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The subcommands of `leadq signals`.
#[derive(Debug, Subcommand)]
pub(crate) enum SignalsCommand {
    /// Run the examples in the packs
    #[command(after_help = examples::SIGNALS_TEST)]
    Test {
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `leadq search`
#[derive(Debug, Args)]
#[command(after_help = examples::SEARCH)]
pub(crate) struct SearchArgs {
    /// Words that must all occur; "exact phrase", -without, prefix*
    #[arg(value_name = "WORDS", required_unless_present = "rebuild")]
    pub(crate) words: Vec<String>,
    /// Only these: signal, page, or a kind of signal (repeatable, or comma-separated)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only one company: domain, name or id
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
    /// The maximum number of results
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Rebuild the index first; a lost or damaged index is rebuilt automatically
    #[arg(long)]
    pub(crate) rebuild: bool,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// `leadq lead`
#[derive(Debug, Args)]
#[command(after_help = examples::LEAD)]
pub(crate) struct LeadArgs {
    /// The company's domain, name or id
    #[arg(value_name = "COMPANY")]
    pub(crate) company: String,
    /// Compute the answer for a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq why`
#[derive(Debug, Args)]
#[command(after_help = examples::WHY)]
pub(crate) struct WhyArgs {
    /// The company's domain, name or id
    #[arg(value_name = "COMPANY")]
    pub(crate) company: String,
    /// Only one product, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// Compute the answer for a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq today`
#[derive(Debug, Args)]
#[command(after_help = examples::TODAY)]
pub(crate) struct TodayArgs {
    /// Only one product, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// The maximum number of results
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Compute the answer for a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// `leadq joins`
#[derive(Debug, Args)]
#[command(after_help = examples::JOINS, args_conflicts_with_subcommands = true)]
pub(crate) struct JoinsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<JoinsCommand>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The subcommands of `leadq joins`.
#[derive(Debug, Subcommand)]
pub(crate) enum JoinsCommand {
    /// Keep the two apart, regardless of the rules; undo the new judgement to revert this
    #[command(after_help = examples::JOINS_UNDO)]
    Undo {
        /// The join's id
        id: JudgementId,
        /// The reason, in your words
        #[arg(long, value_name = "TEXT", default_value = "undone by hand")]
        reason: String,
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `leadq dead`
#[derive(Debug, Args)]
#[command(after_help = examples::DEAD, args_conflicts_with_subcommands = true)]
pub(crate) struct DeadArgs {
    #[command(subcommand)]
    pub(crate) command: Option<DeadCommand>,
    /// The dead letters of one stage: ingest, clean, resolve, detect, score, act
    #[arg(value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The subcommands of `leadq dead`.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadCommand {
    /// Send a stage's dead letters back to its input
    #[command(after_help = examples::DEAD_REDRIVE)]
    Redrive {
        /// The stage
        stage: String,
    },
}

/// `leadq migrate-engine`
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATE_ENGINE)]
pub(crate) struct MigrateEngineArgs {
    /// Settings that name the new engines, which must be empty
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq work` and `leadq crawl`
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PartArgs {
    /// Serve /healthz and /metrics at this address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

/// `leadq up`
#[derive(Debug, Args)]
#[command(after_help = examples::UP)]
pub(crate) struct UpArgs {
    /// The address to listen on; one beyond this machine requires a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
}

/// `leadq watch`
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(crate) struct WatchArgs {
    /// A company's domain, or a URL on its site; without one, the followed companies are listed
    #[arg(value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,
    /// Follow the companies that `leadq init --accounts` has stored
    #[arg(long, conflicts_with_all = ["domains", "stop"])]
    pub(crate) accounts: bool,
    /// Stop following them; earlier observations are kept
    #[arg(long, requires = "domains")]
    pub(crate) stop: bool,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// `leadq demo`
#[derive(Debug, Args)]
#[command(after_help = examples::DEMO)]
pub(crate) struct DemoArgs {
    /// Simulated days that follow the sixty days of history [default: 120]
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u16>,
    /// Run through the days as fast as possible, print what was found, and exit
    #[arg(long)]
    pub(crate) exit: bool,
    /// The seed of the simulated world [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// A folder of template files for the world's texts, in place of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// The length of a simulated day, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) day_seconds: u32,
    /// The address to listen on; one beyond this machine requires a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
}

/// Builds the help of `--kind`, which lists every kind of signal.
fn kinds_help() -> String {
    let kinds = detect::KINDS.map(|kind| kind.name);
    format!("Only one kind: {}", kinds.join(", "))
}

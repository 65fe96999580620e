//! What a user can say.

mod examples;
mod init;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{Day, JudgementId, Timestamp};

pub(crate) use init::{Employees, Init, employees};
pub(crate) use webhooks::{Webhooks, WebhooksCommand};

/// Find out which companies are about to buy, and see the proof.
#[derive(Debug, Parser)]
#[command(name = "leadq", version, max_term_width = 100, after_help = examples::LEADQ)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Where everything is kept [default: data, or what the settings say]
    #[arg(long, global = true, env = "LEADQ_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Settings that lie over the defaults [default: leadq.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print answers only: no progress, no hints
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// How logs are written to the standard error
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) log: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands, in the order in which they are met.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// See it at work: a simulated business web, crawled by leadq itself
    Demo(Demo),
    /// Say what you sell and to whom, and which companies you already know
    Init(Init),
    /// Take in pages and events: WARC, saved HTML, JSON lines
    Ingest(Ingest),
    /// Follow companies' sites, or show whom leadq follows
    Watch(Watch),
    /// The companies to call now, why, and the role to ask for
    Today(Today),
    /// What happened at companies, newest first
    Signals(Signals),
    /// Signals and pages by their words
    Search(Search),
    /// One company: facts, score, signals, evidence
    Lead(Lead),
    /// A company's score explained, each reason with the words behind it
    Why(Why),
    /// Say what became of a lead
    Feedback(Feedback),
    /// Which names, domains and boards are one company, and why
    Joins(Joins),
    /// What could not be processed, with its cause
    Dead(Dead),
    /// Check every signal's evidence against the stored pages, offline
    Verify(Format),
    /// Check settings, data folder and engine, and say what to do
    Doctor(Format),
    /// The canonical hash: equal for two installations that know the same
    Hash(Format),
    /// How much there is, and how far each stage has come
    Status(Format),
    /// Copy the data folder as it is at this moment, also while leadq runs
    Backup(Backup),
    /// Make the data folder from a backup
    Restore(Restore),
    /// Move to other engines: from one file to a cluster, or back
    MigrateEngine(MigrateEngine),
    /// Run everything and serve the web app and the interface for programs, until stopped
    Up(Up),
    /// In a cluster: serve the web app and the interface for programs, and take in
    #[command(after_help = examples::CLUSTER)]
    Serve(Up),
    /// In a cluster: work on what was taken in; any number of these
    #[command(after_help = examples::CLUSTER)]
    Work(Part),
    /// In a cluster: follow companies' sites
    #[command(after_help = examples::CLUSTER)]
    Crawl(Part),
    /// Who may ask the server: make, list and revoke tokens
    Token(Token),
    /// How the endpoints are doing that signals are sent to, and enabling one again
    Webhooks(Webhooks),
}

impl Command {
    /// The word a user types for it.
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
        }
    }
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(after_help = examples::FORMAT)]
pub(crate) struct Format {
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq ingest`
#[derive(Debug, Args)]
#[command(after_help = examples::INGEST)]
pub(crate) struct Ingest {
    /// Files, and folders of them; `-` is JSON lines on the standard input. None: finish what waits
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The address of one saved page
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// When saved pages, and events without a time, were observed
    #[arg(long, value_name = "TIME")]
    pub(crate) observed: Option<Timestamp>,
    /// Print `ack <raw id>` for each record as soon as it is durable
    #[arg(long, conflicts_with = "json")]
    pub(crate) acks: bool,
    /// Return when everything is durable; a later command finishes the journey
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq signals`
#[derive(Debug, Args)]
#[command(after_help = examples::SIGNALS, args_conflicts_with_subcommands = true)]
pub(crate) struct Signals {
    #[command(subcommand)]
    pub(crate) command: Option<SignalsCommand>,
    #[arg(long, value_name = "KIND", help = kinds_help())]
    pub(crate) kind: Option<String>,
    /// At one company: domain, name or id
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// As it reads on a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What else can be done about signals.
#[derive(Debug, Subcommand)]
pub(crate) enum SignalsCommand {
    /// Run the examples that come with the packs
    Test(Format),
}

/// `leadq search`
#[derive(Debug, Args)]
#[command(after_help = examples::SEARCH)]
pub(crate) struct Search {
    /// Words that must all be there; "in this order", -without, begin*
    #[arg(value_name = "WORDS", required_unless_present = "rebuild")]
    pub(crate) words: Vec<String>,
    /// Only these: signal, page, or a kind of signal (several times, or with commas)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// At one company: domain, name or id
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Build the index anew first; it does so by itself when it is lost or damaged
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq lead`
#[derive(Debug, Args)]
#[command(after_help = examples::LEAD)]
pub(crate) struct Lead {
    /// Domain, name or id
    #[arg(value_name = "COMPANY")]
    pub(crate) company: String,
    /// As it reads on a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq why`
#[derive(Debug, Args)]
#[command(after_help = examples::WHY)]
pub(crate) struct Why {
    /// Domain, name or id
    #[arg(value_name = "COMPANY")]
    pub(crate) company: String,
    /// For one product, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// As it reads on a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq today`
#[derive(Debug, Args)]
#[command(after_help = examples::TODAY)]
pub(crate) struct Today {
    /// For one product, by its id
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// As it reads on a day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Day>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What became of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Outcome {
    /// A deal was won.
    Won,
    /// A deal was lost.
    Lost,
    /// Not worth a call.
    Ignore,
}

/// `leadq feedback`
#[derive(Debug, Args)]
#[command(after_help = examples::FEEDBACK)]
pub(crate) struct Feedback {
    /// A signal's id, or a company: then its strongest signal is meant
    #[arg(value_name = "SIGNAL|COMPANY")]
    pub(crate) target: String,
    /// What became of it
    #[arg(value_enum, required_unless_present = "undo")]
    pub(crate) outcome: Option<Outcome>,
    /// Why, in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    /// What the deal was worth, in your currency
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) value: Option<f64>,
    /// Take the last word on it back
    #[arg(long, conflicts_with_all = ["outcome", "value"])]
    pub(crate) undo: bool,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq joins`
#[derive(Debug, Args)]
#[command(after_help = examples::JOINS, args_conflicts_with_subcommands = true)]
pub(crate) struct Joins {
    #[command(subcommand)]
    pub(crate) command: Option<JoinsCommand>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done about joins.
#[derive(Debug, Subcommand)]
pub(crate) enum JoinsCommand {
    /// Hold the two apart, whatever the rules say; undoing that takes it back
    Undo {
        /// The join's id
        id: JudgementId,
        /// Why, in your words
        #[arg(long, value_name = "TEXT", default_value = "undone by hand")]
        reason: String,
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// `leadq dead`
#[derive(Debug, Args)]
#[command(after_help = examples::DEAD, args_conflicts_with_subcommands = true)]
pub(crate) struct Dead {
    #[command(subcommand)]
    pub(crate) command: Option<DeadCommand>,
    /// The letters of one stage: ingest, clean, resolve, detect, score, act
    #[arg(value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done about dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadCommand {
    /// Send a stage's letters back to its input
    Redrive {
        /// The stage
        stage: String,
    },
}

/// `leadq backup`
#[derive(Debug, Args)]
#[command(after_help = examples::BACKUP)]
pub(crate) struct Backup {
    /// Where to: a folder that is empty or does not exist
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq restore`
#[derive(Debug, Args)]
#[command(after_help = examples::RESTORE)]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "DIR")]
    pub(crate) backup: PathBuf,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq migrate-engine`
#[derive(Debug, Args)]
#[command(after_help = examples::MIGRATE_ENGINE)]
pub(crate) struct MigrateEngine {
    /// Settings that name the new engines, which must be empty
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq work` and `leadq crawl`
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Part {
    /// Answer /healthz and /metrics at this address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

/// `leadq up`
#[derive(Debug, Args)]
#[command(after_help = examples::UP)]
pub(crate) struct Up {
    /// Where to listen. Beyond this machine only once a token exists
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
}

/// `leadq token`
#[derive(Debug, Args)]
#[command(after_help = examples::TOKEN)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// What can be done about tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it, once. From the first on, nobody asks without one
    #[command(after_help = examples::TOKEN)]
    Add {
        /// Who or what it is for
        #[arg(value_name = "NAME")]
        name: String,
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Every token: for whom, since when, last used
    List(Format),
    /// Make a token open nothing from now on
    #[command(after_help = examples::TOKEN)]
    Revoke {
        /// Who or what it is for
        #[arg(value_name = "NAME")]
        name: String,
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// `leadq watch`
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(crate) struct Watch {
    /// A company's domain, or an address on its site; without one, whom leadq follows is shown
    #[arg(value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,
    /// Follow them no longer; what was seen stays
    #[arg(long, requires = "domains")]
    pub(crate) stop: bool,
    /// Answer as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `leadq demo`
#[derive(Debug, Args)]
#[command(after_help = examples::DEMO)]
pub(crate) struct Demo {
    /// Simulated days after the sixty that lie behind [default: 120]
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u16>,
    /// Run through the days as fast as leadq can, print what was found, and end
    #[arg(long)]
    pub(crate) exit: bool,
    /// Another seed is another world [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Texts of the world from the template files of a folder, in place of those that come along
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// Seconds that a simulated day takes
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) day_seconds: u32,
    /// Where to listen. Beyond this machine only once a token exists
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
}

/// Returns the help of `--kind`, with every kind of signal there is.
fn kinds_help() -> String {
    let kinds = detect::KINDS.map(|kind| kind.name);
    format!("Of one kind: {}", kinds.join(", "))
}

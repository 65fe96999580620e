//! THE list of commands, with every option they take.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use model::Day;

/// Measures leadq. Figures are one JSON object on standard output.
#[derive(Debug, Parser)]
#[command(name = "leadq-bench", version)]
pub(crate) struct Bench {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// How fast.
    #[command(subcommand)]
    Speed(Speed),
    /// How right.
    #[command(subcommand)]
    Quality(Quality),
    /// Damages stored evidence at random, and counts what `verify` notices.
    Verify(VerifyOrder),
    /// The canonical hash of files under a fixed key and on a fixed day: two versions of leadq
    /// compute the same when it is the same.
    Hash(HashOrder),
    /// One measured part, in a process of its own.
    #[command(subcommand, hide = true)]
    Part(Part),
}

/// How fast.
#[derive(Debug, Subcommand)]
pub(crate) enum Speed {
    /// The whole durable journey beside `clean` alone, on the same pages and threads.
    Pipeline(PipelineOrder),
    /// An event's time, the more companies are known.
    Companies(CompaniesOrder),
    /// Processor time of a page on a cluster, beside the embedded engines.
    Cluster(ClusterOrder),
}

/// How right.
#[derive(Debug, Subcommand)]
pub(crate) enum Quality {
    /// Signals and claims beside labelled quotes.
    Signals(SignalsOrder),
    /// Signals of the simulated web beside its truth.
    World(WorldOrder),
}

/// Parts of `speed pipeline`, each run in a process of its own so that its memory is its own.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// Reading pages, one thread a file.
    Clean(CleanOrder),
    /// The whole journey into a fresh data folder.
    Journey(JourneyOrder),
}

/// `speed pipeline`.
#[derive(Debug, Args)]
pub(crate) struct PipelineOrder {
    /// A WARC file, or a folder of them, whose pages are varied; without it pages are made up.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Distinct pages to make.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) pages: usize,
    /// What the made words depend on.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// No tables for people.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `speed companies`.
#[derive(Debug, Args)]
pub(crate) struct CompaniesOrder {
    /// How many companies are known (several times, or with commas).
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    pub(crate) known: Vec<usize>,
    /// An empty PostgreSQL database, in a build with it; a file of its own without.
    #[arg(long, value_name = "URL")]
    pub(crate) db: Option<String>,
    /// No words for people.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `speed cluster`.
#[derive(Debug, Args)]
pub(crate) struct ClusterOrder {
    /// The program, built with the engines of a cluster.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) leadq: PathBuf,
    /// Settings that name an empty database and new topics; one file for each run.
    #[arg(long, value_name = "FILE", value_delimiter = ',', required = true)]
    pub(crate) config: Vec<PathBuf>,
    /// Workers of each run.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    pub(crate) workers: Vec<usize>,
    /// Processes of the engines, whose time is counted with that of all they have started.
    #[arg(long, value_name = "PID", value_delimiter = ',')]
    pub(crate) engines: Vec<u32>,
    /// A WARC file, or a folder of them, whose pages are varied; without it pages are made up.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Distinct pages to make.
    #[arg(long, default_value_t = 4_000)]
    pub(crate) pages: usize,
    /// No words for people.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `quality signals`.
#[derive(Debug, Args)]
pub(crate) struct SignalsOrder {
    /// Folder with events.jsonl, negatives.jsonl and the pages they name.
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// No tables for people.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print every quote that was found, missed or wrongly found, with the reason.
    #[arg(long)]
    pub(crate) show: bool,
}

/// `quality world`.
#[derive(Debug, Args)]
pub(crate) struct WorldOrder {
    /// Seeds of the worlds; what they show is pooled (several times, or with commas).
    #[arg(long, value_delimiter = ',', default_value = "1")]
    pub(crate) seed: Vec<u64>,
    /// Simulated days after the sixty that lie behind.
    #[arg(long, default_value_t = 60)]
    pub(crate) days: u16,
    /// Other templates than those that come with leadq.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// No tables for people.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print every event that was missed and every signal that is wrong.
    #[arg(long)]
    pub(crate) show: bool,
}

/// `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyOrder {
    /// How often something is damaged.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) corrupt: usize,
    /// A WARC file, or a folder of them; without it pages are made up.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// What is damaged depends on it.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// No words for people.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `hash`.
#[derive(Debug, Args)]
pub(crate) struct HashOrder {
    /// The day on which everything is computed, and on which pages without a date were observed.
    #[arg(long, default_value = "2026-11-20")]
    pub(crate) day: Day,
    /// A profile file, as for `leadq init --from`; without it a product that fits anybody.
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// A list of known companies, as for `leadq init --accounts`.
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// WARC files, saved pages, JSON lines, or folders of them.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// `part clean`.
#[derive(Debug, Args)]
pub(crate) struct CleanOrder {
    /// The files with the pages.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// `part journey`.
#[derive(Debug, Args)]
pub(crate) struct JourneyOrder {
    /// Folder for the data; must be empty.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// Threads to work on.
    #[arg(long)]
    pub(crate) threads: usize,
    /// Pages to take from each file.
    #[arg(long)]
    pub(crate) pages_per_file: usize,
    /// The files with the pages.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

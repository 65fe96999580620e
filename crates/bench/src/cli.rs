//! The single list of commands, with all their options.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use model::Day;

/// Measures leadq. Figures are one JSON object on standard output.
#[derive(Debug, Parser)]
#[command(name = "leadq-bench", version)]
pub(crate) struct Bench {
    #[command(subcommand)]
    pub(crate) command: Benchmark,
}

/// The measurements.
#[derive(Debug, Subcommand)]
pub(crate) enum Benchmark {
    /// Measures the speed.
    #[command(subcommand)]
    Speed(Speed),
    /// Measures the accuracy.
    #[command(subcommand)]
    Quality(Quality),
    /// Damages stored evidence at random and counts the damages that `verify` detects.
    Verify(VerifyArgs),
    /// Computes the canonical hash of the results on files, under a fixed key and on a fixed day.
    /// Two versions of leadq compute the same when their hashes are equal.
    Hash(HashArgs),
    /// Runs one measured part in a process of its own.
    #[command(subcommand, hide = true)]
    Part(PipelinePart),
}

/// Measurements of speed.
#[derive(Debug, Subcommand)]
pub(crate) enum Speed {
    /// Compares the whole durable journey with `clean` alone, on the same pages and threads.
    Pipeline(PipelineArgs),
    /// Measures the time per event as the number of known companies grows.
    Companies(CompaniesArgs),
    /// Compares the processor time per page on a cluster with that on the embedded engines.
    Cluster(ClusterArgs),
    /// Measures small events: acknowledgements, and the whole journey.
    Events(EventsArgs),
    /// Measures the responses of a running leadq while idle connections, unread streams and slow
    /// bodies occupy it.
    Connections(ConnectionsArgs),
    /// Measures the lists and the search of a running server with many companies.
    Lists(ListsArgs),
}

/// Measurements of accuracy.
#[derive(Debug, Subcommand)]
pub(crate) enum Quality {
    /// Compares signals and claims with labelled quotes.
    Signals(SignalQualityArgs),
    /// Compares the signals of the simulated web with its ground truth.
    World(WorldQualityArgs),
}

/// Parts of `speed pipeline`, each run in a process of its own so that its memory is measured
/// alone.
#[derive(Debug, Subcommand)]
pub(crate) enum PipelinePart {
    /// Cleans pages, one thread per file.
    Clean(CleanArgs),
    /// Runs the whole journey into a new data folder.
    Journey(JourneyArgs),
}

/// Options of `speed pipeline`.
#[derive(Debug, Args)]
pub(crate) struct PipelineArgs {
    /// A WARC file, or a folder of them, whose pages are varied; without it pages are generated.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The number of distinct pages to generate.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) pages: usize,
    /// The seed of the generated words.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Suppress the tables on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `speed companies`.
#[derive(Debug, Args)]
pub(crate) struct CompaniesArgs {
    /// The numbers of known companies at which to measure (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    pub(crate) known: Vec<usize>,
    /// An empty PostgreSQL database (in a build with PostgreSQL); without it an SQLite file.
    #[arg(long, value_name = "URL")]
    pub(crate) db: Option<String>,
    /// Suppress the progress on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `speed lists`.
#[derive(Debug, Args)]
pub(crate) struct ListsArgs {
    /// The leadq program, in a release build of the same version.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) leadq: PathBuf,
    /// The number of companies.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) companies: usize,
    /// The number of clients that send requests at the same time.
    #[arg(long, default_value_t = 8)]
    pub(crate) clients: usize,
    /// The number of requests of each client to each list.
    #[arg(long, default_value_t = 40)]
    pub(crate) requests: usize,
    /// Suppress the progress on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `speed cluster`.
#[derive(Debug, Args)]
pub(crate) struct ClusterArgs {
    /// The leadq program, built with the engines of a cluster.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) leadq: PathBuf,
    /// Configuration files, one for each run; each must name an empty database and new topics.
    #[arg(long, value_name = "FILE", value_delimiter = ',', required = true)]
    pub(crate) config: Vec<PathBuf>,
    /// The number of workers of each run.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    pub(crate) workers: Vec<usize>,
    /// Processes of the engines; their time is counted together with that of their descendants.
    #[arg(long, value_name = "PID", value_delimiter = ',')]
    pub(crate) engines: Vec<u32>,
    /// A WARC file, or a folder of them, whose pages are varied; without it pages are generated.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The number of distinct pages to generate.
    #[arg(long, default_value_t = 4_000)]
    pub(crate) pages: usize,
    /// Suppress the progress on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `speed events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// The leadq programs to compare (repeatable, or separated by commas).
    #[arg(long, value_name = "PROGRAM", value_delimiter = ',', required = true)]
    pub(crate) leadq: Vec<PathBuf>,
    /// The number of events whose whole journey is measured.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) events: usize,
    /// The number of companies that the events are about.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) companies: usize,
    /// Suppress the figures of each program on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `speed connections`.
#[derive(Debug, Args)]
pub(crate) struct ConnectionsArgs {
    /// The loopback address of a running `leadq up`.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) at: SocketAddr,
    /// A token of that leadq, if it has any.
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// The number of connections that send nothing, half a head, or one request.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) idle: usize,
    /// The number of live streams that are not read.
    #[arg(long, default_value_t = 500)]
    pub(crate) streams: usize,
    /// The number of bodies that arrive byte by byte.
    #[arg(long, default_value_t = 64)]
    pub(crate) bodies: usize,
    /// The number of loopback addresses that they come from, beginning with 127.0.0.2.
    #[arg(long, default_value_t = 8)]
    pub(crate) addresses: u8,
    /// The duration of each of both measurements, in seconds.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Suppress the progress on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `quality signals`.
#[derive(Debug, Args)]
pub(crate) struct SignalQualityArgs {
    /// The folder with events.jsonl, negatives.jsonl and the pages that they name.
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Suppress the tables on standard error.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print every quote that was found, missed or wrongly found, with the reason.
    #[arg(long)]
    pub(crate) show: bool,
}

/// Options of `quality world`.
#[derive(Debug, Args)]
pub(crate) struct WorldQualityArgs {
    /// The seeds of the worlds, whose results are pooled (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', default_value = "1")]
    pub(crate) seed: Vec<u64>,
    /// The number of simulated days after the sixty days of history.
    #[arg(long, default_value_t = 60)]
    pub(crate) days: u16,
    /// A folder of templates to use instead of the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// Suppress the tables on standard error.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print every missed event and every wrong signal.
    #[arg(long)]
    pub(crate) show: bool,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The number of damages.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) corrupt: usize,
    /// A WARC file, or a folder of them; without it pages are generated.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The seed of the damages.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Suppress the undetected damages on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `hash`.
#[derive(Debug, Args)]
pub(crate) struct HashArgs {
    /// The day of the computation, and of the observation of pages without a date.
    #[arg(long, default_value = "2026-11-20")]
    pub(crate) day: Day,
    /// A profile file, as for `leadq init --from`; without it a product that fits every company.
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// A list of known companies, as for `leadq init --accounts`.
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// WARC files, saved pages, JSON lines, or folders of them.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// Options of `part clean`.
#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    /// The files with the pages.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// Options of `part journey`.
#[derive(Debug, Args)]
pub(crate) struct JourneyArgs {
    /// The data folder; must be empty.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// The number of threads.
    #[arg(long)]
    pub(crate) threads: usize,
    /// The maximum number of pages to read from each file.
    #[arg(long)]
    pub(crate) pages_per_file: usize,
    /// The files with the pages.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

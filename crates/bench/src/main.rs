//! The workbench: measures the speed and the accuracy of leadq on the real journey.
//!
//! Invariant: standard output is one JSON object of figures; output for people is on standard
//! error. The same data, seed and program give the same figures (times and memory excepted).
//!
//! Not here: any rule of the journey. The measured code is the released code; nothing is tuned to
//! it.

mod cli;
mod hash;
mod journey;
mod quality;
mod random;
mod speed;
mod statistics;
mod synthetic;
mod verify;
mod warc;

use std::process::ExitCode;

use clap::Parser;
use cli::{Bench, Benchmark, PipelinePart, Quality, Speed};

fn main() -> ExitCode {
    match run(Bench::parse().command) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("leadq-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Benchmark) -> anyhow::Result<serde_json::Value> {
    match command {
        Benchmark::Speed(Speed::Pipeline(args)) => speed::pipeline(&args),
        Benchmark::Speed(Speed::Companies(args)) => speed::companies(&args),
        Benchmark::Speed(Speed::Cluster(args)) => speed::cluster(&args),
        Benchmark::Speed(Speed::Events(args)) => speed::events(&args),
        Benchmark::Speed(Speed::Connections(args)) => speed::connections(&args),
        Benchmark::Speed(Speed::Lists(args)) => speed::lists(&args),
        Benchmark::Quality(Quality::Signals(args)) => quality::signals(&args),
        Benchmark::Quality(Quality::World(args)) => quality::world(&args),
        Benchmark::Verify(args) => verify::corrupt(&args),
        Benchmark::Hash(args) => hash::run(&args),
        Benchmark::Part(PipelinePart::Clean(args)) => speed::parts::clean(&args),
        Benchmark::Part(PipelinePart::Journey(args)) => speed::parts::journey(&args),
    }
}

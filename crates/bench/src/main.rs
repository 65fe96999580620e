//! The workbench: measures the speed and the accuracy of leadq on the real journey.
//!
//! Invariant: standard output is one JSON object of figures; output for people is on standard
//! error. The same data, seed and program give the same figures (times and memory excepted).
//!
//! Not here: any rule of the journey. The measured code is the released code; nothing is tuned to
//! it.

mod hash;
mod journey;
mod names;
mod quality;
mod random;
mod speed;
mod statistics;
mod synthetic;
mod verify;
mod warc;

use std::process::ExitCode;

use clap::Parser;
use names::{Bench, Command, Part, Quality, Speed};

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

fn run(command: Command) -> anyhow::Result<serde_json::Value> {
    match command {
        Command::Speed(Speed::Pipeline(order)) => speed::pipeline(&order),
        Command::Speed(Speed::Companies(order)) => speed::companies(&order),
        Command::Speed(Speed::Cluster(order)) => speed::cluster(&order),
        Command::Quality(Quality::Signals(order)) => quality::signals(&order),
        Command::Quality(Quality::World(order)) => quality::world(&order),
        Command::Verify(order) => verify::corrupt(&order),
        Command::Hash(order) => hash::run(&order),
        Command::Part(Part::Clean(order)) => speed::parts::clean(&order),
        Command::Part(Part::Journey(order)) => speed::parts::journey(&order),
    }
}

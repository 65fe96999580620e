//! A mutation fuzzer for the parsers that leadq writes itself, on stable Rust.
//!
//! ```text
//! cargo run -p fuzz -- list                                  list the targets
//! cargo run -p fuzz -- TARGET --seconds 20 [--seed N]        search for a failure
//! cargo run -p fuzz -- TARGET --input FILE                   run one saved input again
//! cargo run -p fuzz -- TARGET --seed N --position P          run one generated input again
//! ```
//!
//! A failure is a panic, an abort (a stack overflow), more than a second per 100 KiB of input, or
//! more than 512 MiB of memory. Invariant: an input depends on the seed number, its position and
//! the seed files only, so every failure can be reproduced.
//!
//! Not here: properties of values (proptest, in each crate) and coverage feedback (it would need
//! a nightly compiler).

mod input;
mod random;
mod seeds;
mod targets;
mod watch;
mod words;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use targets::{TARGETS, Target};

/// A result whose error is a message for the terminal.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A command of the command line.
enum Order {
    List,
    /// Start a worker, watch it, and save the input on which it fails.
    Watch(Search),
    /// Run as the worker.
    Work(Search),
    /// Run one input again.
    Again(&'static Target, Vec<u8>),
}

/// The target, the duration and the seed number of a search.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    pub(crate) target: &'static Target,
    pub(crate) time: Duration,
    pub(crate) seed: u64,
}

fn main() -> ExitCode {
    let outcome = match parse_args(std::env::args().skip(1)) {
        Ok(Order::List) => {
            TARGETS.iter().for_each(|target| println!("{}", target.name));
            Ok(())
        }
        Ok(Order::Watch(search)) => watch::watch(&search),
        Ok(Order::Work(search)) => worker::work(&search),
        Ok(Order::Again(target, input)) => worker::again(target, input),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse_args(mut args: impl Iterator<Item = String>) -> Result<Order> {
    let usage =
        "usage: fuzz list | fuzz TARGET [--seconds S] [--seed N [--position P]] [--input FILE]";
    let name = args.next().ok_or(usage)?;
    if name == "list" {
        return Ok(Order::List);
    }
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.ok_or_else(|| format!("no target {name}; see: fuzz list"))?;
    let (mut seconds, mut seed, mut position, mut work) = (20, 1, None, false);
    while let Some(option) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{option} needs a value"));
        match option.as_str() {
            "--seconds" => seconds = value()?.parse()?,
            "--seed" => seed = value()?.parse()?,
            "--position" => position = Some(value()?.parse()?),
            "--input" => return Ok(Order::Again(target, std::fs::read(value()?)?)),
            "--worker" => work = true,
            _ => return Err(usage.into()),
        }
    }
    if let Some(position) = position {
        let seeds = seeds::of(target.name)?;
        return Ok(Order::Again(target, input::make(seed, position, &seeds, target.words)));
    }
    let search = Search { target, time: Duration::from_secs(seconds), seed };
    Ok(if work { Order::Work(search) } else { Order::Watch(search) })
}

//! Runs the fuzzer that was built with the tests.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Result;
use crate::command;
use crate::report::{Counts, Report};

/// The duration of each target in the gate.
pub(crate) const GATE_SECONDS: u64 = 12;

/// A run of all targets.
pub(crate) struct Fuzzing {
    seconds: u64,
    seed: String,
    inputs: AtomicU64,
}

impl Fuzzing {
    /// Seeds the fuzzer with the current commit: different commits get different inputs, the same
    /// commit always the same.
    pub(crate) fn new(seconds: u64) -> Self {
        let mut git = Command::new("git");
        git.current_dir(crate::root()).args(["rev-parse", "--short=12", "HEAD"]);
        let number = command::output(&mut git).ok();
        let number = number.and_then(|hash| u64::from_str_radix(hash.trim(), 16).ok());
        Self { seconds, seed: number.unwrap_or(1).to_string(), inputs: AtomicU64::new(0) }
    }

    /// Lists the names of the targets.
    pub(crate) fn targets() -> Result<Vec<String>> {
        let list = command::output(fuzzer().arg("list"))?;
        let targets: Vec<String> = list.lines().map(str::to_owned).collect();
        if targets.is_empty() { Err("the fuzzer has no targets".into()) } else { Ok(targets) }
    }

    /// Runs one target as a part of the row "fuzz".
    pub(crate) fn run(&self, report: &Report, target: &str) {
        report.part("fuzz", target, |counts| {
            let outcome = self.search(target);
            let failed = usize::from(outcome.is_err());
            *counts = Counts { passed: 1 - failed, failed };
            outcome
        });
    }

    fn search(&self, target: &str) -> Result<()> {
        let seconds = self.seconds.to_string();
        let args = [target, "--seconds", &seconds, "--seed", &self.seed];
        let (outcome, text) = command::captured(|| command::run(fuzzer().args(args)));
        command::say(text.trim_end());
        self.inputs.fetch_add(inputs(&text), Ordering::Relaxed);
        outcome.map_err(|error| format!("{error}; see the saved input above").into())
    }

    /// Summarises the run. The number of inputs depends on the load of the machine.
    pub(crate) fn said(&self) -> String {
        let (seconds, seed) = (self.seconds, &self.seed);
        let inputs = self.inputs.load(Ordering::Relaxed);
        format!("fuzz: seed {seed}, {seconds} s for each target, {inputs} inputs in all")
    }
}

fn fuzzer() -> Command {
    let mut command = Command::new(crate::target().join("debug").join("fuzz"));
    command.current_dir(crate::root());
    command
}

/// Reads the number of inputs from a target's output: `page: 1234 inputs in 20s, nothing wrong`.
fn inputs(text: &str) -> u64 {
    let number = |line: &str| line.split_once(": ")?.1.split_once(" inputs in ")?.0.parse().ok();
    text.lines().find_map(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_counted() {
        assert_eq!(inputs("noise\npage: 1234 inputs in 20s, nothing wrong\n"), 1234);
        assert_eq!(inputs("page: hangs at seed 1"), 0);
    }
}

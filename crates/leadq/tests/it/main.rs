//! Tests of the built binary, each in a data folder of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod backups;
#[cfg(all(feature = "kafka", feature = "postgres"))]
mod cluster;
mod commands;
mod console;
mod demo;
mod documents;
mod emptied;
mod files;
#[cfg(feature = "hardship")]
mod hardship;
mod hooks;
mod http;
mod init;
mod kill9;
#[cfg(all(feature = "kafka", feature = "postgres"))]
mod kill_cluster;
mod kill_up;
mod layouts;
mod links;
mod markdown;
mod program;
mod scrub;
mod search;
mod shapes;
mod signatures;
mod talk;
mod terminal;
mod upgrade;
mod webhooks;

/// Reports to the gate that a test cannot run on this machine, and why.
fn skipped(test: &str, reason: &str) {
    use std::io::Write as _;
    println!("skipped: {test}: {reason}");
    if let Some(file) = std::env::var_os("LEADQ_SKIPPED_FILE") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(file, "{test}: {reason}").unwrap();
    }
}

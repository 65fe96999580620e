//! `cargo xtask run`: takes a fresh clone to today's leads of the included example, then starts the
//! whole program on a simulated web.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::command::{self, cargo};

/// Files of `fixtures/tour` that are not ingested as pages or events.
const NOT_TAKEN_IN: [&str; 3] = ["profile.toml", "accounts.csv", "date.txt"];

/// Builds the web app and leadq, sets up a new data folder, ingests the example, prints the leads,
/// and starts the demonstration.
pub(crate) fn run() -> Result<()> {
    if let Err(error) = crate::web::build() {
        println!("the web app is not built ({error}); everything else works without it");
    }
    println!("building leadq without optimisation, which is faster and sufficient for a tour");
    command::run(&mut cargo(["build", "--package", "leadq"]))?;

    let tour = Path::new("fixtures/tour");
    let folder = crate::target().join("tour");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let leadq = |args: &[&str], files: &[PathBuf]| {
        println!("\n$ leadq {}", [args, &shown(files)].concat().join(" "));
        let mut command = Command::new(crate::target().join("debug").join("leadq"));
        command.current_dir(crate::root()).arg("--data-dir").arg(&folder);
        command::run(command.args(args).args(files))
    };
    let date = fs::read_to_string(crate::root().join(tour).join("date.txt"))?;
    let mut pages = Vec::new();
    collect(tour, &mut pages)?;
    pages.sort();

    let profile = ["--from", "fixtures/tour/profile.toml"];
    let accounts = ["--accounts", "fixtures/tour/accounts.csv"];
    leadq(&[&["init"][..], &profile, &accounts].concat(), &[])?;
    // A saved page was observed when it was saved, but a clone does not keep file times.
    leadq(&["ingest", "--observed", date.trim()], &pages)?;
    leadq(&["today", "--on", date.trim()], &[])?;
    println!("\nthe data is in {}; try other commands with", folder.display());
    println!("  cargo run -p leadq -- --data-dir {} help", folder.display());

    println!("\n$ leadq demo");
    let mut demo = Command::new(crate::target().join("debug").join("leadq"));
    command::run(demo.current_dir(crate::root()).arg("demo"))
}

/// Collects the pages and events under `folder` (relative to the workspace).
fn collect(folder: &Path, pages: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(crate::root().join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = folder.join(&*name);
        if entry.file_type()?.is_dir() {
            collect(&path, pages)?;
        } else if !NOT_TAKEN_IN.contains(&&*name) && !name.ends_with(".md") {
            pages.push(path);
        }
    }
    Ok(())
}

fn shown(files: &[PathBuf]) -> Vec<&str> {
    files.iter().filter_map(|file| file.to_str()).collect()
}

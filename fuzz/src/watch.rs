//! The watcher: starts a worker, waits, and saves the input that the worker fails on.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Result, Search, input, seeds};

/// The time without output after which a worker counts as hung. It reports slow inputs itself; a
/// hung input never ends.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Runs one search.
///
/// # Errors
/// Returns an error if an input failed, with the failure, the path of the saved input, and the
/// command that reproduces it.
pub(crate) fn watch(search: &Search) -> Result<()> {
    let start = Instant::now();
    let mut worker = Command::new(std::env::current_exe()?)
        .args([search.target.name, "--worker", "--seed", &search.seed.to_string()])
        .args(["--seconds", &search.time.as_secs().to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let (last, hangs) = follow(&mut worker)?;
    let status = worker.wait()?;
    let name = search.target.name;
    if status.success() && !hangs {
        let tried = last.map_or(0, |position| position + 1);
        println!("{name}: {tried} inputs in {:.0?}, nothing wrong", start.elapsed());
        return Ok(());
    }
    let Some(position) = last else { return Err(format!("{name}: {status}").into()) };
    let path = save(search, position)?;
    let failure = if hangs { "hangs".to_owned() } else { status.to_string() };
    let seed = search.seed;
    Err(format!(
        "{name}: {failure} at seed {seed}, position {position}; the input is saved. Run again with\n  \
         cargo run -p fuzz -- {name} --input {}\nor, in any clone of this commit,\n  \
         cargo run -p fuzz -- {name} --seed {seed} --position {position}",
        path.display(),
    )
    .into())
}

/// Returns the last position that the worker printed, and whether it had to be killed.
fn follow(worker: &mut Child) -> Result<(Option<u64>, bool)> {
    let stdout = worker.stdout.take().ok_or("the worker has no output")?;
    let (sender, receiver) = mpsc::sync_channel(1024);
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
            if sender.send(line.parse().ok()).is_err() {
                break;
            }
        }
    });
    let mut last = None;
    loop {
        match receiver.recv_timeout(SILENCE_MAX) {
            Ok(position) => last = position,
            Err(RecvTimeoutError::Disconnected) => return Ok((last, false)),
            Err(RecvTimeoutError::Timeout) => {
                worker.kill()?;
                return Ok((last, true));
            }
        }
    }
}

fn save(search: &Search, position: u64) -> Result<PathBuf> {
    let seeds = seeds::of(search.target.name)?;
    let input = input::make(search.seed, position, &seeds, search.target.words);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crashes");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}-{}-{position}", search.target.name, search.seed));
    fs::write(&path, input)?;
    Ok(path)
}

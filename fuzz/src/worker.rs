//! The worker: runs inputs one after another and prints the position of each before it runs.
//!
//! It does not handle a panic or an overflow: it terminates, and the watcher, which knows the last
//! position, generates the same input again.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use crate::targets::Target;
use crate::{Result, Search, input, seeds};

/// The time allowed for every started 100 KiB.
const TIME_PER_PIECE: Duration = Duration::from_secs(1);
const PIECE_BYTES: usize = 100 * 1024;
/// The memory allowed, in KiB.
const MEMORY_KIB_MAX: u64 = 512 * 1024;
/// The stack size of a tokio worker, because leadq parses pages on one.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Runs inputs until the time is up.
pub(crate) fn work(search: &Search) -> Result<()> {
    let search = *search;
    let seeds = seeds::of(search.target.name)?;
    on_a_small_stack(move || {
        let start = Instant::now();
        let mut out = std::io::stdout().lock();
        for position in 0.. {
            let past_seeds = position >= seeds.len() as u64;
            if past_seeds && start.elapsed() > search.time {
                break;
            }
            let input = input::make(search.seed, position, &seeds, search.target.words);
            writeln!(out, "{position}").map_err(|error| error.to_string())?;
            check(search.target, &input)?;
        }
        Ok(())
    })
}

/// Runs one input.
pub(crate) fn again(target: &'static Target, input: Vec<u8>) -> Result<()> {
    let length = input.len();
    on_a_small_stack(move || check(target, &input))?;
    println!("{}: {length} bytes, nothing wrong", target.name);
    Ok(())
}

fn on_a_small_stack(
    work: impl FnOnce() -> std::result::Result<(), String> + Send + 'static,
) -> Result<()> {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work)?;
    thread.join().map_err(|_| "panicked; see above")?.map_err(Into::into)
}

/// Runs the target. A slow input gets two more attempts, because the machine may have been busy.
fn check(target: &Target, input: &[u8]) -> std::result::Result<(), String> {
    let pieces = u32::try_from(input.len().div_ceil(PIECE_BYTES).max(1)).unwrap_or(u32::MAX);
    let allowed = TIME_PER_PIECE * pieces;
    let mut elapsed = timed(target, input);
    for _ in 0..2 {
        if elapsed > allowed {
            elapsed = elapsed.min(timed(target, input));
        }
    }
    if elapsed > allowed {
        let bytes = input.len();
        return Err(format!("slow: {elapsed:.1?} for {bytes} bytes, {allowed:.0?} are allowed"));
    }
    match memory_kib() {
        Some(used) if used > MEMORY_KIB_MAX => {
            Err(format!("memory: {used} KiB, {MEMORY_KIB_MAX} are allowed"))
        }
        _ => Ok(()),
    }
}

/// Measures the target's processor time if Linux reports it, otherwise its elapsed time.
fn timed(target: &Target, input: &[u8]) -> Duration {
    let (start, start_on_processor) = (Instant::now(), on_processor());
    (target.run)(input);
    match (start_on_processor, on_processor()) {
        (Some(start), Some(end)) => end.saturating_sub(start),
        _ => start.elapsed(),
    }
}

/// Reads the processor time of this thread so far.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Reads the peak memory of this process, or `None` if Linux does not report it.
fn memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

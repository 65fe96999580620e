//! Small events from other systems: acknowledgements by one sender and by many, and the whole
//! journey, of one or more leadq programs in the same run.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use model::SystemClock;
use serde_json::{Value, json};

use super::server::Server;
use super::{process, tell};
use crate::cli::EventsArgs;
use crate::random::{Random, name_of};
use crate::statistics::{float, quantile, rounded};
use crate::synthetic;

/// Single events sent one after the other to measure the latency of an acknowledgement.
const PROBES: usize = 200;
const SENDERS: usize = 64;
const BATCH_SENDERS: usize = 8;
const BATCH: usize = 500;
/// The length of a burst.
const BURST: Duration = Duration::from_secs(10);

/// Measures `speed events`.
pub(crate) fn events(args: &EventsArgs) -> anyhow::Result<Value> {
    let mut runs = Vec::new();
    for program in &args.leadq {
        let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
        let run = Run { args, server: Server::start(program, folder.path())?, next: 0.into() };
        let mut figures = run.measure()?;
        drop(run);
        figures["program"] = program.display().to_string().into();
        figures["disk_bytes_per_event"] =
            rounded(disk_bytes(folder.path())? / sent(&figures)).into();
        tell(args.json, &format!("{figures:#}"));
        runs.push(figures);
    }
    Ok(json!({
        "name": "speed events",
        "events": args.events,
        "companies": args.companies,
        "flush_ms": rounded(flush_ms()?),
        "runs": runs,
    }))
}

fn sent(figures: &Value) -> f64 {
    figures["sent"].as_f64().unwrap_or(f64::NAN)
}

/// One program.
struct Run<'a> {
    args: &'a EventsArgs,
    server: Server,
    /// The number of the next event.
    next: AtomicUsize,
}

impl Run<'_> {
    fn measure(&self) -> anyhow::Result<Value> {
        let quiet = self.probe()?;
        self.server.settle()?;
        let (cpu, started) = (self.server.cpu_seconds(), Instant::now());
        self.send_all(self.args.events)?;
        let intake_seconds = started.elapsed().as_secs_f64();
        let behind = self.probe()?;
        self.server.settle()?;
        // Settling ends two seconds after the last record.
        let seconds = started.elapsed().as_secs_f64() - 2.0;
        let cpu_ms = (self.server.cpu_seconds() - cpu) * 1e3 / float(self.args.events);
        let (singles, singles_p50, singles_p99) = self.burst(SENDERS, 1)?;
        self.server.settle()?;
        let (batches, _, batches_p99) = self.burst(BATCH_SENDERS, BATCH)?;
        self.server.settle()?;
        Ok(json!({
            "sent": self.next.load(Ordering::Relaxed),
            "acknowledgement_quiet_p50_ms": rounded(at(&quiet, 500) * 1e3),
            "acknowledgement_quiet_p99_ms": rounded(at(&quiet, 990) * 1e3),
            "acknowledgement_behind_p50_ms": rounded(at(&behind, 500) * 1e3),
            "acknowledgement_behind_p99_ms": rounded(at(&behind, 990) * 1e3),
            "intake_events_per_second": rounded(float(self.args.events) / intake_seconds),
            "journey_events_per_second": rounded(float(self.args.events) / seconds),
            "journey_cpu_ms_per_event": rounded(cpu_ms),
            "singles_per_second": rounded(singles),
            "singles_p50_ms": rounded(singles_p50 * 1e3),
            "singles_p99_ms": rounded(singles_p99 * 1e3),
            "batches_events_per_second": rounded(batches),
            "batches_p99_ms": rounded(batches_p99 * 1e3),
            "memory_peak_bytes": self.server.memory_bytes().1,
        }))
    }

    /// Sends single events one after the other and returns the seconds of each, sorted.
    fn probe(&self) -> anyhow::Result<Vec<f64>> {
        let mut client = self.server.client()?;
        let times = (0..PROBES).map(|_| client.send(&self.events(1)));
        sorted(times.collect::<anyhow::Result<_>>()?)
    }

    /// Sends events in batches by a few senders.
    fn send_all(&self, count: usize) -> anyhow::Result<()> {
        let last = self.next.load(Ordering::Relaxed) + count;
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..BATCH_SENDERS)
                .map(|_| {
                    scope.spawn(|| {
                        let mut client = self.server.client()?;
                        while self.next.load(Ordering::Relaxed) < last {
                            client.send(&self.events(BATCH))?;
                        }
                        Ok(())
                    })
                })
                .collect();
            senders.into_iter().try_for_each(|sender| joined(sender.join()))
        })
    }

    /// Lets senders send for a while, and returns the acknowledged events per second of wall time
    /// without the generator's processor time, and the median and 99th percentile of a request.
    fn burst(&self, senders: usize, batch: usize) -> anyhow::Result<(f64, f64, f64)> {
        let (own, started) = (process::cpu_seconds(), Instant::now());
        let times = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..senders)
                .map(|_| {
                    scope.spawn(|| {
                        let mut client = self.server.client()?;
                        let mut times = Vec::new();
                        while started.elapsed() < BURST {
                            times.push(client.send(&self.events(batch))?);
                        }
                        Ok(times)
                    })
                })
                .collect();
            let times = senders.into_iter().map(|sender| joined(sender.join()));
            times.collect::<anyhow::Result<Vec<Vec<f64>>>>()
        })?;
        let wall = started.elapsed().as_secs_f64();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let generator = (process::cpu_seconds() - own) / float(cores);
        let times = sorted(times.into_iter().flatten().collect())?;
        let per_second = float(times.len() * batch) / (wall - generator).max(1e-3);
        Ok((per_second, at(&times, 500), at(&times, 990)))
    }

    /// Generates the next events, one per line.
    fn events(&self, count: usize) -> Vec<u8> {
        let first = self.next.fetch_add(count, Ordering::Relaxed);
        let now = model::Clock::now(&SystemClock);
        let mut lines = Vec::with_capacity(count * 300);
        for number in first..first + count {
            let company = Random::of(7, number as u64).below(self.args.companies);
            lines.extend(event(number, company, now).to_string().into_bytes());
            lines.push(b'\n');
        }
        lines
    }
}

/// Generates an event about a company; every fourth one reports a signal.
fn event(number: usize, company: usize, now: model::Timestamp) -> Value {
    let (name, host) = (name_of(company), synthetic::host_of(company));
    let text = if number.is_multiple_of(4) {
        let million = 5 + number % 90;
        format!("{name} has raised €{million} million in Series B funding.")
    } else {
        format!("{name} published note {number} about its work with customers in the region.")
    };
    json!({
        "schema": 1, "type": "press", "url": format!("https://{host}/news/{number}"), "ts": now,
        "company": {"name": name, "domain": host}, "title": format!("News {number}"), "text": text,
    })
}

fn joined<T>(result: std::thread::Result<anyhow::Result<T>>) -> anyhow::Result<T> {
    result.unwrap_or_else(|_| Err(anyhow::anyhow!("a sender panicked")))
}

fn at(times: &[f64], thousandths: usize) -> f64 {
    quantile(times, thousandths).unwrap_or(f64::NAN)
}

fn sorted(mut times: Vec<f64>) -> anyhow::Result<Vec<f64>> {
    anyhow::ensure!(!times.is_empty(), "nothing was acknowledged");
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// Measures one write and flush of a file on this disk, in milliseconds.
fn flush_ms() -> anyhow::Result<f64> {
    let mut file = tempfile::tempfile()?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let started = Instant::now();
        std::io::Write::write_all(&mut file, &[7; 4096])?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64());
    }
    Ok(at(&sorted(times)?, 500) * 1e3)
}

fn disk_bytes(folder: &Path) -> anyhow::Result<f64> {
    let mut bytes = 0.0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() {
            disk_bytes(&entry.path())?
        } else {
            float(usize::try_from(metadata.len())?)
        };
    }
    Ok(bytes)
}

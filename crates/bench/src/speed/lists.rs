//! The lists and the search of a running server with many companies: the latency of concurrent
//! requests, and the memory of the server at rest and while it answers.

use std::path::Path;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use flow::JourneyLimits;
use model::SystemClock;
use serde_json::{Value, json};

use super::companies::take_in;
use super::copies::Copies;
use super::server::{Client, Response, Server};
use super::tell;
use crate::cli::ListsArgs;
use crate::journey::{self, Journey};
use crate::statistics::{float, rounded};
use crate::synthetic::NEWS_EVERY;

const THREADS: usize = 2;
/// Companies with a real history and a signal, which are copied.
const PATTERNS: usize = 64;
/// The timeout for the server to build its search index.
const READY_MAX: Duration = Duration::from_secs(3_600);
/// The time after which the server is at rest.
const REST: Duration = Duration::from_secs(10);
/// The number of clients of the last measurement.
const CLIENTS_MANY: usize = 30;

/// The measured lists: a name, and the address.
const LISTS: [(&str, &str); 10] = [
    ("leads", "/api/v1/leads"),
    ("leads of a product", "/api/v1/leads?product=bench"),
    ("leads in a country", "/api/v1/leads?geo=DE&limit=50"),
    ("signals", "/api/v1/signals/search"),
    ("signals by score", "/api/v1/signals/search?sort=score"),
    ("signals of a product", "/api/v1/signals/search?product=bench&sort=score"),
    ("signals of a kind", "/api/v1/signals/search?kind=budget_event&limit=20"),
    ("fresh signals in a country", "/api/v1/signals/search?freshness=30d&geo=DE"),
    ("signals with a score", "/api/v1/signals/search?score_min=40&confidence_min=0.5"),
    ("signals with words", "/api/v1/signals/search?q=series"),
];

/// Measures `speed lists`.
pub(crate) fn lists(args: &ListsArgs) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let started = Instant::now();
    journey::runtime(THREADS)?.block_on(fill(folder.path(), args.companies))?;
    std::fs::write(folder.path().join("key"), journey::KEY.0)?;
    let seconds = started.elapsed().as_secs_f64();
    tell(args.json, &format!("{} companies after {seconds:.0} s", args.companies));
    let server = Server::open(&args.leadq, folder.path())?;
    let started = Instant::now();
    until_ready(&server)?;
    let ready_seconds = started.elapsed().as_secs_f64();
    tell(args.json, &format!("the server is ready after {ready_seconds:.0} s"));
    std::thread::sleep(REST);
    let (rest_bytes, _) = server.memory_bytes();
    let mut figures = Vec::new();
    for (name, path) in LISTS {
        figures.push(measured(args, &server, name, &[path], args.clients)?);
    }
    let paths = LISTS.map(|(_, path)| path);
    figures.push(measured(args, &server, "all, mixed", &paths, args.clients)?);
    figures.push(measured(args, &server, "all, mixed, 30 clients", &paths, CLIENTS_MANY)?);
    let (after_bytes, peak_bytes) = server.memory_bytes();
    Ok(json!({
        "name": "speed lists",
        "companies": args.companies,
        "clients": args.clients,
        "ready_seconds": rounded(ready_seconds),
        "memory_bytes_rest": rest_bytes,
        "memory_bytes_after": after_bytes,
        "memory_bytes_peak": peak_bytes,
        "lists": figures,
    }))
}

/// Fills a folder with companies that each have a signal, and stops its journey.
async fn fill(folder: &Path, companies: usize) -> anyhow::Result<()> {
    let (clock, limits) = (Arc::new(SystemClock), JourneyLimits::default());
    let journey = Journey::start(folder, clock, limits, THREADS).await?;
    let numbers = || (0..PATTERNS).map(|number| number * NEWS_EVERY);
    take_in(&journey, folder, numbers().map(|company| (company, 0))).await?;
    let first = PATTERNS * NEWS_EVERY;
    let copies = Copies::read(&journey, numbers()).await?;
    copies.fill(&journey, first..first + companies.saturating_sub(PATTERNS)).await?;
    journey.stop().await.db.close().await;
    Ok(())
}

/// Measures the requests of concurrent clients to these addresses, in turn.
fn measured(
    args: &ListsArgs,
    server: &Server,
    name: &str,
    paths: &[&str],
    clients: usize,
) -> anyhow::Result<Value> {
    let start = &Barrier::new(clients);
    let started = Instant::now();
    let results: Vec<anyhow::Result<Vec<f64>>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || -> anyhow::Result<Vec<f64>> {
                    let connected = server.client();
                    start.wait();
                    let mut connected = connected?;
                    let turns = paths.iter().cycle().skip(client).take(args.requests);
                    turns.map(|path| milliseconds(&mut connected, path)).collect()
                })
            })
            .collect();
        let panicked = || Err(anyhow::anyhow!("a client panicked"));
        clients.into_iter().map(|client| client.join().unwrap_or_else(|_| panicked())).collect()
    });
    let mut all = Vec::new();
    for result in results {
        all.extend(result?);
    }
    let per_second = float(all.len()) / started.elapsed().as_secs_f64();
    all.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let index = (all.len() * percent / 100).min(all.len().saturating_sub(1));
        all.get(index).copied().map(rounded)
    };
    let figures = json!({
        "list": name,
        "requests": all.len(),
        "per_second": rounded(per_second),
        "p50_ms": at(50),
        "p99_ms": at(99),
        "max_ms": all.last().copied().map(rounded),
    });
    tell(args.json, &figures.to_string());
    Ok(figures)
}

/// Waits until every list is answered: until the search index is built.
fn until_ready(server: &Server) -> anyhow::Result<()> {
    let started = Instant::now();
    for (_, path) in LISTS {
        while let Err(error) = milliseconds(&mut server.client()?, path) {
            anyhow::ensure!(started.elapsed() < READY_MAX, "{path}: {error}");
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    Ok(())
}

/// Sends a request and reads the response. Returns the milliseconds that it took.
fn milliseconds(client: &mut Client, path: &str) -> anyhow::Result<f64> {
    let started = Instant::now();
    let response = client.request("GET", path, b"")?;
    let took = started.elapsed().as_secs_f64() * 1e3;
    let Response { status, body } = response;
    anyhow::ensure!(status == 200, "status {status}: {}", String::from_utf8_lossy(&body));
    Ok(took)
}

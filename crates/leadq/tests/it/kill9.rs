//! R1, R7: killed at random instants, leadq loses no acknowledged record, duplicates nothing, and
//! reaches the same canonical hash as an undisturbed run.
//!
//! `LEADQ_KILL_CYCLES` sets the number of kills for long runs; the gate runs twenty. Every twenty
//! kills use a new folder, and each kill a part of the input, so that records can always be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use model::{Action, Clock as _, RawId, RunId, SystemClock};
use store::conformance::{self, KeptPage, LaneJob};
use store::db::{Address, Db};
use store::engines::open_db;

const COMPANIES: u32 = 40;
const LINES: u32 = 1_200;
/// The number of kills per folder.
pub(crate) const KILLS: usize = 20;

pub(crate) fn leadq(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
    command.arg("--data-dir").arg(folder).arg("--quiet").env_remove("LEADQ_DATA_DIR");
    command.env("LEADQ_FORMAT", "table");
    command
}

/// Composes the name of a company from two parts, because a name that contains a number would not
/// be recognized as a name.
fn name_of(company: u32) -> String {
    const FIRSTS: [&str; 8] =
        ["Alder", "Birk", "Corvin", "Dorn", "Elmar", "Falken", "Gerrick", "Haven"];
    const LASTS: [&str; 5] = ["line", "gate", "stead", "ford", "mark"];
    let (first, last) = (company as usize % FIRSTS.len(), company as usize / FIRSTS.len());
    format!("{}{}", FIRSTS[first], LASTS[last])
}

/// Builds JSON lines with job postings and funding rounds of forty companies over most of a year up
/// to today. Some rounds are reported twice. The newest signals trigger actions.
pub(crate) fn input() -> String {
    let mut lines = String::new();
    let today = SystemClock.now().day();
    for number in 0..LINES {
        let company = number * 7 % COMPANIES;
        // A round happens once, so its date depends on the company and not on the line.
        let ago = if number % 4 < 2 { company * 7 } else { number * 37 % 300 };
        let day = today.plus(-i32::try_from(ago).unwrap());
        let name = name_of(company);
        let domain = format!("{}.example", name.to_lowercase());
        let ts = format!("{day}T00:00:00Z");
        let line = match number % 4 {
            0 => serde_json::json!({
                "schema": 1, "type": "press", "url": format!("https://{domain}/press/{number}"), "ts": ts,
                "title": format!("{name} raises €{} million Series B", 10 + company),
                "text": format!("{name} today announced that it has raised €{} million in a Series B round.", 10 + company),
                "company": {"domain": domain, "name": name},
            }),
            1 => serde_json::json!({
                "schema": 1, "type": "press", "url": format!("https://paper-{}.example/{number}", number % 3), "ts": ts,
                "text": format!("{name} has raised €{} million in a Series B round, it said on Monday.", 10 + company),
            }),
            _ => serde_json::json!({
                "schema": 1, "type": "job_posting", "url": format!("https://{domain}/jobs/{number}"), "ts": ts,
                "company": {"domain": domain, "name": name}, "title": "Data engineer",
                "features": {"id": format!("{domain}-{number}"), "title": format!("Data engineer {number}"), "country": "DE", "posted": &ts[..10]},
            }),
        };
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

/// Writes the input in `count` parts, each to a file of its own, and returns their paths.
pub(crate) fn parts(work: &Path, count: usize) -> Vec<PathBuf> {
    let input = input();
    let lines: Vec<&str> = input.lines().collect();
    let parts = lines.chunks(lines.len().div_ceil(count)).enumerate().map(|(number, lines)| {
        let part = work.join(format!("part-{number}.jsonl"));
        std::fs::write(&part, lines.join("\n")).unwrap();
        part
    });
    parts.collect()
}

/// Reads a parameter of long runs from the environment, with a default.
pub(crate) fn told<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Creates a data folder with a key and a product.
pub(crate) fn prepare(folder: &Path, key: &[u8], mut leadq: Command) {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join("key");
    std::fs::write(&path, key).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let done = leadq
        .args(["init", "--product", "Data quality", "--hiring-role", "engineer"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

pub(crate) fn canonical_hash(mut leadq: Command) -> serde_json::Value {
    let done = leadq.args(["hash", "--json"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

/// Takes in a range of the input's lines, and waits until they are processed.
pub(crate) fn ingest_some(leadq: Command, work: &Path, lines: std::ops::Range<usize>) {
    let file = work.join(format!("{}-{}.jsonl", lines.start, lines.end));
    let selected: Vec<String> =
        input().lines().skip(lines.start).take(lines.len()).map(str::to_owned).collect();
    std::fs::write(&file, selected.join("\n")).unwrap();
    take_in(leadq, &file);
}

/// Takes in a file, and waits until it is processed.
pub(crate) fn take_in(mut leadq: Command, file: &Path) {
    let done = leadq.arg("ingest").arg(file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Runs an intake and kills it after a while. Returns the records that it acknowledged, and whether
/// the kill ended it while it ran.
fn ingest_and_kill(mut ingest: Command, after: Duration) -> (BTreeSet<String>, bool) {
    let mut child = ingest.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || acks(output));
    std::thread::sleep(after);
    // The process may have ended already.
    let _ = child.kill();
    let killed = !child.wait().unwrap().success();
    (reader.join().unwrap(), killed)
}

/// Reads the ids that a command acknowledged from its output.
pub(crate) fn acks(output: impl std::io::Read) -> BTreeSet<String> {
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("ack ").map(str::to_owned)).collect()
}

/// The content of a data folder, read while no leadq uses it.
pub(crate) struct Holdings {
    pub(crate) raws: Vec<(RawId, String)>,
    pub(crate) pages: Vec<KeptPage>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) lane_jobs: Vec<LaneJob>,
    /// The number of jobs with a lane that are not done.
    pub(crate) lane_jobs_waiting: i64,
    pub(crate) actions: Vec<Action>,
    pub(crate) signals: i64,
    pub(crate) counters: BTreeMap<String, i64>,
    /// The number of records in the outbox.
    pub(crate) outbox: i64,
}

impl Holdings {
    pub(crate) fn of(folder: &Path) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let db = open_db("sqlite:leadq.db", folder).await.unwrap();
            let holdings = Self::read(&db).await.unwrap();
            db.close().await;
            holdings
        })
    }

    async fn read(db: &Db) -> store::Result<Self> {
        let (raws, pages) = (conformance::raws(db).await?, conformance::kept_pages(db).await?);
        let lane_jobs = conformance::lane_jobs(db).await?;
        db.read(|tx| {
            Box::pin(async move {
                let mut addresses = Vec::new();
                for follow in tx.follows().await? {
                    addresses.extend(tx.frontier(&follow.domain).await?);
                }
                let states = tx.lane_job_counts().await?.into_iter();
                let waiting = states.filter(|(state, _)| state != "done").map(|(_, count)| count);
                Ok(Self {
                    raws,
                    pages,
                    addresses,
                    lane_jobs,
                    lane_jobs_waiting: waiting.sum(),
                    actions: tx.actions().await?,
                    signals: tx.signal_count(&RunId::default()).await?,
                    counters: tx.counters().await?,
                    outbox: tx.outbox_len().await?,
                })
            })
        })
        .await
    }

    pub(crate) fn counter(&self, name: &str) -> usize {
        self.counters.get(name).map_or(0, |total| usize::try_from(*total).unwrap())
    }
}

#[test]
fn killed_at_any_moment_and_unharmed() {
    let cycles = told("LEADQ_KILL_CYCLES", KILLS);
    let work = tempfile::tempdir().unwrap();
    let (whole_input, parts) = (work.path().join("events.jsonl"), parts(work.path(), KILLS));
    std::fs::write(&whole_input, input()).unwrap();
    let (key, calm) = ([7u8; 32], work.path().join("calm"));
    prepare(&calm, &key, leadq(&calm));
    let begun = Instant::now();
    for part in &parts {
        take_in(leadq(&calm), part);
    }
    let each = begun.elapsed().div_f64(f64::from(u32::try_from(KILLS).unwrap()));
    let undisturbed = Holdings::of(&calm);
    assert!(undisturbed.signals > 0 && !undisturbed.actions.is_empty());

    let (mut acknowledged, mut interrupted) = (0, 0);
    for first in (0..cycles).step_by(KILLS) {
        let killed = work.path().join(format!("killed-{first}"));
        prepare(&killed, &key, leadq(&killed));
        let mut acks = BTreeSet::new();
        for (cycle, part) in (first..cycles).zip(&parts) {
            // The kill can happen anywhere in the run: start, intake, stages or end.
            let share = f64::from(u32::try_from(cycle * 37 % 100 + 1).unwrap()) / 90.0;
            let mut ingest = leadq(&killed);
            ingest.arg("ingest").arg(part).arg("--acks");
            let (ids, was_running) = ingest_and_kill(ingest, each.mul_f64(share));
            acks.extend(ids);
            interrupted += usize::from(was_running);
        }
        take_in(leadq(&killed), &whole_input);
        assert_unharmed(&killed, &calm, &acks);
        acknowledged += acks.len();
    }
    assert!(acknowledged > 0, "nothing was acknowledged: the test proves nothing");
    assert!(
        interrupted * 4 > cycles,
        "only {interrupted} kills met running work: the test proves little"
    );
    println!(
        "{cycles} kills, {interrupted} of them at work, {acknowledged} acknowledged, 0 lost, same \
         canonical hash"
    );
}

fn assert_unharmed(killed: &Path, calm: &Path, acknowledged: &BTreeSet<String>) {
    let (hash, expected) = (canonical_hash(leadq(killed)), canonical_hash(leadq(calm)));
    // Shows the dead letters: a record that was being processed during several kills is given up.
    let dead = leadq(killed).args(["dead", "--json"]).output().unwrap();
    assert_eq!(hash, expected, "{}", String::from_utf8_lossy(&dead.stdout));
    let holdings = Holdings::of(killed);
    let stored: BTreeSet<String> = holdings.raws.iter().map(|(id, _)| id.to_string()).collect();
    let lost: Vec<&String> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} acknowledged records lost", lost.len());
    for holdings in [Holdings::of(calm), holdings] {
        let reviewed = holdings.counter("act.review");
        assert_eq!(reviewed, holdings.actions.len(), "every action took effect once");
        let accepted = holdings.counter("ingest.accepted");
        assert_eq!(accepted, holdings.raws.len(), "every record was accepted once");
        assert_eq!(holdings.outbox, 0);
    }
    let done = leadq(killed).args(["verify", "--json"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// Before each acknowledgement, the segment and then the database must be synced.
#[test]
fn no_acknowledgement_before_fdatasync() {
    if Command::new("strace").arg("-V").output().is_err() {
        crate::skipped("no_acknowledgement_before_fdatasync", "strace is not installed");
        return;
    }
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("data");
    prepare(&folder, &[7u8; 32], leadq(&folder));
    let file = work.path().join("events.jsonl");
    let lines: Vec<String> = input().lines().take(200).map(str::to_owned).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let trace = work.path().join("trace");
    let done = Command::new("strace")
        .args(["-f", "-y", "-s", "8", "-e", "trace=fdatasync,fsync,write", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_leadq"))
        .arg("--data-dir")
        .arg(&folder)
        .args(["--quiet", "ingest", "--acks", "--no-wait"])
        .arg(&file)
        .output()
        .unwrap();
    if !done.status.success() && String::from_utf8_lossy(&done.stderr).contains("ptrace") {
        crate::skipped("no_acknowledgement_before_fdatasync", "this machine forbids tracing");
        return;
    }
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let (mut segment, mut database, mut acknowledgements) = (false, false, 0);
    for line in std::fs::read_to_string(&trace).unwrap().lines() {
        let sync = line.contains("fdatasync(") || line.contains("fsync(");
        if sync && line.contains("/raw/") {
            segment = true;
        } else if sync && line.contains("leadq.db-wal") {
            database |= segment;
        } else if line.contains("write(1<") && line.contains("\"ack ") {
            assert!(segment && database, "acknowledged before the disk had it: {line}");
            (segment, database) = (false, false);
            acknowledgements += 1;
        }
    }
    assert!(acknowledgements > 0, "no acknowledgement in the trace");
}

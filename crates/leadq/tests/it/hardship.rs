//! R6, R13: failures that last longer than any retry: an engine that is away, a slow engine, a full
//! disk, a read-only folder. Nothing is lost, leadq reports the cause, and recovers by itself.
//!
//! The tests run outside the gate, because they take minutes, and those of disks need a Linux that
//! allows every user to mount in a namespace of its own:
//! `cargo test -p leadq --features hardship --test it hardship -- --nocapture --test-threads 1`

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, alone, calm_run, kept, kill_engine, start_engine};
use crate::http::{ask, free_address, health};
use crate::kill9::{Holdings, canonical_hash, input, leadq, prepare};
use crate::program::stop;

const OUTAGE: Duration = Duration::from_secs(60);
/// The maximum time until a failure or a recovery is reported.
const RECOVERY_MAX: Duration = Duration::from_secs(30);
/// The maximum time for a few lines when every statement takes half a second.
const SLOW_MAX: Duration = Duration::from_secs(1_200);
/// The maximum time for a start under that condition.
const START_MAX: Duration = Duration::from_secs(120);
/// The number of lines per request.
const LINES: usize = 50;
/// The maximum growth of a process's memory during a failure.
const GROWTH_BYTES_MAX: u64 = 64 << 20;

/// Reads a figure of `/proc/PID/status`, in bytes.
fn memory(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Reads the resident memory of each process of a cluster, in bytes.
fn memory_of(cluster: &Cluster) -> Vec<u64> {
    cluster.running.iter().map(|process| memory(process.child.id(), "VmRSS")).collect()
}

fn assert_bounded(trouble: &str, before: &[u64], now: &[u64]) {
    for (before, now) in before.iter().zip(now) {
        println!("{trouble}: a process held {} MB before, {} MB now", before >> 20, now >> 20);
        assert!(*now < before + GROWTH_BYTES_MAX, "{before} bytes became {now}");
    }
}

/// Waits until a process reports the expected health, and returns the time that took.
fn await_health(at: SocketAddr, within: Duration, expect: impl Fn(u16, &str) -> bool) -> Duration {
    let begun = Instant::now();
    loop {
        let (status, body) = health(at);
        if expect(status, &body) {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < within, "the status is {status}: {body}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn send(at: SocketAddr, lines: &[String]) -> (u16, String) {
    ask(at, "POST", "/api/v1/ingest/webhook", &lines.join("\n")).unwrap_or_default()
}

/// Sends lines until they are accepted.
fn send_at_last(at: SocketAddr, lines: &[String]) {
    send_within(RECOVERY_MAX, at, lines);
}

fn send_within(max: Duration, at: SocketAddr, lines: &[String]) {
    let begun = Instant::now();
    loop {
        let (status, body) = send(at, lines);
        if status == 202 {
            return;
        }
        assert!(begun.elapsed() < max, "the lines are not accepted: {status} {body}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn batches() -> Vec<Vec<String>> {
    let lines: Vec<String> = input().lines().map(str::to_owned).collect();
    lines.chunks(LINES).map(<[String]>::to_vec).collect()
}

/// Runs a cluster while an engine is away. Lines sent meanwhile are accepted or refused with 503.
fn an_engine_is_away(engine: &str, part: &str, is_accepted: bool) {
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some((mut cluster, database)) = Cluster::make(work.path(), &runtime) else { return };
    let (calm, _) = calm_run(work.path());
    for role in ["work", "work", "serve"] {
        cluster.start(role);
    }
    let serve = cluster.running[2].address;
    cluster.await_well();
    let mut batches = batches().into_iter();
    for batch in batches.by_ref().take(8) {
        send_at_last(serve, &batch);
    }
    let before = memory_of(&cluster);
    kill_engine(engine);
    let killed = Instant::now();
    for process in &cluster.running {
        let delay = await_health(process.address, RECOVERY_MAX, |status, body| {
            status == 503 && body.contains(&format!("{part}: "))
        });
        println!(
            "{engine}: reported after {:.1} s: {}",
            delay.as_secs_f64(),
            health(process.address).1
        );
    }
    let mut refused = Vec::new();
    while killed.elapsed() < OUTAGE {
        std::thread::sleep(Duration::from_secs(5));
        let Some(batch) = batches.next() else { continue };
        let (status, body) = send(serve, &batch);
        if is_accepted {
            assert_eq!(status, 202, "{body}");
        } else {
            assert_eq!(status, 503, "{body}");
            refused.push(batch);
        }
    }
    start_engine(engine);
    for process in &cluster.running {
        let delay = await_health(process.address, RECOVERY_MAX, |status, _| status == 200);
        println!("{engine}: recovered after {:.1} s", delay.as_secs_f64());
    }
    for batch in refused.into_iter().chain(batches) {
        send_at_last(serve, &batch);
    }
    cluster.settle();
    assert_bounded(engine, &before, &memory_of(&cluster));
    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    assert_eq!(cluster.dead(), 0);
    assert!(!runtime.block_on(kept(&database)).is_empty());
}

#[test]
fn the_broker_is_away_for_a_minute() {
    an_engine_is_away("kafka", "log", true);
}

#[test]
fn the_database_is_away_for_a_minute() {
    an_engine_is_away("postgres", "database", false);
}

/// The delay of each chunk sent to a database; responses are not delayed.
type DelayMs = Arc<AtomicU64>;

#[expect(clippy::disallowed_methods, reason = "it stands before a database of the test's own")]
fn slowed(server: &str, delay_ms: &DelayMs) -> String {
    let (server, delay_ms) = (server.to_owned(), Arc::clone(delay_ms));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // It ends with the process of the tests.
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let upstream = TcpStream::connect(&server).unwrap();
            let (response, client_writer) =
                (upstream.try_clone().unwrap(), client.try_clone().unwrap());
            let delay_ms = Arc::clone(&delay_ms);
            std::thread::spawn(move || copy(client, upstream, &delay_ms));
            std::thread::spawn(move || copy(response, client_writer, &DelayMs::default()));
        }
    });
    address
}

fn copy(mut from: TcpStream, mut to: TcpStream, delay_ms: &DelayMs) {
    use std::io::{Read as _, Write as _};
    let mut buffer = vec![0; 1 << 20];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        std::thread::sleep(Duration::from_millis(delay_ms.load(Ordering::Relaxed)));
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other side may have gone first.
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[test]
fn every_statement_takes_half_a_second() {
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some((mut cluster, database)) = Cluster::make(work.path(), &runtime) else { return };
    let lines: Vec<String> = input().lines().take(40).map(str::to_owned).collect();
    let (calm, file) = (work.path().join("calm"), work.path().join("events.jsonl"));
    std::fs::write(&file, lines.join("\n")).unwrap();
    prepare(&calm, &[7; 32], leadq(&calm));
    assert!(leadq(&calm).arg("ingest").arg(&file).status().unwrap().success());

    let server = database.split(['@', '/']).find(|part| part.contains(':') && !part.ends_with(':'));
    let delay_ms = DelayMs::new(AtomicU64::new(500));
    let server = server.unwrap();
    cluster.set(&database.replace(server, &slowed(server, &delay_ms)));
    for role in ["work", "work", "serve"] {
        cluster.start(role);
    }
    for process in &cluster.running {
        // A process that responds has read its settings.
        await_health(process.address, START_MAX, |status, _| status != 0);
    }
    cluster.set(&database);
    let serve = cluster.running[2].address;
    for process in &cluster.running {
        let delay = await_health(process.address, START_MAX, |status, body| {
            status == 200 && body.contains("database: it is slow")
        });
        println!(
            "slow: reported after {:.1} s: {}",
            delay.as_secs_f64(),
            health(process.address).1
        );
    }
    let before = memory_of(&cluster);
    let mut batches = lines.chunks(10);
    for batch in batches.by_ref().take(2) {
        let begun = Instant::now();
        send_within(SLOW_MAX, serve, batch);
        println!("slow: 10 lines accepted after {:.1} s", begun.elapsed().as_secs_f64());
    }
    let begun = Instant::now();
    while cluster.waiting() > 0 {
        assert!(begun.elapsed() < SLOW_MAX, "{} wait", cluster.waiting());
        std::thread::sleep(Duration::from_secs(2));
    }
    println!("slow: 20 lines processed in {:.0} s", begun.elapsed().as_secs_f64());
    // These records are waiting when the database becomes fast again.
    for batch in batches {
        send_within(SLOW_MAX, serve, batch);
    }
    delay_ms.store(0, Ordering::Relaxed);
    for process in &cluster.running {
        let delay = await_health(process.address, RECOVERY_MAX, |status, body| {
            status == 200 && !body.contains("slow")
        });
        println!("slow: recovered after {:.1} s", delay.as_secs_f64());
    }
    let begun = Instant::now();
    cluster.settle();
    println!("slow: the other 20 processed {:.0} s later", begun.elapsed().as_secs_f64());
    assert_bounded("slow", &before, &memory_of(&cluster));
    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    assert_eq!(cluster.dead(), 0);
}

/// A running leadq on a disk of its own.
struct OnDisk {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl OnDisk {
    fn command(work: &Path, mount: &str, args: &str) -> Command {
        let disk = work.join("disk");
        std::fs::create_dir_all(&disk).unwrap();
        let binary = env!("CARGO_BIN_EXE_leadq");
        let disk = disk.display();
        let line = format!("{mount} {disk} && exec {binary} --data-dir {disk}/data {args}");
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &line]);
        command
    }

    /// Starts `leadq up` on a new disk of the given size.
    fn start(work: &Path, bytes: u64) -> Self {
        let address = free_address();
        let mount = format!("mount -t tmpfs -o size={bytes} none");
        let mut up = Self::command(work, &mount, &format!("up --listen {address}"));
        let log = std::fs::File::create(work.join("up.log")).unwrap();
        let mut child = up.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("leadq is up"), "{line:?}");
        // Mounts of a namespace are visible to others only through a process in it.
        let path = format!("/proc/{}/root{}", child.id(), work.join("disk").display());
        Self { child, address, folder: PathBuf::from(path) }
    }
}

#[test]
fn the_disk_is_full() {
    let work = tempfile::tempdir().unwrap();
    let mut up = OnDisk::start(work.path(), 192 << 20);
    let mut batches = batches().into_iter();
    for batch in batches.by_ref().take(6) {
        assert_eq!(send(up.address, &batch).0, 202);
    }
    let before = memory(up.child.id(), "VmRSS");
    let filler = up.folder.join("filler");
    // Fills the disk to the last byte while records are being processed.
    let mut file = std::fs::File::create(&filler).unwrap();
    let full = std::io::copy(&mut std::io::repeat(b'x'), &mut file).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    drop(file);
    let delay = await_health(up.address, RECOVERY_MAX, |status, body| {
        status == 503 && body.contains("the disk is full: free some space")
    });
    println!("full: reported after {:.1} s: {}", delay.as_secs_f64(), health(up.address).1);
    let mut refused = Vec::new();
    for batch in batches.by_ref().take(6) {
        let (status, body) = send(up.address, &batch);
        assert!(status == 503 && body.contains("the disk is full"), "{status} {body}");
        refused.push(batch);
        let read = ask(up.address, "GET", "/api/v1/signals/search", "").unwrap();
        assert_eq!(read.0, 200, "stored data can be read: {}", read.1);
        std::thread::sleep(Duration::from_secs(3));
    }
    println!("full: {} MB before, {} MB now", before >> 20, memory(up.child.id(), "VmRSS") >> 20);
    assert!(memory(up.child.id(), "VmHWM") < before + GROWTH_BYTES_MAX);
    std::fs::remove_file(&filler).unwrap();
    let freed = Instant::now();
    for batch in refused.into_iter().chain(batches) {
        send_at_last(up.address, &batch);
    }
    println!("full: all accepted {:.1} s after space was freed", freed.elapsed().as_secs_f64());
    await_health(up.address, RECOVERY_MAX, |status, _| status == 200);
    await_nothing_waiting(up.address);
    let saved = work.path().join("kept");
    // After all records are processed, and before the disk disappears with the process.
    let copied = Command::new("cp").arg("-r").arg(up.folder.join("data")).arg(&saved).status();
    stop(&mut up.child);
    assert!(copied.unwrap().success());
    assert_same_as_undisturbed(work.path(), &saved);
}

fn await_nothing_waiting(at: SocketAddr) {
    let begun = Instant::now();
    loop {
        let status = ask(at, "GET", "/api/v1/status", "").unwrap().1;
        let status: serde_json::Value = serde_json::from_str(&status).unwrap();
        if status["waiting"] == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{status}");
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Checks that a folder equals one of an undisturbed run under the same key.
fn assert_same_as_undisturbed(work: &Path, saved: &Path) {
    let calm = work.join("calm");
    let file = work.join("events.jsonl");
    std::fs::write(&file, input()).unwrap();
    std::fs::create_dir_all(&calm).unwrap();
    std::fs::copy(saved.join("key"), calm.join("key")).unwrap();
    assert!(leadq(&calm).arg("ingest").arg(&file).status().unwrap().success());
    assert!(leadq(saved).arg("ingest").status().unwrap().success());
    assert_eq!(canonical_hash(leadq(saved)), canonical_hash(leadq(&calm)));
    assert_eq!(Holdings::of(saved).raws.len(), Holdings::of(&calm).raws.len());
    for folder in [saved, &calm] {
        let dead = leadq(folder).args(["dead", "--json"]).output().unwrap();
        let dead: serde_json::Value = serde_json::from_slice(&dead.stdout).unwrap();
        assert!(dead["items"].as_array().unwrap().iter().all(|stage| stage["dead"] == 0), "{dead}");
    }
    assert!(leadq(saved).arg("verify").status().unwrap().success());
}

#[test]
fn the_folder_is_read_only() {
    let work = tempfile::tempdir().unwrap();
    let check_refused = |mount: &str, args: &str| {
        let output = OnDisk::command(work.path(), mount, args).output().unwrap();
        let message =
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        println!("read only, {args}: {message}");
        assert!(!output.status.success() && message.contains("Read-only file"), "{message}");
    };
    for args in ["up", "ingest"] {
        check_refused("mount -t tmpfs -o size=64m,ro none", args);
    }
    // A folder that was writable before and is now read-only.
    let folder = work.path().join("kept");
    prepare(&folder.join("data"), &[7; 32], leadq(&folder.join("data")));
    for args in ["up", "today", "doctor"] {
        check_refused(&format!("mount --bind -o ro {}", folder.display()), args);
    }
    assert!(leadq(&folder.join("data")).arg("doctor").status().unwrap().success());
}

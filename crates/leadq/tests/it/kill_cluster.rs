//! R1, R7 on a cluster: workers, server, whoever takes in, broker and database are killed at random,
//! and all comes to the hash of an undisturbed embedded run.
//!
//! `LEADQ_KILL_CLUSTER_CYCLES` sets the number of kills for long runs, `LEADQ_KILL_SEED` the instants;
//! the gate does five.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::engines::{address, fresh_database, fresh_name, place_of};
use crate::hooks::draw;
use crate::kill9::{canonical_hash, ingest_and_kill, input, leadq, prepare};

/// Who can be killed. Broker and database come last: they are dear to start again.
const VICTIMS: [&str; 6] = ["work", "work", "serve", "ingest", "kafka", "postgres"];

/// One test at a time has the engines: some kill them.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ENGINES: Mutex<()> = Mutex::new(());
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The processes of a cluster on one machine.
struct Cluster {
    work: PathBuf,
    running: Vec<(&'static str, Child)>,
}

impl Cluster {
    /// On a database and topics of its own; nothing where there are no engines.
    fn make(work: &Path, runtime: &tokio::runtime::Runtime) -> Option<(Self, String)> {
        let (broker, server) = (address("kafka")?, address("postgres")?);
        let database = runtime.block_on(fresh_database(&server));
        let settings = format!("db = \"{database}\"\nlog = \"{broker}/{}\"\n", fresh_name());
        std::fs::write(work.join("leadq.toml"), settings).unwrap();
        let cluster = Self { work: work.to_owned(), running: Vec::new() };
        prepare(&work.join("cluster"), &[7; 32], cluster.command());
        Some((cluster, database))
    }

    /// Records on their way.
    fn waiting(&self) -> u64 {
        let told = self.command().args(["status", "--json"]).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        let backlog = told["backlog"].as_object().unwrap();
        backlog.values().map(|waiting| waiting.as_u64().unwrap()).sum()
    }

    /// Waits until nothing is on its way.
    fn settle(&self) -> Duration {
        let begun = Instant::now();
        while self.waiting() > 0 {
            assert!(begun.elapsed() < Duration::from_secs(120), "it does not settle");
            std::thread::sleep(Duration::from_millis(200));
        }
        begun.elapsed()
    }

    fn command(&self) -> Command {
        let mut command = leadq(&self.work.join("cluster"));
        command.arg("--config").arg(self.work.join("leadq.toml"));
        command
    }

    fn start(&mut self, role: &'static str) {
        let log = self.work.join(format!("{role}.log"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let mut command = self.command();
        command.arg(role).stdout(Stdio::null()).stderr(log);
        if role == "serve" {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        self.running.push((role, command.spawn().unwrap()));
    }

    /// Kills one that has a role, and starts another in its place.
    fn replace(&mut self, role: &'static str) {
        let place = self.running.iter().position(|(running, _)| *running == role).unwrap();
        let (_, mut child) = self.running.remove(place);
        child.kill().unwrap();
        child.wait().unwrap();
        self.start(role);
    }

    fn acknowledged(&self, file: &Path, for_ms: u64) -> BTreeSet<String> {
        let mut command = self.command();
        command.args(["ingest", "--acks", "--no-wait"]).arg(file);
        ingest_and_kill(command, Duration::from_millis(for_ms))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for (_, child) in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// An embedded run that nobody disturbs, and what was taken in.
fn calm_run(work: &Path) -> (PathBuf, PathBuf) {
    let (calm, file) = (work.join("calm"), work.join("events.jsonl"));
    std::fs::write(&file, input()).unwrap();
    prepare(&calm, &[7; 32], leadq(&calm));
    let done = leadq(&calm).arg("ingest").arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (calm, file)
}

fn kill_engine(engine: &str) {
    let pid = std::fs::read_to_string(place_of(engine).join("pid")).unwrap();
    assert!(Command::new("kill").args(["-KILL", pid.trim()]).status().unwrap().success());
}

fn start_engine(engine: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let words = ["xtask", "engines", "up", engine];
    let up = Command::new(cargo).current_dir(workspace).args(words).output().unwrap();
    assert!(up.status.success(), "{}", String::from_utf8_lossy(&up.stderr));
}

#[test]
fn a_cluster_killed_at_any_moment_is_unharmed() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let cycles = number("LEADQ_KILL_CLUSTER_CYCLES", 5);
    let mut dice = number("LEADQ_KILL_SEED", 1);
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some((mut cluster, database)) = Cluster::make(work.path(), &runtime) else { return };
    let (calm, file) = calm_run(work.path());
    for role in ["work", "work", "serve"] {
        cluster.start(role);
    }
    let mut acknowledged = BTreeSet::new();
    let begun = Instant::now();
    for cycle in 0..cycles {
        let chance = draw(&mut dice);
        // Each at least once, then whoever chance names.
        let victim =
            match usize::try_from(cycle).ok().and_then(|cycle| VICTIMS.iter().rev().nth(cycle)) {
                Some(victim) => victim,
                None => VICTIMS[usize::try_from(chance % 6).unwrap()],
            };
        acknowledged.extend(cluster.acknowledged(&file, 1_500 + chance / 7 % 3_000));
        match victim {
            "ingest" => {}
            "kafka" | "postgres" => {
                kill_engine(victim);
                std::thread::sleep(Duration::from_millis(chance / 11 % 2_000));
                start_engine(victim);
            }
            role => cluster.replace(role),
        }
    }
    let done = cluster.command().arg("ingest").arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));

    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    let kept = runtime.block_on(kept(&database));
    let lost: Vec<&String> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "{} acknowledged records lost", lost.len());
    assert!(!acknowledged.is_empty(), "nothing was acknowledged: the test proves nothing");
    let done = cluster.command().args(["verify", "--json"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    println!(
        "{cycles} kills in {:.0} s, {} acknowledged, 0 lost, the hash of an embedded run",
        begun.elapsed().as_secs_f64(),
        acknowledged.len()
    );
}

/// Every record that the database has; and that its actions took effect once.
async fn kept(database: &str) -> BTreeSet<String> {
    let db = store::db::Postgres::open(database).await.unwrap();
    let db = store::db::Db::new(std::sync::Arc::new(db));
    db.read(|tx| {
        Box::pin(async move {
            let actions = tx.query("SELECT COUNT(*) FROM action", &[]).await?[0].int(0)?;
            let counters = tx.counters().await?;
            assert_eq!(counters.get("act.review"), Some(&actions), "every action took effect once");
            assert!(actions > 0);
            assert_eq!(tx.outbox_len().await?, 0);
            let rows = tx.query("SELECT id FROM raw", &[]).await?;
            rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
        })
    })
    .await
    .unwrap()
}

/// Paused in the middle of its work, and awake again when others have its partitions.
#[test]
fn a_worker_that_slept_is_fenced() {
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some((mut cluster, database)) = Cluster::make(work.path(), &runtime) else { return };
    let (calm, file) = calm_run(work.path());
    for _ in 0..3 {
        cluster.start("work");
    }
    let sleeper = cluster.running[0].1.id().to_string();
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &sleeper]).status().unwrap().success());
    };
    let mut taken_in = cluster.command();
    taken_in.args(["ingest", "--no-wait"]).arg(&file);
    let mut taking_in = taken_in.spawn().unwrap();
    // When it is at work: something has come through, and something waits.
    while cluster.waiting() == 0 {
        std::thread::sleep(Duration::from_millis(50));
    }
    signal("-STOP");
    assert!(taking_in.wait().unwrap().success());
    let moved = cluster.settle();
    signal("-CONT");
    // Time to find out.
    std::thread::sleep(Duration::from_secs(3));
    cluster.settle();
    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    assert!(!runtime.block_on(kept(&database)).is_empty());
    println!("all came through {:.1} s after a worker of three fell asleep", moved.as_secs_f64());
}

//! A cluster on one machine, with real engines and processes of leadq.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use store::conformance::{address, fresh_database, fresh_name, place_of, raws};
use store::engines::open_db;

use crate::http;
use crate::kill9::{acks, input, leadq, prepare, take_in};
use crate::program::await_true;

/// Locks the engines for one test, because some tests kill them.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ENGINES: Mutex<()> = Mutex::new(());
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The processes of a cluster on one machine.
pub(crate) struct Cluster {
    work: PathBuf,
    log: String,
    pub(crate) running: Vec<Process>,
}

/// A process of the cluster.
pub(crate) struct Process {
    role: &'static str,
    pub(crate) child: Child,
    /// The address of its health and metrics.
    pub(crate) address: SocketAddr,
}

impl Cluster {
    /// Creates a cluster with a database and topics of its own, and returns it with the database's
    /// address; nothing if no engines run.
    pub(crate) fn make(work: &Path, runtime: &tokio::runtime::Runtime) -> Option<(Self, String)> {
        Self::make_by(Path::new(env!("CARGO_BIN_EXE_leadq")), work, runtime)
    }

    /// Creates a cluster whose schema and topics are created by another version of leadq.
    pub(crate) fn make_by(
        binary: &Path,
        work: &Path,
        runtime: &tokio::runtime::Runtime,
    ) -> Option<(Self, String)> {
        let (broker, server) = (address("kafka")?, address("postgres")?);
        let database = runtime.block_on(fresh_database(&server));
        let log = format!("{broker}/{}", fresh_name());
        let cluster = Self { work: work.to_owned(), log, running: Vec::new() };
        cluster.set(&database);
        let mut init = Command::new(binary);
        init.args(cluster.command().get_args());
        prepare(&work.join("cluster"), &[7; 32], init);
        Some((cluster, database))
    }

    /// Sets the database's address for the processes that are started from now on.
    pub(crate) fn set(&self, database: &str) {
        let settings = format!("db = \"{database}\"\nlog = \"{}\"\n", self.log);
        std::fs::write(self.work.join("leadq.toml"), settings).unwrap();
    }

    /// Runs a command, and parses its answer as JSON.
    fn json(&self, command: &str) -> serde_json::Value {
        let output = self.command().args([command, "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Counts the waiting records.
    pub(crate) fn waiting(&self) -> u64 {
        let status = self.json("status");
        let backlog = status["backlog"].as_object().unwrap();
        backlog.values().map(|waiting| waiting.as_u64().unwrap()).sum()
    }

    /// Counts the dead letters.
    pub(crate) fn dead(&self) -> u64 {
        let stages = self.json("dead");
        stages["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stage| stage["dead"].as_u64().unwrap())
            .sum()
    }

    /// Waits until no record is waiting.
    pub(crate) fn settle(&self) {
        await_true(|| self.waiting() == 0);
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = leadq(&self.work.join("cluster"));
        command.arg("--config").arg(self.work.join("leadq.toml"));
        command
    }

    pub(crate) fn start(&mut self, role: &'static str) {
        self.start_from(Path::new(env!("CARGO_BIN_EXE_leadq")), role);
    }

    /// Starts a process from a binary, which may be of another version.
    pub(crate) fn start_from(&mut self, binary: &Path, role: &'static str) {
        let log = self.work.join(format!("{role}.log"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let address = http::free_address();
        let mut command = Command::new(binary);
        command.args(self.command().get_args()).arg(role);
        command.args(["--listen", &address.to_string()]).stdout(Stdio::null()).stderr(log);
        self.running.push(Process { role, child: command.spawn().unwrap(), address });
    }

    /// Waits until every process reports that it is healthy.
    pub(crate) fn await_well(&self) {
        let begun = Instant::now();
        for process in &self.running {
            while http::health(process.address).0 != 200 {
                assert!(
                    begun.elapsed() < Duration::from_secs(60),
                    "{} is not healthy",
                    process.role
                );
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    /// Removes the first process of a role, and returns it.
    pub(crate) fn take(&mut self, role: &str) -> Child {
        let index = self.running.iter().position(|running| running.role == role).unwrap();
        self.running.remove(index).child
    }

    /// Kills the first process of a role, and starts another in its place.
    pub(crate) fn replace(&mut self, role: &'static str) {
        let mut child = self.take(role);
        child.kill().unwrap();
        child.wait().unwrap();
        self.start(role);
    }

    /// Starts to take in a file, and returns when its first record is durable. All records of a
    /// small file may be processed before a caller counts the waiting ones.
    pub(crate) fn begin_taking_in(&self, file: &Path) -> Child {
        let acks = self.work.join("acks");
        let mut command = self.command();
        command.args(["ingest", "--acks", "--no-wait"]).arg(file);
        let child = command.stdout(std::fs::File::create(&acks).unwrap()).spawn().unwrap();
        await_true(|| std::fs::metadata(&acks).unwrap().len() > 0);
        child
    }

    /// Takes in a file, kills the intake a while after its first acknowledgement, and returns all
    /// acknowledged ids.
    pub(crate) fn acknowledged(&self, file: &Path, after: Duration) -> BTreeSet<String> {
        let mut child = self.begin_taking_in(file);
        std::thread::sleep(after);
        // The process may have ended already.
        let _ = child.kill();
        child.wait().unwrap();
        acks(std::fs::File::open(self.work.join("acks")).unwrap())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for Process { child, .. } in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Performs an undisturbed embedded run, and returns its folder and the file that it took in.
pub(crate) fn calm_run(work: &Path) -> (PathBuf, PathBuf) {
    let (calm, file) = (work.join("calm"), work.join("events.jsonl"));
    std::fs::write(&file, input()).unwrap();
    prepare(&calm, &[7; 32], leadq(&calm));
    take_in(leadq(&calm), &file);
    (calm, file)
}

pub(crate) fn kill_engine(engine: &str) {
    let pid = std::fs::read_to_string(place_of(engine).join("pid")).unwrap();
    assert!(Command::new("kill").args(["-KILL", pid.trim()]).status().unwrap().success());
}

pub(crate) fn start_engine(engine: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let args = ["xtask", "engines", "up", engine];
    let up = Command::new(cargo).current_dir(workspace).args(args).output().unwrap();
    assert!(up.status.success(), "{}", String::from_utf8_lossy(&up.stderr));
}

/// Reads the ids of all raw records in the database, and checks that each action took effect once.
pub(crate) async fn kept(database: &str) -> BTreeSet<String> {
    let db = open_db(database, Path::new("")).await.unwrap();
    let raws = raws(&db).await.unwrap();
    let acted = db.read(|tx| {
        Box::pin(async move {
            let actions = i64::try_from(tx.actions().await?.len()).unwrap();
            let counters = tx.counters().await?;
            assert_eq!(counters.get("act.review"), Some(&actions), "every action took effect once");
            assert_eq!(tx.outbox_len().await?, 0);
            Ok(actions)
        })
    });
    assert!(acted.await.unwrap() > 0);
    raws.into_iter().map(|(id, _)| id.to_string()).collect()
}

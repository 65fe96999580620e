//! Processor time per page on a cluster, over all processes, compared with the embedded engines on
//! the same machine and pages.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::made::{self, Made};
use super::{process, tell};
use crate::cli::ClusterArgs;
use crate::statistics::{float, rounded};

/// The interval of queries for the backlog. They use the engines' time too, so they are rare.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// The timeout of a run.
const RUN_MAX: Duration = Duration::from_secs(1_800);
/// Creates the data folder, the schema and the topics before the measurement starts.
const INIT: [&str; 3] = ["init", "--product", "Bench"];

/// Measures `speed cluster`.
pub(crate) fn cluster(args: &ClusterArgs) -> anyhow::Result<Value> {
    anyhow::ensure!(
        args.config.len() == args.workers.len(),
        "--config must name one file for each number of --workers"
    );
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let made = made::make(args.data.as_deref(), args.pages, 1, 2, folder.path())?;
    let per_page = |seconds: f64| rounded(seconds * 1e3 / float(args.pages));
    let started = Instant::now();
    let embedded = embedded(args, &made, &folder.path().join("embedded"))?;
    let embedded_seconds = started.elapsed().as_secs_f64();
    tell(args.json, &format!("embedded: {} ms of processor time per page", per_page(embedded)));
    let mut runs = Vec::new();
    for (workers, config) in args.workers.iter().zip(&args.config) {
        let data = folder.path().join(format!("cluster-{workers}"));
        let run = Run { args, config, data: &data };
        let usage = run.measure(&made, *workers)?;
        let leadq_seconds = usage.intake + usage.working;
        tell(
            args.json,
            &format!(
                "{workers} workers: {} ms of processor time per page in leadq, {} in the engines; {:.2} and {:.2} times the embedded run",
                per_page(leadq_seconds),
                per_page(usage.engines),
                leadq_seconds / embedded,
                (leadq_seconds + usage.engines) / embedded,
            ),
        );
        runs.push(json!({
            "workers": workers,
            "seconds": rounded(usage.seconds),
            "intake_cpu_ms_per_page": per_page(usage.intake),
            "working_cpu_ms_per_page": per_page(usage.working),
            "engines_cpu_ms_per_page": per_page(usage.engines),
            "ratio_leadq": rounded(leadq_seconds / embedded),
            "ratio_all": rounded((leadq_seconds + usage.engines) / embedded),
        }));
    }
    Ok(json!({
        "name": "speed cluster",
        "source": made.source,
        "pages": args.pages,
        "embedded_seconds": rounded(embedded_seconds),
        "embedded_cpu_ms_per_page": per_page(embedded),
        "runs": runs,
    }))
}

/// Returns the processor seconds of one run on the embedded engines.
fn embedded(args: &ClusterArgs, made: &Made, data: &Path) -> anyhow::Result<f64> {
    run_command(leadq(args, data).args(INIT))?;
    let before = process::children_cpu_seconds();
    run_command(leadq(args, data).arg("ingest").args(&made.files))?;
    Ok(process::children_cpu_seconds() - before)
}

fn leadq(args: &ClusterArgs, data: &Path) -> Command {
    let mut command = Command::new(&args.leadq);
    command.arg("--quiet").arg("--data-dir").arg(data).stdout(Stdio::null());
    command
}

fn run_command(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    anyhow::ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// One run on a cluster.
struct Run<'a> {
    args: &'a ClusterArgs,
    config: &'a Path,
    data: &'a Path,
}

/// The time used by a run, in seconds.
struct Used {
    seconds: f64,
    intake: f64,
    working: f64,
    engines: f64,
}

impl Run<'_> {
    fn leadq(&self) -> Command {
        let mut command = leadq(self.args, self.data);
        command.arg("--config").arg(self.config);
        command
    }

    fn measure(&self, made: &Made, workers: usize) -> anyhow::Result<Used> {
        run_command(self.leadq().args(INIT))?;
        let mut working = Working(Vec::new());
        for _ in 0..workers {
            working.0.push(self.leadq().arg("work").spawn()?);
        }
        // The server keeps the search index up to date, as the embedded run does.
        working.0.push(self.leadq().args(["serve", "--listen", "127.0.0.1:0"]).spawn()?);
        std::thread::sleep(Duration::from_secs(5));
        let engines_before = process::trees_cpu_seconds(&self.args.engines);
        let working_before = working.cpu_seconds();
        let (started, children) = (Instant::now(), process::children_cpu_seconds());
        run_command(self.leadq().args(["ingest", "--no-wait"]).args(&made.files))?;
        let intake = process::children_cpu_seconds() - children;
        while self.waiting()? > 0 {
            anyhow::ensure!(
                working.all_live()? && started.elapsed() < RUN_MAX,
                "a process of the run ended early, or the run timed out"
            );
            std::thread::sleep(POLL_EVERY);
        }
        Ok(Used {
            seconds: started.elapsed().as_secs_f64(),
            intake,
            working: working.cpu_seconds() - working_before,
            engines: process::trees_cpu_seconds(&self.args.engines) - engines_before,
        })
    }

    /// Returns the number of records in the backlog. The querying process is not part of the
    /// measurement; only the engines' work for it is counted.
    fn waiting(&self) -> anyhow::Result<u64> {
        let output = self.leadq().args(["status", "--json"]).stdout(Stdio::piped()).output()?;
        let status: Value = serde_json::from_slice(&output.stdout).context("leadq status")?;
        let backlog = status["backlog"].as_object().context("leadq status reports no backlog")?;
        Ok(backlog.values().filter_map(Value::as_u64).sum())
    }
}

/// Workers and the server, killed at the end of the run.
struct Working(Vec<Child>);

impl Working {
    fn all_live(&mut self) -> anyhow::Result<bool> {
        for worker in &mut self.0 {
            if worker.try_wait()?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn cpu_seconds(&self) -> f64 {
        let pids: Vec<u32> = self.0.iter().map(Child::id).collect();
        process::trees_cpu_seconds(&pids)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        for worker in &mut self.0 {
            // It may have ended by itself; then the run has failed already.
            drop(worker.kill());
            drop(worker.wait());
        }
    }
}

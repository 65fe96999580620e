//! R1, R7 on a cluster: workers, server, intake, broker and database are killed at random, and the
//! result has the hash of an undisturbed embedded run.
//!
//! `LEADQ_KILL_CLUSTER_CYCLES` sets the number of kills for long runs, `LEADQ_KILL_SEED` the
//! instants; the gate runs five. Every twenty kills use a new cluster, and each kill a part of the
//! input.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, Process, alone, calm_run, kept, kill_engine, start_engine};
use crate::hooks::draw;
use crate::http::ask;
use crate::kill9::{KILLS, canonical_hash, leadq, parts, take_in, told};
use crate::program::{await_true, stop};

/// The processes that can be killed. Broker and database are last, because they restart slowly.
const VICTIMS: [&str; 6] = ["work", "work", "serve", "ingest", "kafka", "postgres"];

#[test]
fn a_cluster_killed_at_any_moment_is_unharmed() {
    let cycles = told("LEADQ_KILL_CLUSTER_CYCLES", 5);
    let mut dice = told("LEADQ_KILL_SEED", 1_u64);
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let (calm, file) = calm_run(work.path());
    let begun = Instant::now();
    let (mut acknowledged, mut at_work) = (0, 0);
    for first in (0..cycles).step_by(KILLS) {
        let kills = first..cycles.min(first + KILLS);
        let Some(round) = killed_cluster(kills, &mut dice, &calm, &file) else { return };
        acknowledged += round.acknowledged;
        at_work += round.at_work;
    }
    assert!(acknowledged > 0, "nothing was acknowledged: the test proves nothing");
    assert!(at_work * 4 > cycles, "only {at_work} kills met running work: the test proves little");
    println!(
        "{cycles} kills in {:.0} s, {at_work} of them at work, {acknowledged} acknowledged, 0 lost, \
         the hash of an embedded run",
        begun.elapsed().as_secs_f64()
    );
}

/// The results of some kills.
struct Round {
    acknowledged: usize,
    /// The number of kills before which records were waiting.
    at_work: usize,
}

/// Starts a cluster and kills one of its processes for each of `kills`, while a part of the input
/// is being processed. Then compares it with the undisturbed run that took in the same file.
fn killed_cluster(kills: Range<usize>, dice: &mut u64, calm: &Path, file: &Path) -> Option<Round> {
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut cluster, database) = Cluster::make(work.path(), &runtime)?;
    let parts = parts(work.path(), kills.len());
    for role in ["work", "work", "serve"] {
        cluster.start(role);
    }
    let (mut acknowledged, mut at_work) = (BTreeSet::new(), 0);
    for (cycle, part) in kills.zip(parts) {
        let chance = draw(dice);
        // Each victim at least once, then a random one.
        let last = VICTIMS.len() - 1;
        let victim = match cycle {
            0..=5 => VICTIMS[last - cycle],
            _ => VICTIMS[usize::try_from(chance % 6).unwrap()],
        };
        let after = Duration::from_millis(chance / 7 % 1_000);
        acknowledged.extend(cluster.acknowledged(&part, after));
        at_work += usize::from(cluster.waiting() > 0);
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
    take_in(cluster.command(), file);

    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(calm)));
    let stored = runtime.block_on(kept(&database));
    let lost: Vec<&String> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} acknowledged records lost", lost.len());
    let done = cluster.command().args(["verify", "--json"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    Some(Round { acknowledged: acknowledged.len(), at_work })
}

/// A worker is paused while it works, and resumed after other workers have its partitions.
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
    let sleeper = cluster.running[0].child.id().to_string();
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &sleeper]).status().unwrap().success());
    };
    let all = flow::STAGES.len() as u64 * u64::from(flow::JourneyLimits::default().partitions);
    cluster.await_well();
    // The worker to be paused has partitions.
    await_true(|| {
        partitions_of(&cluster.running) == all && partitions_of(&cluster.running[..1]) > 0
    });
    let mut taking_in = cluster.begin_taking_in(&file);
    signal("-STOP");
    let slept = Instant::now();
    await_true(|| partitions_of(&cluster.running[1..]) == all);
    let moved = slept.elapsed();
    assert!(taking_in.wait().unwrap().success());
    cluster.settle();
    let through = slept.elapsed();
    signal("-CONT");
    // The worker needs time to detect that it lost its partitions.
    std::thread::sleep(Duration::from_secs(3));
    cluster.settle();
    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    assert!(!runtime.block_on(kept(&database)).is_empty());
    println!(
        "a worker of three was paused: its partitions had moved after {:.1} s, all records were \
         processed after {:.1} s",
        moved.as_secs_f64(),
        through.as_secs_f64()
    );
}

/// Each process is stopped and started again while records are being processed; with
/// `LEADQ_OTHER_BINARY`, it is upgraded from that version to this one.
#[test]
fn a_cluster_is_restarted_process_by_process() {
    let _alone = alone();
    let work = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let other = std::env::var_os("LEADQ_OTHER_BINARY").map(PathBuf::from);
    let old = other.unwrap_or_else(|| env!("CARGO_BIN_EXE_leadq").into());
    let Some((mut cluster, database)) = Cluster::make_by(&old, work.path(), &runtime) else {
        return;
    };
    let (calm, _) = calm_run(work.path());
    let roles = ["work", "work", "serve"];
    let parts = parts(work.path(), roles.len());
    for role in roles {
        cluster.start_from(&old, role);
    }
    cluster.await_well();
    for (role, part) in roles.into_iter().zip(parts) {
        let mut taking_in = cluster.begin_taking_in(&part);
        let mut leaving = cluster.take(role);
        let signalled = Instant::now();
        stop(&mut leaving);
        assert!(signalled.elapsed() < Duration::from_secs(30), "it took {:?}", signalled.elapsed());
        assert!(taking_in.wait().unwrap().success());
        cluster.start(role);
        cluster.await_well();
    }
    cluster.settle();
    assert_eq!(canonical_hash(cluster.command()), canonical_hash(leadq(&calm)));
    assert!(!runtime.block_on(kept(&database)).is_empty());
    assert_eq!(cluster.dead(), 0);
    // Each process reads its lag from the log every few seconds.
    await_true(|| {
        cluster.running.iter().all(|process| {
            let metrics = ask(process.address, "GET", "/metrics", "").unwrap().1;
            metrics.contains("leadq_stage_lag_records{stage=\"score\"} 0\n")
        })
    });
}

/// Counts the partitions that workers have, according to their metrics.
fn partitions_of(workers: &[Process]) -> u64 {
    let of = |worker: &Process| -> u64 {
        let metrics = ask(worker.address, "GET", "/metrics", "").unwrap_or_default().1;
        let sum = |change: &str| -> u64 {
            let lines = metrics.lines().filter(|line| {
                line.starts_with("leadq_assignments_total{") && line.contains(change)
            });
            lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
        };
        sum("\"assigned\"").saturating_sub(sum("\"revoked\""))
    };
    workers.iter().map(of).sum()
}

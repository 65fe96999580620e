//! The memory that ingest requests need does not depend on the number of their objects. This is a
//! test binary of its own, because the peak of memory is that of the process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]
#![allow(dead_code, reason = "the world of the other tests has more than this test needs")]

#[path = "it/world.rs"]
mod world;

use world::{World, body, with_body};

const WEBHOOK: &str = "/api/v1/ingest/webhook";
const BYTES: usize = 10 << 20;
const MORE_MAX_MB: u64 = 100;

/// Returns the peak of the memory of this process, in MB.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().strip_suffix(" kB").unwrap().trim().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_megabytes_of_nonsense_need_little_memory() {
    let world = World::empty().await;
    let line = format!("{}\n", "?".repeat(99));
    let bodies = [
        ("one-character lines", "x\n".repeat(BYTES / 2), 413),
        ("an array of numbers", format!("[{}1]", "1,".repeat(BYTES / 2 - 2)), 413),
        ("an array that never ends", "[".repeat(BYTES), 422),
        ("many lines", line.repeat(BYTES / line.len()), 422),
        ("one line", "?".repeat(BYTES), 422),
    ];
    let before = peak_mb();
    for (name, request_body, status) in bodies {
        let send = || world.send(with_body("POST", WEBHOOK, &request_body));
        let (first, second) = tokio::join!(send(), send());
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (status, status), "{name}");
        if name == "many lines" {
            let count = request_body.lines().count();
            assert_eq!(body(first).await["rejected_count"], count);
        }
        let more = peak_mb() - before;
        assert!(more <= MORE_MAX_MB, "{name}: {more} MB more at the peak");
    }
}

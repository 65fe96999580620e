//! Commands while `leadq up` runs: the running process executes them.

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::http;
use crate::program::{DAY, Leadq, address_in, await_up, start_up, stop};

/// Starts a leadq that holds the data folder and listens for commands.
fn up(leadq: &Leadq) -> Child {
    up_at(leadq).0
}

/// Does the same, and returns its address, too.
fn up_at(leadq: &Leadq) -> (Child, SocketAddr) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
    command.env("LEADQ_DATA_DIR", leadq.data()).current_dir(leadq.folder.path());
    let mut child = start_up(&mut command);
    let line = await_up(&mut child);
    let address = address_in(&line);
    (child, address.parse().unwrap())
}

#[test]
fn a_command_does_not_wait_for_what_others_send() {
    let leadq = Leadq::with_tour();
    let (mut running, address) = up_at(&leadq);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !is_over.load(Ordering::SeqCst) {
                let event = |number: u32| {
                    let url = format!("https://busy-{number}.example/");
                    serde_json::json!({"schema": 1, "type": "page", "url": url, "ts": DAY, "text": url})
                };
                let events: Vec<_> = (number..number + 20).map(event).collect();
                number += 20;
                let body = serde_json::json!(events).to_string();
                let sent = http::ask(address, "POST", "/api/v1/ingest/webhook", &body).unwrap();
                assert!([202, 503].contains(&sent.0), "{sent:?}");
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let begun = Instant::now();
        let printed = leadq.sh("leadq feedback polderhof.example ignore", "");
        is_over.store(true, Ordering::SeqCst);
        assert_eq!(printed.code, 0, "{printed:?}");
        assert!(printed.out.contains("noted: ignore"), "{printed:?}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    });
    stop(&mut running);
}

#[test]
fn the_leadq_that_runs_carries_out_what_is_typed() {
    let leadq = Leadq::new();
    assert_eq!(leadq.sh("leadq init --from fixtures/tour/profile.toml", "").code, 0);
    let mut running = up(&leadq);
    // The folder is locked, so only the running process can execute it; a relative path is resolved
    // in the caller's folder.
    let taken = leadq.sh("cd fixtures && leadq ingest tour/events.jsonl --json", "");
    assert_eq!(taken.code, 0, "{taken:?}");
    assert!(taken.json()["accepted"].as_u64().unwrap() > 0, "{taken:?}");
    let signals = leadq.sh("leadq signals --json", "").json();
    assert!(!signals["items"].as_array().unwrap().is_empty());
    // A list has the form that suits the caller.
    let csv = leadq.sh("leadq signals --format csv", "");
    assert!(csv.out.starts_with("since,kind,company,domain,"), "{csv:?}");
    let piped = leadq.sh("LEADQ_FORMAT= leadq signals", "");
    assert!(piped.out.starts_with("since\tkind\tcompany\tdomain\t"), "{piped:?}");
    let narrow = leadq.sh("COLUMNS=50 leadq signals", "").out;
    assert!(narrow.lines().all(|line| line.chars().count() <= 50), "{narrow}");
    // Usage errors, and commands that another process cannot execute, are reported to the caller.
    let unknown = leadq.sh("leadq lead nobody.example", "");
    assert!(unknown.code == 1 && unknown.err.contains("nobody.example"), "{unknown:?}");
    let piped = leadq.sh("leadq ingest -", "{}");
    assert!(piped.code == 1 && piped.err.contains("leadq is running"), "{piped:?}");
    // The profile stays without consent; a relative list of accounts is the caller's.
    assert_eq!(leadq.sh("leadq init", "").code, 0);
    let other = leadq.sh("leadq init --product Rockets", "");
    assert!(other.code == 2 && other.err.contains("--yes"), "{other:?}");
    let known = leadq.sh("cd fixtures && leadq init --accounts tour/accounts.csv", "");
    assert!(known.code == 0 && known.out.contains("columns used: domain as domain"), "{known:?}");
    assert_eq!(leadq.sh("leadq watch --accounts --json", "").json()["new"], 6);
    // The settings and the folder are checked here, the data by the process that holds it.
    let checked = leadq.sh("leadq doctor --json", "");
    let found = checked.json();
    let checks: Vec<&str> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["what"].as_str().unwrap())
        .collect();
    for check in ["settings", "key", "process", "engines", "database", "segments", "packs"] {
        assert!(checks.contains(&check), "{check}: {checked:?}");
    }
    // The accounts have changed the scores.
    let signals = leadq.sh("leadq signals --json", "").json();
    // A killed process leaves its socket behind, which blocks no later command or process.
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(leadq.data().join("socket").exists());
    assert_eq!(leadq.sh("leadq signals --json", "").json(), signals);
    let mut running = up(&leadq);
    assert_eq!(leadq.sh("leadq signals --json", "").json(), signals);
    stop(&mut running);
}

//! Commands while `leadq up` runs: the running process executes them.

use std::process::{Child, Command, Stdio};

use crate::program::{Leadq, await_up, stop};

/// Starts a leadq that holds the data folder and listens for commands.
fn up(leadq: &Leadq) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leadq"))
        .args(["up", "--listen", "127.0.0.1:0"])
        .env("LEADQ_DATA_DIR", leadq.data())
        .current_dir(leadq.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    await_up(&mut child);
    child
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
    assert!(!signals.as_array().unwrap().is_empty());
    // Usage errors, and commands that another process cannot execute, are reported to the caller.
    let unknown = leadq.sh("leadq lead nobody.example", "");
    assert!(unknown.code == 1 && unknown.err.contains("nobody.example"), "{unknown:?}");
    let piped = leadq.sh("leadq ingest -", "{}");
    assert!(piped.code == 1 && piped.err.contains("leadq is running"), "{piped:?}");
    // A killed process leaves its socket behind, which blocks no later command or process.
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(leadq.data().join("socket").exists());
    assert_eq!(leadq.sh("leadq signals --json", "").json(), signals);
    let mut running = up(&leadq);
    assert_eq!(leadq.sh("leadq signals --json", "").json(), signals);
    stop(&mut running);
}

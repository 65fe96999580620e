//! `leadq demo` with the built program: it respects the limits of hosts, and a folder keeps the
//! demonstration it began with. Its findings are tested in a browser.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::program::{Leadq, await_up, stop};

/// The duration of a demonstration, long enough for thousands of requests.
const RUN_TIME: Duration = Duration::from_secs(10);

/// Runs a demonstration for a while, and returns its output after the start.
fn demonstration(leadq: &Leadq, args: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leadq"))
        .arg("--data-dir")
        .arg(leadq.data())
        .args(["demo", "--listen", "127.0.0.1:0"])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    await_up(&mut child);
    std::thread::sleep(RUN_TIME);
    // Its last line is short enough for the buffer of the pipe.
    stop(&mut child);
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    printed
}

#[test]
fn a_demonstration_is_a_good_guest_and_goes_on_as_it_began() {
    let leadq = Leadq::new();
    let printed = demonstration(&leadq, &["--seed", "11", "--days", "2"]);
    assert!(printed.contains(" 0 of them against the rules of hosts\n"), "{printed}");
    for (option, original) in [("--seed 12", "--seed 11"), ("--days 3", "--days 2")] {
        let folder = leadq.data();
        let line = format!("leadq --data-dir '{}' demo --exit {option}", folder.display());
        let printed = leadq.sh(&line, "");
        assert_eq!(printed.code, 1, "{printed:?}");
        assert!(printed.err.contains(original), "{printed:?}");
    }
    let again = demonstration(&leadq, &["--seed", "11"]);
    assert!(again.contains(" 0 of them against the rules of hosts\n"), "{again}");
}

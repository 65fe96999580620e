//! `leadq demo` through the built program: it is a good guest, and a folder keeps the demonstration
//! it began with. What it finds is looked at in a browser.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::program::Leadq;

/// Long enough for thousands of requests.
const WHILE: Duration = Duration::from_secs(10);

/// Runs a demonstration for a while; what it prints at its end.
fn demonstration(leadq: &Leadq, words: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leadq"))
        .arg("--data-dir")
        .arg(leadq.data())
        .args(["demo", "--listen", "127.0.0.1:0"])
        .args(words)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.contains("leadq is up"), "{line:?}");
    std::thread::sleep(WHILE);
    let stopped = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let mut printed = String::new();
    output.read_to_string(&mut printed).unwrap();
    assert!(stopped.success() && child.wait().unwrap().success(), "{printed}");
    printed
}

#[test]
fn a_demonstration_is_a_good_guest_and_goes_on_as_it_began() {
    let leadq = Leadq::new();
    let printed = demonstration(&leadq, &["--seed", "11", "--days", "2"]);
    assert!(printed.contains(" 0 of them not as the hosts want them\n"), "{printed}");
    for (said, was) in [("--seed 12", "--seed 11"), ("--days 3", "--days 2")] {
        let folder = leadq.data();
        let other = format!("leadq --data-dir '{}' demo --exit {said}", folder.display());
        let printed = leadq.sh(&other, "");
        assert_eq!(printed.code, 1, "{printed:?}");
        assert!(printed.err.contains(was), "{printed:?}");
    }
    let again = demonstration(&leadq, &["--seed", "11"]);
    assert!(again.contains(" 0 of them not as the hosts want them\n"), "{again}");
}

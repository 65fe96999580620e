//! Upgrades: a data folder that an earlier version wrote, with records still waiting, is processed
//! by this version and reaches the same state as a folder of this version alone.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::kill9::{canonical_hash, leadq};
use crate::program::{DAY, root};

/// Folders written by earlier versions, named after their newest migration. Each holds the tour's
/// pages, a won deal, and the tour's events, taken in but not processed.
const FOLDERS: [&str; 1] = ["folder_schema_4.tar.gz"];

fn run(mut command: Command, args: &[&str]) -> Output {
    let done = command.current_dir(root()).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

/// Unpacks a recorded data folder.
pub(crate) fn unpack(archive: &str, to: &Path) {
    let archive = root().join("fixtures/recorded").join(archive);
    let done = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(to).status().unwrap();
    assert!(done.success(), "tar unpacks the recorded folder");
}

/// Writes a new folder with the commands that wrote the recorded ones.
fn write_anew(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("key"), [7; 32]).unwrap();
    let commands: [&[&str]; 4] = [
        &[
            "init",
            "--from",
            "fixtures/tour/profile.toml",
            "--accounts",
            "fixtures/tour/accounts.csv",
        ],
        &["ingest", "fixtures/tour/pages", "--observed", DAY],
        &["feedback", "Lumenfeld Energie", "won", "--value", "20000"],
        &["ingest", "fixtures/tour/events.jsonl", "--observed", DAY, "--no-wait"],
    ];
    for args in commands {
        run(leadq(folder), args);
    }
}

/// Reads the lists, without the times at which signals became known.
fn listed(folder: &Path) -> [Value; 2] {
    let read = |args: &[&str]| serde_json::from_slice(&run(leadq(folder), args).stdout).unwrap();
    let calls = read(&["today", "--json"]);
    let mut signals: Value = read(&["signals", "--limit", "50", "--json"]);
    for signal in signals["items"].as_array_mut().unwrap() {
        signal.as_object_mut().unwrap().remove("detected_at");
    }
    [calls, signals]
}

/// Counts the actions that were offered to the channels, after what is waiting is processed.
fn actions(folder: &Path) -> usize {
    run(leadq(folder), &["ingest"]);
    let status = run(leadq(folder), &["status", "--json"]);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    let positions = status["positions"]["act"].as_object().unwrap();
    positions.values().map(|position| usize::try_from(position.as_u64().unwrap()).unwrap()).sum()
}

#[test]
fn a_folder_of_an_earlier_version_goes_on() {
    let work = tempfile::tempdir().unwrap();
    let anew = work.path().join("anew");
    write_anew(&anew);
    let expected = canonical_hash(leadq(&anew));
    let expected_lists = listed(&anew);
    for archive in FOLDERS {
        let place = work.path().join(archive);
        std::fs::create_dir_all(&place).unwrap();
        unpack(archive, &place);
        let folder = place.join("data");
        // It has no rows for lists yet, and its records are still waiting.
        let [calls, _] = listed(&folder);
        assert!(!calls["items"].as_array().unwrap().is_empty(), "{archive}: {calls}");
        // What is stored learns what was mended since, and nobody is told again.
        let acted = actions(&folder);
        let reread = run(leadq(&folder), &["reread", "--yes", "--json"]);
        let reread: Value = serde_json::from_slice(&reread.stdout).unwrap();
        assert!(reread["pages"].as_u64().unwrap() > 0, "{archive}: {reread}");
        let differs = reread["differing"].as_u64().unwrap() > 0;
        assert!(reread["is_promoted"].as_bool().unwrap() || !differs, "{archive}: {reread}");
        let gained = usize::try_from(reread["gained"].as_u64().unwrap()).unwrap();
        assert!(actions(&folder) <= acted + gained, "{archive}: {reread}");
        assert_eq!(canonical_hash(leadq(&folder)), expected, "{archive}");
        assert_eq!(listed(&folder), expected_lists, "{archive}");
        let again = run(leadq(&folder), &["reread", "--dry-run"]);
        let again = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(again.starts_with("0 pages read differently, of "), "{archive}: {again}");
        run(leadq(&folder), &["verify"]);
        // Feedback given under the earlier version still counts, and can be taken back.
        run(leadq(&folder), &["feedback", "Lumenfeld Energie", "--undo"]);
        let again = run(leadq(&folder), &["ingest", "fixtures/tour/pages", "--observed", DAY]);
        let again = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(again.contains("taken in 0, known already 14"), "{archive}: {again}");
    }
}

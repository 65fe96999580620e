//! A database that was emptied, damaged or lost is refused by every command; a first start that was
//! interrupted between any two of its steps goes on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use store::engines::open_db;

use crate::http::{ask, free_address, health};
use crate::kill9::leadq;
use crate::program::{Leadq, Printed};

/// A change of a data folder outside the program.
type Change<'a> = &'a dyn Fn(&Path);

/// Copies a data folder.
fn copy(from: &Path, to: &Path) {
    let done = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success());
}

/// Copies a file.
fn put(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
}

fn run(folder: &Path, line: &[&str]) -> Printed {
    let done = leadq(folder).args(line).stdin(Stdio::null()).output().unwrap();
    Printed {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// Creates a database with every table and no row.
fn new_database(folder: &Path) -> PathBuf {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        open_db("sqlite:leadq.db", folder).await.unwrap().close().await;
    });
    folder.join("leadq.db")
}

#[test]
fn an_emptied_database_is_refused_by_every_command() {
    let tour = Leadq::with_tour();
    let work = tempfile::tempdir().unwrap();
    let blank = new_database(work.path());
    let changes: [(&str, Change<'_>); 4] = [
        ("deleted", &|database| fs::remove_file(database).unwrap()),
        ("cut", &|database| fs::write(database, "").unwrap()),
        ("blank", &|database| put(&blank, database)),
        ("overwritten", &|database| {
            let mut bytes = fs::read(database).unwrap();
            bytes[..100].fill(b'x');
            fs::write(database, bytes).unwrap();
        }),
    ];
    let backup = work.path().join("backup");
    let commands: [&[&str]; 14] = [
        &["verify"],
        &["verify", "--all"],
        &["doctor"],
        &["signals"],
        &["status"],
        &["today"],
        &["search", "lumenfeld"],
        &["hash"],
        &["init", "--product", "Data", "--role", "CTO"],
        &["ingest"],
        &["watch", "acme.example"],
        &["token", "list"],
        &["backup", backup.to_str().unwrap()],
        &["up", "--listen", "127.0.0.1:0"],
    ];
    for (name, change) in changes {
        let folder = work.path().join(name);
        copy(&tour.data(), &folder);
        let database = folder.join("leadq.db");
        change(&database);
        let before = fs::read(&database).ok();
        for command in commands {
            let refused = run(&folder, command);
            assert_eq!(refused.code, 1, "{name}: {command:?}: {refused:?}");
            // The doctor's answer is a table with lines that are broken.
            let text = [refused.out, refused.err].concat();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in ["leadq.db", "leadq restore", "of an earlier run", "anew on purpose"] {
                assert!(text.contains(part), "{name}: {command:?}: {part:?} is not in {text}");
            }
        }
        assert_eq!(fs::read(&database).ok(), before, "{name}: it was changed");
    }
    // The folder whose database was only moved away is whole again when it is back.
    let folder = work.path().join("deleted");
    put(&tour.data().join("leadq.db"), &folder.join("leadq.db"));
    assert_eq!(run(&folder, &["verify"]).code, 0);
}

#[test]
fn a_first_start_that_was_interrupted_goes_on() {
    let work = tempfile::tempdir().unwrap();
    let whole = work.path().join("whole");
    assert_eq!(run(&whole, &["init", "--product", "Data", "--role", "CTO"]).code, 0);
    let blank_folder = work.path().join("blank");
    fs::create_dir(&blank_folder).unwrap();
    let blank = new_database(&blank_folder);
    let lock = |folder: &Path| fs::write(folder.join("lock"), "").unwrap();
    let database = |folder: &Path| put(&blank, &folder.join("leadq.db"));
    let key = |folder: &Path| put(&whole.join("key"), &folder.join("key"));
    let agreed = |folder: &Path| put(&whole.join("leadq.db"), &folder.join("leadq.db"));
    let states: [(&str, Change<'_>); 9] = [
        ("a folder", &|_| ()),
        ("its lock", &lock),
        ("an empty file", &|folder| {
            lock(folder);
            fs::write(folder.join("leadq.db"), "").unwrap();
        }),
        ("all tables", &|folder| {
            lock(folder);
            database(folder);
        }),
        ("half a key", &|folder| {
            database(folder);
            fs::write(folder.join("key.0123456789abcdef"), "half").unwrap();
        }),
        ("the key", &|folder| {
            database(folder);
            key(folder);
        }),
        ("the key alone, put there by the user", &key),
        ("the digest of the key", &|folder| {
            key(folder);
            agreed(folder);
        }),
        ("some folders of segments", &|folder| {
            key(folder);
            agreed(folder);
            fs::create_dir_all(folder.join("blobs/raw")).unwrap();
        }),
    ];
    for (number, (name, state)) in states.into_iter().enumerate() {
        let folder = work.path().join(number.to_string());
        fs::create_dir(&folder).unwrap();
        state(&folder);
        let done = run(&folder, &["init", "--product", "Data", "--role", "CTO"]);
        assert_eq!(done.code, 0, "interrupted after {name}: {done:?}");
        for command in [&["status"], &["doctor"]] {
            assert_eq!(run(&folder, command).code, 0, "after {name}: {command:?}");
        }
    }
}

/// A database with damaged pages is named by what reads them. While leadq runs, its health says so,
/// and what is sent is refused with the part and the remedy.
#[test]
fn damaged_pages_are_named() {
    let tour = Leadq::with_tour();
    let database = tour.data().join("leadq.db");
    let mut bytes = fs::read(&database).unwrap();
    let pages = bytes.len() / 4_096;
    // The newest pages; those of the schema are the oldest.
    bytes[pages * 3 / 4 * 4_096..].fill(0xa5);
    fs::write(&database, bytes).unwrap();
    for command in [&["doctor"][..], &["status"], &["verify", "--all"]] {
        let named = run(&tour.data(), command);
        assert_eq!(named.code, 1, "{command:?}: {named:?}");
        let text = [named.out, named.err].concat();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("damaged") && text.contains("database"), "{command:?}: {text}");
    }
    let address = free_address();
    let mut up = leadq(&tour.data())
        .args(["up", "--listen", &address.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    loop {
        if up.try_wait().unwrap().is_some() {
            // The damage kept it from starting.
            let printed = up.wait_with_output().unwrap();
            let message = String::from_utf8_lossy(&printed.stderr).into_owned();
            assert!(
                !printed.status.success() && message.contains("leadq.db is damaged"),
                "{message}"
            );
            return;
        }
        let (status, body) = health(address);
        if status == 503 {
            assert!(body.contains("database: ") && body.contains("leadq restore"), "{body}");
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the health is {status}: {body}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let event = r#"{"schema":1,"type":"press","url":"https://acme.example/1","text":"a"}"#;
    let (status, problem) = ask(address, "POST", "/api/v1/ingest/webhook", event).unwrap();
    assert_eq!(status, 503, "{problem}");
    assert!(problem.contains("database is damaged"), "{problem}");
    up.kill().unwrap();
    up.wait().unwrap();
}

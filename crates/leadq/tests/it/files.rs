//! Only the owner can read what leadq writes, whatever the umask it is started with.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::hooks::SECRET;
use crate::program::{DAY, Leadq, await_up, stop};

/// Lists the files and folders below a folder, itself included, that others have access to.
fn exposed(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let file = fs::symlink_metadata(&path).unwrap();
        if file.mode() & 0o077 != 0 {
            found.push(format!("{} {:o}", path.display(), file.mode() & 0o7777));
        }
        if file.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

#[test]
fn what_is_written_is_private_from_its_creation_on() {
    let leadq = Leadq::new();
    let backup = leadq.folder.path().join("backups/monday");
    let restored = leadq.folder.path().join("restored");
    for line in [
        "leadq --quiet init --from fixtures/tour/profile.toml".to_owned(),
        format!("leadq ingest fixtures/tour/pages fixtures/tour/events.jsonl --observed {DAY}"),
        "leadq search lumenfeld".to_owned(),
        format!("leadq backup {}", backup.display()),
        format!("leadq --data-dir {} restore {}", restored.display(), backup.display()),
    ] {
        let done = leadq.sh(&format!("umask 000; {line}"), "");
        assert_eq!(done.code, 0, "{line}: {done:?}");
    }
    let mut up = Command::new("sh")
        .arg("-c")
        .arg("umask 000; exec \"$0\" up --listen 127.0.0.1:0")
        .arg(env!("CARGO_BIN_EXE_leadq"))
        .env("LEADQ_DATA_DIR", leadq.data())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    await_up(&mut up);
    let socket = fs::metadata(leadq.data().join("socket")).unwrap();
    assert!(socket.file_type().is_socket());
    for name in ["leadq.db", "leadq.db-wal", "leadq.db-shm", "key", "lock", "search/meta.json"] {
        assert!(leadq.data().join(name).exists(), "{name}");
    }
    for folder in [&leadq.data(), &backup, &restored] {
        assert_eq!(exposed(folder), [""; 0]);
    }
    stop(&mut up);
    assert_eq!(leadq.sh("leadq doctor", "").code, 0);
}

#[test]
fn an_older_folder_is_tightened_and_what_cannot_be_is_named() {
    let leadq = Leadq::with_tour();
    let backup = leadq.folder.path().join("backup");
    assert_eq!(leadq.sh(&format!("leadq backup {}", backup.display()), "").code, 0);
    let open = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    // As earlier versions created it, with a file of the user's own beside.
    let (data, own) = (leadq.data(), leadq.data().join("notes.txt"));
    fs::write(&own, "mine").unwrap();
    open(&own, 0o644);
    for (name, mode) in [("leadq.db", 0o644), ("blobs/raw", 0o755), ("blobs", 0o755), ("", 0o755)] {
        open(&data.join(name), mode);
    }
    let warned = leadq.sh("leadq doctor", "");
    assert_eq!(warned.code, 0, "a warning is no failure: {warned:?}");
    assert!(warned.out.contains("(mode 755)") && warned.out.contains("(mode 644)"), "{warned:?}");
    assert_eq!(exposed(&data), [format!("{} 644", own.display())], "the command closed the rest");

    let settings = leadq.folder.path().join("my.toml");
    let endpoint = "[[webhooks]]\nurl = \"https://hooks.example/\"\n";
    fs::write(&settings, format!("{endpoint}secret = \"{SECRET}\"\n")).unwrap();
    open(&settings, 0o640);
    open(&backup, 0o755);
    let line = format!("leadq --config {} doctor --json", settings.display());
    let checks = leadq.sh(&line, "").json()["items"].clone();
    let warned = |name: &str, text: &str| {
        checks.as_array().unwrap().iter().any(|check| {
            check["what"] == name
                && check["state"] == "warn"
                && check["found"].as_str().unwrap().contains(text)
        })
    };
    assert!(warned("settings", "my.toml (mode 640)"), "{checks}");
    assert!(warned("backup", "(mode 755)"), "{checks}");
    open(&settings, 0o600);
    open(&backup, 0o700);
    let checks = leadq.sh(&line, "").json()["items"].clone();
    assert!(checks.as_array().unwrap().iter().all(|check| check["state"] == "ok"), "{checks}");
}

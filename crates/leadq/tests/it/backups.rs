//! Backups taken while leadq runs, restoring them, and moving to other engines.

use crate::kill9::{canonical_hash, ingest_some, leadq, prepare};
use crate::program::{await_up, start_up, stop};

#[test]
fn restores_a_backup_taken_while_leadq_runs() {
    let work = tempfile::tempdir().unwrap();
    let (folder, backup) = (work.path().join("data"), work.path().join("backup"));
    prepare(&folder, &[7; 32], leadq(&folder));
    ingest_some(leadq(&folder), work.path(), 0..400);
    let before = canonical_hash(leadq(&folder));

    let mut up = start_up(&mut leadq(&folder));
    await_up(&mut up);
    let first = leadq(&folder).arg("backup").arg(&backup).output().unwrap();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    // Records taken in afterwards are not in the backup.
    ingest_some(leadq(&folder), work.path(), 400..600);
    let second = leadq(&folder).arg("backup").arg(&backup).output().unwrap();
    assert!(String::from_utf8_lossy(&second.stderr).contains("not empty"));
    stop(&mut up);
    assert_ne!(canonical_hash(leadq(&folder)), before);

    let restored = work.path().join("restored");
    let done = leadq(&restored).arg("restore").arg(&backup).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(canonical_hash(leadq(&restored)), before);
    let verified = leadq(&restored).args(["verify", "--json"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    // The restored folder reaches the same state from there.
    ingest_some(leadq(&restored), work.path(), 400..600);
    assert_eq!(canonical_hash(leadq(&restored)), canonical_hash(leadq(&folder)));
}

#[test]
fn a_damaged_backup_is_refused() {
    let work = tempfile::tempdir().unwrap();
    let (folder, backup) = (work.path().join("data"), work.path().join("backup"));
    prepare(&folder, &[7; 32], leadq(&folder));
    ingest_some(leadq(&folder), work.path(), 0..20);
    assert!(leadq(&folder).arg("backup").arg(&backup).status().unwrap().success());
    let raw = backup.join("blobs/raw");
    let segment = std::fs::read_dir(raw).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let restored = work.path().join("restored");
    let refused = leadq(&restored).arg("restore").arg(&backup).output().unwrap();
    assert!(!refused.status.success());
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("differs from the manifest of the backup"), "{message}");
}

#[cfg(all(feature = "kafka", feature = "postgres"))]
#[test]
fn moving_to_a_cluster_and_back_changes_nothing() {
    use store::conformance::{address, fresh_database, fresh_name};

    let _alone = crate::cluster::alone();
    let (Some(broker), Some(server)) = (address("kafka"), address("postgres")) else { return };
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("data");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cluster = work.path().join("cluster.toml");
    let database = runtime.block_on(fresh_database(&server));
    let settings = format!("db = \"{database}\"\nlog = \"{broker}/{}\"\n", fresh_name());
    std::fs::write(&cluster, settings).unwrap();
    let back = work.path().join("back.toml");
    std::fs::write(&back, "db = \"sqlite:back.db\"\nlog = \"sqlite:back.db\"\n").unwrap();
    let with = |settings: &std::path::Path| {
        let mut command = leadq(&folder);
        command.arg("--config").arg(settings);
        command
    };

    prepare(&folder, &[7; 32], leadq(&folder));
    ingest_some(leadq(&folder), work.path(), 0..400);
    let before = canonical_hash(leadq(&folder));
    let move_to = |mut from: std::process::Command, to: &std::path::Path| {
        let moved = from.arg("migrate-engine").arg("--to").arg(to).output().unwrap();
        String::from_utf8_lossy(&[moved.stdout, moved.stderr].concat()).into_owned()
    };
    let output = move_to(leadq(&folder), &cluster);
    assert!(output.contains("both engines hold the same"), "{output}");
    assert_eq!(canonical_hash(with(&cluster)), before);
    // Both engines reach the same state after the same records.
    ingest_some(with(&cluster), work.path(), 400..600);
    ingest_some(leadq(&folder), work.path(), 400..600);
    let after = canonical_hash(leadq(&folder));
    assert_eq!(canonical_hash(with(&cluster)), after);
    let output = move_to(leadq(&folder), &cluster);
    assert!(output.contains("is not empty"), "{output}");
    let output = move_to(with(&cluster), &back);
    assert!(output.contains("both engines hold the same"), "{output}");
    assert_eq!(canonical_hash(with(&back)), after);
}

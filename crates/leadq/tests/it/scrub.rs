//! `leadq verify --all` notices every changed byte; `verify` tells what is expired from what is lost.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kill9::leadq as leadq_on;
use crate::program::{Leadq, Printed};
use crate::upgrade::unpack;

fn verify(leadq: &Leadq, options: &str) -> (Printed, serde_json::Value) {
    let printed = leadq.sh(&format!("leadq --quiet verify --json {options}"), "");
    let report = serde_json::from_str(&printed.out).unwrap_or_else(|_| panic!("{printed:?}"));
    (printed, report)
}

/// Lists the segments of a data folder by their names.
fn segments(data: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for kind in ["kept", "raw", "text"] {
        for file in fs::read_dir(data.join("blobs").join(kind)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            found.push((format!("{kind}/{name}"), path));
        }
    }
    found
}

#[test]
fn a_flipped_bit_is_noticed_although_no_quote_uses_it() {
    let leadq = Leadq::with_tour();
    let (printed, report) = verify(&leadq, "--all");
    assert_eq!(printed.code, 0, "{report}");
    let stored = &report["stored"];
    let none = serde_json::json!([]);
    assert_eq!((&stored["damaged"], &stored["interrupted"]), (&none, &none));
    assert!(stored["records"].as_u64() > stored["references"].as_u64(), "{stored}");
    assert!(report["verified"].as_u64() > Some(0) && report["broken"] == none);
    let shown = leadq.sh("leadq verify --all", "").out;
    assert!(shown.contains(" verified") && shown.contains("no damage"), "{shown}");

    for (name, path) in segments(&leadq.data()) {
        let whole = fs::read(&path).unwrap();
        let last = whole.len() - 1;
        // The head of the first member with its unchecked fields, content, and the very end.
        for position in [0, 5, 8, 9, last / 3, last / 2, last - 8, last] {
            let mut bytes = whole.clone();
            bytes[position] ^= 1 << (position % 8);
            fs::write(&path, bytes).unwrap();
            let (printed, report) = verify(&leadq, "--all");
            assert_eq!(printed.code, 1, "{name} byte {position}: {report}");
            let damaged = report["stored"]["damaged"].as_array().unwrap();
            assert_eq!(damaged.len(), 1, "{name} byte {position}: {damaged:?}");
            assert_eq!(damaged[0]["file"], name.as_str());
            let offset = damaged[0]["places"][0]["offset"].as_u64().unwrap();
            assert!(offset <= position as u64, "{name}: the record at {offset} holds {position}");
        }
        fs::write(&path, &whole).unwrap();
    }
    // A write that a crash interrupted was not acknowledged, so it is reported, but no damage.
    let (name, path) = segments(&leadq.data()).remove(1);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [whole.as_slice(), &whole[..20]].concat()).unwrap();
    let (printed, report) = verify(&leadq, "--all");
    assert_eq!(printed.code, 0, "{report}");
    assert_eq!(report["stored"]["interrupted"][0]["file"], name.as_str());
    fs::write(&path, whole).unwrap();
    assert_eq!(verify(&leadq, "--all").0.code, 0);
}

/// A lost segment is told by `verify` and the doctor; what is left decides the fate of a quote.
#[test]
fn a_quote_without_its_page_is_expired_and_the_loss_is_told() {
    let leadq = Leadq::with_tour();
    let quotes = verify(&leadq, "").1["evidence"].as_u64().unwrap();
    for (kind, expected) in [("raw", "verified"), ("text", "expired")] {
        let lost = segments(&leadq.data()).into_iter().filter(|(name, _)| name.starts_with(kind));
        for (_, path) in lost {
            fs::remove_file(path).unwrap();
        }
        let (printed, report) = verify(&leadq, "");
        assert_eq!(report[expected].as_u64(), Some(quotes), "without {kind}: {report}");
        assert_eq!(report["broken"], serde_json::json!([]));
        let missing = report["missing_segments"].as_array().unwrap();
        let is_lost = |name: &serde_json::Value| name.as_str().unwrap().starts_with(kind);
        assert!(printed.code == 1 && missing.iter().any(is_lost), "{report}");
        let doctor = leadq.sh("leadq doctor", "");
        assert!(doctor.code == 1 && doctor.out.contains(&format!("{kind}/0000")), "{doctor:?}");
        let (printed, report) = verify(&leadq, "--all");
        assert_eq!(printed.code, 1);
        let damaged = report["stored"]["damaged"].to_string();
        assert!(damaged.contains(&format!("{kind}/0000")), "{damaged}");
    }
}

/// A folder that an earlier version wrote is whole by the same checks.
#[test]
fn a_folder_of_an_earlier_version_is_whole() {
    let work = tempfile::tempdir().unwrap();
    unpack("folder_schema_4.tar.gz", work.path());
    let folder = work.path().join("data");
    for command in [&["ingest"][..], &["verify", "--all"]] {
        let done = leadq_on(&folder).args(command).output().unwrap();
        let text = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert!(done.status.success(), "{command:?}: {text}");
    }
}

//! The commands as a user runs them, on a few hand-made pages.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Runs the program; returns the figures, or its standard error when it fails.
fn bench(args: &[&str]) -> Result<Value, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_leadq-bench")).args(args).output().unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Returns the path of a file relative to the root of the project.
fn in_project(path: &str) -> String {
    format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))
}

fn write_page(folder: &Path, file: &str, text: &str) {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>News</title></head><body><article>\
         <h1>News of the week</h1><p>{text}</p><p>Everything else on this page is about the \
         weather, which has been fair, and about the garden behind the office.</p>\
         </article></body></html>"
    );
    std::fs::create_dir_all(folder.join("own")).unwrap();
    std::fs::write(folder.join("own").join(file), html).unwrap();
}

fn label(file: &str, kind: &str, is_true: bool, quote: &str) -> String {
    let url = format!("https://{}.example/news", file.replace('.', "-"));
    json!({"set": "own", "file": file, "url": url, "lang": "en", "kind": kind, "label": is_true,
           "quote": quote, "company": "", "role": "", "other_company": "", "amount": null,
           "currency": "", "round": "", "planned": false})
    .to_string()
}

#[test]
fn quality_signals_runs_the_journey_and_judges_it() {
    let folder = tempfile::tempdir().unwrap();
    let raised = "Quarrystone today announced that it has raised $42 million in Series B funding \
                  led by Alder Ridge Ventures.";
    let barn = "The neighbours have raised a new barn in a single afternoon.";
    write_page(folder.path(), "raised.html", raised);
    write_page(folder.path(), "barn.html", barn);
    write_page(folder.path(), "moss.html", "Moss grows slowly on the north side of the wall.");
    let events = [
        label("raised.html", "funding_round", true, raised),
        label("barn.html", "funding_round", false, barn),
    ];
    std::fs::write(folder.path().join("events.jsonl"), events.join("\n")).unwrap();
    let negatives = r#"{"set": "own", "file": "moss.html", "url": "", "lang": "en"}"#;
    std::fs::write(folder.path().join("negatives.jsonl"), negatives).unwrap();
    let figures =
        bench(&["quality", "signals", "--data", folder.path().to_str().unwrap(), "--show"])
            .unwrap();
    assert_eq!(figures["pages"], 3, "{figures}");
    assert_eq!(figures["pages_unread"], json!([]), "{figures}");
    for prefix in ["", "claims_"] {
        assert_eq!(figures[format!("{prefix}precision")], 1.0, "{figures}");
        assert_eq!(figures[format!("{prefix}recall")], 1.0, "{figures}");
        assert_eq!(figures[format!("{prefix}labels_true")], 1, "{figures}");
    }
    assert_eq!(figures["kinds"]["funding_round"]["labels_found"], 1, "{figures}");
}

#[test]
fn missing_data_is_reported_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let error = bench(&["quality", "signals", "--data", data]).unwrap_err();
    assert!(error.contains("events.jsonl"), "{error}");
    let events = label("gone.html", "award", true, "A prize for the best pump.");
    std::fs::write(folder.path().join("events.jsonl"), events).unwrap();
    let error = bench(&["quality", "signals", "--data", data]).unwrap_err();
    assert!(error.contains("negatives.jsonl"), "{error}");
    std::fs::write(folder.path().join("negatives.jsonl"), "").unwrap();
    let error = bench(&["quality", "signals", "--data", data]).unwrap_err();
    assert!(error.contains("own/gone.html"), "{error}");
    let error = bench(&["speed", "pipeline", "--data", "no-such-file"]).unwrap_err();
    assert!(error.contains("no-such-file") && error.contains("--data"), "{error}");
}

#[test]
fn speed_pipeline_measures_made_up_pages_when_no_data_is_given() {
    let figures = bench(&["speed", "pipeline", "--pages", "40", "--json"]).unwrap();
    assert_eq!(figures["source"], "synthetic", "{figures}");
    assert_eq!(figures["memory_bytes_2000"], Value::Null, "{figures}");
    for name in ["ratio", "clean_pages_per_second", "journey_pages_per_second"] {
        assert!(figures[name].as_f64().unwrap() > 0.0, "{name}: {figures}");
    }
    assert!(figures["signals"].as_u64().unwrap() > 0, "{figures}");
}

#[test]
fn every_damage_to_evidence_is_noticed() {
    let figures = bench(&["verify", "--corrupt", "60", "--json"]).unwrap();
    assert_eq!(figures["clean_verified"], figures["evidence"], "{figures}");
    assert_eq!(figures["tried"], 60, "{figures}");
    assert_eq!(figures["caught"], 60, "{figures}");
}

/// The results that leadq 0.1 computed before its crates were rearranged. A change of these hashes
/// is a change of leadq's results and must be intended: the hashes then change in the same commit,
/// with the reason.
#[test]
fn hashes_match_the_recorded_ones() {
    let tour = [
        "hash",
        "--profile",
        &in_project("fixtures/tour/profile.toml"),
        "--accounts",
        &in_project("fixtures/tour/accounts.csv"),
        &in_project("fixtures/tour/pages"),
        &in_project("fixtures/tour/events.jsonl"),
    ];
    let demo = ["hash", "--day", "2026-12-12", &in_project("fixtures/recorded/demo_part.warc.gz")];
    for (args, signals, recorded) in [
        (&tour[..], 6, "70a49e7b95a6820263ce43733869d03ab8a2d4e5337fe74493fa3fa3f3f34562"),
        (&demo[..], 6, "b849c00ab60488a8993068dff6f9519a5fafb187ffbb170d755b9513a6a2cc5e"),
    ] {
        let figures = bench(args).unwrap();
        assert_eq!(figures["tables"]["signal"]["rows"], signals, "{figures}");
        assert_eq!(figures["hash"], recorded, "{figures}");
    }
}

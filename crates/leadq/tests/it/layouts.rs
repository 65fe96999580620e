//! Lists and companies on terminals of any width: no line is longer, and no word is broken that fits.

use std::fs;

use unicode_width::UnicodeWidthStr as _;

use crate::program::{DAY, Leadq};

const LONG: &str =
    "Norddeutsche Lagerlogistik Verpackungsmaschinen Fördertechnik Oberrhein Holding AG";
const WIDE: &str = "株式会社東京倉庫管理システム";

/// Creates a data folder with a name of 80 characters, a wide one, and addresses of 300.
fn extremes() -> Leadq {
    let leadq = Leadq::new();
    let path = "newsroom/pressemitteilungen/2026/".repeat(9);
    let mut events = String::new();
    for (domain, name) in [("lager.example", LONG), ("soko.example", WIDE)] {
        let url = format!("https://www.{domain}/{path}{}", "x".repeat(12));
        let title = format!("{name} raises €20 million Series B");
        let text = format!(
            "{name} today announced that it has raised €20 million in a Series B round led by Elbe."
        );
        let event = serde_json::json!({
            "schema": 1, "type": "press", "url": url, "ts": format!("{DAY}T08:00:00Z"), "title": title,
            "text": text, "company": {"domain": domain, "name": name},
        });
        events.push_str(&format!("{event}\n"));
        let round = serde_json::json!({
            "schema": 1, "type": "funding_round", "url": format!("{url}/2"), "ts": format!("{DAY}T08:00:00Z"),
            "company": {"domain": domain, "name": name},
            "features": {"round": "Series B", "amount": 20_000_000, "currency": "EUR"},
        });
        events.push_str(&format!("{round}\n"));
    }
    events.push_str("not an event\n");
    let file = leadq.folder.path().join("events.jsonl");
    fs::write(&file, events).unwrap();
    assert_eq!(leadq.sh("leadq init --product 'Warehouse software for everybody'", "").code, 0);
    let taken = leadq.sh(&format!("leadq ingest {}", file.display()), "");
    assert_eq!(taken.code, 0, "{taken:?}");
    leadq.sh("leadq watch lager.example soko.example", "");
    leadq.sh("leadq token add a-gateway-with-a-long-name", "");
    leadq
}

#[test]
fn nothing_runs_over_and_no_word_is_broken() {
    let leadq = extremes();
    let mut seen = String::new();
    for width in [40, 60, 79, 80, 120, 200] {
        for command in [
            "signals --on 2026-11-20",
            "today --on 2026-11-20",
            "search million",
            "search eur",
            "joins",
            "dead",
            "dead ingest",
            "watch",
            "webhooks",
            "token list",
            "status",
            "doctor",
            "hash",
            "lead lager.example",
            "lead soko.example",
            "why lager.example",
            "why soko.example",
        ] {
            let line = format!("COLUMNS={width} leadq --quiet {command}");
            let printed = leadq.sh(&line, "");
            assert_eq!(printed.code, 0, "{line}: {printed:?}");
            let over = printed.out.lines().find(|line| line.width() > width);
            assert_eq!(over, None, "{line}:\n{}", printed.out);
            let words: Vec<&str> = printed.out.split_whitespace().collect();
            if printed.out.contains("Norddeutsche") {
                for word in LONG.split(' ') {
                    assert!(words.contains(&word), "{line}: {word}:\n{}", printed.out);
                }
            }
            seen.push_str(&printed.out);
        }
    }
    assert!(seen.contains(WIDE) && seen.contains("Norddeutsche"), "{seen}");
}

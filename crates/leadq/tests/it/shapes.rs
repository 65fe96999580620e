//! Tests that `--json` prints the shape that the API answers with, noun by noun, over one data folder.

use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command};

use serde_json::{Value, json};

use crate::hooks::SECRET;
use crate::http::ask;
use crate::program::{Leadq, address_in, await_up, start_up, stop};

/// A leadq that runs in the folder of the tour, with an endpoint.
struct Running {
    leadq: Leadq,
    up: Child,
    address: SocketAddr,
}

impl Running {
    fn start() -> Self {
        let leadq = Leadq::with_tour();
        let settings = leadq.folder.path().join("my.toml");
        let endpoint = "[[webhooks]]\nurl = \"https://hooks.example/secret-path\"\n";
        fs::write(&settings, format!("{endpoint}secret = \"{SECRET}\"\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
        command.arg("--config").arg(&settings).env("LEADQ_DATA_DIR", leadq.data());
        let mut up = start_up(&mut command);
        let line = await_up(&mut up);
        Self { leadq, address: address_in(&line).parse().unwrap(), up }
    }

    /// Runs a command with `--json`.
    fn command(&self, words: &str) -> Value {
        let settings = self.leadq.folder.path().join("my.toml");
        let line = format!("leadq --quiet --config {} {words} --json", settings.display());
        self.leadq.sh(&line, "").json()
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, text) = ask(self.address, method, &format!("/api/v1{path}"), body).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn get(&self, path: &str) -> Value {
        self.send("GET", path, "")
    }
}

fn without(mut value: Value, fields: &[&str]) -> Value {
    for field in fields {
        assert!(value.as_object_mut().unwrap().remove(*field).is_some(), "{field}: {value:.300}");
    }
    value
}

fn keys(value: &Value) -> Vec<&String> {
    value.as_object().unwrap_or_else(|| panic!("{value:.300}")).keys().collect()
}

fn items(value: &Value) -> &Vec<Value> {
    value["items"].as_array().unwrap_or_else(|| panic!("{value:.300}"))
}

#[test]
fn the_command_line_and_the_api_print_one_shape() {
    let mut running = Running::start();
    leads_and_signals(&running);
    system(&running);
    receipts(&running);
    lists(&running);
    stop(&mut running.up);
}

fn leads_and_signals(running: &Running) {
    let signals = running.command("signals --limit 3");
    let found = running.get("/signals/search?limit=3");
    assert_eq!(signals, without(found, &["position"]), "only a server has a stream");
    assert_eq!(items(&signals).len(), 3);
    let calls = running.command("today --limit 2");
    assert_eq!(calls, running.get("/leads?limit=2"));
    for one in items(&signals).iter().chain(items(&calls)) {
        let kind = one["kind"].as_str().unwrap();
        assert!(kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{kind}");
        assert!(one["kind_title"].as_str().unwrap().contains(' '), "{one:.300}");
    }
    let company = calls["items"][0]["company"].clone();
    let domain = company["domain"].as_str().unwrap();
    let lead = running.get(&format!("/leads/{domain}"));
    assert_eq!(running.command(&format!("lead {domain}")), lead);

    // No route has these nouns of their own; their parts are those of the lead.
    let why = running.command(&format!("why {domain}"));
    assert_eq!(
        (&why["on"], &why["company"], &why["joins"]),
        (&lead["on"], &company, &lead["joins"])
    );
    let score = &lead["scores"][0];
    assert_eq!((&why["score"], &why["band"]), (&score["score"], &score["band"]));
    let reasons = why["reasons"].as_array().unwrap().iter().cloned();
    let reasons: Vec<Value> = reasons.map(|reason| without(reason, &["evidence"])).collect();
    assert_eq!(Value::from(reasons), score["contributions"]);
    let joins = running.command("joins");
    let of_lead = running.get("/leads/lumenfeld.example")["joins"].clone();
    assert!(!of_lead.as_array().unwrap().is_empty());
    for join in of_lead.as_array().unwrap() {
        assert!(items(&joins).contains(join), "{join}");
    }
    let hits = running.command("search lumenfeld --kind signal");
    for hit in items(&hits) {
        assert_eq!(keys(&hit["company"]), keys(&company));
        assert!(hit["kind_title"].is_string(), "{hit}");
    }
}

fn system(running: &Running) {
    let (overview, status) = (running.command("status"), running.get("/status"));
    let shared: Vec<&String> =
        keys(&overview).into_iter().filter(|key| status.get(*key).is_some()).collect();
    for key in &shared {
        assert_eq!(overview[*key], status[*key], "{key}");
    }
    let mut own: Vec<&String> =
        keys(&status).into_iter().filter(|key| !shared.contains(key)).collect();
    own.sort_unstable();
    assert_eq!(own, ["events_per_minute", "lag_ms", "mode"], "only of what runs");

    let endpoints = running.get("/webhooks/endpoints");
    assert_eq!(items(&endpoints).len(), 1);
    assert_eq!(running.command("webhooks"), endpoints);
    assert_eq!(running.get("/webhooks"), endpoints["items"], "as it was before");
    running.command("watch acme.example");
    running.command("watch acme.example --stop");
    let (watched, of_api) = (running.command("watch"), running.get("/watched/companies"));
    assert_eq!(keys(&watched["items"][0]), keys(&of_api["items"][0]));
    assert_eq!(watched["items"][0]["domain"], of_api["items"][0]["domain"]);
    assert_eq!(keys(&watched), keys(&of_api));
    assert!(running.get("/watched").is_array(), "as it was before");
}

fn receipts(running: &Running) {
    let event = |number: u8| {
        let url = format!("https://acme.example/press/{number}");
        json!({"schema": 1, "type": "press", "url": url, "title": "Pumps", "priority": 1})
    };
    let file = running.leadq.folder.path().join("events.jsonl");
    fs::write(&file, format!("{}\nnonsense\n", event(1))).unwrap();
    let taken = running.command(&format!("ingest {}", file.display()));
    let receipt = running.send("POST", "/ingest/webhook", &json!([event(2), 7]).to_string());
    for count in ["accepted", "duplicates", "rejected_count", "note_count"] {
        assert_eq!(taken[count], receipt[count], "{count}: {taken} {receipt}");
    }
    for list in ["rejected", "notes"] {
        assert_eq!(taken[list].as_array().map(Vec::len), receipt[list].as_array().map(Vec::len));
    }
    assert!(
        taken["rejected"][0]["reason"].is_string() && receipt["rejected"][0]["reason"].is_string()
    );

    let said = running.command("feedback polderhof.example won");
    let word = json!({"signal_id": said["signal_id"], "outcome": "won"});
    let again = running.send("POST", "/feedback", &word.to_string());
    assert_eq!(keys(&said), keys(&again));
    let changing = ["feedback", "repeated", "score_before", "changes"];
    assert_eq!(without(said, &changing), without(again, &changing));
}

/// Every list is an object.
fn lists(running: &Running) {
    for words in [
        "dead",
        "dead ingest",
        "joins",
        "search lumenfeld",
        "signals",
        "today",
        "watch",
        "webhooks",
        "token list",
    ] {
        let list = running.command(words);
        assert!(list["items"].is_array(), "{words}: {list:.300}");
    }
    let settings = running.leadq.folder.path().join("my.toml");
    let line = format!("leadq --config {} doctor --json", settings.display());
    let checks: Value = serde_json::from_str(&running.leadq.sh(&line, "").out).unwrap();
    assert!(items(&checks).iter().any(|check| check["what"] == "database"), "{checks}");
}

//! `leadq webhooks`: an endpoint that was disabled by its 410 is enabled again.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use model::{Clock as _, SystemClock};

use crate::hooks::SECRET;
use crate::program::{Leadq, await_true, await_up, start_up, stop};

/// A consumer that responds 410 until it is set to accept messages.
#[derive(Default)]
struct Consumer {
    takes: AtomicBool,
    taken: AtomicUsize,
}

fn start(consumer: Arc<Consumer>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // The thread ends with the test process.
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream);
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                if let Some(("content-length", value)) = line.to_lowercase().trim().split_once(": ")
                {
                    length = value.parse().unwrap_or(0);
                }
                line.clear();
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() || length == 0 {
                continue;
            }
            let takes = consumer.takes.load(Ordering::SeqCst);
            consumer.taken.fetch_add(usize::from(takes), Ordering::SeqCst);
            let status = if takes { "204 No Content" } else { "410 Gone" };
            let response =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = reader.into_inner().write_all(response.as_bytes());
        }
    });
    address
}

#[test]
fn an_endpoint_that_answered_410_can_be_enabled_again() {
    let consumer = Arc::new(Consumer::default());
    let address = start(Arc::clone(&consumer));
    let leadq = Leadq::new();
    let url = format!("http://{address}/secret-path");
    let settings = leadq.folder.path().join("hooks.toml");
    let content =
        format!("allow = [\"{address}\"]\n[[webhooks]]\nurl = \"{url}\"\nsecret = \"{SECRET}\"\n");
    fs::write(&settings, content).unwrap();
    let run = |args: &str| leadq.sh(&format!("leadq --config {} {args}", settings.display()), "");

    let none = Leadq::new();
    assert_eq!(none.sh("leadq --quiet init", "").code, 0);
    let empty = none.sh("leadq webhooks", "");
    assert!(empty.code == 0 && empty.out.contains("[[webhooks]]"), "{empty:?}");

    assert_eq!(run("init --product Data --role CTO").code, 0);
    let shown = run("webhooks --json").json()["items"].clone();
    assert_eq!((&shown[0]["is_enabled"], &shown[0]["failures"]), (&true.into(), &0.into()));
    assert_eq!(shown[0]["url"], "http://127.0.0.1", "its path may be a secret");
    let event = serde_json::json!({
        "schema": 1, "type": "press", "url": "https://nordwind.example/press/series-b",
        "ts": SystemClock.now().to_string(), "title": "Nordwind raises €20 million Series B",
        "text": "Nordwind today announced that it has raised €20 million in a Series B round led by Elbe Ventures.",
    });
    let events = leadq.folder.path().join("events.jsonl");
    fs::write(&events, format!("{event}\n")).unwrap();
    assert_eq!(run(&format!("ingest {}", events.display())).code, 0);

    let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
    command.arg("--config").arg(&settings).env("LEADQ_DATA_DIR", leadq.data());
    let mut up = start_up(&mut command);
    await_up(&mut up);
    await_true(|| run("webhooks --json").json()["items"][0]["is_enabled"] == false);
    let listed = run("webhooks").out;
    assert!(listed.contains("disabled") && listed.contains("410"), "{listed}");
    assert!(!listed.contains("secret-path"), "{listed}");

    consumer.takes.store(true, Ordering::SeqCst);
    let enabled = run(&format!("webhooks enable {url} --json")).json();
    assert_eq!(
        (&enabled["endpoint"]["is_enabled"], &enabled["revived"]),
        (&true.into(), &1.into())
    );
    await_true(|| consumer.taken.load(Ordering::SeqCst) == 1);
    let again = run("webhooks enable http://hooks.example/no");
    assert!(again.code == 1 && again.err.contains("send the id or the URL"), "{again:?}");
    let id = enabled["endpoint"]["id"].as_str().unwrap();
    assert!(run(&format!("webhooks enable {id}")).out.starts_with("enabled: http://127.0.0.1"));
    stop(&mut up);
}

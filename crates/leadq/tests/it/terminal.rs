//! Hostile text from outside, in every place that takes text, and what the commands then print.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Leadq;

/// Commands of terminals, direction overrides, invisible characters, and a line that is not ours.
const HOSTILE: &str = "a\u{fdd1}\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\u{feff}\u{2028}\
                       \u{e0041}\r\nforged: all is well";

/// The address of a hostile event, as it is stored.
const ADDRESS: &str = "https://nordwind.example/b?\u{1b}[2J\u{202e}";

/// Whether a terminal executes a character, or it hides or reorders the text around it.
fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A data folder, and everything that the commands on it have printed so far.
struct Terminal {
    leadq: Leadq,
    printed: String,
}

impl Terminal {
    /// Runs a command, checks its output, and returns what it wrote to standard output. The
    /// argument `@` stands for the hostile text.
    fn run(&mut self, line: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
        command.args(line.split(' ').map(|word| if word == "@" { HOSTILE } else { word }));
        command.current_dir(self.leadq.folder.path()).stdin(Stdio::null());
        command.env("LEADQ_DATA_DIR", self.leadq.data()).env("COLUMNS", "400");
        command.env("LEADQ_FORMAT", "table");
        let output = command.env("RUST_LOG", "debug").output().unwrap();
        let [mut out, err] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        if line.contains("--color always") {
            assert!(out.contains("\u{1b}[1m"), "{out}");
            // Colours of the program itself, which no text from outside can have.
            for code in [0, 1, 2, 31, 32, 33, 36] {
                out = out.replace(&format!("\u{1b}[{code}m"), "");
            }
        }
        for text in [&out, &err] {
            let found: Vec<char> = text.chars().filter(|c| is_unsafe(*c)).collect();
            assert!(found.is_empty(), "{line} prints {found:?}: {text}");
            assert!(!text.lines().any(|line| line.starts_with("forged")), "{line}: {text}");
            self.printed.push_str(text);
        }
        out
    }
}

/// Writes text as the content of a JSON or TOML string.
fn quoted(text: &str) -> String {
    let units = text.encode_utf16().collect::<Vec<_>>();
    let is_pair = |unit: &u16| (0xd800..0xe000).contains(unit);
    // TOML has no surrogate pairs.
    units.iter().filter(|unit| !is_pair(unit)).map(|unit| format!("\\u{unit:04x}")).collect()
}

fn events() -> String {
    let hostile = quoted(HOSTILE);
    let sent = |kind: &str, page: &str, title: &str, text: &str, features: &str| {
        format!(
            "{{\"schema\":1,\"id\":\"{page}{hostile}\",\"type\":\"{kind}\",\
             \"url\":\"https://nordwind.example/{page}?\\u001b[2J\\u202e\",\
             \"ts\":\"2026-11-18T08:00:00Z\",\"title\":\"{title}\",\"text\":\"{text}\",\
             \"company\":{{\"domain\":\"nordwind.example\",\"name\":\"Nordwind {hostile}\"}},\
             \"features\":{{{features}}}}}\n"
        )
    };
    let funding = "Nordwind raises €20 million Series B";
    let told = "Nordwind today announced that it has raised €20 million in a Series B round led by \
                Elbe Ventures.";
    let features = format!("\"{hostile}\":\"{hostile}\",\"city\":\"{hostile}\"");
    let mut events = sent("press", "b", funding, &format!("{told} {hostile}"), &features);
    events += &sent("job_posting", "jobs", &format!("Data Engineer {hostile}"), told, &features);
    events += &format!("{{\"schema\":1,\"type\":\"press\",\"url\":\"{hostile}\"}}\n");
    events += &format!("not json {HOSTILE}\n");
    events
}

/// Writes the files that the commands read, all of them hostile.
fn prepare(folder: &Path) {
    // A line break is written as one in TOML, and `init --show` prints the file again.
    let product = quoted(&HOSTILE.replace("\r\n", " "));
    let profile = format!(
        "[[product]]\nid = \"p\"\nname = \"Sold {product}\"\nbuyer_role = \"Head {product}\"\n"
    );
    fs::write(folder.join("profile.toml"), profile).unwrap();
    let accounts = format!("domain,name\nnordwind.example,\"N {HOSTILE}\"\n\"{HOSTILE}\",x\n");
    fs::write(folder.join("accounts.csv"), accounts).unwrap();
    fs::write(folder.join("events.jsonl"), events()).unwrap();
    fs::write(folder.join("wrong.toml"), format!("partitions = \"{product}\"\n")).unwrap();
    let files = folder.join("files");
    fs::create_dir(&files).unwrap();
    fs::write(files.join(format!("{HOSTILE}.warc")), HOSTILE).unwrap();
    fs::write(files.join(OsStr::from_bytes(b"\xff\x9b.html")), "<p>a page").unwrap();
}

#[test]
fn nothing_from_outside_commands_the_terminal() {
    let mut terminal = Terminal { leadq: Leadq::new(), printed: String::new() };
    prepare(terminal.leadq.folder.path());
    for line in [
        "init --from profile.toml --accounts accounts.csv",
        "ingest events.jsonl files --observed 2026-11-20",
        "ingest files --json",
        "--log json ingest events.jsonl",
        "feedback nordwind.example won --reason @",
        "token add @",
        "backup @",
        "--config @",
        "signals @",
        "@",
        "ingest @",
        "lead @",
        "why @",
        "feedback @ won",
        "watch @",
        "search @",
        "dead @",
        "signals --kind @",
        "today --product @",
        "today --on @",
        "--config wrong.toml doctor",
        "--config wrong.toml status",
        "today",
        "signals",
        "signals --color always",
        "signals --format csv",
        "signals --format json",
        "today --format csv",
        "search raised",
        "why nordwind.example",
        "why nordwind.example --json",
        "joins",
        "dead ingest",
        "dead ingest --json",
        "token list",
        "token list --json",
        "watch",
        "verify",
        "doctor",
        "status",
    ] {
        terminal.run(line);
    }
    assert!(terminal.printed.contains("\\u{1b}]0;x\\u{7}"), "text shows what was there");
    let shown = terminal.run("init --show");
    fs::write(terminal.leadq.folder.path().join("profile.toml"), &shown).unwrap();
    terminal.run("init --from profile.toml");
    assert_eq!(terminal.run("init --show"), shown, "a round trip");

    let json = terminal.run("lead nordwind.example --json --on 2026-11-20");
    let lead: serde_json::Value = serde_json::from_str(&json).unwrap();
    let signals = lead["signals"].as_array().unwrap();
    let mut evidence = signals.iter().flat_map(|one| one["evidence"].as_array().unwrap());
    assert!(evidence.any(|one| one["url"] == ADDRESS), "JSON has the stored value: {lead}");
    assert!(json.contains("\\u001b[2J\\u202e"), "{json}");
    let shown = terminal.run("lead nordwind.example --on 2026-11-20");
    assert!(shown.contains("https://nordwind.example/b"), "{shown}");
}

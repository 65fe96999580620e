//! The programs of `docs/recipes/webhooks.md` accept a delivery of leadq, and nothing else.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use act::{Secret, signature_headers};
use model::{Clock as _, SystemClock};

use crate::hooks::{Attempt, Hooks, SECRET};
use crate::markdown::document;
use crate::program::{Leadq, await_true, await_up, start_up, stop};
use crate::skipped;

const RECIPE: &str = "docs/recipes/webhooks.md";
const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// An example: the file, the program it needs, the command that prepares it, and its command.
const EXAMPLES: [(&str, &str, &str, &str); 3] = [
    ("verify.py", "python3", "true", "python3 verify.py"),
    ("verify.mjs", "node", "true", "node verify.mjs"),
    ("verify.go", "go", "GOTOOLCHAIN=local go build -o verify verify.go", "./verify"),
];

/// Has leadq deliver a signal, and returns the request.
fn delivery() -> Attempt {
    let hooks = Hooks::start(1);
    hooks.behave();
    let leadq = Leadq::new();
    let settings = leadq.folder.path().join("hooks.toml");
    let address = hooks.address;
    let content = format!(
        "allow = [\"{address}\"]\n[[webhooks]]\nurl = \"http://{address}/leadq\"\nsecret = \"{SECRET}\"\n"
    );
    fs::write(&settings, content).unwrap();
    let event = serde_json::json!({
        "schema": 1, "type": "press", "url": "https://talmark.example/press/series-b",
        "ts": SystemClock.now().to_string(), "title": "Talmark raises €20 million Series B",
        "text": "Talmark today announced that it has raised €20 million in a Series B round.",
    });
    fs::write(leadq.folder.path().join("event.jsonl"), format!("{event}\n")).unwrap();
    for command in ["init --product Data", "ingest event.jsonl"] {
        let printed = leadq.sh_in_folder(&format!("leadq --config hooks.toml {command}"));
        assert_eq!(printed.code, 0, "{printed:?}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
    command.args(["--config", "hooks.toml"]).env_remove("LEADQ_DATA_DIR");
    let mut up = start_up(command.current_dir(leadq.folder.path()));
    await_up(&mut up);
    await_true(|| !hooks.attempts().is_empty());
    stop(&mut up);
    hooks.attempts().swap_remove(0)
}

/// Returns the three headers of a message that is signed with these secrets.
fn headers(secrets: &[&str], id: &str, at_s: i64, body: &[u8]) -> [String; 3] {
    let secrets: Vec<Secret> = secrets.iter().map(|one| Secret::parse(one).unwrap()).collect();
    let signed = signature_headers(&secrets.iter().collect::<Vec<_>>(), id, at_s, body);
    let value = |name: &str| signed.iter().find(|(own, _)| own == name).unwrap().1.clone();
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map(value)
}

/// Returns the output of an example.
fn printed(folder: &Path, command: &str, headers: &[String; 3], body: &[u8]) -> String {
    let mut child = Command::new("sh")
        .args(["-c", &format!("exec {command} \"$@\""), "sh"])
        .args(headers)
        .current_dir(folder)
        .env("LEADQ_WEBHOOK_SECRET", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(body);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.success(), text == "valid\n", "{command}: {text}");
    text
}

#[test]
fn the_recipes_verify_signatures() {
    let recipe = document(RECIPE);
    let delivery = delivery();
    let (id, body, now) = (delivery.id.as_str(), &delivery.bytes, SystemClock.now().0 / 1_000_000);
    let [_, at, signature] = &delivery.headers;
    let with = |id: &str, at: &str, signature: &str| [id, at, signature].map(str::to_owned);
    let mut changed = body.clone();
    changed.push(b' ');
    let cases = [
        ("as delivered", delivery.headers.clone(), body, true),
        ("with two secrets", headers(&[OTHER_SECRET, SECRET], id, now, body), body, true),
        ("another version besides", with(id, at, &format!("v9,AAAA {signature}")), body, true),
        ("another body", delivery.headers.clone(), &changed, false),
        ("another id", with("msg_other", at, signature), body, false),
        ("another secret", headers(&[OTHER_SECRET], id, now, body), body, false),
        ("ten minutes old", headers(&[SECRET], id, now - 600, body), body, false),
        ("ten minutes ahead", headers(&[SECRET], id, now + 600, body), body, false),
        ("no time", with(id, "soon", signature), body, false),
        ("no signature", with(id, at, ""), body, false),
        ("a part of it", with(id, at, &signature[..20]), body, false),
    ];
    let folder = tempfile::TempDir::new().unwrap();
    for (file, program, prepare, command) in EXAMPLES {
        let in_folder = |line: &str| {
            Command::new("sh").args(["-c", line]).current_dir(folder.path()).output().unwrap()
        };
        if !in_folder(&format!("command -v {program}")).status.success() {
            skipped(&format!("{RECIPE}: {file}"), &format!("no {program}"));
            continue;
        }
        fs::write(folder.path().join(file), recipe.file(file)).unwrap();
        let prepared = in_folder(prepare);
        assert!(prepared.status.success(), "{prepared:?}");
        for (what, headers, body, is_valid) in &cases {
            let expected = if *is_valid { "valid\n" } else { "not valid\n" };
            assert_eq!(printed(folder.path(), command, headers, body), expected, "{file}: {what}");
        }
    }
}

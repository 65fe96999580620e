//! The interface of every command: the shapes of answers, exit codes, errors.

use std::fs::{self, File};
use std::io::Read as _;
use std::process::Stdio;

use crate::program::{DAY, Leadq, await_up, stop};

/// Returns the keys of a JSON object, sorted.
fn keys(value: &serde_json::Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn text<'v>(value: &'v serde_json::Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

#[test]
fn a_profile_by_flags_comes_back_as_toml() {
    let leadq = Leadq::new();
    let line = "leadq init --product 'Data Quality' --role 'Head of Data' --country de,AT \
                --industry logistics --employees 50-500 --tool Segment \
                --hiring-role 'data engineer' --tender-min-eur 200000";
    assert_eq!(leadq.sh(line, "").code, 0);
    let shown = leadq.sh("leadq init --show", "");
    insta::assert_snapshot!(shown.out, @r#"
    [[product]]
    id = "data-quality"
    name = "Data Quality"
    buyer_role = "Head of Data"
    roles = ["data engineer"]
    region = [
        "DE",
        "AT",
    ]
    tools = ["Segment"]
    tender_min_eur = 200000

    [product.ideal_customer]
    countries = [
        "DE",
        "AT",
    ]
    industries = ["logistics"]
    employees_min = 50
    employees_max = 500
    technologies = []

    [product.weights]
    fit = 40
    intent = 40
    timing = 20

    [product.signal_weights]
    "#);
    let again = leadq.folder.path().join("profile.toml");
    fs::write(&again, &shown.out).unwrap();
    let other = Leadq::new();
    assert_eq!(other.sh(&format!("leadq init --from {}", again.display()), "").code, 0);
    assert_eq!(other.sh("leadq init --show", "").out, shown.out, "a round trip");
}

#[test]
fn every_answer_has_its_shape() {
    let leadq = Leadq::with_tour();
    let json = |line: &str| leadq.sh(&format!("leadq --quiet {line}"), "").json();

    let signals = json(&format!("signals --json --on {DAY}"));
    let signals = signals["items"].as_array().unwrap();
    let kinds: Vec<&str> = signals.iter().map(|signal| text(signal, "kind")).collect();
    let expected =
        ["tech_adoption", "budget_event", "budget_event", "hiring_spike", "compliance_win"];
    assert_eq!(kinds, expected, "newest first");
    for signal in signals {
        assert_eq!(keys(&signal["company"]), ["country", "domain", "id", "industry", "name"]);
        assert!((0.0..=100.0).contains(&signal["score"].as_f64().unwrap()));
        assert_eq!(text(signal, "product"), "clearfold");
        for piece in signal["evidence"].as_array().unwrap() {
            let expected =
                ["look", "observed", "quote", "snapshot_hash", "span", "text_hash", "url"];
            assert_eq!(keys(piece), expected);
        }
    }

    let today = json(&format!("today --json --limit 2 --on {DAY}"));
    let calls = today["items"].as_array().unwrap();
    assert_eq!((calls.len(), today["on"].as_str()), (2, Some(DAY)));
    assert_eq!(calls[0]["rank"], 1);
    assert_eq!(text(&calls[0], "ask_for"), "Head of Data");
    assert!(calls[0]["score"].as_f64() >= calls[1]["score"].as_f64(), "best first");
}

#[test]
fn a_lead_and_its_reasons_have_their_shape() {
    let leadq = Leadq::with_tour();
    let json = |line: &str| leadq.sh(&format!("leadq --quiet {line}"), "").json();
    let signals = json(&format!("signals --json --on {DAY}"));

    let lead = json(&format!("lead lumenfeld.example --json --on {DAY}"));
    let expected = [
        "company",
        "is_account",
        "joins",
        "next_action",
        "on",
        "river",
        "scores",
        "settled",
        "signals",
    ];
    assert_eq!(keys(&lead), expected, "as one lead of /api/v1 answers");
    assert_eq!(keys(&lead["signals"][0]), keys(&signals["items"][0]), "one shape for a signal");
    let score = &lead["scores"][0];
    let sum = |value: &serde_json::Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    let contributions = score["contributions"].as_array().unwrap().iter();
    assert_eq!(
        contributions.map(|contribution| sum(&contribution["points"])).sum::<i64>(),
        sum(&score["score"])
    );
    assert_eq!(text(&lead["company"], "domain"), "lumenfeld.example");
    // An id, a name and a URL all find the same company.
    let id = text(&lead["company"], "id");
    for query in [id, "'Lumenfeld Energie'", "https://www.lumenfeld.example/newsroom"] {
        assert_eq!(json(&format!("lead {query} --json"))["company"]["id"], id, "{query}");
    }

    let why = json(&format!("why lumenfeld.example --json --on {DAY}"));
    let proven =
        why["reasons"].as_array().unwrap().iter().filter(|r| !r["evidence"][0].is_null()).count();
    assert!(proven >= 2, "INTENT and TIMING have words behind them");
    let moved_by = |why: &serde_json::Value| {
        let lines = why["ledger"].as_array().unwrap().iter();
        lines.filter(|line| text(line, "at") < "2026-11-21").count()
    };
    assert_eq!(moved_by(&why), why["ledger"].as_array().unwrap().len(), "nothing later");
    let why_now = json("why lumenfeld.example --json");
    assert!(!why_now["ledger"].as_array().unwrap().is_empty());
    let join = text(&why["joins"][0], "id").to_owned();

    assert_eq!(json("verify --json")["broken"], serde_json::json!([]));
    assert!(
        json("doctor --json")["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["state"] == "ok")
    );
    assert_eq!(json("dead --json")["items"].as_array().unwrap().len(), 6);
    assert_eq!(json("status --json")["backlog"]["clean"], 0);
    assert_eq!(json("signals test --json")["passed"], true);

    let hash = json("hash --json")["hash"].clone();
    assert_eq!(json("hash --json")["hash"], hash, "looking changes nothing");
    json(&format!("joins undo {join} --json"));
    assert_ne!(json("hash --json")["hash"], hash);
}

#[test]
fn feedback_counts_at_once_and_can_be_taken_back() {
    let leadq = Leadq::with_tour();
    let score = || {
        let lead = leadq.sh("leadq lead polderhof.example --json", "").json();
        lead["scores"][0]["score"].as_f64().unwrap()
    };
    let before = score();
    let receipt = leadq.sh("leadq feedback polderhof.example ignore --json", "").json();
    assert_eq!(receipt["feedback"]["outcome"], "ignore");
    let ignored = score();
    assert!(ignored < before, "{ignored} is not below {before}");
    assert_eq!(receipt["changes"][0]["after"].as_f64(), Some(ignored));
    assert_eq!(leadq.sh("leadq feedback polderhof.example --undo", "").code, 0);
    assert!((score() - before).abs() < f64::EPSILON);
    let again = leadq.sh("leadq feedback polderhof.example --undo", "");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("there is no feedback"), "{}", again.err);
}

#[test]
fn a_settled_lead_leaves_today_and_says_when_it_comes_back() {
    let leadq = Leadq::with_tour();
    let called = || leadq.sh("leadq today --limit 50", "").out.contains("polderhof.example");
    for (line, back) in [
        ("won --value 20000", "does not come back"),
        ("lost", "comes back with the next signal"),
        ("snooze", "comes back on "),
        ("ignore --reason 'wrong company'", "comes back with the next signal"),
    ] {
        assert!(called(), "before {line}");
        let said = leadq.sh(&format!("leadq feedback polderhof.example {line}"), "").out;
        assert!(said.contains("noted: ") && said.contains(back), "{said}");
        assert_eq!(said.contains("joins"), line.contains("wrong company"), "{said}");
        let again = leadq.sh(&format!("leadq feedback polderhof.example {line}"), "").out;
        assert!(again.contains("noted before: ") && again.contains(back), "{again}");
        assert!(!called(), "after {line}");
        let lead = leadq.sh("leadq lead polderhof.example", "").out;
        assert!(lead.contains(back), "{lead}");
        leadq.sh("leadq feedback polderhof.example --undo", "");
    }
    assert!(called());
}

#[test]
fn a_sender_reads_an_acknowledgement_for_every_record() {
    let leadq = Leadq::new();
    let event = |number: u32| {
        format!(
            "{{\"schema\":1,\"id\":\"{number}\",\"type\":\"page\",\"url\":\"https://acme.example/{number}\",\"ts\":\"{DAY}T08:00:00Z\",\"text\":\"Page {number}.\"}}\n"
        )
    };
    let lines: String = (0..3).map(event).collect();
    let first = leadq.sh("leadq --quiet ingest - --acks --no-wait", &lines);
    let acks: Vec<&str> = first.out.lines().collect();
    assert_eq!(acks.len(), 3, "{first:?}");
    assert!(acks.iter().all(|ack| ack.len() == 36 && ack.starts_with("ack ")), "{acks:?}");
    // Sent again, with a line that is not an event: the same acknowledgements, and one rejection.
    let again = leadq.sh("leadq ingest - --acks", &format!("{lines}not json\n"));
    assert_eq!(again.out.lines().collect::<Vec<_>>(), acks);
    assert!(again.err.contains("known already 3, rejected 1"), "{}", again.err);
    assert!(again.err.contains("standard input, line 4"), "{}", again.err);
    let dead = leadq.sh("leadq dead ingest --json", "").json();
    assert_eq!(dead["items"][0]["stage"], "ingest");
}

#[test]
fn one_poisonous_line_rejects_no_other() {
    let leadq = Leadq::new();
    let event = |path: &str| {
        format!(
            "{{\"schema\":1,\"type\":\"page\",\"url\":\"https://acme.example/{path}\",\"ts\":\"{DAY}\",\"text\":\"Hello.\"}}\n"
        )
    };
    let long = "u".repeat(900_000);
    let poison = format!("{{\"schema\":\"{long}\"}}\n");
    let lines = [event("a"), event(&long), poison, event("b")].concat();
    let taken = leadq.sh("leadq ingest - --json", &lines).json();
    assert_eq!(
        (&taken["accepted"], &taken["rejected_count"]),
        (&2.into(), &2.into()),
        "{taken:.500}"
    );
    assert_eq!(taken["settled"], true, "{taken:.500}");
    let letters = leadq.sh("leadq dead ingest --json", "").json();
    assert_eq!(letters["items"].as_array().unwrap().len(), 2);
    assert!(letters.to_string().len() < 20_000, "they are cut to size");
}

#[test]
fn errors_suggest_a_fix() {
    let leadq = Leadq::new();
    let check = |line: &str, code: i32, message: &str| {
        let printed = leadq.sh(line, "");
        assert_eq!(printed.code, code, "{line}: {printed:?}");
        assert!(printed.err.contains(message), "{line}: {}", printed.err);
        assert!(printed.out.is_empty(), "{line}: {}", printed.out);
    };
    check("leadq today", 1, "start with `leadq init` or `leadq ingest FILE`");
    check("leadq today --on yesterday", 2, "write 2026-03-31");
    check("leadq init --product X --employees many", 2, "write 50-500");
    check("leadq init --from missing.toml", 1, "cannot read the profile missing.toml");
    check("leadq init --from leadq.toml", 2, "leadq.toml");
    check("leadq --config missing.toml status", 1, "cannot read the settings in missing.toml");
    check("leadq feedback acme.example", 2, "<OUTCOME>");

    let settings = leadq.folder.path().join("my.toml");
    fs::write(&settings, "partitons = 4\n").unwrap();
    let line = format!("leadq --config {} status", settings.display());
    check(&line, 2, "there is no setting \"partitons\"");

    for (profile, message) in [
        (
            "[[product]]\nname = \"Data\"\n",
            "line 1: product[0].id is missing; for example: id = \"data-quality\"",
        ),
        (
            "[[product]]\nid = \"d\"\nname = \"Data\"\nroles = \"engineer\"\n",
            "line 4: product[0].roles is the text \"engineer\", but must be a list; for example: roles = [",
        ),
        (
            "[[product]]\nid = \"d\"\nname = \"Data\"\n[product.ideal_customer]\nsize = 5\n",
            "there is no field product[0].ideal_customer.size; the fields are countries, ",
        ),
        (
            "[[product]]\nid = \"d\"\nname = \"Data\"\n\n[[product]]\nid = \"d\"\nname = \"D\"\n",
            "line 6: \"d\" is the id of two products",
        ),
        ("[[product]]\nid = d\n", "line 2: `id = d` is no TOML: write name = value"),
    ] {
        fs::write(&settings, profile).unwrap();
        check(&format!("leadq init --from {}", settings.display()), 2, message);
    }

    let missing = leadq.sh("leadq ingest missing.html", "");
    assert_eq!(missing.code, 1, "{missing:?}");
    assert!(missing.out.contains("not read: cannot read missing.html"), "{}", missing.out);
    assert!(missing.err.contains("run `leadq init`"), "{}", missing.err);
    check("leadq lead nobody.example", 1, "no company is known as \"nobody.example\"");
    check("leadq --quiet signals --kind rain", 2, "there is no kind \"rain\"");
    check("leadq dead redrive ingest", 1, "`leadq ingest` it again");
    check("leadq joins undo 00000000000000000000000000000000", 1, "no join");
    check("leadq watch 'foo bar'", 2, "give a domain such as acme.example");
    check("leadq dead nowhere", 2, "the stages are ingest, clean, ");
    check("leadq dead redrive nowhere", 2, "the stages are ingest, clean, ");
    check("leadq ingest README.md leadq.toml --url https://a.example/", 2, "one saved page");
    check("LEADQ_FORMAT=xml leadq signals", 2, "LEADQ_FORMAT=xml: write table, csv, tsv or json");
    check("leadq signals --format xml", 2, "[possible values: table, csv, tsv, json]");
    check("leadq signls", 2, "similar subcommands exist: 'joins', 'signals'");
    check("leadq why nobody.example", 1, "no company is known as \"nobody.example\"");
    check("leadq token revoke nobody", 1, "there is no active token");
}

#[test]
fn a_data_folder_has_one_user_and_keeps_its_key() {
    let leadq = Leadq::new();
    assert_eq!(leadq.sh("leadq --quiet init", "").code, 0);
    let lock = File::open(leadq.data().join("lock")).unwrap();
    lock.lock().unwrap();
    let locked = leadq.sh("leadq status", "");
    assert_eq!(locked.code, 1);
    assert!(locked.err.contains("`leadq init` (process"), "{}", locked.err);
    assert!(locked.err.contains("wait until it has ended, or stop it"), "{}", locked.err);
    drop(lock);
    assert_eq!(leadq.sh("leadq status", "").code, 0);

    let readable = leadq.sh("chmod 644 $LEADQ_DATA_DIR/key; leadq doctor", "");
    assert_eq!(readable.code, 1);
    assert!(readable.out.contains("→ chmod 600"), "{}", readable.out);
    fs::remove_file(leadq.data().join("key")).unwrap();
    let lost = leadq.sh("leadq status", "");
    assert_eq!(lost.code, 1);
    assert!(lost.err.contains("restore it from a backup"), "{}", lost.err);
}

#[test]
fn tokens_are_shown_once_and_can_be_revoked() {
    let leadq = Leadq::new();
    let made = leadq.sh("leadq token add gateway", "");
    assert!(made.out.starts_with("lq_") && made.out.len() == 68, "{made:?}");
    assert_eq!(leadq.sh("leadq token add gateway", "").code, 1);
    let listed = leadq.sh("leadq token list --json", "").json()["items"].clone();
    assert_eq!(keys(&listed[0]), ["created", "name", "revoked", "used"]);
    assert_eq!(text(&listed[0], "name"), "gateway");
    let revoked = leadq.sh("leadq token revoke gateway --json", "").json();
    assert_eq!((&revoked["revoked"], &revoked["sessions_ended"]), (&"gateway".into(), &0.into()));
    assert_eq!(leadq.sh("leadq token revoke gateway", "").code, 1);
    assert!(leadq.sh("leadq token list", "").out.contains("revoked"));
}

#[test]
fn a_server_that_anybody_could_ask_does_not_start() {
    let leadq = Leadq::new();
    let refused = leadq.sh("timeout 20 leadq up --listen 0.0.0.0:0", "");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("`leadq token add NAME`"), "{}", refused.err);
    let warning = refused.err.find("WARNING: 0.0.0.0:").map(|start| &refused.err[start..]);
    assert!(warning.is_some_and(|text| text.contains("plain_http = true")), "{}", refused.err);
    let mut up = crate::kill9::leadq(&leadq.data());
    up.args(["up", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut up = up.spawn().unwrap();
    let line = await_up(&mut up);
    assert!(line.starts_with("leadq is up: http://127.0.0.1:"), "{line:?}");
    stop(&mut up);
    let mut printed = String::new();
    up.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(printed.contains("stopped; nothing acknowledged is lost"), "{printed:?}");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let leadq = Leadq::with_tour();
    let line = "{ leadq signals --json; echo $? >&2; } | true";
    let printed = leadq.sh(line, "");
    assert_eq!(printed.err.trim(), "0", "{printed:?}");
}

#[test]
fn every_command_shows_examples() {
    let leadq = Leadq::new();
    let commands = [
        "",
        "init",
        "ingest",
        "today",
        "signals",
        "search",
        "lead",
        "why",
        "feedback",
        "joins",
        "dead",
        "reread",
        "verify",
        "doctor",
        "hash",
        "status",
        "up",
        "token",
        "token add",
        "token list",
        "token revoke",
        "webhooks",
        "webhooks enable",
    ];
    for command in commands {
        let help = leadq.sh(&format!("leadq {command} --help"), "");
        assert!(help.out.contains("Examples:\n  leadq"), "{command}: {}", help.out);
    }
}

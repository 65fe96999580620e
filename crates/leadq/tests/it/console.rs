//! What users of command lines expect: colours on a terminal, formats for programs, completions, manual
//! pages, and help.

use std::fs;
use std::process::Command;

use crate::program::{DAY, Leadq};

/// Runs a command on a terminal of 60 columns, and returns what it prints there.
fn on_terminal(leadq: &Leadq, args: &str, variables: &str) -> String {
    let unset = "unset CI NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LEADQ_FORMAT";
    let line = format!(
        "{unset}; stty rows 24 cols 60; export TERM=xterm {variables}; leadq --quiet {args}"
    );
    let printed = leadq.sh(&format!("script -qec '{line}' /dev/null"), "");
    assert_eq!(printed.code, 0, "{args}: {printed:?}");
    printed.out.replace('\r', "")
}

/// Removes colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or("", |(_, rest)| rest));
    first + &rest.collect::<String>()
}

#[test]
fn a_terminal_gets_a_table_in_colour_unless_it_is_not_wanted() {
    let leadq = Leadq::with_tour();
    let line = format!("signals --on {DAY}");
    match Command::new("script").arg("--version").output() {
        Ok(found) if found.status.success() => check_terminal(&leadq, &line),
        _ => crate::skipped("a terminal gets colours", "there is no script of util-linux"),
    }

    // In a pipe there are no colours, unless they are asked for.
    for (option, is_coloured) in [("", false), ("--color auto", false), ("--color always", true)] {
        for command in ["today", "lead lumenfeld.example", "doctor", "today --help"] {
            let printed = leadq.sh(&format!("leadq {command} {option}"), "");
            assert_eq!(printed.out.contains('\u{1b}'), is_coloured, "{command} {option}");
        }
    }
    let warned = leadq.sh("leadq lead nobody.example --color always", "").err;
    assert!(warned.starts_with("\u{1b}[31mleadq:\u{1b}[0m no company"), "{warned:?}");
}

fn check_terminal(leadq: &Leadq, line: &str) {
    let coloured = on_terminal(leadq, line, "");
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    let text = plain(&coloured);
    assert!(text.contains("Lumenfeld Energie GmbH") && !text.contains('\t'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    for (more, variables) in
        [("", "NO_COLOR=1"), ("", "CLICOLOR=0"), ("", "TERM=dumb"), (" --color never", "")]
    {
        let without = on_terminal(leadq, &format!("{line}{more}"), variables);
        assert_eq!(without, text, "{more} {variables}");
    }
    let help = on_terminal(leadq, "today --help", "");
    assert!(help.contains("\u{1b}[1mExamples:\u{1b}[0m"), "{help:?}");
    assert!(!on_terminal(leadq, "today --help --color never", "").contains('\u{1b}'));
}

#[test]
fn every_list_is_printed_in_every_format() {
    let leadq = Leadq::with_tour();
    leadq.sh("leadq watch acme.example", "");
    leadq.sh("leadq token add crm", "");
    let settings = leadq.folder.path().join("hooks.toml");
    let secret = crate::hooks::SECRET;
    let hook = format!("[[webhooks]]\nurl = \"https://hooks.example/x\"\nsecret = \"{secret}\"\n");
    fs::write(&settings, hook).unwrap();
    leadq.sh("leadq ingest - ", "nonsense, \"quoted\"\n");
    for (command, header, rows_min) in [
        ("signals --on 2026-11-20", "since,kind,company,domain,country,score,band,", 5),
        ("today --on 2026-11-20", "rank,company,domain,score,band,kind,why,quote,url,ask_for,", 3),
        ("search lumenfeld", "day,company,domain,kind,title,fragment,url,id", 2),
        ("joins", "id,left,right,verdict,confidence,reasons,by,since", 1),
        ("dead", "stage,dead", 6),
        ("dead ingest", "position,given_up,attempts,origin,cause,is_cut", 1),
        ("watch", "domain,since,addresses,visits,is_active,", 1),
        ("webhooks", "id,url,failures,failing_since,state,disabled_since,reason", 1),
        ("token list", "name,created,used,revoked", 1),
        ("status", "name,value", 20),
        ("doctor", "state,check,finding,advice", 10),
        ("hash", "table,rows,hash", 5),
    ] {
        let run = |format: &str| {
            let settings = settings.display();
            let line =
                format!("LEADQ_FORMAT= leadq --quiet --config {settings} {command} {format}");
            let printed = leadq.sh(&line, "");
            assert_eq!(printed.code, 0, "{line}: {printed:?}");
            printed.out
        };
        let piped = run("");
        // The figures of these change from one run to the next.
        let is_fixed = !["hash", "status", "doctor"].contains(&command);
        if is_fixed {
            assert_eq!(piped, run("--format tsv"), "{command}: the default in a pipe");
        }
        let lines: Vec<Vec<&str>> = piped.lines().map(|line| line.split('\t').collect()).collect();
        assert!(lines[0].join(",").starts_with(header), "{command}: {:?}", lines[0]);
        assert!(lines.len() > rows_min, "{command}: {piped}");
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{command}: {piped}");
        // A result of a search is a fragment of its page, and a cause has an example.
        let is_whole = !["search lumenfeld", "dead ingest"].contains(&command);
        let is_cut = is_whole && piped.contains('…');
        assert!(!is_cut, "{command}: nothing is cut: {piped}");
        let csv = run("--format csv");
        assert_eq!(csv.lines().next(), Some(lines[0].join(",").as_str()), "{command}");
        assert_eq!(csv.lines().count(), lines.len(), "{command}: {csv}");
        let json: serde_json::Value = serde_json::from_str(&run("--format json")).unwrap();
        if is_fixed {
            assert_eq!(run("--json"), run("--format json"), "{command}: {json}");
        }
        assert_ne!(run("--format table"), piped, "{command}");
    }
    let last = leadq.sh("leadq signals --json --format csv", "").out;
    assert!(last.starts_with("since,"), "the last one counts: {last}");
    let piped = leadq.sh("{ LEADQ_FORMAT= leadq signals; echo $? >&2; } | head -1", "");
    assert_eq!((piped.out.lines().count(), piped.err.trim()), (1, "0"), "{piped:?}");
}

#[test]
fn shells_complete_and_man_shows_every_command() {
    let leadq = Leadq::new();
    for (shell, part) in [
        ("bash", "complete -F _leadq"),
        ("zsh", "#compdef leadq"),
        ("fish", "complete -c leadq"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "set edit:completion:arg-completer[leadq]"),
    ] {
        let script = leadq.sh(&format!("leadq completions {shell}"), "");
        assert_eq!(script.code, 0, "{script:?}");
        for part in [part, "redrive", "color"] {
            assert!(script.out.contains(part), "{shell}: {part}");
        }
    }
    let parsed = leadq.sh("leadq completions bash | bash -n", "");
    assert_eq!((parsed.code, parsed.err.as_str()), (0, ""), "{parsed:?}");
    assert_eq!(leadq.sh("leadq completions tcsh", "").code, 2);

    let folder = leadq.folder.path().join("man");
    let written = leadq.sh(&format!("leadq man {}", folder.display()), "");
    assert_eq!(written.code, 0, "{written:?}");
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        for part in [".TH", ".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES", ".SH \"EXIT CODES\"", ".nf"]
        {
            assert!(page.contains(part), "{}: {part}: {page}", path.display());
        }
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for name in ["leadq.1", "leadq-signals.1", "leadq-signals-test.1", "leadq-token-add.1"] {
        assert!(names.iter().any(|one| one == name), "{names:?}");
    }
    assert!(names.len() > 30 && !names.iter().any(|name| name.contains("help")), "{names:?}");
    assert!(!leadq.data().exists(), "no data folder is needed");
    if Command::new("groff").arg("--version").output().is_err() {
        return crate::skipped("man pages are well-formed", "there is no groff");
    }
    let line = format!("groff -man -Tutf8 -ww -P-cbou {}/*.1", folder.display());
    let rendered = leadq.sh(&line, "");
    assert_eq!((rendered.code, rendered.err.as_str()), (0, ""));
    assert!(rendered.out.contains("\n       leadq joins undo 0f3c"), "{}", rendered.out);
}

#[test]
fn help_shows_what_belongs_to_a_command_first() {
    let leadq = Leadq::new();
    let help = leadq.sh("leadq signals --help", "").out;
    let at = |part: &str| help.find(part).unwrap_or_else(|| panic!("{part}: {help}"));
    let order =
        ["Usage:", "Options:", "--kind", "--format", "Global options:", "--data-dir", "--color"];
    assert!(order.iter().map(|part| at(part)).is_sorted(), "{help}");
    assert!(at("--color") < at("Examples:") && at("Examples:") < at("Exit codes:"), "{help}");
    assert_eq!(leadq.sh("leadq help signals", "").out, help);
    let ingest = leadq.sh("leadq ingest --help", "").out;
    assert!(
        ingest.contains("  1  every record was rejected, or a file could not be read"),
        "{ingest}"
    );
}

#[test]
fn a_rejected_event_says_which_field_is_wrong() {
    let leadq = Leadq::new();
    let events = "{\"schema\":1,\"url\":\n{\"schema\":\"1\",\"url\":\"https://a.example/\"}\n\
                  {\"schema\":1,\"url\":\"https://a.example/\",\"company\":\"Acme\"}\n";
    let taken = leadq.sh("leadq --quiet ingest -", events);
    assert_eq!(taken.code, 1, "{taken:?}");
    for part in [
        "standard input, line 1: not an event: the JSON ends too early",
        "line 2: not an event: schema is \"1\": send 1",
        "line 3: not an event: company is \"Acme\": send an object, for example {\"domain\"",
    ] {
        assert!(taken.out.contains(part), "{part}: {}", taken.out);
    }
}

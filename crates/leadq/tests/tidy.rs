//! Rules for the whole tree: dependencies between crates, and the form of source files.
//!
//! Budgets that need judgement are printed by `cargo xtask tidy` instead.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// The dependency rules: each crate and the crates it may use, in the order of the journey. Crates
/// that do not exist yet are included.
const DEPENDENCY_RULES: [(&str, &[&str]); 22] = [
    ("model", &[]),
    ("lexicon", &[]),
    ("codings", &["model"]),
    ("net", &["model", "lexicon", "codings"]),
    ("store", &["model"]),
    ("engine", &["model", "store"]),
    ("ingest", &["model", "lexicon", "codings", "net", "store", "clean"]),
    ("clean", &["model", "lexicon", "codings"]),
    ("resolve", &["model", "lexicon"]),
    ("detect", &["model", "lexicon"]),
    ("score", &["model", "lexicon"]),
    ("propose", &["model", "lexicon"]),
    ("answer", &["model", "lexicon", "store", "clean", "resolve", "detect", "score", "propose"]),
    ("act", &["model", "lexicon", "net", "store", "answer"]),
    ("agents", AGENTS_DEPENDENCIES),
    ("flow", FLOW_DEPENDENCIES),
    ("server", SERVER_DEPENDENCIES),
    ("world", &["model"]),
    ("leadq", ALL_CRATES),
    ("bench", ALL_CRATES),
    ("fuzz", ALL_CRATES),
    ("xtask", &[]),
];
const AGENTS_DEPENDENCIES: &[&str] = &[
    "model", "lexicon", "net", "store", "ingest", "clean", "resolve", "detect", "score", "propose",
    "answer",
];
const FLOW_DEPENDENCIES: &[&str] = &[
    "model", "lexicon", "net", "store", "engine", "ingest", "clean", "resolve", "detect", "score",
    "propose", "answer", "act", "agents",
];
const SERVER_DEPENDENCIES: &[&str] = &[
    "model", "lexicon", "net", "store", "engine", "ingest", "clean", "resolve", "detect", "score",
    "propose", "answer", "act", "agents", "flow",
];
const ALL_CRATES: &[&str] = &[
    "model", "lexicon", "codings", "net", "store", "engine", "ingest", "clean", "resolve",
    "detect", "score", "propose", "answer", "act", "agents", "flow", "server", "world", "leadq",
];

/// Crates without I/O, waiting, clock, randomness and threads.
const PURE_CRATES: [&str; 8] =
    ["model", "lexicon", "codings", "clean", "resolve", "detect", "score", "propose"];

/// Dependencies that a pure crate may not name in its own manifest.
const IMPURE_DIRECT: [&str; 13] = [
    "async-trait",
    "chrono",
    "crossbeam-channel",
    "fastrand",
    "futures-util",
    "getrandom",
    "parking_lot",
    "rand",
    "rayon",
    "tempfile",
    "time",
    "tracing-subscriber",
    "walkdir",
];

/// Crates that a pure crate may not even depend on transitively.
const IMPURE_TRANSITIVE: [&str; 10] = [
    "hyper",
    "libsqlite3-sys",
    "mio",
    "openssl",
    "reqwest",
    "rusqlite",
    "rustls",
    "socket2",
    "sqlx",
    "tokio",
];

/// File and folder names that do not describe their content.
const VAGUE_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "misc", "types", "manager"];

/// The folder that lists the kinds of signal, with a folder for each.
const KINDS: &str = "crates/detect/src/kinds";

/// The folder of the channels, with a folder for each.
const CHANNELS: &str = "crates/act/src/channels";

/// The maximum number of lines of a source file; the budget is half of it.
const FILE_LINES_MAX: usize = 1_000;

/// Markers of unfinished work, concatenated so that this file does not contain them.
const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("unimple", "mented!"),
    concat!("to", "do!"),
];

/// The folder of the commands, which neither decide nor query themselves.
const COMMANDS: &str = "crates/leadq/src/commands/";
/// Calls that are queries. White space is ignored.
const QUERIES: [&str; 5] = ["db.read(", "db.write(", ".read(|tx|", ".read(move|tx|", ".query("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    // Without it, cargo would need the sources of every platform's crates.
    command.other_options(["--filter-platform".to_owned(), "host-tuple".to_owned()]);
    command.exec().unwrap()
}

/// Checks a crate that uses the crates `used`, and returns the violations.
fn check_dependencies(package: &str, used: &[&str]) -> Vec<String> {
    let Some((_, allowed)) = DEPENDENCY_RULES.iter().find(|(name, _)| *name == package) else {
        return vec![format!("{package} is not a known crate: add it to DEPENDENCY_RULES")];
    };
    let violations = used.iter().filter(|used| !allowed.contains(*used));
    violations.map(|used| format!("{package} may not use {used}")).collect()
}

/// Checks the dependencies of a pure crate: its own (`direct`) and the transitive ones (`all`).
fn check_purity(package: &str, direct: &[&str], all: &BTreeSet<&str>) -> Vec<String> {
    if !PURE_CRATES.contains(&package) {
        return Vec::new();
    }
    let named = IMPURE_DIRECT.iter().filter(|name| direct.contains(*name));
    let transitive = IMPURE_TRANSITIVE.iter().filter(|name| all.contains(*name));
    named
        .chain(transitive)
        .map(|name| format!("{package} is pure and may not depend on {name}"))
        .collect()
}

/// Types of `model` that the engine may not name, because it drives stages of any content.
const FORBIDDEN_IN_ENGINE: [&str; 16] = [
    "ActionTriggered",
    "Claim",
    "CleanEvent",
    "Company",
    "CompanyUpdate",
    "Entity",
    "EntityId",
    "Observation",
    "Packs",
    "Page",
    "Product",
    "RawEvent",
    "RawEvents",
    "Signal",
    "SignalDetected",
    "Score",
];

/// Checks that a file of the engine names none of these types.
fn check_engine(path: &str, text: &str) -> Vec<String> {
    let named =
        FORBIDDEN_IN_ENGINE.iter().filter(|noun| text.lines().any(|line| has_word(line, noun)));
    named.map(|noun| format!("{path}: the engine may not name {noun}; make it a hook")).collect()
}

/// The crates that send and fetch, and those that pass the door to them or open it.
const DOOR_USERS: [&str; 6] = ["act", "agents", "flow", "ingest", "leadq", "net"];

/// Checks that a file neither uses nor opens the door without permission.
fn check_door(path: &str, text: &str) -> Vec<String> {
    let package = path.split('/').nth(1).unwrap_or_default();
    let mut violations = Vec::new();
    if path.contains("/tests") || package == "net" {
        return violations;
    }
    if text.contains("net::Door") && !DOOR_USERS.contains(&package) {
        violations.push(format!("{path}: {package} may not use the door"));
    }
    // The allowed addresses and the clock are decided where the door is opened.
    if text.contains("Door::new(") && package != "leadq" {
        violations.push(format!("{path}: only leadq may open the door"));
    }
    // Passing the door on does not count as using it.
    if package == "flow"
        && [".fetch(", ".deliver(", "door.get("].iter().any(|call| text.contains(call))
    {
        violations.push(format!("{path}: flow may pass the door on, but not use it"));
    }
    violations
}

#[test]
fn the_engine_knows_no_page_no_company_and_no_kind() {
    let mut files = BTreeMap::new();
    sources(&root().join("crates/engine/src"), &mut files);
    assert!(files.len() > 10, "only {} files of the engine were found", files.len());
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_engine(path, text)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn only_act_ingest_and_agents_go_through_the_door_out() {
    let mut files = BTreeMap::new();
    sources(&root().join("crates"), &mut files);
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_door(path, text)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// Checks the form of a source file.
fn check_form(path: &str, text: &str) -> Vec<String> {
    let mut violations = Vec::new();
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folder = Path::new(path).parent().and_then(Path::file_name);
    let names = [Some(stem), folder.and_then(|folder| folder.to_str())];
    if names.into_iter().flatten().any(|name| VAGUE_NAMES.contains(&name)) {
        violations.push(format!("{path}: the name does not describe the content"));
    }
    if !text.starts_with("//!") {
        violations.push(format!("{path}: does not begin with a //! description"));
    }
    let length = text.lines().count();
    if length > FILE_LINES_MAX {
        violations.push(format!("{path}: {length} lines, more than {FILE_LINES_MAX}"));
    }
    for (number, line) in text.lines().enumerate() {
        if UNFINISHED.iter().any(|word| has_word(line, word)) {
            violations.push(format!("{path}:{}: unfinished: {}", number + 1, line.trim()));
        }
    }
    violations
}

/// Returns whether `line` contains `word` as a whole word.
fn has_word(line: &str, word: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(in_word) && (word.ends_with('!') || !after.is_some_and(in_word))
    })
}

/// Checks that a command does not query the database itself.
fn check_queries(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with(COMMANDS) {
        return Vec::new();
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let queries = QUERIES.iter().filter(|query| dense.contains(*query));
    queries
        .map(|query| format!("{path}: {query} belongs in `answer`, `flow` or `server`"))
        .collect()
}

/// Reads every Rust file of the project below `folder`, and adds it to `files` by its path.
fn sources(folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                sources(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn crates_use_only_crates_below_them_and_pure_crates_stay_pure() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let is_package = |name: &str| packages.iter().any(|package| package.name.as_str() == name);
    let mut violations = Vec::new();
    for package in &packages {
        let shipped =
            package.dependencies.iter().filter(|used| used.kind != DependencyKind::Development);
        let direct: Vec<&str> = shipped.map(|used| used.name.as_str()).collect();
        let used: Vec<&str> = direct.iter().copied().filter(|name| is_package(name)).collect();
        violations.extend(check_dependencies(&package.name, &used));
        violations.extend(check_purity(&package.name, &direct, &closure(&metadata, &package.id)));
    }
    assert!(packages.len() > 10, "cargo metadata returned only {} crates", packages.len());
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// Collects the names of all crates that a shipped build of `package` contains.
fn closure<'a>(metadata: &'a Metadata, package: &cargo_metadata::PackageId) -> BTreeSet<&'a str> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let nodes: BTreeMap<_, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut waiting = vec![nodes[package]];
    let mut seen = BTreeSet::new();
    while let Some(node) = waiting.pop() {
        for used in &node.deps {
            let shipped = used.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if shipped && seen.insert(&used.pkg) {
                waiting.push(nodes[&used.pkg]);
            }
        }
    }
    seen.into_iter().map(|id| metadata[id].name.as_str()).collect()
}

#[test]
fn every_source_file_says_what_it_is_and_is_finished() {
    let mut files = BTreeMap::new();
    for folder in ["crates", "fuzz", "xtask"] {
        sources(&root().join(folder), &mut files);
    }
    assert!(files.len() > 30, "only {} source files were found", files.len());
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_form(path, text)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// Lists the names of the folders in a folder of the tree.
fn folders_in(place: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(place)).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Lists the kinds of signal: each has a folder below the list.
fn kinds() -> Vec<String> {
    folders_in(KINDS)
}

/// Checks the kinds of signal that a file names: `score` may name none, and only their list, the
/// simulated world and tests may name all.
fn check_kinds(path: &str, text: &str, kinds: &[String]) -> Vec<String> {
    let is_test = ["/tests/", "/tests.rs", "/suite.rs"].iter().any(|part| path.contains(part));
    if is_test || path.starts_with(KINDS) || path.starts_with("crates/world/") {
        return Vec::new();
    }
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let named = kinds.iter().filter(|kind| shipped.lines().any(|line| has_word(line, kind)));
    let named: Vec<&str> = named.map(String::as_str).collect();
    if path.starts_with("crates/score/") {
        return named.iter().map(|kind| format!("{path}: score may not name {kind}")).collect();
    }
    let all = !named.is_empty() && named.len() == kinds.len();
    all.then(|| format!("{path}: lists every kind; use detect::KINDS")).into_iter().collect()
}

#[test]
fn score_names_no_kind_and_only_their_list_names_them_all() {
    let kinds = kinds();
    assert!(kinds.len() >= 4, "only {kinds:?} were found");
    let mut files = BTreeMap::new();
    sources(&root().join("crates"), &mut files);
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_kinds(path, text, &kinds)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn the_list_has_a_line_for_every_folder_of_a_kind() {
    let listed: BTreeSet<String> = detect::KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    assert_eq!(listed, kinds().into_iter().collect());
}

#[test]
fn the_list_has_a_line_for_every_folder_of_a_channel() {
    let listed: BTreeSet<String> =
        act::CHANNELS.iter().map(|channel| channel.name.to_owned()).collect();
    assert_eq!(listed, folders_in(CHANNELS).into_iter().collect());
}

/// Checks that a file names no channel, because it must iterate over them.
fn check_channels(path: &str, text: &str) -> Vec<String> {
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let named = act::CHANNELS.iter().filter(|channel| {
        let constant = format!("CHANNEL_{}", channel.name.to_uppercase());
        let word = format!("\"{}\"", channel.name);
        shipped.lines().any(|line| has_word(line, &constant) || line.contains(&word))
    });
    named
        .map(|channel| format!("{path}: names {}; iterate over act::Channels", channel.name))
        .collect()
}

#[test]
fn the_journey_knows_no_channel_by_name() {
    let mut files = BTreeMap::new();
    sources(&root().join("crates/flow/src"), &mut files);
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_channels(path, text)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn the_check_of_channels_can_fail() {
    for (text, expected) in [
        ("use act::CHANNEL_WEBHOOK;", 1),
        ("channel.name() == \"review\"", 1),
        ("channels.named(&order.channel)", 0),
        ("#[cfg(test)]\nmod tests {\n    \"webhook\"", 0),
    ] {
        assert_eq!(check_channels("crates/flow/src/a.rs", text).len(), expected, "{text}");
    }
}

#[test]
fn the_command_line_decides_and_queries_nothing_itself() {
    let mut files = BTreeMap::new();
    sources(&root().join(COMMANDS), &mut files);
    assert!(files.len() > 15, "only {} commands were found", files.len());
    let violations: Vec<String> =
        files.iter().flat_map(|(path, text)| check_queries(path, text)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn the_check_of_dependencies_can_fail() {
    assert_eq!(check_dependencies("clean", &["model"]), [""; 0]);
    assert_eq!(check_dependencies("clean", &["model", "store"]), ["clean may not use store"]);
    assert_eq!(check_dependencies("elsewhere", &[]).len(), 1);

    assert_eq!(check_dependencies("agents", &["answer"]), [""; 0]);
    for package in ["act", "flow", "server", "agents", "ingest", "net"] {
        assert_eq!(
            check_dependencies("answer", &[package]),
            [format!("answer may not use {package}")]
        );
    }

    let transitive = BTreeSet::from(["regex", "tokio"]);
    assert_eq!(check_purity("ingest", &["tokio"], &transitive), [""; 0]);
    assert_eq!(check_purity("detect", &["regex"], &transitive).len(), 1);
    assert_eq!(check_purity("detect", &["regex", "rand"], &transitive).len(), 2);

    assert_eq!(check_engine("crates/engine/src/a.rs", "use model::{Topic, Timestamp};"), [""; 0]);
    assert_eq!(check_engine("crates/engine/src/a.rs", "use model::{Signal, Topic};").len(), 1);
    assert_eq!(check_door("crates/act/src/a.rs", "use net::Door;"), [""; 0]);
    assert_eq!(check_door("crates/server/src/a.rs", "use net::Door;").len(), 1);
    assert_eq!(check_door("crates/flow/src/a.rs", "let door = net::Door::new(settings);").len(), 1);
    assert_eq!(check_door("crates/flow/src/a.rs", "door.deliver(url)").len(), 1);
}

#[test]
fn the_check_of_commands_can_fail() {
    for (text, expected) in [
        ("context.db.read(|tx| Box::pin(tx.products()))", 2),
        ("session\n    .context\n    .db\n    .write(Urgency::Urgent, work)", 1),
        ("context.read(move |tx| work(tx))", 1),
        ("tx.query(\"SELECT 1\", &[])", 1),
        ("answer::joins(&session.context)", 0),
    ] {
        assert_eq!(
            check_queries("crates/leadq/src/commands/joins.rs", text).len(),
            expected,
            "{text}"
        );
        assert_eq!(check_queries("crates/flow/src/joins.rs", text), [""; 0]);
    }
}

#[test]
fn the_check_of_form_can_fail() {
    let unfinished = format!("//! A thing.\n// {}: later\n", UNFINISHED[0]);
    let long = "//! Long.\n".repeat(FILE_LINES_MAX + 1);
    for (path, text, expected) in [
        ("crates/clean/src/dates.rs", "//! Dates.\n", 0),
        ("crates/clean/src/utils.rs", "//! Things.\n", 1),
        ("crates/clean/src/common/mod.rs", "//! Things.\n", 1),
        ("crates/clean/src/dates.rs", "use std::fmt;\n", 1),
        ("crates/clean/src/dates.rs", &unfinished, 1),
        ("crates/clean/src/dates.rs", "//! Dates.\nlet MAÑTODOS = 1;\n", 0),
        ("crates/clean/src/dates.rs", &long, 1),
    ] {
        assert_eq!(check_form(path, text).len(), expected, "{path}: {text:.60}");
    }
}

#[test]
fn the_check_of_kinds_can_fail() {
    let kinds = ["merger".to_owned(), "layoff".to_owned()];
    let both = "//! A thing.\nconst KINDS: [&str; 2] = [\"merger\", \"layoff\"];\n";
    for (path, text, expected) in [
        ("crates/score/src/intent.rs", "if signal.kind == \"merger\" {}", 1),
        ("crates/score/src/intent.rs", both, 2),
        ("crates/score/src/intent.rs", "let mergers = 1;", 0),
        ("crates/score/src/intent.rs", "#[cfg(test)]\nmod tests {\n    \"merger\"", 0),
        ("crates/score/src/tests.rs", both, 0),
        ("crates/leadq/src/cli.rs", both, 1),
        ("crates/leadq/src/cli.rs", "\"merger\"", 0),
        ("crates/leadq/tests/it/main.rs", both, 0),
        ("crates/world/src/truth.rs", both, 0),
        ("crates/detect/src/kinds.rs", both, 0),
        ("crates/detect/src/kinds/merger/mod.rs", both, 0),
        ("crates/detect/src/signals.rs", both, 1),
    ] {
        assert_eq!(check_kinds(path, text, &kinds).len(), expected, "{path}: {text}");
    }
}

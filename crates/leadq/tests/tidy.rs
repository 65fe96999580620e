//! What must hold for the tree as a whole: who may use whom, and how a source file looks.
//!
//! Budgets that are a matter of judgement are printed by `cargo xtask tidy` instead.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// THE arrows: each room and the rooms it may use, in the order of the journey. Rooms that are
/// not built yet have theirs already.
const ARROWS: [(&str, &[&str]); 19] = [
    ("model", &[]),
    ("net", &["model"]),
    ("store", &["model"]),
    ("ingest", &["model", "net", "store", "clean"]),
    ("clean", &["model"]),
    ("resolve", &["model"]),
    ("detect", &["model"]),
    ("score", &["model"]),
    ("propose", &["model"]),
    ("answer", &["model", "lexicon", "store", "clean", "resolve", "detect", "score", "propose"]),
    ("act", &["model", "net", "store"]),
    ("agents", BELOW_AGENTS),
    ("flow", BELOW_FLOW),
    ("server", BELOW_SERVER),
    ("world", &["model"]),
    ("leadq", EVERYTHING),
    ("bench", EVERYTHING),
    ("fuzz", EVERYTHING),
    ("xtask", &[]),
];
const BELOW_AGENTS: &[&str] = &[
    "model", "net", "store", "ingest", "clean", "resolve", "detect", "score", "propose", "answer",
];
const BELOW_FLOW: &[&str] = &[
    "model", "net", "store", "ingest", "clean", "resolve", "detect", "score", "propose", "answer",
    "act", "agents",
];
const BELOW_SERVER: &[&str] = &[
    "model", "net", "store", "ingest", "clean", "resolve", "detect", "score", "propose", "answer",
    "act", "agents", "flow",
];
const EVERYTHING: &[&str] = &[
    "model", "net", "store", "ingest", "clean", "resolve", "detect", "score", "propose", "answer",
    "act", "agents", "flow", "server", "world", "leadq",
];

/// Rooms without I/O, waiting, clock, randomness and threads.
const PURE: [&str; 6] = ["model", "clean", "resolve", "detect", "score", "propose"];

/// What a pure room may not name in its own manifest.
const NOT_PURE: [&str; 13] = [
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

/// What may not even come along with a library that a pure room uses.
const NEVER_PURE: [&str; 9] =
    ["hyper", "libsqlite3-sys", "mio", "openssl", "reqwest", "rustls", "socket2", "sqlx", "tokio"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "misc", "types", "manager"];

/// No source file is longer; the budget is half of it.
const FILE_LINES_MAX: usize = 1_000;

/// Words of unfinished work, put together so that this file does not contain them.
const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("unimple", "mented!"),
    concat!("to", "do!"),
];

/// The commands, which decide and query nothing themselves, and what would be a query of theirs. White
/// space does not count.
const COMMANDS: &str = "crates/leadq/src/commands/";
const QUERIES: [&str; 5] = ["db.read(", "db.write(", ".read(|tx|", ".read(move|tx|", ".query("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    // Without it, cargo would want the sources of every platform's crates.
    command.other_options(["--filter-platform".to_owned(), "host-tuple".to_owned()]);
    command.exec().unwrap()
}

/// What is wrong with a room that uses `used` rooms.
fn arrows(room: &str, used: &[&str]) -> Vec<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{room} is no room of the design: add it to ARROWS")];
    };
    let wrong = used.iter().filter(|used| !allowed.contains(*used));
    wrong.map(|used| format!("{room} may not use {used}")).collect()
}

/// What is wrong with what a pure room names itself (`direct`) and with what comes along (`all`).
fn purity(room: &str, direct: &[&str], all: &BTreeSet<&str>) -> Vec<String> {
    if !PURE.contains(&room) {
        return Vec::new();
    }
    let named = NOT_PURE.iter().filter(|name| direct.contains(*name));
    let along = NEVER_PURE.iter().filter(|name| all.contains(*name));
    named.chain(along).map(|name| format!("{room} is pure and may not build on {name}")).collect()
}

/// What is wrong with a source file.
fn source(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folder = Path::new(path).parent().and_then(Path::file_name);
    let names = [Some(stem), folder.and_then(|folder| folder.to_str())];
    if names.into_iter().flatten().any(|name| EMPTY_NAMES.contains(&name)) {
        wrong.push(format!("{path}: a name that says nothing about what is inside"));
    }
    if !text.starts_with("//!") {
        wrong.push(format!("{path}: does not open with //! saying what it is"));
    }
    let length = text.lines().count();
    if length > FILE_LINES_MAX {
        wrong.push(format!("{path}: {length} lines, more than {FILE_LINES_MAX}"));
    }
    for (number, line) in text.lines().enumerate() {
        if UNFINISHED.iter().any(|word| has_word(line, word)) {
            wrong.push(format!("{path}:{}: unfinished: {}", number + 1, line.trim()));
        }
    }
    wrong
}

/// Whether `word` stands in `line` and is not a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(in_word) && (word.ends_with('!') || !after.is_some_and(in_word))
    })
}

/// What a command asks the database for by itself.
fn queries(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with(COMMANDS) {
        return Vec::new();
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let found = QUERIES.iter().filter(|query| dense.contains(*query));
    found.map(|query| format!("{path}: {query} is for `answer`, `flow` or `server`")).collect()
}

/// Every Rust file of the project below `folder`.
fn sources(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn rooms_use_only_rooms_below_them_and_pure_rooms_stay_pure() {
    let metadata = metadata();
    let rooms = metadata.workspace_packages();
    let is_room = |name: &str| rooms.iter().any(|room| room.name.as_str() == name);
    let mut wrong = Vec::new();
    for room in &rooms {
        let shipped =
            room.dependencies.iter().filter(|used| used.kind != DependencyKind::Development);
        let direct: Vec<&str> = shipped.map(|used| used.name.as_str()).collect();
        let used: Vec<&str> = direct.iter().copied().filter(|name| is_room(name)).collect();
        wrong.extend(arrows(&room.name, &used));
        wrong.extend(purity(&room.name, &direct, &closure(&metadata, &room.id)));
    }
    assert!(rooms.len() > 10, "cargo metadata saw only {} rooms", rooms.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names of everything that a shipped build of `room` contains.
fn closure<'a>(metadata: &'a Metadata, room: &cargo_metadata::PackageId) -> BTreeSet<&'a str> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let nodes: BTreeMap<_, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut waiting = vec![nodes[room]];
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
    let mut found = BTreeMap::new();
    for folder in ["crates", "fuzz", "xtask"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 30, "only {} source files were found", found.len());
    let wrong: Vec<String> = found.iter().flat_map(|(path, text)| source(path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_command_line_decides_and_queries_nothing_itself() {
    let mut found = BTreeMap::new();
    sources(&root().join(COMMANDS), &mut found);
    assert!(found.len() > 15, "only {} commands were found", found.len());
    let wrong: Vec<String> = found.iter().flat_map(|(path, text)| queries(path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_checks_can_fail() {
    assert_eq!(arrows("clean", &["model"]), [""; 0]);
    assert_eq!(arrows("clean", &["model", "store"]), ["clean may not use store"]);
    assert_eq!(arrows("elsewhere", &[]).len(), 1);

    assert_eq!(arrows("agents", &["answer"]), [""; 0]);
    for room in ["act", "flow", "server", "agents", "ingest", "net"] {
        assert_eq!(arrows("answer", &[room]), [format!("answer may not use {room}")]);
    }

    for (text, wrong) in [
        ("rooms.db.read(|tx| Box::pin(tx.products()))", 2),
        ("house\n    .rooms\n    .db\n    .write(Urgency::Urgent, work)", 1),
        ("context.read(move |tx| work(tx))", 1),
        ("tx.query(\"SELECT 1\", &[])", 1),
        ("answer::joins(&house.context)", 0),
    ] {
        assert_eq!(queries("crates/leadq/src/commands/joins.rs", text).len(), wrong, "{text}");
        assert_eq!(queries("crates/flow/src/joins.rs", text), [""; 0]);
    }

    let along = BTreeSet::from(["regex", "tokio"]);
    assert_eq!(purity("ingest", &["tokio"], &along), [""; 0]);
    assert_eq!(purity("detect", &["regex"], &along).len(), 1);
    assert_eq!(purity("detect", &["regex", "rand"], &along).len(), 2);

    let unfinished = format!("//! A thing.\n// {}: later\n", UNFINISHED[0]);
    let long = "//! Long.\n".repeat(FILE_LINES_MAX + 1);
    for (path, text, wrong) in [
        ("crates/clean/src/dates.rs", "//! Dates.\n", 0),
        ("crates/clean/src/utils.rs", "//! Things.\n", 1),
        ("crates/clean/src/common/mod.rs", "//! Things.\n", 1),
        ("crates/clean/src/dates.rs", "use std::fmt;\n", 1),
        ("crates/clean/src/dates.rs", &unfinished, 1),
        ("crates/clean/src/dates.rs", "//! Dates.\nlet MAÑTODOS = 1;\n", 0),
        ("crates/clean/src/dates.rs", &long, 1),
    ] {
        assert_eq!(source(path, text).len(), wrong, "{path}: {text:.60}");
    }
}

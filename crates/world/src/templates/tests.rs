//! Requirements of the templates: readable, numerous, and without text of the packs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::text::{Text, TextPart};
use super::{StoryLabel, Templates, read};

const KINDS: [(&str, &str); 6] = [
    ("hiring_spike", ""),
    ("tech_adoption", ""),
    ("compliance_win", ""),
    ("budget_event", "funding"),
    ("budget_event", "buyer"),
    ("budget_event", "supplier"),
];

fn problem(text: &str) -> String {
    let mut into = Templates::default();
    read::read("own.txt", text, &mut into).unwrap_err().to_string()
}

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, expected) in [
        ("words\n", "own.txt:1: text before the first section: begin one with `== story`"),
        ("== poem\nlang: en\n\nWords\n", "own.txt:1: unknown section \"poem\""),
        ("== home\nlang: nl\n\nWords\n", "own.txt:2: lang is one of en, de, fr, not \"nl\""),
        ("== home\nlang en\n\nWords\n", "own.txt:2: the head holds lines `key: value`"),
        ("== home\nmood: glad\n\nWords\n", "own.txt:2: unknown key \"mood\""),
        ("== home\nlang: en\n\nGood {day}\n", "own.txt:4: unknown slot {day}"),
        ("== home\nlang: en\n\n{one|two\n", "own.txt:4: unclosed {"),
        ("== home\nlang: en\n\none}\n", "own.txt:4: unmatched }"),
        ("== home\nlang: en\n\n{Not A Slot}\n", "own.txt:4: braces hold one slot's name"),
        ("== home\nlang: en\n", "own.txt:1: a text needs a body"),
        ("== story\nlang: en\n\nWords\n", "own.txt:1: a story needs a title"),
        ("== story\nkind: hiring_spike\nlang: en\n\n# T\n\nW\n", "own.txt:1: kind and label go"),
        ("== list people\n\nNobody\n", "own.txt:1: a list needs `lang: en`"),
        ("== list words\nlang: en\n\nnews Tidings\n", "own.txt:4: a line of words is"),
        ("== home\namount: much\n\nW\n", "own.txt:2: amount is a range in millions"),
    ] {
        let message = problem(text);
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
}

#[test]
fn a_folder_changes_what_it_has_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Templates::load(folder.path()).is_err());
    let own =
        "== list people\nlang: en\n\nNobody Atall\n\n== list words\nlang: en\n\nnews = Tidings\n";
    fs::write(folder.path().join("own.txt"), own).unwrap();
    fs::write(folder.path().join("README.md"), "not a template").unwrap();
    let templates = Templates::load(folder.path()).unwrap();
    assert_eq!(templates.list("people", "en"), ["Nobody Atall"]);
    assert_eq!(templates.list("people", "de"), Templates::builtin().unwrap().list("people", "de"));
    assert_eq!(templates.word("news", "en"), "Tidings");
    assert_eq!(templates.word("blog", "en"), "Blog");
    let stories = templates.texts(("story", "tech_adoption", "", StoryLabel::True), "en");
    assert!(stories.len() >= 8);
}

#[test]
fn there_are_many_of_each_kind() {
    let templates = Templates::builtin().unwrap();
    let count = |kind: &str, sort: &str, label, lang: &str| {
        templates.texts(("story", kind, sort, label), lang).len()
    };
    for (kind, sort) in KINDS {
        for lang in ["en", "de", "fr"] {
            assert!(count(kind, sort, StoryLabel::True, lang) >= 1, "{kind} {sort} {lang}");
            assert!(count(kind, sort, StoryLabel::LookAlike, lang) >= 1, "{kind} {sort} {lang}");
        }
        if !matches!(sort, "buyer" | "supplier") {
            assert!(count(kind, sort, StoryLabel::True, "en") >= 8, "{kind} {sort}");
            assert!(count(kind, sort, StoryLabel::LookAlike, "en") >= 8, "{kind} {sort}");
        }
    }
}

/// The number of consecutive words that a template must not share with a pack.
const RUN_WORDS: usize = 5;

fn runs(text: &str) -> impl Iterator<Item = String> {
    let lower = text.to_lowercase();
    let words: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let runs: Vec<String> = words.windows(RUN_WORDS).map(|run| run.join(" ")).collect();
    runs.into_iter()
}

fn words_of(text: &Text, into: &mut Vec<String>) {
    for piece in &text.0 {
        match piece {
            TextPart::Words(words) => into.push(words.clone()),
            TextPart::Slot(_) => {}
            TextPart::Choice(texts) => texts.iter().for_each(|text| words_of(text, into)),
        }
    }
}

fn strings_in(value: &toml::Value, into: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => into.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| strings_in(value, into)),
        toml::Value::Table(table) => table.values().for_each(|value| strings_in(value, into)),
        _ => {}
    }
}

#[test]
fn no_string_is_shared_with_the_packs() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../detect/src/kinds");
    let mut examples = Vec::new();
    for file in fs::read_dir(packs).unwrap() {
        // Only the pack of a kind's folder, because tool names and script hosts are facts.
        let path = file.unwrap().path().join("pack.toml");
        if path.exists() {
            let pack: toml::Value =
                fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap().into();
            strings_in(pack.get("examples").unwrap(), &mut examples);
        }
    }
    assert!(examples.len() > 300, "the examples were read");
    let example_runs: BTreeSet<String> = examples.iter().flat_map(|text| runs(text)).collect();
    let templates = Templates::builtin().unwrap();
    let mut own = Vec::new();
    for text in templates.all() {
        text.titles.iter().for_each(|title| words_of(title, &mut own));
        text.paragraphs.iter().for_each(|paragraph| words_of(&paragraph.text, &mut own));
    }
    let shared: Vec<String> =
        own.iter().flat_map(|words| runs(words)).filter(|run| example_runs.contains(run)).collect();
    assert_eq!(shared, Vec::<String>::new());
    let lists = ["titles_engineering", "titles_sales", "investors", "news_names", "auditor_names"];
    for (list, lang) in lists.iter().flat_map(|list| [(list, "en"), (list, "de"), (list, "fr")]) {
        for entry in templates.list(list, lang).iter().filter(|entry| entry.contains(' ')) {
            assert!(!examples.iter().any(|text| text.contains(entry.as_str())), "{entry}");
        }
    }
}

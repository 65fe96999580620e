//! Traces of tools, and their names in text.

use std::collections::BTreeSet;

use super::{TABLE, Table, Tools};

#[test]
fn the_table_is_whole() {
    let table: Table = toml::from_str(TABLE).unwrap();
    let mut names = BTreeSet::new();
    for tool in &table.tools {
        assert!(
            !tool.category.is_empty() && !tool.source.is_empty(),
            "{}: category and source",
            tool.name
        );
        for name in std::iter::once(&tool.name).chain(&tool.aliases) {
            assert!(names.insert(name.clone()), "{name} is listed twice");
        }
        let lists = [
            &tool.script,
            &tool.header,
            &tool.txt,
            &tool.spf,
            &tool.mx,
            &tool.cname,
            &tool.ns,
            &tool.generator,
        ];
        for pattern in lists.into_iter().flatten() {
            assert_eq!(*pattern, pattern.to_lowercase(), "{}: patterns are lower case", tool.name);
            assert!(pattern.len() > 3, "{}: {pattern} is too short", tool.name);
        }
    }
    assert!(table.tools.len() >= 60);
}

#[test]
fn names_are_whole_words() {
    let tools = Tools::builtin();
    for (text, expect) in [
        ("HubSpot as CRM", Some("HubSpot")),
        ("Amazon Web Services", Some("Amazon Web Services")),
        ("AWS.", Some("Amazon Web Services")),
        ("Slackware", None),
        ("the HubSpot", None),
        ("", None),
    ] {
        assert_eq!(tools.named_at_start(text), expect, "{text}");
    }
}

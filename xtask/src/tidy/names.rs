//! Names of types: a public name is unique in the workspace, so that it can be searched for.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

/// Public names that need not be unique.
const MAY_REPEAT: [&str; 2] = [
    // Every crate has its own, used with the crate's name: `store::Error`.
    "Error", "Result",
];

/// The keywords between `pub` and a type's name.
const SORTS: [&str; 4] = ["struct ", "enum ", "trait ", "type "];

/// The declarations of each type name.
type Places<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// Collects the types declared with one visibility.
fn declared<'a>(sources: &'a [Source], visibility: &str) -> Places<'a> {
    let mut places = Places::new();
    for source in sources.iter().filter(|source| source.is_shipped()) {
        for line in source.shipped().lines() {
            if let Some(name) = name(line, visibility) {
                places.entry(name).or_default().push(&source.path);
            }
        }
    }
    places
}

/// Parses the name of the type that a line declares.
fn name<'a>(line: &'a str, visibility: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(visibility)?.strip_prefix(' ')?;
    let rest = SORTS.iter().find_map(|sort| rest.strip_prefix(sort))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (end > 0).then_some(&rest[..end])
}

/// Lists every public name that is declared more than once, with its places.
pub(super) fn repeated(sources: &[Source]) -> Vec<String> {
    let public = declared(sources, "pub");
    let repeated_line = |(name, places): (&str, Vec<&str>)| {
        let is_repeated = places.len() > 1 && !MAY_REPEAT.contains(&name);
        is_repeated.then(|| format!("{name}: {}", places.join(", ")))
    };
    public.into_iter().filter_map(repeated_line).collect()
}

/// Counts the ambiguous `pub(crate)` type names and all of them, and lists the ambiguous ones.
pub(super) fn ambiguous(sources: &[Source]) -> (usize, usize, Vec<String>) {
    let (own, public) = (declared(sources, "pub(crate)"), declared(sources, "pub"));
    let all = own.len();
    let mut repeated: Vec<(usize, &str)> = own
        .iter()
        .map(|(name, places)| (places.len() + public.get(name).map_or(0, Vec::len), *name))
        .filter(|(times, name)| *times > 1 && !MAY_REPEAT.contains(name))
        .collect();
    repeated.sort_by_key(|(times, name)| (std::cmp::Reverse(*times), *name));
    let shown: BTreeSet<_> = repeated.iter().map(|(_, name)| name).collect();
    (shown.len(), all, repeated.iter().map(|(times, name)| format!("{name}×{times}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::new(path.to_owned(), text.to_owned())
    }

    #[test]
    fn a_public_name_is_unique() {
        let sources = [
            source("crates/a/src/lib.rs", "pub struct Page;\npub type Error = ();\n"),
            source("crates/b/src/x.rs", "pub enum Page<T> { A(T) }\npub type Error = ();\n"),
            source(
                "crates/b/src/y.rs",
                "pub(crate) struct Page;\nstruct Visit;\npub fn page() {}\n",
            ),
            source("crates/b/src/z/tests.rs", "pub struct Page;\n"),
            source("crates/b/src/w.rs", "#[cfg(test)]\nmod tests {\n    pub struct Page;\n}\n"),
        ];
        assert_eq!(repeated(&sources), ["Page: crates/a/src/lib.rs, crates/b/src/x.rs"]);
        assert_eq!(repeated(&sources[1..]), [""; 0]);
        assert_eq!(ambiguous(&sources), (1, 1, vec!["Page×3".to_owned()]));
    }
}

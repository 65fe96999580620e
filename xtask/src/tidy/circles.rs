//! Cycles between the files of a crate: files that use each other, directly or through other files,
//! by paths that begin with `crate::` or `super::`.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

/// The names of a module's path from the root of its crate.
type Module = Vec<String>;

/// The modules of one crate, each a file, with their texts.
type Modules<'a> = BTreeMap<Module, &'a str>;

/// Finds the cycles; returns the crate and the files of each.
pub(super) fn circles(sources: &[Source]) -> Vec<(String, Vec<String>)> {
    let mut crates: BTreeMap<&str, Modules<'_>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_shipped()) {
        if let Some((name, module)) = module(&source.path) {
            crates.entry(name).or_default().insert(module, source.shipped());
        }
    }
    let mut circles = Vec::new();
    for (name, modules) in crates {
        for circle in circles_of(&modules) {
            circles.push((name.to_owned(), circle));
        }
    }
    circles
}

/// Splits the path of a file into its crate and module.
fn module(path: &str) -> Option<(&str, Module)> {
    let (name, file) = path.strip_prefix("crates/")?.split_once("/src/")?;
    let mut module: Module = file.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    Some((name, module))
}

fn circles_of(modules: &Modules<'_>) -> Vec<Vec<String>> {
    let edges: BTreeMap<&Module, BTreeSet<Module>> =
        modules.iter().map(|(module, text)| (module, used(modules, module, text))).collect();
    let reach: BTreeMap<&Module, BTreeSet<&Module>> =
        modules.keys().map(|module| (module, reached(&edges, module))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for module in modules.keys() {
        let mutual = |other: &&&Module| reach[**other].contains(module);
        let circle: Vec<&Module> = reach[module].iter().filter(mutual).copied().collect();
        if circle.len() > 1 && circle.iter().all(|member| seen.insert(*member)) {
            circles.push(circle.into_iter().map(shown).collect());
        }
    }
    circles
}

fn shown(module: &Module) -> String {
    if module.is_empty() { "crate".to_owned() } else { module.join("::") }
}

/// Collects all modules that can be reached in one or more steps.
fn reached<'a>(
    edges: &'a BTreeMap<&'a Module, BTreeSet<Module>>,
    from: &'a Module,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(module) = waiting.pop() {
        for next in &edges[module] {
            if reached.insert(next) {
                waiting.push(next);
            }
        }
    }
    reached
}

/// Collects the modules that a file uses.
fn used(modules: &Modules<'_>, module: &Module, text: &str) -> BTreeSet<Module> {
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut used = BTreeSet::new();
    for path in paths(&code.join("\n"), &["crate::", "super::"]) {
        let mut names = path.iter().map(String::as_str).peekable();
        let mut from = if path[0] == "crate" { Vec::new() } else { module.clone() };
        while names.next_if(|name| ["crate", "super"].contains(name)).is_some_and(|name| {
            if name == "super" {
                from.pop();
            }
            true
        }) {}
        let rest: Vec<&str> = names.collect();
        used.insert(owner(modules, from, &rest, 0));
    }
    used.remove(module);
    used
}

/// Finds the module in which a path ends: the last one that is a file, or the one from which that
/// file re-exports the name.
fn owner(modules: &Modules<'_>, mut from: Module, mut rest: &[&str], depth: usize) -> Module {
    while let [name, behind @ ..] = rest {
        from.push((*name).to_owned());
        if !modules.contains_key(&from) {
            from.pop();
            break;
        }
        rest = behind;
    }
    // Names that are re-exported in a cycle have no owner.
    if depth > 4 {
        return from;
    }
    if let (Some(name), Some(text)) = (rest.first(), modules.get(&from)) {
        for path in paths(text, &["pub use ", "pub(crate) use ", "pub(super) use "]) {
            let path: Vec<&str> =
                path.iter().map(String::as_str).filter(|name| *name != "self").collect();
            let child = [from.clone(), vec![path[0].to_owned()]].concat();
            if path.last() == Some(name) && modules.contains_key(&child) {
                return owner(modules, from, &path, depth + 1);
            }
        }
    }
    from
}

/// Collects all paths in the text that begin with one of `heads`, with groups expanded.
fn paths(text: &str, heads: &[&str]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for head in heads {
        for (start, _) in text.match_indices(head) {
            let before = text[..start].chars().next_back();
            let is_inside = before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c));
            if is_inside {
                continue;
            }
            let start = if head.ends_with("::") { start } else { start + head.len() };
            tree(&mut &text[start..], &[], &mut paths);
        }
    }
    paths.retain(|path| !path.is_empty());
    paths
}

/// Parses `a::{b, c::d}` from the text, as `a::b` and `a::c::d`.
fn tree(text: &mut &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        *text = text.trim_start();
        if let Some(group) = text.strip_prefix('{') {
            *text = group;
            loop {
                tree(text, &path, paths);
                *text = text.trim_start();
                match text.strip_prefix(',') {
                    Some(rest) => *text = rest,
                    None => break,
                }
                if text.trim_start().starts_with('}') {
                    break;
                }
            }
            *text = text.trim_start();
            *text = text.strip_prefix('}').unwrap_or(text);
            return;
        }
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        if end > 0 {
            path.push(text[..end].to_owned());
        }
        *text = &text[end..];
        match text.strip_prefix("::") {
            Some(rest) => *text = rest,
            None => break,
        }
    }
    *text = text.trim_start_matches('*');
    if let Some(renamed) = text.strip_prefix(" as ") {
        *text = renamed.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    paths.push(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
        let source = |(path, text): &(&str, &str)| {
            Source::new(format!("crates/a/src/{path}"), (*text).to_owned())
        };
        circles(&files.iter().map(source).collect::<Vec<_>>())
    }

    #[test]
    fn groups_are_taken_apart() {
        let text = "use crate::{a::X, b::{self, c::*, d as e}};\nlet x = crate::f();";
        let expanded: Vec<String> =
            paths(text, &["crate::"]).iter().map(|path| path.join("::")).collect();
        let expected = ["crate::a::X", "crate::b::self", "crate::b::c", "crate::b::d", "crate::f"];
        assert_eq!(expanded, expected);
    }

    #[test]
    fn files_that_use_each_other_are_a_circle() {
        let a = ("a.rs", "use crate::b::B;\n");
        let b = ("b/mod.rs", "mod c;\nuse c::C;\n");
        let lib = ("lib.rs", "mod a;\nmod b;\npub use a::A;\n");
        // A parent that uses its child is not a cycle, nor is a comment.
        let c = ("b/c.rs", "use super::B;\n// crate::a::A\n");
        assert_eq!(found(&[a, b, c, lib]), []);
        // Through a third file, and through a name that the root re-exports.
        let b = ("b/mod.rs", "use crate::{x, b::c::C};\n");
        let c = ("b/c.rs", "fn f(a: crate::A) {}\n");
        let circle = ["a", "b", "b::c"].map(str::to_owned).to_vec();
        assert_eq!(found(&[a, b, c, lib]), [("a".to_owned(), circle)]);
        // Tests may use all that they test.
        let c = ("b/c.rs", "#[cfg(test)]\nmod tests {\n    use crate::A;\n}\n");
        assert_eq!(found(&[a, b, c, lib]), []);
    }
}

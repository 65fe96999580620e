//! `cargo xtask tidy`: compares sizes and dependencies with their budgets, and reports on names,
//! comments and cycles.
//!
//! A breach of a budget is printed but is not an error; only a public type name that is not unique
//! or a document that names a missing file fails. The other rules are tests
//! (`crates/leadq/tests/tidy.rs`).

mod circles;
mod comments;
mod lists;
mod names;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::command::{self, cargo};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const MEDIAN_FILE_LINES_MAX: usize = 150;
const DIRECT_DEPENDENCIES_MAX: usize = 95;
const CRATES_MAX: usize = 700;
/// The number of largest files to list.
const LARGEST_SHOWN: usize = 10;

/// The maximum number of cycles between files of a crate, in the whole workspace.
const CIRCLES_MAX: usize = 2;
/// The maximum share of ambiguous `pub(crate)` type names, in percent.
const AMBIGUOUS_PERCENT_MAX: usize = 5;
/// The maximum number of ambiguous names to list.
const AMBIGUOUS_SHOWN: usize = 20;

/// A source file and its length.
struct Source {
    path: String,
    text: String,
    lines: usize,
    longest: Option<Function>,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let (lines, longest) = (text.lines().count(), longest(&text));
        Self { path, text, lines, longest }
    }

    /// Returns whether it is part of the build for a user.
    fn is_shipped(&self) -> bool {
        self.path.starts_with("crates/")
            && self.path.contains("/src/")
            && !self.path.contains("/tests/")
            && !self.path.ends_with("/tests.rs")
    }

    /// Returns its text without the tests at its end.
    fn shipped(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }
}

/// A function and its length.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Prints every budget; fails when a file cannot be read or a rule is broken.
pub(crate) fn run() -> Result<()> {
    let mut sources = Vec::new();
    for folder in ["crates", "fuzz", "xtask"] {
        collect(&crate::root().join(folder), &mut sources)?;
    }
    sources.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.path.cmp(&b.path)));

    let total: usize = sources.iter().map(|source| source.lines).sum();
    println!("{} files, {total} lines; the largest:", sources.len());
    for source in sources.iter().take(LARGEST_SHOWN) {
        println!("  {:>5}  {}", source.lines, source.path);
    }
    let median = sources.get(sources.len() / 2).map_or(0, |source| source.lines);
    budget("lines of the median file", median, MEDIAN_FILE_LINES_MAX);
    let largest = sources.first().map_or(0, |source| source.lines);
    budget("lines of the largest file", largest, FILE_LINES_MAX);
    for source in sources.iter().filter(|source| source.lines > FILE_LINES_MAX) {
        println!("        {}: {} lines", source.path, source.lines);
    }
    let functions = || sources.iter().filter_map(|source| Some((source, source.longest.as_ref()?)));
    let longest = functions().map(|(_, function)| function.lines).max().unwrap_or(0);
    budget("lines of the longest function", longest, FUNCTION_LINES_MAX);
    for (source, function) in functions().filter(|(_, long)| long.lines > FUNCTION_LINES_MAX) {
        println!("        {}:{} {}: {}", source.path, function.line, function.name, function.lines);
    }

    let manifest = fs::read_to_string(crate::root().join("Cargo.toml"))?;
    budget("direct dependencies", direct_dependencies(&manifest), DIRECT_DEPENDENCIES_MAX);
    let args = ["tree", "--package", "leadq", "--edges", "normal", "--prefix", "none"];
    let tree = command::output(cargo(args).args(["--format", "{p}"]))?;
    let crates: BTreeSet<&str> = tree.lines().filter(|line| !line.is_empty()).collect();
    budget("crates in the default build", crates.len(), CRATES_MAX);
    shape(&sources)
}

/// Prints the report on names, comments and cycles.
fn shape(sources: &[Source]) -> Result<()> {
    println!("in 10,000 words of comments:");
    for line in comments::advice(sources) {
        println!("        {line}");
    }
    let circles = circles::circles(sources);
    budget("circles between files of a crate", circles.len(), CIRCLES_MAX);
    for (name, files) in &circles {
        println!("        {name}: {}", files.join(", "));
    }
    let (ambiguous, all, repeated) = names::ambiguous(sources);
    let percent = (ambiguous * 100).div_ceil(all.max(1));
    budget("percent of pub(crate) types named like another", percent, AMBIGUOUS_PERCENT_MAX);
    let shown = repeated.len().min(AMBIGUOUS_SHOWN);
    println!("        {ambiguous} of {all}: {}", repeated[..shown].join(", "));
    let repeated_names = names::repeated(sources);
    for line in &repeated_names {
        println!("WRONG   two public types of one name: {line}");
    }
    let mut missing = 0;
    for document in lists::DOCUMENTS {
        let text = fs::read_to_string(crate::root().join(document))?;
        for path in lists::missing(&text, &crate::root()) {
            println!("WRONG   {document} names what is not there: {path}");
            missing += 1;
        }
    }
    match (repeated_names.len(), missing) {
        (0, 0) => Ok(()),
        (repeated, missing) => Err(format!(
            "{repeated} names of public types stand more than once, {missing} files are not there"
        )
        .into()),
    }
}

fn budget(label: &str, value: usize, max: usize) {
    let verdict = if value > max { "BREACH" } else { "within" };
    println!("{verdict}  {label}: {value} of {max}");
}

/// Reads every Rust file below `folder`, except build output.
fn collect(folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let path = path.strip_prefix(crate::root()).unwrap_or(&path).display().to_string();
            sources.push(Source::new(path, text));
        }
    }
    Ok(())
}

/// Finds the longest function. rustfmt puts the closing brace of a function at the indentation of
/// its first word, so indentation marks its end.
fn longest(text: &str) -> Option<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let mut longest: Option<Function> = None;
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let end_line = format!("{}}}", " ".repeat(line.len() - line.trim_start().len()));
        let Some(length) = lines[start..].iter().position(|line| *line == end_line) else {
            continue;
        };
        if longest.as_ref().is_none_or(|longest| longest.lines <= length) {
            longest = Some(Function { name, line: start + 1, lines: length + 1 });
        }
    }
    longest
}

/// Parses the name of the function that starts on a line, unless it also ends there.
fn function_name(line: &str) -> Option<String> {
    let mut tokens = line.trim_start().split_inclusive(' ');
    let rest = loop {
        match tokens.next()?.trim_end() {
            "fn" => break tokens.next()?,
            "const" | "async" | "extern" | "\"C\"" => {}
            token if token.starts_with("pub") || token.ends_with("crate)") => {}
            _ => return None,
        }
    };
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let one_line = line.ends_with('}') || line.ends_with(';');
    (!name.is_empty() && !one_line).then_some(name)
}

/// Counts the entries of `[workspace.dependencies]` that are not crates of the workspace.
fn direct_dependencies(manifest: &str) -> usize {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| line.contains('=') && !line.starts_with('#') && !line.contains("path ="))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_by_indentation() {
        let text = "impl X {\n    pub(crate) async fn long(\n        &self,\n    ) {\n        if a {\n        }\n    }\n\n    fn short() {\n    }\n    fn one() {}\n}\n";
        let function = longest(text).unwrap();
        assert_eq!(function, Function { name: "long".into(), line: 2, lines: 6 });
        assert_eq!(longest("let x = 1;\n"), None);
    }

    #[test]
    fn our_own_rooms_are_not_dependencies() {
        let manifest = "[workspace]\na = 1\n[workspace.dependencies]\n# ours\nmodel = { path = \"x\" }\n\nserde = \"1\"\ntoml = { version = \"1\" }\n[profile.dev]\nb = 2\n";
        assert_eq!(direct_dependencies(manifest), 2);
    }
}

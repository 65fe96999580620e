//! The documents of the repository as tests read them: commands with the lines shown below them,
//! files, links and headings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::program::root;

/// Folders without documents. The Markdown files in `fixtures` are results of reading pages.
const SKIPPED: [&str; 5] = [".git", "data", "fixtures", "node_modules", "target"];
/// The start of a comment with commands that are run, but not shown to readers.
const HIDDEN: &str = "<!-- console\n";

/// A command with the lines shown below it.
pub(crate) struct Shown {
    pub(crate) command: String,
    pub(crate) lines: Vec<String>,
}

/// A step of a document.
pub(crate) enum Step {
    /// A file with its name and content: a code block whose language is followed by a name.
    File(String, String),
    /// A command: in a code block of the language `console`, a line that begins with `$ `.
    Command(Shown),
}

/// A Markdown file.
#[derive(Default)]
pub(crate) struct Document {
    /// The path, relative to the workspace.
    pub(crate) path: PathBuf,
    pub(crate) steps: Vec<Step>,
    /// The targets of links and pictures, as written.
    pub(crate) links: Vec<String>,
    /// The anchors of the headings.
    pub(crate) anchors: BTreeSet<String>,
}

impl Document {
    /// Returns the content of the file with this name.
    pub(crate) fn file(&self, name: &str) -> &str {
        let named = |step: &Step| matches!(step, Step::File(own, _) if own == name);
        match self.steps.iter().find(|step| named(step)) {
            Some(Step::File(_, content)) => content,
            _ => panic!("{} shows no file {name}", self.path.display()),
        }
    }
}

/// Reads every document of the repository.
pub(crate) fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    read_folder(&root(), &mut documents);
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    documents
}

/// Reads the document at a path relative to the workspace.
pub(crate) fn document(path: &str) -> Document {
    parsed(path.into(), &fs::read_to_string(root().join(path)).unwrap())
}

fn read_folder(folder: &Path, documents: &mut Vec<Document>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                read_folder(&path, documents);
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            documents.push(document(path.strip_prefix(root()).unwrap().to_str().unwrap()));
        }
    }
}

fn parsed(path: PathBuf, text: &str) -> Document {
    let mut document = Document { path, ..Document::default() };
    // The language of the current code block, and the text of the current block.
    let (mut language, mut block) = (String::new(), String::new());
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                block.clear();
            }
            Event::Start(Tag::HtmlBlock | Tag::Heading { .. }) => block.clear(),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                document.links.push(dest_url.into_string());
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) => block.push_str(&text),
            Event::End(TagEnd::CodeBlock) => match language.split_once(' ') {
                Some((_, name)) => {
                    document.steps.push(Step::File(name.to_owned(), block.clone()));
                }
                None if language == "console" => document.steps.extend(commands(&block)),
                None => {}
            },
            Event::End(TagEnd::HtmlBlock) => {
                let hidden = block.strip_prefix(HIDDEN).and_then(|rest| rest.split("-->").next());
                document.steps.extend(hidden.into_iter().flat_map(commands));
            }
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor(&block, &document.anchors);
                document.anchors.insert(anchor);
            }
            _ => {}
        }
    }
    document
}

/// Reads the commands of a block, each with the lines below it. A command whose line ends with `\`
/// goes on in the next line.
fn commands(block: &str) -> Vec<Step> {
    let mut shown: Vec<Shown> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), shown.last_mut()) {
            (Some(command), _) => {
                shown.push(Shown { command: command.to_owned(), lines: Vec::new() });
            }
            (None, Some(last)) if last.lines.is_empty() && last.command.ends_with('\\') => {
                last.command = format!("{}\n{line}", last.command);
            }
            (None, Some(last)) => last.lines.push(line.to_owned()),
            (None, None) => panic!("a block begins with output: {line}"),
        }
    }
    shown.into_iter().map(Step::Command).collect()
}

/// Returns the anchor that a heading has where Markdown is usually published: in lower case, with
/// dashes for spaces, without punctuation, and with a number if it occurs before.
fn anchor(heading: &str, before: &BTreeSet<String>) -> String {
    let lower = heading.trim().to_lowercase();
    let letters = lower.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    let anchor: String = letters.map(|c| if c == ' ' { '-' } else { c }).collect();
    let numbered = (1..).map(|number| format!("{anchor}-{number}"));
    std::iter::once(anchor.clone()).chain(numbered).find(|one| !before.contains(one)).unwrap()
}

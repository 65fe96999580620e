//! The documents are a test: every command in their console blocks is run and must print the lines
//! shown, in their order. `…` matches any text.
//!
//! The commands of a document run in a folder of their own, in which the files that it shows are
//! written. `leadq up` goes on running until the end of the document; its address takes the place
//! of the usual one. A command may fail if the lines below it show an error.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;

use crate::markdown::{Document, Shown, Step, documents};
use crate::program::{Leadq, Printed, address_in, await_up, root, start_up, stop};
use crate::skipped;

/// The address that `leadq up` listens on, as documents show it.
const USUAL_ADDRESS: &str = "127.0.0.1:8080";
/// Programs that may be missing where the tests run.
const OPTIONAL_PROGRAMS: [&str; 1] = ["curl"];

/// A reader who follows a document.
struct Reader {
    leadq: Leadq,
    /// The running `leadq up`, with its address.
    up: Option<(Child, String)>,
}

impl Reader {
    fn new() -> Self {
        let leadq = Leadq::new();
        symlink(root().join("fixtures"), leadq.folder.path().join("fixtures")).unwrap();
        Self { leadq, up: None }
    }

    /// Replaces the usual address in a text.
    fn here(&self, text: &str) -> String {
        match &self.up {
            Some((_, address)) => text.replace(USUAL_ADDRESS, address),
            None => text.to_owned(),
        }
    }

    fn run(&mut self, command: &str) -> Printed {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["leadq", options @ .., "up"] if self.up.is_none() => self.start(options),
            _ => self.leadq.sh_in_folder(&self.here(command)),
        }
    }

    /// Starts `leadq up` at a free address.
    fn start(&mut self, options: &[&str]) -> Printed {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadq"));
        command.args(options).env_remove("LEADQ_DATA_DIR");
        let mut child = start_up(command.current_dir(self.leadq.folder.path()));
        let out = await_up(&mut child);
        self.up = Some((child, address_in(&out).to_owned()));
        Printed { code: 0, out, err: String::new() }
    }

    /// Runs a command, and checks what it prints.
    fn follow(&mut self, document: &Document, shown: &Shown) {
        let place = document.path.display();
        let Shown { command, lines } = shown;
        let program = command.split_whitespace().next().unwrap_or_default();
        let is_there =
            |program| self.leadq.sh_in_folder(&format!("command -v {program}")).code == 0;
        if OPTIONAL_PROGRAMS.contains(&program) && !is_there(program) {
            return skipped(&format!("{place}: {command}"), &format!("no {program}"));
        }
        let Printed { code, out, err } = self.run(command);
        let may_fail = lines.iter().any(|line| is_error(line));
        assert_eq!(code != 0, may_fail, "{place}: `{command}` ends with {code}:\n{out}{err}");
        let printed = out + &err;
        let mut rest = printed.lines();
        for line in lines {
            let line = self.here(line);
            assert!(
                rest.any(|printed| is_shown(printed, &line)),
                "{place}: `{command}` does not print, where it should:\n{line}\nit prints:\n{printed}"
            );
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.up {
            if thread::panicking() {
                let _ = child.kill();
            } else {
                stop(child);
            }
        }
    }
}

/// Returns whether a line shows that its command fails.
fn is_error(line: &str) -> bool {
    ["leadq: ", "error: ", "FAIL "].iter().any(|start| line.starts_with(start))
}

/// Returns whether a printed line matches the line shown.
fn is_shown(printed: &str, shown: &str) -> bool {
    let mut rest = printed.trim_end();
    let parts: Vec<&str> = shown.trim_end().split('…').collect();
    let last = parts.len() - 1;
    for (index, part) in parts.iter().enumerate() {
        let part = if last > 0 { part.trim() } else { part };
        let remaining = match index {
            0 if last > 0 => rest.trim_start().strip_prefix(part),
            0 => rest.strip_prefix(part).filter(|rest| rest.is_empty()),
            index if index == last && !part.is_empty() => rest.ends_with(part).then_some(""),
            _ => rest.find(part).and_then(|remaining| rest.get(remaining + part.len()..)),
        };
        match remaining {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

fn follow(document: &Document) {
    let mut reader = Reader::new();
    for step in &document.steps {
        match step {
            Step::File(name, content) => {
                fs::write(reader.leadq.folder.path().join(name), content).unwrap();
            }
            Step::Command(shown) => reader.follow(document, shown),
        }
    }
}

#[test]
fn commands_print_what_the_documents_show() {
    let documents = documents();
    let commands = |document: &Document| {
        document.steps.iter().filter(|step| matches!(step, Step::Command(_))).count()
    };
    let tour = documents.iter().find(|document| document.path == Path::new("README.md"));
    assert!(tour.is_some_and(|tour| commands(tour) > 10), "the README has a tour");
    thread::scope(|scope| {
        let with_commands = documents.iter().filter(|document| commands(document) > 0);
        let runs: Vec<_> = with_commands.map(|one| scope.spawn(move || follow(one))).collect();
        let failed = runs.into_iter().filter_map(|run| run.join().err()).count();
        assert_eq!(failed, 0, "documents that show something else, see above");
    });
}

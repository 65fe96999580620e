//! The README's tour is a test: every command in its console blocks is run and must print the lines
//! shown, in their order. `…` matches any text.

use crate::program::{Leadq, root};

/// A command of the README with the lines shown below it.
struct Shown {
    command: String,
    lines: Vec<String>,
}

fn shown_in(readme: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut is_inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if is_inside {
            match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => {
                    shown.push(Shown { command: command.to_owned(), lines: Vec::new() });
                }
                (None, Some(last)) => last.lines.push(line.to_owned()),
                (None, None) => panic!("a block begins with output: {line}"),
            }
        }
    }
    shown
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

#[test]
fn the_tour_prints_what_the_readme_shows() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let shown = shown_in(&readme);
    assert!(shown.len() > 10, "the README has a tour");
    let leadq = Leadq::new();
    for Shown { command, lines } in shown {
        let printed = leadq.sh(&command, "");
        assert_eq!(printed.code, 0, "{command}: {printed:?}");
        let mut out = printed.out.lines();
        for line in lines {
            assert!(
                out.any(|printed| is_shown(printed, &line)),
                "`{command}` does not print, where it should:\n{line}\nit prints:\n{}",
                printed.out
            );
        }
    }
}

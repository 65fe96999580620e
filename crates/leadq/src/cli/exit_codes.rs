//! The exit codes of every command, which its help lists.

use clap::Command;

/// What every command has in common.
const GENERAL: ExitCodes = ExitCodes {
    command: "",
    done: "done; also if the reader of a pipe has read enough",
    failed: "it could not be done, was refused, or found a problem; the message says why",
    misunderstood: MISUNDERSTOOD,
};
const MISUNDERSTOOD: &str = "the command line, the settings or an input file is not valid";

/// The meaning of the exit codes of a command.
struct ExitCodes {
    /// The words behind `leadq`.
    command: &'static str,
    done: &'static str,
    failed: &'static str,
    misunderstood: &'static str,
}

/// The commands whose exit codes answer a question.
const OWN: [ExitCodes; 10] = [
    own("doctor", "no check failed; there may be warnings", "a check failed"),
    own(
        "ingest",
        "at least one record was accepted or known already, or there was none",
        "every record was rejected, or a file could not be read",
    ),
    own("lead", GENERAL.done, "no company is known by that domain, name or id"),
    own("why", GENERAL.done, "no company is known by that domain, name or id"),
    own("feedback", GENERAL.done, "there is no such company or signal, or nothing to take back"),
    own("signals test", "every example passed", "an example did not pass"),
    own("token add", GENERAL.done, "the name is, or was, taken"),
    own("token revoke", GENERAL.done, "there is no active token of that name"),
    own(
        "verify",
        "every quote is in its stored page, and nothing is damaged",
        "a quote is broken, a page is missing, or something stored is damaged",
    ),
    own("joins undo", GENERAL.done, "no such join is in force"),
];

/// The commands that run until they are stopped.
const LASTING: [&str; 5] = ["up", "serve", "work", "crawl", "demo"];

const fn own(command: &'static str, done: &'static str, failed: &'static str) -> ExitCodes {
    ExitCodes { command, done, failed, misunderstood: MISUNDERSTOOD }
}

/// Adds the exit codes to the help of a command and of its subcommands.
pub(super) fn described(command: Command) -> Command {
    described_as(command, "")
}

fn described_as(command: Command, name: &str) -> Command {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let command = command.after_help(with_headings(&format!("{examples}\n\n{}", text(name))));
    command.mut_subcommands(|subcommand| {
        let name = format!("{name} {}", subcommand.get_name());
        described_as(subcommand, name.trim_start())
    })
}

fn text(command: &str) -> String {
    let codes = OWN.iter().find(|codes| codes.command == command).unwrap_or(&GENERAL);
    let (mut done, mut misunderstood) = (codes.done, codes.misunderstood);
    if LASTING.contains(&command) {
        done = "it was stopped by Ctrl-C or SIGTERM, or has come to its end";
    }
    if matches!(command, "init" | "reread") {
        misunderstood = "as above, or --yes is needed because nobody can be asked";
    }
    let misunderstood = misunderstood.replace("as above", MISUNDERSTOOD);
    format!("Exit codes:\n  0  {done}\n  1  {}\n  2  {misunderstood}", codes.failed)
}

/// Gives the headings of a text, its lines that end with a colon, the style of headings in help.
fn with_headings(text: &str) -> clap::builder::StyledStr {
    let style = super::colour::HELP;
    let header = style.get_header();
    let lines = text.lines().map(|line| match line.ends_with(':') && !line.starts_with(' ') {
        true => format!("{header}{line}{header:#}"),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_examples_and_exit_codes() {
        fn check(command: &Command, name: &str) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for part in ["Examples", ":\n  leadq", "\n\nExit codes:\n  0  ", "\n  1  ", "\n  2  "] {
                assert!(help.contains(part), "{name}: {part}: {help}");
            }
            for subcommand in command.get_subcommands() {
                check(subcommand, &format!("{name} {}", subcommand.get_name()));
            }
        }
        let leadq = crate::cli::Cli::describe();
        check(&leadq, "leadq");
        for codes in &OWN {
            let mut found = &leadq;
            for word in codes.command.split(' ') {
                found = found.find_subcommand(word).unwrap_or_else(|| panic!("{}", codes.command));
            }
        }
    }
}

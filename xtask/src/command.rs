//! Runs other programs, mainly cargo.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Result;

thread_local! {
    /// The file for the output of this thread's programs; `None` for the terminal.
    static CAPTURE: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// Builds a command for the cargo that started xtask, run in the workspace.
pub(crate) fn cargo<Arg: AsRef<OsStr>>(args: impl IntoIterator<Item = Arg>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(crate::root()).args(args);
    command
}

/// Runs a program to its end and shows its output; fails unless the program succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    if let Some(file) = capture() {
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    }
    let status = command.status().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ({status})", command_line(command)).into())
    }
}

/// Runs a program to its end and returns its output; fails unless the program succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    match capture() {
        Some(file) => command.stderr(file),
        None => command.stderr(Stdio::inherit()),
    };
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{} ({})", command_line(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Checks whether a program starts and succeeds, without output.
pub(crate) fn works(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Prints a line to the same place as the programs of this thread.
pub(crate) fn say(line: &str) {
    match capture() {
        // A write error must not stop a test.
        Some(mut file) => drop(writeln!(file, "{line}")),
        None => println!("{line}"),
    }
}

/// Runs `work` on this thread and returns the output of its programs with the result, because the
/// output of several concurrent threads on one terminal is unreadable.
pub(crate) fn captured<T>(work: impl FnOnce() -> Result<T>) -> (Result<T>, String) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = crate::target().join(format!("xtask-output-{}-{number}.txt", std::process::id()));
    let file = fs::create_dir_all(crate::target())
        .and_then(|()| File::options().create(true).append(true).open(&path));
    match file {
        Ok(file) => {
            let outer = CAPTURE.replace(Some(file));
            let outcome = work();
            CAPTURE.set(outer);
            let text = fs::read(&path).unwrap_or_default();
            // A remaining file is not a failure.
            drop(fs::remove_file(&path));
            (outcome, String::from_utf8_lossy(&text).into_owned())
        }
        Err(error) => (Err(format!("{}: {error}", path.display()).into()), String::new()),
    }
}

/// Returns the file set by `captured` on this thread.
fn capture() -> Option<File> {
    CAPTURE.with_borrow(|file| file.as_ref().and_then(|file| file.try_clone().ok()))
}

/// Formats the command as typed in a shell.
fn command_line(command: &Command) -> String {
    let args = std::iter::once(command.get_program()).chain(command.get_args());
    args.map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_output_in_order() {
        let (outcome, text) = captured(|| {
            let (_, inner) = captured(|| run(Command::new("echo").arg("inner")));
            assert_eq!(inner, "inner\n");
            say("before");
            run(Command::new("sh").args(["-c", "echo out; echo err >&2"]))?;
            say("after");
            run(Command::new("sh").args(["-c", "exit 3"]))
        });
        assert_eq!(text, "before\nout\nerr\nafter\n");
        assert!(outcome.unwrap_err().to_string().contains("exit status: 3"));
        assert!(capture().is_none());
    }
}

//! Output formats: tables, bars, JSON, progress. Nothing here depends on the meaning of an answer.

mod progress;
mod table;

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;
use store::EngineError;

pub(crate) use answer::{clipped, number};
pub(crate) use progress::ProgressDisplay;
pub(crate) use table::{bar, columns, facts, table, wrapped};

/// Writes an answer to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a message to standard error. A write error is ignored, because messages are optional.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Returns whether an error only means that the reader closed our output.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Formats an error and its causes in one line, without the internal errors of an engine.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let causes = error.chain().take_while(|cause| !cause.is::<EngineError>());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Returns whether standard error supports colours.
pub(crate) fn is_colourful() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Formats an answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(answer)?)
}

/// Formats a number with its noun: "1 page", "3 pages".
pub(crate) fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count as u64))
}

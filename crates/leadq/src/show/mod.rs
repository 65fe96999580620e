//! Output formats: tables, bars, JSON, progress. Nothing here depends on the meaning of an answer.
//!
//! Invariant: whatever reaches the terminal is escaped here. [`print`] and [`warn`] keep line breaks,
//! so text from outside goes into a line as [`line`], and into a table as a [`CellText`].

mod address;
mod escape;
mod listing;
mod progress;
mod screen;
mod style;
mod table;
mod wrap;

use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use store::EngineError;

pub(crate) use address::{address, host};
pub(crate) use answer::{clipped, number};
pub(crate) use escape::{json as escaped_json, toml as escaped_toml};
pub(crate) use listing::{Column, ListFormat, ListValue, Listing, Place, column, formatted};
pub(crate) use progress::ProgressDisplay;
pub(crate) use screen::{at_width, width};
pub(crate) use style::{Tone, toned};
pub(crate) use table::{CellText, bar, columns, facts, table};
pub(crate) use wrap::wrapped;

/// The beginnings of messages that have a tone.
const LABELS: [(&str, Tone); 5] = [
    ("leadq:", Tone::Bad),
    ("error:", Tone::Bad),
    ("WARNING:", Tone::Warning),
    ("left out:", Tone::Warning),
    ("hint:", Tone::Heading),
];

/// Writes an answer to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(style::painted(text, is_coloured(&out)).as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a message to standard error. A write error is ignored, because messages are optional.
pub(crate) fn warn(message: &str) {
    let mut err = io::stderr().lock();
    let label = LABELS.into_iter().find(|(label, _)| message.starts_with(label));
    let (label, tone) = label.filter(|_| is_coloured(&err)).unwrap_or(("", Tone::Heading));
    let rest = escape::lines(message.get(label.len()..).unwrap_or_default());
    let label = style::painted(&toned(tone, label), !label.is_empty());
    let _ = writeln!(err, "{label}{rest}");
}

/// Returns whether a stream gets colours: as `--color` says, or if it is a terminal that has some, and
/// neither NO_COLOR nor CLICOLOR=0 forbids them.
fn is_coloured<S: anstream::stream::RawStream>(stream: &S) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
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

/// Formats a heading, which may contain text from outside, in as many lines as it needs.
pub(crate) fn heading(text: &str) -> String {
    let lines = wrapped(text, "");
    lines.lines().map(|line| toned(Tone::Heading, line) + "\n").collect()
}

/// Formats text from outside as part of a line.
pub(crate) fn line(text: &str) -> String {
    escape::line(text).into_owned()
}

/// Indents every line but the first, so that none can pass for a message of its own.
pub(crate) fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n  ")
}

/// Formats the path of a file as part of a line.
pub(crate) fn path(path: &Path) -> String {
    line(&path.to_string_lossy())
}

/// Formats an answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> anyhow::Result<String> {
    Ok(escape::json(&serde_json::to_string_pretty(answer)?).into_owned())
}

/// Formats a number with its noun: "1 page", "3 pages".
pub(crate) fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count as u64))
}

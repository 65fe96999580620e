//! How answers look: tables, bars, JSON, progress. Nothing here knows what they mean.

mod progress;
mod table;

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

pub(crate) use progress::Progress;
pub(crate) use table::{bar, columns, facts, table, wrapped};

/// Writes an answer to the standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Says something beside the answer. Where nobody listens, nothing is lost.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Whether an error only says that the reader of our output has gone.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Whether colours are welcome on the standard error.
pub(crate) fn is_colourful() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|word| word.is_empty())
}

/// An answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(answer)?)
}

/// A number with thousands set apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "1 page", "3 pages".
pub(crate) fn count(many: usize, one: &str) -> String {
    let plural = if many == 1 { "" } else { "s" };
    format!("{} {one}{plural}", number(many as u64))
}

/// The first words of a text, at most so many characters.
pub(crate) fn clipped(text: &str, chars_max: usize) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= chars_max {
        return one_line;
    }
    let kept: String = one_line.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

//! Logging to standard error, and the messages of panics.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::io::{self, Write};
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;
use crate::show;

/// The default filter: warnings, except those of sqlx, which only report that the machine is busy.
const DEFAULT_FILTER: &str = "warn,sqlx=error";

/// Standard error for logs, escaped because an event may contain text from outside. It is written
/// to once per event, and every event becomes one line.
struct EventLines(LogFormat);

impl Write for EventLines {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let line = match self.0 {
            LogFormat::Text => Cow::Owned(show::line(text)),
            LogFormat::Json => show::escaped_json(text),
        };
        writeln!(io::stderr().lock(), "{line}")?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts logging with the filter in `RUST_LOG`, or with the default filter. Logs have no colours,
/// because a colour begins with the character by which text from outside would command the terminal.
pub(crate) fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    let logs = logs.with_writer(move || EventLines(format));
    match format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
    std::panic::set_hook(Box::new(report_panic));
}

/// Prints a panic as Rust does, escaped because its message may contain text from outside.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("unnamed");
    show::warn(&show::indented(&format!("thread {name} {panic}")));
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        show::warn(&backtrace.to_string());
    }
}

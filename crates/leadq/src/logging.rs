//! Logs: what the program says about itself, on the standard error.

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// Warnings; but that a busy machine is busy is nothing a user has to know.
const USUAL: &str = "warn,sqlx=error";

/// Starts logging at the level `RUST_LOG` gives, or the usual one.
pub(crate) fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => logs.with_ansi(crate::show::is_colourful()).init(),
        LogFormat::Json => logs.json().init(),
    }
}

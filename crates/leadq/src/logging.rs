//! Logging to standard error.

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// The default filter: warnings, except those of sqlx, which only report that the machine is busy.
const DEFAULT_FILTER: &str = "warn,sqlx=error";

/// Starts logging with the filter in `RUST_LOG`, or with the default filter.
pub(crate) fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => logs.with_ansi(crate::show::is_colourful()).init(),
        LogFormat::Json => logs.json().init(),
    }
}

//! Progress of long operations, shown on standard error if it is a terminal.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const STEADY: Duration = Duration::from_millis(200);

/// A progress bar, hidden without a terminal.
pub(crate) struct ProgressDisplay(ProgressBar);

impl ProgressDisplay {
    /// Creates a bar that counts bytes.
    pub(crate) fn of_bytes(total: u64, quiet: bool) -> Self {
        let bar = Self::start(Some(total), quiet);
        bar.set_style(style("{msg:30!} {bar:30} {bytes}/{total_bytes} {elapsed}"));
        Self(bar)
    }

    /// Creates a bar that counts items.
    pub(crate) fn of_things(total: usize, quiet: bool) -> Self {
        let bar = Self::start(Some(total as u64), quiet);
        bar.set_style(style("{msg:30!} {bar:30} {pos}/{len} {elapsed}"));
        Self(bar)
    }

    fn start(total: Option<u64>, quiet: bool) -> ProgressBar {
        if quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        bar.enable_steady_tick(STEADY);
        bar
    }

    /// Sets the position and the message.
    pub(crate) fn at(&self, position: u64, message: impl Into<String>) {
        self.0.set_position(position);
        self.0.set_message(super::line(&message.into()));
    }

    /// Switches from intake, which is complete, to the countdown of waiting records.
    pub(crate) fn waiting_begins(&self) {
        self.0.set_style(style("{spinner} {msg} {elapsed}"));
    }

    /// Sets the number of waiting records.
    pub(crate) fn waiting(&self, records: u64) {
        self.0.set_message(format!("{} records waiting", super::number(records)));
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // An invalid template falls back to the default bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

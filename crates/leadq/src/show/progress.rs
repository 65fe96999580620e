//! Progress of long work, on the standard error, for whoever watches a terminal.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const STEADY: Duration = Duration::from_millis(200);

/// A bar, or nothing where nobody watches.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar over so many bytes.
    pub(crate) fn of_bytes(total: u64, quiet: bool) -> Self {
        let bar = Self::start(Some(total), quiet);
        bar.set_style(style("{msg:30!} {bar:30} {bytes}/{total_bytes} {elapsed}"));
        Self(bar)
    }

    /// A count of things done.
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

    /// So far, with a word about it.
    pub(crate) fn at(&self, position: u64, words: String) {
        self.0.set_position(position);
        self.0.set_message(words);
    }

    /// Everything is taken in; what waits is counted down from here.
    pub(crate) fn waiting_begins(&self) {
        self.0.set_style(style("{spinner} {msg} {elapsed}"));
    }

    /// So many records wait.
    pub(crate) fn waiting(&self, records: u64) {
        self.0.set_message(format!("{} records on their way", super::number(records)));
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template that does not parse is shown as the usual bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

//! The activity of a running engine: its commits, and the stages that have stopped permanently.

use std::time::Duration;

use tokio::sync::watch;

use crate::metric;

/// The activity of an engine, published to the metrics and to receivers.
pub struct Activity {
    commits: watch::Sender<u64>,
    stopped: watch::Sender<Vec<String>>,
}

impl Default for Activity {
    fn default() -> Self {
        Self { commits: watch::Sender::new(0), stopped: watch::Sender::default() }
    }
}

impl Activity {
    /// Returns a receiver that changes with every commit of a stage.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// Returns a receiver of the causes for which stages have stopped permanently. An operator must
    /// fix the cause and restart the engine.
    pub fn stopped(&self) -> watch::Receiver<Vec<String>> {
        self.stopped.subscribe()
    }

    pub(crate) fn committed(&self, stage: &'static str, records: usize, took: Duration) {
        metrics::counter!(metric::STAGE_RECORDS, "stage" => stage).increment(records as u64);
        metrics::histogram!(metric::STAGE_COMMIT, "stage" => stage).record(took);
        self.commits.send_modify(|commits| *commits = commits.wrapping_add(1));
    }

    pub(crate) fn has_stopped(&self, cause: String) {
        self.stopped.send_modify(|stopped| stopped.push(cause));
    }

    pub(crate) fn failed(&self, stage: &'static str) {
        metrics::counter!(metric::STAGE_FAILURES, "stage" => stage).increment(1);
    }

    pub(crate) fn gave_up(&self, stage: &'static str) {
        metrics::counter!(metric::STAGE_DEAD, "stage" => stage).increment(1);
    }
}

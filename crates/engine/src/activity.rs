//! The activity of a running engine: its commits, the stages that have stopped permanently, and the
//! producers whose records wait for the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::StoreError;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::metric;

/// The activity of an engine, published to the metrics and to receivers.
pub struct Activity {
    commits: watch::Sender<u64>,
    stopped: watch::Sender<Vec<String>>,
    /// The producers with records that are being appended or cannot be appended.
    appends: Mutex<BTreeMap<String, Append>>,
}

/// The append of a producer's oldest records.
struct Append {
    since: Instant,
    /// The last failure.
    error: Option<String>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            commits: watch::Sender::new(0),
            stopped: watch::Sender::default(),
            appends: Mutex::default(),
        }
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

    pub(crate) fn append_begun(&self, producer: &str) {
        let begun = || Append { since: Instant::now(), error: None };
        self.appends().entry(producer.to_owned()).or_insert_with(begun);
    }

    pub(crate) fn append_ended(&self, producer: &str) {
        self.appends().remove(producer);
    }

    pub(crate) fn append_failed(&self, producer: &str, error: &StoreError) {
        metrics::counter!(metric::RELAY_FAILURES, "producer" => producer.to_owned()).increment(1);
        if let Some(append) = self.appends().get_mut(producer) {
            append.error = Some(error.to_string());
        }
    }

    /// Forgets the producers for which `keep` is false, because others append their records.
    pub(crate) fn keep_appends(&self, keep: impl Fn(&str) -> bool) {
        self.appends().retain(|producer, _| keep(producer));
    }

    /// Lists the producers whose records have waited for the log for at least `minimum`, each with
    /// the cause.
    pub(crate) fn held_up(&self, minimum: Duration) -> Vec<String> {
        let appends = self.appends();
        let held_up = appends.iter().filter(|(_, append)| append.since.elapsed() >= minimum);
        held_up
            .map(|(producer, append)| {
                let cause = append.error.as_deref().unwrap_or("the log does not respond");
                format!("{producer} for {} s ({cause})", append.since.elapsed().as_secs())
            })
            .collect()
    }

    fn appends(&self) -> MutexGuard<'_, BTreeMap<String, Append>> {
        self.appends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Wakes the tasks that wait for rows which others add.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

/// Wakes the relay and the workers of jobs. A clone wakes the same tasks.
#[derive(Clone, Default)]
pub struct Notifier {
    outbox: Arc<Notify>,
    jobs: Arc<watch::Sender<()>>,
}

impl Notifier {
    /// Wakes the relay after records were put into the outbox.
    pub fn notify(&self) {
        self.outbox.notify_one();
    }

    /// Wakes the workers of every pool after jobs were added.
    pub(crate) fn notify_jobs(&self) {
        self.jobs.send_replace(());
    }

    /// Waits for records in the outbox, at most `most`. The limit covers records left by a process
    /// that was killed before it could notify.
    pub(crate) async fn outgoing(&self, most: Duration) {
        let _ = tokio::time::timeout(most, self.outbox.notified()).await;
    }

    /// Returns a receiver that changes whenever this process has added jobs.
    pub(crate) fn new_jobs(&self) -> watch::Receiver<()> {
        self.jobs.subscribe()
    }
}

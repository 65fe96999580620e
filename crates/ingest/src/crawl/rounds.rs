//! Runs the crawler's rounds: visits begin when hosts are due and end in any order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use store::Result;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use url::Url;

use super::{Crawler, IDLE};

/// The time that running visits have to finish after a stop.
const DRAIN: Duration = Duration::from_secs(20);
/// The time until the frontier is read again after an error.
const RETRY_WAIT: Duration = Duration::from_secs(1);

/// The running visits, and the times at which visited hosts may be visited again.
#[derive(Default)]
pub(super) struct Rounds {
    pub(super) visits: JoinSet<Result<Timestamp>>,
    ready: BTreeSet<Timestamp>,
}

impl Rounds {
    /// Processes the visits that have ended.
    pub(super) fn tell_of_ended(&mut self) {
        while let Some(result) = self.visits.try_join_next() {
            self.record_result(result);
        }
    }

    fn record_result(&mut self, result: std::result::Result<Result<Timestamp>, JoinError>) {
        match result {
            Ok(Ok(ready)) => {
                self.ready.insert(ready);
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "a visit could not be stored; retrying at its next time");
            }
            Err(error) if error.is_cancelled() => {}
            Err(error) => tracing::error!(%error, "a visit panicked; retrying at its next time"),
        }
    }

    /// Removes the hosts that are due by `now`, because they are about to be leased.
    pub(super) fn lease(&mut self, now: Timestamp) {
        self.ready = self.ready.split_off(&Timestamp(now.0.saturating_add(1)));
    }

    /// Computes the time until the next host is due, at most [`IDLE`].
    fn idle(&self, now: Timestamp) -> Duration {
        let Some(next) = self.ready.first() else { return IDLE };
        let micros = u64::try_from(next.0.saturating_sub(now.0)).unwrap_or(0);
        Duration::from_micros(micros).min(IDLE)
    }

    /// Waits for the running visits, at most [`DRAIN`].
    async fn drain(&mut self) {
        let drained = async {
            while let Some(result) = self.visits.join_next().await {
                self.record_result(result);
            }
        };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            // Cancelled visits already have their next time in the frontier.
            self.visits.shutdown().await;
        }
    }
}

impl Crawler {
    /// Runs until `stop` is set, then waits for the running visits.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut rounds = Rounds::default();
        if let Err(error) = self.restore_waits().await {
            tracing::warn!(%error, "the waiting times of hosts cannot be restored");
        }
        while !*stop.borrow() {
            let (count, idle_min) = match self.begin(&mut rounds).await {
                Ok(count) => (count, Duration::ZERO),
                Err(error) => {
                    tracing::warn!(%error, "the frontier cannot be read; retrying");
                    (0, RETRY_WAIT)
                }
            };
            if count == 0 {
                let idle = rounds.idle(self.clock.now()).max(idle_min);
                tokio::select! {
                    Some(result) = rounds.visits.join_next() => rounds.record_result(result),
                    () = tokio::time::sleep(idle) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        rounds.drain().await;
    }

    /// Restores the waiting times of hosts that a previous crawler visited, including redirects.
    async fn restore_waits(&self) -> Result<()> {
        let now = self.clock.now();
        let hosts =
            self.db.read(move |tx| Box::pin(async move { tx.resting_hosts(now).await })).await?;
        for (host, until) in hosts {
            if let Ok(url) = Url::parse(&format!("http://{host}/")) {
                self.door.let_rest(&url, until);
            }
        }
        Ok(())
    }

    /// Visits addresses until none is due. Returns the number of visits.
    ///
    /// # Errors
    /// Returns an error if the frontier cannot be read.
    pub async fn settle(self: &Arc<Self>) -> Result<usize> {
        let (mut rounds, mut count) = (Rounds::default(), 0);
        loop {
            count += self.begin(&mut rounds).await?;
            match rounds.visits.join_next().await {
                Some(result) => rounds.record_result(result),
                None => return Ok(count),
            }
        }
    }
}

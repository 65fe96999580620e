//! Vital signs of a process: its troubles and its metrics.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flow::{Context, EngineStatus, JourneyEngine, Trouble};
use tokio::time::Instant;

use crate::prometheus::Measures;

/// The time for which the result of a health check is reused.
const AGE: Duration = Duration::from_secs(5);
/// The pause between two health checks of a server.
const CHECK_PAUSE: Duration = Duration::from_secs(4);

/// The result of a health check.
#[derive(Clone)]
struct CheckResult {
    at: Instant,
    troubles: Vec<Trouble>,
}

/// The vital signs of this process.
pub(crate) struct ProcessMetrics {
    pub(crate) context: Arc<Context>,
    pub(crate) pulse: Arc<EngineStatus>,
    pub(crate) measures: Measures,
    /// Whether the network can reach it. If so, causes, which name machines, go to the log only.
    is_public: bool,
    last_check: Arc<Mutex<Option<CheckResult>>>,
    /// Locked while a check runs.
    checking: Arc<tokio::sync::Mutex<()>>,
}

impl ProcessMetrics {
    pub(crate) fn of(engine: &JourneyEngine, measures: Measures, is_loopback: bool) -> Self {
        let (context, pulse) = (Arc::clone(engine.context()), Arc::clone(engine.pulse()));
        let (is_public, last_check, checking) = (!is_loopback, Arc::default(), Arc::default());
        Self { context, pulse, measures, is_public, last_check, checking }
    }

    /// Repeats the health check, so that no request has to wait for one.
    pub(crate) async fn keep_checking(&self) -> Infallible {
        loop {
            self.check().await;
            tokio::time::sleep(CHECK_PAUSE).await;
        }
    }

    /// Returns the current troubles, at most a few seconds old. Only the first check is waited for.
    pub(crate) async fn troubles(&self) -> Vec<Trouble> {
        let last = last_check(&self.last_check).clone();
        match last {
            // The result of a check that is running is not waited for: a slow database must not
            // delay the response.
            Some(last) if last.at.elapsed() < AGE || self.checking.try_lock().is_err() => {
                last.troubles
            }
            _ => self.check().await,
        }
    }

    async fn check(&self) -> Vec<Trouble> {
        let checking = Arc::clone(&self.checking).lock_owned().await;
        let last = last_check(&self.last_check).clone();
        if let Some(last) = last.filter(|last| last.at.elapsed() < CHECK_PAUSE) {
            return last.troubles;
        }
        let (context, pulse) = (Arc::clone(&self.context), Arc::clone(&self.pulse));
        let result = Arc::clone(&self.last_check);
        // In a separate task, because a probe that disconnects must not cancel the check.
        let check = tokio::spawn(async move {
            let _checking = checking;
            let troubles = flow::troubles(&context, &pulse).await;
            for Trouble { part, cause, .. } in &troubles {
                tracing::warn!(part = part.as_str(), cause, "trouble");
            }
            let checked = CheckResult { at: Instant::now(), troubles: troubles.clone() };
            *last_check(&result) = Some(checked);
            troubles
        });
        check.await.unwrap_or_default()
    }

    /// Formats the troubles, one per line, and reports whether leadq works in spite of them.
    pub(crate) async fn in_words(&self) -> (String, bool) {
        let troubles = self.troubles().await;
        let lines = troubles.iter().map(|Trouble { part, cause, .. }| match self.is_public {
            true => part.as_str().to_owned(),
            false => format!("{}: {cause}", part.as_str()),
        });
        (lines.collect::<Vec<_>>().join("\n"), troubles.iter().all(|trouble| trouble.is_slow))
    }
}

fn last_check(result: &Mutex<Option<CheckResult>>) -> MutexGuard<'_, Option<CheckResult>> {
    result.lock().unwrap_or_else(PoisonError::into_inner)
}

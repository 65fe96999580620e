//! Vital signs of a process: its troubles and its metrics.

use std::sync::Arc;
use std::time::Duration;

use flow::{Context, EngineStatus, JourneyEngine, Trouble};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::prometheus::Measures;

/// The time for which the result of a health check is reused.
const AGE: Duration = Duration::from_secs(5);

/// The time of the last health check, and the troubles that it found.
type LastCheck = (Instant, Vec<Trouble>);

/// The vital signs of this process.
pub(crate) struct ProcessMetrics {
    pub(crate) context: Arc<Context>,
    pub(crate) pulse: Arc<EngineStatus>,
    pub(crate) measures: Measures,
    /// Whether the network can reach it. If so, causes, which name machines, go to the log only.
    is_public: bool,
    last_check: Arc<Mutex<Option<LastCheck>>>,
}

impl ProcessMetrics {
    pub(crate) fn of(engine: &JourneyEngine, measures: Measures, is_loopback: bool) -> Self {
        let (context, pulse) = (Arc::clone(engine.context()), Arc::clone(engine.pulse()));
        Self { context, pulse, measures, is_public: !is_loopback, last_check: Arc::default() }
    }

    /// Returns the current troubles, at most a few seconds old.
    pub(crate) async fn troubles(&self) -> Vec<Trouble> {
        let mut last_check = Arc::clone(&self.last_check).lock_owned().await;
        if let Some((at, troubles)) = last_check.as_ref()
            && at.elapsed() < AGE
        {
            return troubles.clone();
        }
        let (context, pulse) = (Arc::clone(&self.context), Arc::clone(&self.pulse));
        // In a separate task, because a probe that disconnects must not cancel the check.
        let check = tokio::spawn(async move {
            let troubles = flow::troubles(&context, &pulse).await;
            for Trouble { part, cause, .. } in &troubles {
                tracing::warn!(part = part.as_str(), cause, "trouble");
            }
            *last_check = Some((Instant::now(), troubles.clone()));
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

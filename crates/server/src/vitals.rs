//! Vital signs of a process: what keeps it from working, and its metrics.

use std::sync::Arc;
use std::time::Duration;

use flow::{Context, EngineStatus, JourneyEngine, Trouble};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::measure::Measures;

/// How long an answer of the engines is handed out before they are asked again.
const AGE: Duration = Duration::from_secs(5);

/// When the engines were asked, and what troubles they had.
type LastCheck = (Instant, Vec<Trouble>);

/// The vital signs of this process.
pub(crate) struct Vitals {
    pub(crate) context: Arc<Context>,
    pub(crate) pulse: Arc<EngineStatus>,
    pub(crate) measures: Measures,
    /// Whether anybody on the network may ask: then causes, which name machines, are for the log.
    is_public: bool,
    asked: Arc<Mutex<Option<LastCheck>>>,
}

impl Vitals {
    pub(crate) fn of(engine: &JourneyEngine, measures: Measures, is_loopback: bool) -> Self {
        let (context, pulse) = (Arc::clone(engine.context()), Arc::clone(engine.pulse()));
        Self { context, pulse, measures, is_public: !is_loopback, asked: Arc::default() }
    }

    /// What keeps leadq from working, as of a few seconds ago.
    pub(crate) async fn troubles(&self) -> Vec<Trouble> {
        let mut asked = Arc::clone(&self.asked).lock_owned().await;
        if let Some((at, troubles)) = asked.as_ref()
            && at.elapsed() < AGE
        {
            return troubles.clone();
        }
        let (context, pulse) = (Arc::clone(&self.context), Arc::clone(&self.pulse));
        // In a task of its own: a probe that does not wait for the answer must not undo the asking.
        let asking = tokio::spawn(async move {
            let troubles = flow::troubles(&context, &pulse).await;
            for Trouble { part, cause, .. } in &troubles {
                tracing::warn!(part = part.as_str(), cause, "trouble");
            }
            *asked = Some((Instant::now(), troubles.clone()));
            troubles
        });
        asking.await.unwrap_or_default()
    }

    /// The troubles in words, one a line, and whether leadq works all the same.
    pub(crate) async fn in_words(&self) -> (String, bool) {
        let troubles = self.troubles().await;
        let told = troubles.iter().map(|Trouble { part, cause, .. }| match self.is_public {
            true => part.as_str().to_owned(),
            false => format!("{}: {cause}", part.as_str()),
        });
        (told.collect::<Vec<_>>().join("\n"), troubles.iter().all(|trouble| trouble.is_slow))
    }
}

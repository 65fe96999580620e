//! The number of waiting records, measured at most once a second, so that intake can check it for
//! every part of an input.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::Result;
use tokio::time::Instant;

use crate::context::Context;
use crate::journey_status;

/// The time for which a measurement is reused.
const AGE_MAX: Duration = Duration::from_secs(1);
/// The timeout of the log.
const LOG_WAIT: Duration = Duration::from_secs(1);

/// The newest measurement, with the records that this process has taken in since.
#[derive(Default)]
pub(crate) struct BacklogGauge {
    newest: Mutex<Option<(Instant, u64)>>,
    /// Held by the one that measures.
    measuring: tokio::sync::Mutex<()>,
}

impl BacklogGauge {
    /// Counts the waiting records, or only those at the outbox if the log is slow, because a slow
    /// log must not block captures that the database can store.
    pub(crate) async fn waiting(&self, context: &Context) -> Result<u64> {
        if let Some(waiting) = self.fresh() {
            return Ok(waiting);
        }
        let _measuring = self.measuring.lock().await;
        if let Some(waiting) = self.fresh() {
            return Ok(waiting);
        }
        let measured = tokio::time::timeout(LOG_WAIT, journey_status::waiting(context)).await;
        let waiting = match measured {
            Ok(Ok(waiting)) => waiting,
            Ok(Err(_)) | Err(_) => {
                let waiting = context.db.read(|tx| Box::pin(tx.outbox_len())).await?;
                u64::try_from(waiting).unwrap_or(0)
            }
        };
        *self.newest() = Some((Instant::now(), waiting));
        Ok(waiting)
    }

    /// Adds records that were taken in after the newest measurement.
    pub(crate) fn add(&self, records: usize) {
        if let Some((_, waiting)) = self.newest().as_mut() {
            *waiting += records as u64;
        }
    }

    fn fresh(&self) -> Option<u64> {
        let (at, waiting) = (*self.newest())?;
        (at.elapsed() < AGE_MAX).then_some(waiting)
    }

    fn newest(&self) -> MutexGuard<'_, Option<(Instant, u64)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The numbers of signals by kind and country, kept for a moment: they cost more than the page of
//! signals beside them, and the pages of one list have the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::lock::Mutex as AsyncMutex;
use store::db::{KindInCountry, ReadTx, SignalFilter};

use crate::Result;

/// The maximum number of filters whose counts are kept.
const ENTRIES_MAX: usize = 128;
/// The time for which counts are reused while nothing was scored.
const AGE_MAX: Duration = Duration::from_secs(1);
/// The number of signals from which counts are reused for that time even if some were scored
/// meanwhile: one more or less cannot be seen among them.
const MANY: usize = 200_000;
/// The stage after which a signal has its rows.
const LAST_STAGE: &str = "score";

/// The counts of recent filters. A clone shares them.
#[derive(Debug, Clone, Default)]
pub struct SignalCounts {
    entries: Arc<Mutex<BTreeMap<String, Arc<Entry>>>>,
}

/// The counts of a filter. The lock is held while they are read, so that concurrent requests read
/// them once.
type Entry = AsyncMutex<Option<Counted>>;

#[derive(Debug, Clone)]
struct Counted {
    at: Instant,
    /// The positions of the last stage when they were read.
    positions: Vec<(u32, u64)>,
    counts: Arc<Vec<KindInCountry>>,
}

impl Counted {
    fn is_current(&self, positions: &[(u32, u64)]) -> bool {
        let has_many = self.counts.iter().map(|one| one.total).sum::<usize>() >= MANY;
        self.at.elapsed() < AGE_MAX && (has_many || self.positions == positions)
    }
}

impl SignalCounts {
    /// Returns the counts of a filter, which `key` identifies except for kinds and countries.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(
        &self,
        tx: &mut ReadTx,
        key: String,
        filter: &SignalFilter,
    ) -> Result<Arc<Vec<KindInCountry>>> {
        let positions = positions(tx).await?;
        let entry = self.entry(key);
        let mut counted = entry.lock().await;
        if let Some(counted) = counted.as_ref().filter(|one| one.is_current(&positions)) {
            return Ok(Arc::clone(&counted.counts));
        }
        let counts = Arc::new(tx.listed_signal_counts(filter).await?);
        *counted = Some(Counted { at: Instant::now(), positions, counts: Arc::clone(&counts) });
        Ok(counts)
    }

    fn entry(&self, key: String) -> Arc<Entry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX && !entries.contains_key(&key) {
            entries.clear();
        }
        Arc::clone(entries.entry(key).or_default())
    }
}

/// Reads the positions of the last stage in each partition.
async fn positions(tx: &mut ReadTx) -> Result<Vec<(u32, u64)>> {
    let all = tx.positions().await?.into_iter();
    let mut positions: Vec<(u32, u64)> = all
        .filter(|(stage, _, _)| stage == LAST_STAGE)
        .map(|(_, partition, position)| (partition, position))
        .collect();
    positions.sort_unstable();
    Ok(positions)
}

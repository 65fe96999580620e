//! The number of new signals.

use model::{RunId, Timestamp};

use crate::{ReadContext, Result};

/// Counts the signals that were first known at a time or later. Signals about one matter, which
/// are shown as one, are counted one by one.
///
/// # Errors
/// When the database fails.
pub async fn new_signals(context: &ReadContext, since: Timestamp) -> Result<u64> {
    let count = context.read(move |tx| {
        Box::pin(async move { Ok(tx.signal_count_since(&RunId::default(), since).await?) })
    });
    Ok(u64::try_from(count.await?).unwrap_or(0))
}

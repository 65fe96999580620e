//! The number of new signals.

use model::{EntityId, RunId, Signal, SignalId, Timestamp};
use store::db::ReadTx;

use crate::{ReadContext, Result};

/// The number of companies that are read at once.
const COMPANIES: i64 = 64;

/// Counts the signals that were first known at a time or later. Signals about one matter, which
/// are shown as one, are counted once. Reads only the companies whose signals have changed.
///
/// # Errors
/// When the database fails.
pub async fn new_signals(context: &ReadContext, since: Timestamp) -> Result<u64> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let from = std::mem::take(&mut after);
        let read = context.read(move |tx| {
            Box::pin(async move {
                let run = RunId::default();
                let companies =
                    tx.companies_with_signals_since(&run, since, &from, COMPANIES).await?;
                let count = new_signals_of(tx, &companies, since).await?;
                Ok((count, companies.last().copied()))
            })
        });
        let (counted, last) = read.await?;
        count += counted;
        let Some(last) = last else { return Ok(count) };
        after = last.to_string();
    }
}

async fn new_signals_of(
    tx: &mut ReadTx,
    companies: &[EntityId],
    since: Timestamp,
) -> store::Result<u64> {
    let run = RunId::default();
    let mut shown: Vec<SignalId> = Vec::new();
    for members in tx.members_of(companies).await? {
        let members: Vec<EntityId> = members.iter().map(|member| member.id).collect();
        let rows = tx.signals_of_entities(&members, &run).await?;
        let signals: Vec<Signal> = rows.into_iter().flatten().map(|row| row.signal).collect();
        shown.extend(detect::as_read(&signals).iter().map(|signal| signal.id));
    }
    let known = tx.signals_known_before(&shown, &run, since).await?;
    Ok(shown.iter().filter(|id| !known.contains(id)).count() as u64)
}

//! From one pair of engines to another: the state is copied; of the log only what was given up is,
//! for everything else on it has come through.

use std::sync::Arc;

use model::Topic;
use store::db::{Copied, Db, copy_all};
use store::log::{EventLog, NewRecord};
use store::{Result, StoreError};

use crate::idle;
use crate::rooms::Rooms;
use crate::stages::dead_stages;

/// Records read and appended at a time.
const RECORDS: usize = 500;
/// Who brings dead letters over.
const PRODUCER: &str = "migration";

/// Copies everything into empty engines, and tells of each table.
///
/// # Errors
/// [`StoreError::Fatal`] when something is still on its way, when the new engines are not empty, or
/// when they do not hold the same afterwards; what the engines say.
pub async fn migrate(
    rooms: &Rooms,
    db: &Db,
    log: &Arc<dyn EventLog>,
    tell: impl FnMut(&Copied),
) -> Result<Vec<Copied>> {
    let waiting = idle::waiting(rooms).await?;
    if waiting > 0 {
        return Err(StoreError::Fatal(format!(
            "{waiting} records are still on their way: `leadq ingest` finishes them"
        )));
    }
    for topic in Topic::ALL {
        log.ensure_topic(topic.name(), rooms.limits.partitions).await?;
        if log.bounds(topic.name()).await?.iter().any(|bounds| bounds.next > 0) {
            return Err(StoreError::Fatal(format!("the new log is not empty: see its {topic}")));
        }
    }
    let copied = copy_all(&rooms.db, db, tell).await?;
    for stage in dead_stages() {
        copy_topic(rooms, log, &Topic::dead(stage)).await?;
    }
    Ok(copied)
}

async fn copy_topic(rooms: &Rooms, log: &Arc<dyn EventLog>, topic: &str) -> Result<()> {
    let partitions = rooms.log.bounds(topic).await?;
    if partitions.is_empty() {
        return Ok(());
    }
    log.ensure_topic(topic, 1).await?;
    for (partition, bounds) in (0u32..).zip(partitions) {
        let mut next = bounds.first;
        while next < bounds.next {
            let records = rooms.log.read(topic, partition, next, RECORDS).await?;
            let Some(last) = records.last() else { break };
            next = last.position + 1;
            let brought = records
                .into_iter()
                .map(|record| NewRecord { producer: PRODUCER.to_owned(), ..record.record });
            log.append(topic, brought.collect()).await?;
        }
    }
    Ok(())
}

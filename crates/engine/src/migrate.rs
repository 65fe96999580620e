//! Migration from one pair of stores to another: the database is copied; of the log only the dead
//! letters are copied, because every other record on it has been processed.

use std::sync::Arc;

use model::Topic;
use store::db::{Copied, Db, copy_all};
use store::log::{EventLog, NewRecord};

use crate::backlog;
use crate::error::{Error, Result};
use crate::resources::Resources;
use crate::stage::StageInfo;

/// The number of records read and appended at once.
const RECORDS: usize = 500;
/// The producer of the copied dead letters.
const PRODUCER: &str = "migration";

/// Copies everything into empty stores; calls `report` after each table.
///
/// # Errors
/// When records are pending, when the new stores are not empty, when they do not hold the same
/// content afterwards, or when a store fails.
pub async fn migrate(
    resources: &Resources,
    stages: &[StageInfo],
    dead_letters: &[&str],
    db: &Db,
    log: &Arc<dyn EventLog>,
    report: impl FnMut(&Copied),
) -> Result<Vec<Copied>> {
    let waiting = backlog::waiting(resources, stages).await?;
    if waiting > 0 {
        return Err(Error::NotSettled { waiting });
    }
    for topic in Topic::ALL {
        log.ensure_topic(topic.name(), resources.limits.partitions).await?;
        if log.bounds(topic.name()).await?.iter().any(|bounds| bounds.next > 0) {
            return Err(Error::LogNotEmpty(topic));
        }
    }
    let copied = copy_all(&resources.db, db, report).await?;
    for stage in dead_letters {
        copy_topic(resources, log, &Topic::dead(stage)).await?;
    }
    Ok(copied)
}

async fn copy_topic(resources: &Resources, log: &Arc<dyn EventLog>, topic: &str) -> Result<()> {
    let partitions = resources.log.bounds(topic).await?;
    if partitions.is_empty() {
        return Ok(());
    }
    log.ensure_topic(topic, 1).await?;
    for (partition, bounds) in (0u32..).zip(partitions) {
        let mut next = bounds.first;
        while next < bounds.next {
            let records = resources.log.read(topic, partition, next, RECORDS).await?;
            let Some(last) = records.last() else { break };
            next = last.position + 1;
            let copies = records
                .into_iter()
                .map(|record| NewRecord { producer: PRODUCER.to_owned(), ..record.record });
            log.append(topic, copies.collect()).await?;
        }
    }
    Ok(())
}

//! The embedded log: rows in the same SQLite file as the state, so one fsync covers both.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;

use super::single_member::SingleMember;
use super::{Bounds, EventLog, NewRecord, Record, Subscription, check_size, partition_of};
use crate::db::{Db, Row, Tx, Urgency, Value, params};
use crate::{Result, StoreError};

/// The log in SQLite.
#[derive(Clone)]
pub struct SqliteLog {
    db: Db,
    appended: Arc<Notify>,
}

impl SqliteLog {
    /// Creates the log in an embedded database, whose schema has the tables for it.
    pub fn new(db: Db) -> Self {
        Self { db, appended: Arc::new(Notify::new()) }
    }
}

async fn append(tx: &mut Tx, topic: &str, records: Vec<NewRecord>) -> Result<()> {
    let rows = tx
        .query(
            "SELECT partition, next_position FROM log_partition WHERE topic = $1 ORDER BY partition",
            &params![topic],
        )
        .await?;
    let mut next: Vec<i64> =
        rows.iter().map(|row| row.int("next_position")).collect::<Result<_>>()?;
    let before = next.clone();
    let count = u32::try_from(next.len()).unwrap_or(u32::MAX);
    let mut values = Vec::with_capacity(records.len() * 9);
    for record in records {
        let partition = partition_of(&record.key, count);
        let position = next
            .get_mut(partition as usize)
            .ok_or_else(|| StoreError::fatal(format!("no such topic: {topic}")))?;
        values.extend([
            Value::from(topic),
            partition.into(),
            (*position).into(),
            record.key.into(),
            record.producer.into(),
            record.generation.into(),
            record.number.into(),
            record.event.into(),
            record.payload.into(),
        ]);
        *position += 1;
    }
    tx.insert_many(
        "INSERT INTO log_record (topic, partition, position, key, producer, generation, number,
           event_us, payload) VALUES",
        9,
        "",
        &values,
    )
    .await?;
    for ((partition, next), before) in (0i64..).zip(next).zip(before) {
        if next != before {
            tx.execute(
                "UPDATE log_partition SET next_position = $3 WHERE topic = $1 AND partition = $2",
                &params![topic, partition, next],
            )
            .await?;
        }
    }
    Ok(())
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn ensure_topic(&self, topic: &str, partitions: u32) -> Result<()> {
        if self.partitions(topic).await? >= partitions {
            return Ok(());
        }
        let topic = topic.to_owned();
        self.db
            .write(Urgency::Urgent, move |tx| {
                Box::pin(async move {
                    for partition in 0..partitions {
                        tx.execute(
                            "INSERT INTO log_partition (topic, partition, first_position, next_position)
                             VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING",
                            &params![&topic, partition],
                        )
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Result<()> {
        records.iter().try_for_each(|record| check_size(&record.payload))?;
        let topic = topic.to_owned();
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { append(tx, &topic, records).await })
            })
            .await?;
        self.appended.notify_waiters();
        Ok(())
    }

    async fn partitions(&self, topic: &str) -> Result<u32> {
        let topic = topic.to_owned();
        self.db
            .read(move |tx| {
                Box::pin(async move {
                    let sql = "SELECT COUNT(*) AS total FROM log_partition WHERE topic = $1";
                    let row = tx.query_one(sql, &params![&topic]).await?;
                    row.map_or(Ok(0), |row| row.int_as("total"))
                })
            })
            .await
    }

    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>> {
        let topic = topic.to_owned();
        self.db
            .read(move |tx| {
                Box::pin(async move {
                    let rows = tx
                        .query(
                            "SELECT first_position, next_position FROM log_partition
                             WHERE topic = $1 ORDER BY partition",
                            &params![&topic],
                        )
                        .await?;
                    rows.iter().map(to_bounds).collect()
                })
            })
            .await
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        max: usize,
    ) -> Result<Vec<Record>> {
        let topic = topic.to_owned();
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        self.db
            .read(move |tx| {
                Box::pin(async move {
                    let rows = tx
                        .query(
                            "SELECT position, key, producer, generation, number, event_us, payload
                             FROM log_record WHERE topic = $1 AND partition = $2 AND position >= $3
                             ORDER BY position LIMIT $4",
                            &params![&topic, partition, from, max],
                        )
                        .await?;
                    rows.iter().map(to_record).collect()
                })
            })
            .await
    }

    async fn truncate_before(&self, topic: &str, partition: u32, position: u64) -> Result<()> {
        let topic = topic.to_owned();
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    tx.execute(
                        "DELETE FROM log_record
                         WHERE topic = $1 AND partition = $2 AND position < $3",
                        &params![&topic, partition, position],
                    )
                    .await?;
                    tx.execute(
                        "UPDATE log_partition
                         SET first_position = MIN(next_position, MAX(first_position, $3))
                         WHERE topic = $1 AND partition = $2",
                        &params![&topic, partition, position],
                    )
                    .await
                    .map(drop)
                })
            })
            .await
    }

    async fn subscribe(&self, _group: &str, topic: &str) -> Result<Box<dyn Subscription>> {
        Ok(Box::new(SingleMember::new(self.clone(), Arc::clone(&self.appended), topic)))
    }
}

fn to_bounds(row: &Row) -> Result<Bounds> {
    Ok(Bounds { first: row.int_as("first_position")?, next: row.int_as("next_position")? })
}

fn to_record(row: &Row) -> Result<Record> {
    Ok(Record {
        position: row.int_as("position")?,
        record: NewRecord {
            key: row.string("key")?,
            producer: row.string("producer")?,
            generation: row.int("generation")?,
            number: row.int("number")?,
            event: row.time("event_us")?,
            payload: row.string("payload")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{Opened, log_suite};
    use crate::db::{InMemory, Sqlite};

    async fn in_memory() -> Opened<Arc<dyn EventLog>, ()> {
        Some((Arc::new(SqliteLog::new(InMemory::open().await.unwrap())), ()))
    }

    async fn on_disk() -> Opened<Arc<dyn EventLog>, tempfile::TempDir> {
        let folder = tempfile::tempdir().unwrap();
        let engine = Sqlite::open(&folder.path().join("leadq.db")).await.unwrap();
        Some((Arc::new(SqliteLog::new(Db::new(Arc::new(engine)))), folder))
    }

    log_suite!(in_memory, on_disk);
}

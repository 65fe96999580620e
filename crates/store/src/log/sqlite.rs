//! The embedded log: rows in the same SQLite file as the state, so one fsync covers both.

use async_trait::async_trait;

use super::single_member::SingleMember;
use super::{Bounds, EventLog, NewRecord, Record, Subscription, check_size, partition_of};
use crate::db::{Db, Row, Tx, Urgency, Value, params};
use crate::{Result, StoreError};

/// The log in SQLite. From its creation on, outgoing records are appended to it by the transaction
/// that sends them.
#[derive(Clone)]
pub struct SqliteLog {
    db: Db,
}

impl SqliteLog {
    /// Creates the log in an embedded database, whose schema has the tables for it.
    pub fn new(db: Db) -> Self {
        db.own_log().open();
        Self { db }
    }
}

/// The next position of each partition of a topic; none if the topic does not exist.
pub(crate) async fn next_positions(tx: &mut Tx, topic: &str) -> Result<Vec<i64>> {
    let rows = tx
        .query(
            "SELECT partition, next_position FROM log_partition WHERE topic = $1 ORDER BY partition",
            &params![topic],
        )
        .await?;
    rows.iter().map(|row| row.int("next_position")).collect()
}

/// Appends records to a topic whose partitions have these next positions.
pub(crate) async fn append(
    tx: &mut Tx,
    topic: &str,
    mut next: Vec<i64>,
    records: Vec<NewRecord>,
) -> Result<()> {
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
    for ((partition, next), before) in (0u32..).zip(next).zip(before) {
        if next != before {
            tx.execute(
                "UPDATE log_partition SET next_position = $3 WHERE topic = $1 AND partition = $2",
                &params![topic, partition, next],
            )
            .await?;
            tx.note_appended(topic, partition);
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
                Box::pin(async move {
                    let next = next_positions(tx, &topic).await?;
                    append(tx, &topic, next, records).await
                })
            })
            .await
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
        Ok(Box::new(SingleMember::new(self.clone(), self.db.own_log().appended(), topic)))
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
    use std::sync::Arc;

    use model::Timestamp;

    use super::*;
    use crate::conformance::{Opened, log_suite};
    use crate::db::Outgoing;
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

    fn outgoing(text: &str) -> Outgoing {
        let (topic, key) = ("raw.events".to_owned(), "one".to_owned());
        Outgoing { topic, key, event: Timestamp(1), payload: format!("\"{text}\"") }
    }

    /// Sends a record, and returns the sizes of the outbox and of the log.
    async fn send(db: &Db, log: &SqliteLog, is_later: bool) -> (i64, u64) {
        let sent = db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                match is_later {
                    true => tx.send_later("desk", vec![outgoing("a")]).await,
                    false => tx.send("desk", vec![outgoing("a")]).await.map(drop),
                }
            })
        });
        sent.await.unwrap();
        let waiting = db.read(|tx| Box::pin(tx.outbox_len())).await.unwrap();
        let bounds = log.bounds("raw.events").await.unwrap();
        (waiting, bounds.iter().map(|bounds| bounds.next).sum())
    }

    #[tokio::test]
    async fn a_record_is_appended_at_once_unless_others_of_its_producer_wait() {
        let db = InMemory::open().await.unwrap();
        let log = SqliteLog::new(db.clone());
        assert_eq!(send(&db, &log, false).await, (1, 0), "there is no such topic yet");
        log.ensure_topic("raw.events", 2).await.unwrap();
        assert_eq!(send(&db, &log, false).await, (2, 0), "the first comes first");
        db.write(Urgency::Normal, |tx| Box::pin(tx.outbox_done("desk", 2))).await.unwrap();
        let subscription = log.subscribe("clean", "raw.events").await.unwrap();
        let partition = partition_of("one", 2);
        let day = std::time::Duration::from_secs(86_400);
        let (records, sent) =
            tokio::join!(subscription.fetch(partition, 0, 10, day), send(&db, &log, false));
        assert_eq!(sent, (0, 1));
        let records = records.unwrap();
        let read = &records.first().unwrap().record;
        assert_eq!((read.number, read.producer.as_str()), (3, "desk"), "and its reader is woken");
        assert_eq!(send(&db, &log, true).await, (1, 1));
        assert_eq!(send(&db, &log, false).await, (2, 1));
    }
}

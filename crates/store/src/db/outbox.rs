//! Outgoing records, written in the transaction of the rows they describe and numbered per
//! producer. The relay appends them to the log in that order.

use model::Timestamp;

use super::{ReadTx, Row, Tx, Value, params};
use crate::log::check_size;
use crate::{Result, StoreError};

/// A record to be sent to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The topic's name.
    pub topic: String,
    /// The partition key: an entity id.
    pub key: String,
    /// Event time.
    pub event: Timestamp,
    /// The record as JSON.
    pub payload: String,
}

/// A record in the outbox, with its position in its producer's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Its producer: a (stage, partition) pair or an intake.
    pub producer: String,
    /// The producer's generation, raised by a restore or an engine migration.
    pub generation: i64,
    /// Its number, counted without gaps per producer.
    pub number: i64,
    /// The record.
    pub record: Outgoing,
}

fn to_numbered(row: &Row) -> Result<Numbered> {
    Ok(Numbered {
        producer: row.string("producer")?,
        generation: row.int("generation")?,
        number: row.int("number")?,
        record: Outgoing {
            topic: row.string("topic")?,
            key: row.string("key")?,
            event: row.time("event_us")?,
            payload: row.string("payload")?,
        },
    })
}

impl ReadTx {
    /// Lists the oldest records in the outbox, those of each producer in order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox(&mut self, limit: i64) -> Result<Vec<Numbered>> {
        let rows = self
            .query(
                "SELECT producer, generation, number, topic, key, event_us, payload FROM outbox
                 ORDER BY producer, number LIMIT $1",
                &params![limit],
            )
            .await?;
        rows.iter().map(to_numbered).collect()
    }

    /// Counts the records in the outbox.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_len(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM outbox", &[]).await
    }

    /// Lists the producers with records in the outbox, sorted, each with the numbers of its first
    /// and of its last record there.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_ends(&mut self) -> Result<Vec<(String, i64, i64)>> {
        let rows = self
            .query(
                "SELECT producer, MIN(number) AS first_number, MAX(number) AS last_number
                 FROM outbox GROUP BY producer ORDER BY producer",
                &[],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok((row.string("producer")?, row.int("first_number")?, row.int("last_number")?))
            })
            .collect()
    }
}

impl Tx {
    /// Adds records to the outbox under a producer's next numbers.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn send(&mut self, producer: &str, records: Vec<Outgoing>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        // Checked here, where the transaction can still fail: in the outbox, a record that is too
        // large would block all records after it.
        records.iter().try_for_each(|record| check_size(&record.payload))?;
        let count = i64::try_from(records.len())
            .map_err(|_| StoreError::fatal("too many records at once"))?;
        let rows = self
            .query(
                "INSERT INTO producer (name, generation, next_number)
                 VALUES ($1, (SELECT COALESCE(MAX(CAST(value AS BIGINT)), 1) FROM setting
                              WHERE name = 'generation'), $2 + 1)
                 ON CONFLICT (name) DO UPDATE SET next_number = producer.next_number + $2
                 RETURNING generation, next_number",
                &params![producer, count],
            )
            .await?;
        let row = rows.first().ok_or_else(|| StoreError::fatal("no row returned"))?;
        let (generation, first) = (row.int("generation")?, row.int("next_number")? - count);
        let mut values = Vec::with_capacity(records.len() * 7);
        for (number, record) in (first..).zip(records) {
            values.extend([
                Value::from(producer),
                number.into(),
                generation.into(),
                record.topic.into(),
                record.key.into(),
                record.event.into(),
                record.payload.into(),
            ]);
        }
        self.insert_many(
            "INSERT INTO outbox (producer, number, generation, topic, key, event_us, payload) VALUES",
            7,
            "",
            &values,
        )
        .await
        .map(drop)
    }

    /// Begins a new generation of every producer, because after a restore or a change of engines
    /// numbers that consumers have seen may be assigned again. Records in the outbox keep their
    /// generation: they may be on the log already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raise_generation(&mut self) -> Result<()> {
        let next = "SELECT COALESCE(MAX(generation), 1) + 1 AS total FROM producer";
        let next = self.total(next, &[]).await?;
        self.execute("UPDATE producer SET generation = $1", &params![next]).await?;
        self.set_setting("generation", &next.to_string()).await
    }

    /// Deletes a producer's records up to and including `number`, which are on the log.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_done(&mut self, producer: &str, number: i64) -> Result<()> {
        self.execute(
            "DELETE FROM outbox WHERE producer = $1 AND number <= $2",
            &params![producer, number],
        )
        .await
        .map(drop)
    }
}

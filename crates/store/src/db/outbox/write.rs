//! Changes to the outbox.

use std::collections::BTreeMap;

use super::rows::{Numbered, Outgoing};
use crate::db::{Tx, Value, params};
use crate::log::{check_size, sqlite};
use crate::{Result, StoreError};

impl Tx {
    /// Sends records under a producer's next numbers. They are put into the outbox, or right onto
    /// the log if it is in this database and no earlier record of the producer is in the outbox.
    /// Returns whether they are in the outbox, where they wait for the relay.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn send(&mut self, producer: &str, records: Vec<Outgoing>) -> Result<bool> {
        if records.is_empty() {
            return Ok(false);
        }
        let records = self.numbered(producer, records).await?;
        if !self.has_log() || self.is_in_outbox(producer).await? {
            self.put_in_outbox(&records).await?;
            return Ok(true);
        }
        let mut topics = BTreeMap::new();
        for Numbered { record, .. } in &records {
            if !topics.contains_key(&record.topic) {
                let next = sqlite::next_positions(self, &record.topic).await?;
                topics.insert(record.topic.clone(), (next, Vec::new()));
            }
        }
        if topics.values().any(|(next, _)| next.is_empty()) {
            // The relay retries until the topic exists.
            self.put_in_outbox(&records).await?;
            return Ok(true);
        }
        for numbered in records {
            if let Some((_, records)) = topics.get_mut(&numbered.record.topic) {
                records.push(numbered.into());
            }
        }
        for (topic, (next, records)) in topics {
            sqlite::append(self, &topic, next, records).await?;
        }
        Ok(false)
    }

    /// Puts records into the outbox under a producer's next numbers, so that the relay decides when
    /// they are appended to the log.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn send_later(&mut self, producer: &str, records: Vec<Outgoing>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let records = self.numbered(producer, records).await?;
        self.put_in_outbox(&records).await
    }

    /// Assigns a producer's next numbers.
    async fn numbered(&mut self, producer: &str, records: Vec<Outgoing>) -> Result<Vec<Numbered>> {
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
        let producer = producer.to_owned();
        let numbers = (first..).zip(records);
        Ok(numbers
            .map(|(number, record)| Numbered {
                producer: producer.clone(),
                generation,
                number,
                record,
            })
            .collect())
    }

    async fn is_in_outbox(&mut self, producer: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox WHERE producer = $1 LIMIT 1";
        Ok(self.query_one(sql, &params![producer]).await?.is_some())
    }

    async fn put_in_outbox(&mut self, records: &[Numbered]) -> Result<()> {
        let mut values = Vec::with_capacity(records.len() * 7);
        for Numbered { producer, generation, number, record } in records {
            values.extend([
                Value::from(producer),
                (*number).into(),
                (*generation).into(),
                (&record.topic).into(),
                (&record.key).into(),
                record.event.into(),
                (&record.payload).into(),
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

    /// Replaces a record in the outbox by one for another topic, under the same number.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn replace_outgoing(
        &mut self,
        producer: &str,
        number: i64,
        topic: &str,
        payload: &str,
    ) -> Result<()> {
        self.execute(
            "UPDATE outbox SET topic = $3, payload = $4 WHERE producer = $1 AND number = $2",
            &params![producer, number, topic, payload],
        )
        .await
        .map(drop)
    }
}

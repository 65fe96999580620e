//! Queries about the outbox.

use super::rows::{Numbered, to_numbered};
use crate::Result;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Lists the producers that have records in the outbox, sorted. The cost depends on their
    /// number, not on the number of records.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_producers(&mut self) -> Result<Vec<String>> {
        let rows = self
            .query(
                "WITH RECURSIVE head (producer) AS (
                   SELECT MIN(producer) FROM outbox
                   UNION ALL
                   SELECT (SELECT MIN(o.producer) FROM outbox o WHERE o.producer > head.producer)
                   FROM head WHERE head.producer IS NOT NULL)
                 SELECT producer FROM head WHERE producer IS NOT NULL",
                &[],
            )
            .await?;
        rows.iter().map(|row| row.string("producer")).collect()
    }

    /// Lists the oldest records of a producer in the outbox, in their order: at most `records_max`,
    /// and none after the first `chars_max` characters of payloads.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_of(
        &mut self,
        producer: &str,
        records_max: i64,
        chars_max: i64,
    ) -> Result<Vec<Numbered>> {
        // The sizes are summed before any payload is read, so that large ones are not all read.
        let rows = self
            .query(
                "SELECT producer, generation, number, topic, key, event_us, payload FROM outbox
                 WHERE producer = $1 AND number <= (
                   SELECT MAX(number) FROM (
                     SELECT number, size, SUM(size) OVER (ORDER BY number) AS total FROM (
                       SELECT number, LENGTH(payload) AS size FROM outbox
                       WHERE producer = $1 ORDER BY number LIMIT $2) AS oldest) AS summed
                   WHERE total - size < $3)
                 ORDER BY number",
                &params![producer, records_max, chars_max],
            )
            .await?;
        rows.iter().map(to_numbered).collect()
    }

    /// Checks whether a record for a topic contains a text.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn outbox_mentions(&mut self, topic: &str, text: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox WHERE topic = $1 AND payload LIKE $2 LIMIT 1";
        Ok(self.query_one(sql, &params![topic, format!("%{text}%")]).await?.is_some())
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

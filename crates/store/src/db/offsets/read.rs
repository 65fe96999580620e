//! Queries about the offsets of stages.

use std::collections::BTreeMap;

use super::rows::{Consumer, taken_over};
use crate::Result;
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Reads the last processed (generation, number) of each producer.
    pub(super) async fn producers_seen(
        &mut self,
        stage: &str,
        partition: u32,
    ) -> Result<BTreeMap<String, (i64, i64)>> {
        let rows = self
            .query(
                "SELECT producer, generation, number FROM producer_seen
                 WHERE stage = $1 AND partition = $2",
                &params![stage, partition],
            )
            .await?;
        rows.iter()
            .map(|row| Ok((row.string("producer")?, (row.int("generation")?, row.int("number")?))))
            .collect()
    }

    /// Reads the current offset of a partition that this process took. Needed after a commit whose
    /// result was lost, when only the database has it.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when the partition has been taken since.
    pub async fn place_of(&mut self, consumer: &Consumer) -> Result<Consumer> {
        let (stage, partition) = (&consumer.stage, consumer.partition);
        let row = self
            .query_one(
                "SELECT position, takeovers FROM consumer
                 WHERE stage = $1 AND partition = $2 AND epoch = $3",
                &params![stage, partition, consumer.epoch],
            )
            .await?;
        let Some(row) = row else { return Err(taken_over(consumer)) };
        let seen = self.producers_seen(stage, partition).await?;
        Ok(Consumer {
            position: row.int_as("position")?,
            takeovers: row.int("takeovers")?,
            seen,
            ..consumer.clone()
        })
    }

    /// Lists every (stage, partition) with its stored position.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn positions(&mut self) -> Result<Vec<(String, u32, u64)>> {
        let rows = self.query("SELECT stage, partition, position FROM consumer", &[]).await?;
        rows.iter()
            .map(|row| {
                Ok((row.string("stage")?, row.int_as("partition")?, row.int_as("position")?))
            })
            .collect()
    }
}

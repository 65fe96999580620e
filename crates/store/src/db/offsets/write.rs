//! Changes to the offsets of stages.

use std::collections::BTreeMap;

use super::rows::{Consumer, taken_over};
use crate::db::value::integer;
use crate::db::{Tx, params};
use crate::{Result, StoreError};

impl Tx {
    /// Takes a partition: raises its epoch, so that its previous owner can no longer commit.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn take_partition(&mut self, stage: &str, partition: u32) -> Result<Consumer> {
        let rows = self
            .query(
                "INSERT INTO consumer (stage, partition, position, epoch, takeovers)
                 VALUES ($1, $2, 0, 1, 1)
                 ON CONFLICT (stage, partition) DO UPDATE
                 SET epoch = consumer.epoch + 1, takeovers = consumer.takeovers + 1
                 RETURNING position, epoch, takeovers",
                &params![stage, partition],
            )
            .await?;
        let row = rows.first().ok_or_else(|| StoreError::fatal("no row returned"))?;
        let (position, epoch, takeovers) =
            (row.int_as("position")?, row.int("epoch")?, row.int("takeovers")?);
        let seen = self.producers_seen(stage, partition).await?;
        let stage = stage.to_owned();
        Ok(Consumer { stage, partition, position, epoch, takeovers, seen })
    }

    /// Moves the offset, in the transaction that writes the rows made from the records before it.
    ///
    /// `seen` holds only the producers that moved.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when the partition has been taken since;
    /// [`ErrorKind::Retryable`](crate::ErrorKind::Retryable) when the stored offset differs from
    /// that of `consumer`, because an earlier commit succeeded although its result was lost.
    pub async fn commit_position(
        &mut self,
        consumer: &Consumer,
        position: u64,
        seen: &BTreeMap<String, (i64, i64)>,
    ) -> Result<()> {
        let updated = self
            .execute(
                "UPDATE consumer SET position = $5, takeovers = 0
                 WHERE stage = $1 AND partition = $2 AND epoch = $3 AND position = $4",
                &params![
                    &consumer.stage,
                    consumer.partition,
                    consumer.epoch,
                    integer(consumer.position)?,
                    integer(position)?
                ],
            )
            .await?;
        if updated != 1 {
            self.place_of(consumer).await?;
            let label = format!("{} partition {}", consumer.stage, consumer.partition);
            return Err(StoreError::retryable(format!("{label} was committed already")));
        }
        for (producer, (generation, number)) in seen {
            self.execute(
                "INSERT INTO producer_seen (stage, partition, producer, generation, number)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (stage, partition, producer) DO UPDATE
                 SET generation = excluded.generation, number = excluded.number",
                &params![&consumer.stage, consumer.partition, producer, *generation, *number],
            )
            .await?;
        }
        Ok(())
    }

    /// Counts an attempt at a record before it is made. Returns the number of attempts so far,
    /// including this one.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when the partition has been taken since.
    pub async fn begin_attempt(&mut self, consumer: &Consumer, position: u64) -> Result<i64> {
        let rows = self
            .query(
                "INSERT INTO attempt (stage, partition, position, attempts)
                 SELECT $1, $2, $4, 1 FROM consumer
                 WHERE stage = $1 AND partition = $2 AND epoch = $3
                 ON CONFLICT (stage, partition, position) DO UPDATE
                 SET attempts = attempt.attempts + 1
                 RETURNING attempts",
                &params![&consumer.stage, consumer.partition, consumer.epoch, integer(position)?],
            )
            .await?;
        rows.first().ok_or_else(|| taken_over(consumer))?.int("attempts")
    }

    /// Deletes the counts of attempts at records before `position`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn forget_attempts(&mut self, consumer: &Consumer, position: u64) -> Result<()> {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        self.execute(
            "DELETE FROM attempt WHERE stage = $1 AND partition = $2 AND position < $3",
            &params![&consumer.stage, consumer.partition, position],
        )
        .await
        .map(drop)
    }
}

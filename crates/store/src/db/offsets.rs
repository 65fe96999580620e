//! How far each stage has come on each partition, under a fencing epoch.

use std::collections::BTreeMap;

use super::Tx;
use crate::{Result, StoreError, params};

/// A partition taken by this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The stage.
    pub stage: String,
    /// The partition of its input topic.
    pub partition: u32,
    /// The next record to process.
    pub position: u64,
    /// This taking; a commit under an older one is refused.
    pub epoch: i64,
    /// How often the partition was taken since its last commit, this time included.
    pub takeovers: i64,
    /// Per producer, the last (generation, number) that was processed.
    pub seen: BTreeMap<String, (i64, i64)>,
}

impl Tx {
    /// Takes a partition: raises its epoch, so that whoever had it before can no longer commit.
    ///
    /// # Errors
    /// What the engine says.
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
        let row = rows.first().ok_or_else(|| StoreError::Fatal("no row returned".to_owned()))?;
        let (position, epoch, takeovers) = (row.int_as(0)?, row.int(1)?, row.int(2)?);
        let seen = self.producers_seen(stage, partition).await?;
        let stage = stage.to_owned();
        Ok(Consumer { stage, partition, position, epoch, takeovers, seen })
    }

    async fn producers_seen(
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
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), (row.int(1)?, row.int(2)?)))).collect()
    }

    /// How far a partition that was taken has come: after a commit whose answer was lost, nobody
    /// else can tell.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the partition has been taken since.
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
        Ok(Consumer { position: row.int_as(0)?, takeovers: row.int(1)?, seen, ..consumer.clone() })
    }

    /// Moves the offset, in the transaction of the rows it stands for.
    ///
    /// `seen` holds only the producers that moved.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the partition has been taken since;
    /// [`StoreError::Retryable`] when it stands elsewhere than `consumer` says, because an earlier
    /// commit came through although its answer did not.
    pub async fn commit_position(
        &mut self,
        consumer: &Consumer,
        position: u64,
        seen: &BTreeMap<String, (i64, i64)>,
    ) -> Result<()> {
        let moved = self
            .execute(
                "UPDATE consumer SET position = $5, takeovers = 0
                 WHERE stage = $1 AND partition = $2 AND epoch = $3 AND position = $4",
                &params![
                    &consumer.stage,
                    consumer.partition,
                    consumer.epoch,
                    as_stored(consumer.position)?,
                    as_stored(position)?
                ],
            )
            .await?;
        if moved != 1 {
            self.place_of(consumer).await?;
            let what = format!("{} partition {}", consumer.stage, consumer.partition);
            return Err(StoreError::Retryable(format!("{what} was committed already")));
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

    /// Every (stage, partition) with its stored position.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn positions(&mut self) -> Result<Vec<(String, u32, u64)>> {
        let rows = self.query("SELECT stage, partition, position FROM consumer", &[]).await?;
        rows.iter()
            .map(|row| Ok((row.text(0)?.to_owned(), row.int_as(1)?, row.int_as(2)?)))
            .collect()
    }

    /// Counts one more attempt at a record, before it is made, and tells how many that makes.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the partition has been taken since.
    pub async fn begin_attempt(&mut self, consumer: &Consumer, position: u64) -> Result<i64> {
        let rows = self
            .query(
                "INSERT INTO attempt (stage, partition, position, attempts)
                 SELECT $1, $2, $4, 1 FROM consumer
                 WHERE stage = $1 AND partition = $2 AND epoch = $3
                 ON CONFLICT (stage, partition, position) DO UPDATE
                 SET attempts = attempt.attempts + 1
                 RETURNING attempts",
                &params![&consumer.stage, consumer.partition, consumer.epoch, as_stored(position)?],
            )
            .await?;
        rows.first().ok_or_else(|| taken_over(consumer))?.int(0)
    }

    /// Forgets the attempts at records before `position`.
    ///
    /// # Errors
    /// What the engine says.
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

fn as_stored(position: u64) -> Result<i64> {
    i64::try_from(position).map_err(|_| StoreError::Fatal("a position beyond 2^63".to_owned()))
}

fn taken_over(consumer: &Consumer) -> StoreError {
    StoreError::Fenced(format!("{} partition {}", consumer.stage, consumer.partition))
}

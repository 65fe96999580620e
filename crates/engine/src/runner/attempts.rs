//! Counted attempts at one record: a record that fails too often is given up and becomes a dead
//! letter; a transient error counts against no record.

use model::{DeadLetter, Topic, shortened};
use store::db::{Consumer, Outgoing, Urgency};
use store::log::{RECORD_BYTES_MAX, Record};
use store::{ErrorKind, Result};

use super::{PartitionRun, must_stop};

/// The maximum number of bytes of a dead letter's key.
const KEY_BYTES_MAX: usize = 1024;
/// The maximum number of bytes of a cause in the program's log.
const LOGGED_BYTES_MAX: usize = 500;

impl PartitionRun {
    /// Makes one counted attempt at a record; gives the record up after too many attempts.
    pub(super) async fn attempt(&self, consumer: &mut Consumer, record: &Record) -> Result<()> {
        let (owned, position) = (consumer.clone(), record.position);
        let attempts = self
            .resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.begin_attempt(&owned, position).await })
            })
            .await?;
        if attempts > self.resources.limits.attempts_max {
            let cause = format!("the process ended {} times while working on it", attempts - 1);
            return self.give_up(consumer, record, &cause, attempts - 1).await;
        }
        let result = self.process(consumer, std::slice::from_ref(record)).await.map(drop);
        match result {
            Err(error) if error.kind() == ErrorKind::Poison => {
                self.give_up(consumer, record, &error.to_string(), attempts).await
            }
            Err(error)
                if !error.is_retryable()
                    && !must_stop(&error)
                    && attempts >= self.resources.limits.attempts_max =>
            {
                self.give_up(consumer, record, &error.to_string(), attempts).await
            }
            Err(error) if error.is_retryable() => {
                self.revert_attempt(consumer, record).await?;
                Err(error)
            }
            other => other,
        }
    }

    /// Uncounts an attempt, because a transient error is not the record's fault.
    async fn revert_attempt(&self, consumer: &Consumer, record: &Record) -> Result<()> {
        let (owned, position) = (consumer.clone(), record.position + 1);
        self.resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.forget_attempts(&owned, position).await })
            })
            .await
    }

    async fn give_up(
        &self,
        consumer: &mut Consumer,
        record: &Record,
        cause: &str,
        attempts: i64,
    ) -> Result<()> {
        let stage = self.name();
        let logged = shortened(cause, LOGGED_BYTES_MAX);
        tracing::warn!(stage, cause = &*logged, "record given up; see `leadq dead`");
        let origin = format!("{}/{}/{}", self.row.info.input, self.partition, record.position);
        let letter = DeadLetter {
            stage: stage.to_owned(),
            origin,
            cause: cause.to_owned(),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            record: Some(record.record.payload.clone()),
            excerpt: None,
            kept: None,
            at: self.resources.now(),
        };
        let key = &record.record.key;
        // A redrive needs the key, and no record of leadq has one that cannot be kept.
        let (letter, key) = match key.len() <= KEY_BYTES_MAX && !key.contains('\0') {
            true => (letter, key.clone()),
            false => (letter.without_record(), String::new()),
        };
        let outgoing = Outgoing {
            topic: Topic::dead(stage),
            key,
            event: record.record.event,
            payload: letter.encode_within(RECORD_BYTES_MAX)?,
        };
        self.commit(consumer, std::slice::from_ref(record), None, vec![outgoing]).await?;
        self.activity.gave_up(stage);
        Ok(())
    }
}

//! Stored forms of outgoing records, and the function that reads their rows.

use model::Timestamp;

use crate::Result;
use crate::db::Row;
use crate::log::NewRecord;

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

impl From<Numbered> for NewRecord {
    fn from(Numbered { producer, generation, number, record }: Numbered) -> Self {
        let Outgoing { key, event, payload, .. } = record;
        Self { key, producer, generation, number, event, payload }
    }
}

pub(super) fn to_numbered(row: &Row) -> Result<Numbered> {
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

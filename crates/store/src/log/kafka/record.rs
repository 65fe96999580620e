//! The encoding of a record in Kafka: the payload unchanged, the other fields in headers.

use model::Timestamp;
use rdkafka::Message;
use rdkafka::message::{BorrowedMessage, Header, Headers, OwnedHeaders};
use rdkafka::producer::FutureRecord;

use crate::log::{NewRecord, Record};
use crate::{Result, StoreError};

const PRODUCER: &str = "producer";
const GENERATION: &str = "generation";
const NUMBER: &str = "number";
const EVENT: &str = "event_us";

/// Converts a record for Kafka. Kafka's timestamp stays the time of the append, because retention
/// counts from it and an event may be old.
pub(super) fn to_kafka<'a>(
    topic: &'a str,
    partition: i32,
    record: &'a NewRecord,
) -> FutureRecord<'a, str, str> {
    let numbers =
        [(GENERATION, record.generation), (NUMBER, record.number), (EVENT, record.event.0)];
    let mut headers = OwnedHeaders::new_with_capacity(numbers.len() + 1)
        .insert(Header { key: PRODUCER, value: Some(&record.producer) });
    for (key, number) in numbers {
        headers = headers.insert(Header { key, value: Some(&number.to_string()) });
    }
    FutureRecord::to(topic)
        .partition(partition)
        .key(record.key.as_str())
        .payload(record.payload.as_str())
        .headers(headers)
}

/// Converts a message of Kafka. A record that leadq did not write is an error: it has no place in
/// its producer's order.
pub(super) fn of_kafka(message: &BorrowedMessage<'_>) -> Result<Record> {
    let foreign = |field: &str| {
        StoreError::fatal(format!(
            "record {} of {} partition {} has no {field}: another program writes to this topic",
            message.offset(),
            message.topic(),
            message.partition()
        ))
    };
    let text = |bytes: Option<&[u8]>, field: &str| {
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.map(str::to_owned).ok_or_else(|| foreign(field))
    };
    let header = |key: &str| {
        let headers = message.headers().ok_or_else(|| foreign(key))?;
        let matching = headers.iter().find(|header| header.key == key);
        text(matching.and_then(|header| header.value), key)
    };
    let number = |key: &str| header(key)?.parse::<i64>().map_err(|_| foreign(key));
    Ok(Record {
        position: u64::try_from(message.offset()).map_err(|_| foreign("offset"))?,
        record: NewRecord {
            key: text(message.key().or(Some(b"")), "key")?,
            producer: header(PRODUCER)?,
            generation: number(GENERATION)?,
            number: number(NUMBER)?,
            event: Timestamp(number(EVENT)?),
            payload: text(message.payload(), "payload")?,
        },
    })
}

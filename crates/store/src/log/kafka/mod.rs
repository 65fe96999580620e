//! The log of a cluster: Kafka, or another broker with its protocol.
//!
//! Kafka carries the records and divides partitions among workers. The progress of each stage is in
//! the database, so neither Kafka transactions nor offsets stored by the broker are needed.

mod broker_requests;
mod events;
mod group;
mod reader;
mod record;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::Consumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::producer::FutureProducer;
use rdkafka::{Offset, TopicPartitionList};

use super::{Bounds, EventLog, NewRecord, Record, Subscription, check_size, partition_of};
use crate::{Result, StoreError};
use broker_requests::BrokerRequests;
use events::{Client, ClientEvents};
use group::Group;
use reader::Reader;

/// The timeout of a request to the broker.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// The retention of records: the state is elsewhere, and a stage that made no progress for a month
/// needs a person. Kafka counts from the time a record was appended.
const RETENTION_MS: &str = "2592000000";
const QUEUE_FULL_WAIT: Duration = Duration::from_millis(20);
const LEADER_WAIT: Duration = Duration::from_millis(50);

/// The log in Kafka.
#[derive(Clone)]
pub struct KafkaLog(Arc<Inner>);

struct Inner {
    config: ClientConfig,
    /// The prefix of every topic and group of this installation.
    prefix: String,
    producing: ClientConfig,
    /// Replaced after a fatal error.
    producer: Mutex<FutureProducer<ClientEvents>>,
    admin: AdminClient<ClientEvents>,
    broker: BrokerRequests,
    /// Readers for inspection, one read at a time because two would move each other's position. A
    /// reader is kept, because it still has its partition if its caller was cancelled.
    inspecting: tokio::sync::Mutex<BTreeMap<String, Reader>>,
    /// Numbers of partitions of known topics.
    partitions: Mutex<BTreeMap<String, u32>>,
}

impl KafkaLog {
    /// Opens the log at `kafka://HOST:PORT[,HOST:PORT…][/PREFIX]`. Does not wait for a broker.
    ///
    /// # Errors
    /// If the address is invalid.
    pub fn open(url: &str) -> Result<Self> {
        let (brokers, prefix) = parse(url)?;
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", brokers)
            .set("client.id", "leadq")
            .set("allow.auto.create.topics", "false")
            .set("reconnect.backoff.max.ms", "2000")
            .set_log_level(RDKafkaLogLevel::Error);
        let mut producing = config.clone();
        producing
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // Queued records never expire, because a gap would break their producer's order.
            .set("message.timeout.ms", "0")
            .set("enable.gapless.guarantee", "true")
            .set("linger.ms", "5")
            .set("compression.type", "lz4")
            .set("queue.buffering.max.kbytes", "32768");
        let mut request_config = config.clone();
        request_config
            .set("enable.auto.commit", "false")
            .set("group.id", format!("{prefix}asking"));
        let broker: Client =
            request_config.create_with_context(ClientEvents).map_err(|error| broken(&error))?;
        let inner = Inner {
            producer: Mutex::new(producer(&producing)?),
            producing,
            admin: config.create_with_context(ClientEvents).map_err(|error| broken(&error))?,
            broker: BrokerRequests::start(Arc::new(broker))?,
            inspecting: tokio::sync::Mutex::default(),
            partitions: Mutex::default(),
            config,
            prefix,
        };
        Ok(Self(Arc::new(inner)))
    }

    fn topic(&self, topic: &str) -> String {
        format!("{}{topic}", self.0.prefix)
    }

    /// Sends a request to the broker on a thread that may block, and retries while a partition has
    /// no leader, which happens for a moment after a broker has started.
    async fn ask<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Client) -> std::result::Result<T, KafkaError> + Clone + Send + 'static,
    {
        let started = tokio::time::Instant::now();
        loop {
            let error = match self.0.broker.ask(question.clone()).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !has_no_leader(&error) || started.elapsed() > ANSWER_MAX {
                return Err(broken(&error));
            }
            tokio::time::sleep(LEADER_WAIT).await;
        }
    }

    fn producer(&self) -> FutureProducer<ClientEvents> {
        self.0.producer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces a producer that has stopped because one of its records was refused and later
    /// records must not overtake it. Records that it did not append are not acknowledged.
    fn renew_producer(&self, error: &KafkaError) -> StoreError {
        let is_fatal = error.rdkafka_error_code() == Some(Code::Fatal);
        // A record that the broker finds too large stops its producer as well.
        if is_fatal || error.rdkafka_error_code() == Some(Code::MessageSizeTooLarge) {
            match producer(&self.0.producing) {
                Ok(producer) => {
                    *self.0.producer.lock().unwrap_or_else(PoisonError::into_inner) = producer;
                }
                Err(error) => return error,
            }
        }
        if is_fatal {
            return StoreError::retryable(format!("the Kafka producer was restarted: {error}"));
        }
        broken(error)
    }

    /// Waits until every partition of a new topic has a leader: the broker responds before that.
    async fn wait_for_leaders(&self, topic: &str, partitions: u32) -> Result<()> {
        let started = tokio::time::Instant::now();
        loop {
            let error = match self.bounds(topic).await {
                Ok(bounds) if bounds.len() >= partitions as usize => return Ok(()),
                Ok(_) => StoreError::retryable(format!("topic {topic} does not exist yet")),
                Err(error) => error,
            };
            if started.elapsed() > ANSWER_MAX {
                return Err(error);
            }
            tokio::time::sleep(LEADER_WAIT).await;
        }
    }

    /// Reads the positions that one partition holds.
    async fn partition_bounds(&self, topic: &str, partition: u32) -> Result<Bounds> {
        if partition >= self.partitions(topic).await? {
            return Err(StoreError::fatal(format!("no such topic or partition: {topic}")));
        }
        let name = self.topic(topic);
        self.ask(move |broker| bounds_of(broker, &name, partition)).await
    }

    async fn known_partitions(&self, topic: &str) -> Result<u32> {
        let cached = |log: &Self| {
            let partitions = log.0.partitions.lock().unwrap_or_else(PoisonError::into_inner);
            partitions.get(topic).copied()
        };
        if let Some(count) = cached(self) {
            return Ok(count);
        }
        match self.partitions(topic).await? {
            0 => Err(StoreError::fatal(format!("no such topic: {}", self.topic(topic)))),
            count => Ok(count),
        }
    }
}

fn producer(config: &ClientConfig) -> Result<FutureProducer<ClientEvents>> {
    config.create_with_context(ClientEvents).map_err(|error| broken(&error))
}

/// Converts a partition, or a number of partitions, to Kafka's type.
fn number(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

fn bounds_of(
    broker: &Client,
    name: &str,
    partition: u32,
) -> std::result::Result<Bounds, KafkaError> {
    let (first, next) = broker.fetch_watermarks(name, number(partition), ANSWER_MAX)?;
    Ok(Bounds { first: first.max(0).unsigned_abs(), next: next.max(0).unsigned_abs() })
}

/// Parses a URL into the brokers and the prefix of topics.
fn parse(url: &str) -> Result<(String, String)> {
    let invalid = || {
        StoreError::fatal(format!(
            "{url} is not an address of a log: write kafka://HOST:PORT, several separated by commas, \
             with an optional /PREFIX for topics"
        ))
    };
    let rest = url.strip_prefix("kafka://").ok_or_else(invalid)?;
    let (brokers, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if brokers.is_empty() || brokers.split(',').any(str::is_empty) || !prefix.chars().all(is_name) {
        return Err(invalid());
    }
    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}.") };
    Ok((brokers.to_owned(), prefix))
}

fn refused_topic(topic: &str, code: Code) -> StoreError {
    let message = format!("Kafka did not create the topic {topic}: {code}");
    match code {
        Code::TopicAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::PolicyViolation
        | Code::InvalidTopic
        | Code::InvalidConfig
        | Code::InvalidReplicationFactor => StoreError::fatal(message),
        _ => StoreError::retryable(message),
    }
}

fn has_no_leader(error: &KafkaError) -> bool {
    let code = error.rdkafka_error_code();
    matches!(code, Some(Code::NotLeaderForPartition | Code::LeaderNotAvailable))
}

/// Classifies an error of Kafka by how the caller should react.
fn broken(error: &KafkaError) -> StoreError {
    let code = error.rdkafka_error_code();
    let converted = match (error, code) {
        (KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_), _) => {
            StoreError::fatal(format!("invalid configuration of Kafka: {error}"))
        }
        (_, Some(Code::MessageSizeTooLarge)) => {
            StoreError::poison(format!("the broker rejects a record of this size: {error}"))
        }
        (_, Some(Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition)) => {
            StoreError::fatal(format!("unknown topic or partition of Kafka: {error}"))
        }
        (_, Some(Code::OffsetOutOfRange | Code::AutoOffsetReset)) => StoreError::fatal(format!(
            "Kafka deleted records before they were processed (check its retention): {error}"
        )),
        (
            _,
            Some(Code::Fatal | Code::TopicAuthorizationFailed | Code::GroupAuthorizationFailed),
        ) => StoreError::fatal(format!("Kafka denied access or reported a fatal error: {error}")),
        _ => StoreError::retryable(format!("Kafka is unreachable or not ready: {error}")),
    };
    converted.with_source(error.clone())
}

#[async_trait]
impl EventLog for KafkaLog {
    async fn ensure_topic(&self, topic: &str, partitions: u32) -> Result<()> {
        let existing = self.partitions(topic).await?;
        if existing >= partitions {
            return Ok(());
        }
        let (name, count) = (self.topic(topic), number(partitions));
        let options = AdminOptions::new()
            .request_timeout(Some(ANSWER_MAX))
            .operation_timeout(Some(ANSWER_MAX));
        let results = if existing == 0 {
            let new = NewTopic::new(&name, count, TopicReplication::Fixed(-1))
                .set("retention.ms", RETENTION_MS);
            self.0.admin.create_topics([&new], &options).await
        } else {
            let grown = NewPartitions::new(&name, partitions as usize);
            self.0.admin.create_partitions([&grown], &options).await
        };
        for result in results.map_err(|error| broken(&error))? {
            match result {
                // Another process was faster.
                Ok(_) | Err((_, Code::TopicAlreadyExists | Code::InvalidPartitions)) => {}
                Err((_, code)) => return Err(refused_topic(&name, code)),
            }
        }
        self.wait_for_leaders(topic, partitions).await
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Result<()> {
        let count = self.known_partitions(topic).await?;
        let name = self.topic(topic);
        records.iter().try_for_each(|record| check_size(&record.payload))?;
        let producer = self.producer();
        let mut sent = Vec::with_capacity(records.len());
        for record in &records {
            let partition = number(partition_of(&record.key, count));
            let mut next = record::to_kafka(&name, partition, record);
            loop {
                match producer.send_result(next) {
                    Ok(delivery) => break sent.push(delivery),
                    Err((KafkaError::MessageProduction(Code::QueueFull), back)) => {
                        tokio::time::sleep(QUEUE_FULL_WAIT).await;
                        next = back;
                    }
                    Err((error, _)) => return Err(self.renew_producer(&error)),
                }
            }
        }
        for delivery in sent {
            let delivered =
                delivery.await.map_err(|_| StoreError::retryable("the producer has stopped"))?;
            delivered.map_err(|(error, _)| self.renew_producer(&error))?;
        }
        Ok(())
    }

    async fn partitions(&self, topic: &str) -> Result<u32> {
        let name = self.topic(topic);
        let count = self
            .ask(move |broker| {
                let metadata = broker.fetch_metadata(Some(&name), ANSWER_MAX)?;
                let entry = metadata.topics().iter().find(|entry| entry.name() == name);
                Ok(entry.map_or(0, |topic| topic.partitions().len()))
            })
            .await?;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count > 0 {
            let mut cached = self.0.partitions.lock().unwrap_or_else(PoisonError::into_inner);
            cached.insert(topic.to_owned(), count);
        }
        Ok(count)
    }

    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>> {
        let (name, count) = (self.topic(topic), self.partitions(topic).await?);
        self.ask(move |broker| {
            (0..count).map(|partition| bounds_of(broker, &name, partition)).collect()
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
        let mut readers = self.0.inspecting.lock().await;
        let bounds = self.partition_bounds(topic, partition).await?;
        let from = from.max(bounds.first);
        let available = bounds.next.saturating_sub(from);
        let most = max.min(usize::try_from(available).unwrap_or(usize::MAX));
        let (consumer, name) = (self.0.broker.consumer(), self.topic(topic));
        let reader = readers.entry(topic.to_owned()).or_insert_with(|| Reader::new(consumer, name));
        let mut records = Vec::new();
        let mut next = from;
        while records.len() < most && next < bounds.next {
            let more = reader.fetch(partition, next, most - records.len(), ANSWER_MAX).await?;
            let Some(last) = more.last() else {
                return Err(StoreError::retryable(format!("Kafka returned no records of {topic}")));
            };
            next = last.position + 1;
            records.extend(more);
        }
        reader.let_go(partition)?;
        Ok(records)
    }

    async fn truncate_before(&self, topic: &str, partition: u32, position: u64) -> Result<()> {
        let bounds = self.partition_bounds(topic, partition).await?;
        let position = position.min(bounds.next);
        if position <= bounds.first {
            return Ok(());
        }
        let mut before = TopicPartitionList::new();
        let offset = Offset::Offset(i64::try_from(position).unwrap_or(i64::MAX));
        before
            .add_partition_offset(&self.topic(topic), number(partition), offset)
            .map_err(|error| broken(&error))?;
        let options = AdminOptions::new().operation_timeout(Some(ANSWER_MAX));
        self.0
            .admin
            .delete_records(&before, &options)
            .await
            .map_err(|error| broken(&error))
            .map(drop)
    }

    async fn subscribe(&self, group: &str, topic: &str) -> Result<Box<dyn Subscription>> {
        let group = format!("{}{group}", self.0.prefix);
        Ok(Box::new(Group::join(&self.0.config, &group, self.topic(topic))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{Opened, address, fresh_name, log_suite};

    async fn kafka() -> Opened<Arc<dyn EventLog>, ()> {
        let url = address("kafka")?;
        let log = KafkaLog::open(&format!("{url}/{}", fresh_name())).unwrap();
        Some((Arc::new(log), ()))
    }

    log_suite!(kafka);
}

//! The relay: appends the outbox to the log, each producer's records in their order.
//!
//! At most one batch of each producer is in flight, and no producer waits for another: one whose
//! records cannot be appended is retried on its own, after growing pauses. A record that the log can
//! never hold is replaced, in the outbox and under its number, by a dead letter, so that its
//! producer continues in order. A crash between append and removal appends records again; consumers
//! skip these duplicates by their numbers.
//!
//! Where the log is in the database, the records of most transactions are on it already, and only
//! backfill is relayed.

mod backfill;
mod lease;
mod letters;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use store::db::{Numbered, Urgency};
use store::log::NewRecord;
use store::{ErrorKind, Result, StoreError};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::activity::Activity;
use crate::notifier::Notifier;
use crate::resources::Resources;
use crate::stage::StageInfo;
use crate::start::BACKFILL_PRODUCER;
use backfill::BackfillGate;
use lease::RelayLease;
use letters::Letters;

/// The share of a producer: the records, and the characters of their payloads, that are read and
/// appended together.
const RECORDS_MAX: i64 = 256;
const CHARS_MAX: i64 = 2 << 20;
const IDLE: Duration = Duration::from_millis(250);
/// The poll interval with a shared database, because other processes cannot notify this relay.
const OTHERS_IDLE: Duration = Duration::from_millis(25);
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(10);
/// The time without any progress after which another process may try.
const STUCK: Duration = Duration::from_secs(5);

/// The relay of a process.
pub(crate) struct Relay {
    appender: Appender,
    notifier: Notifier,
    /// The producers with a batch in flight.
    busy: BTreeSet<String>,
    /// The producers whose last batch failed.
    resting: BTreeMap<String, Rest>,
    backfill: BackfillGate,
    /// Whether backfill was in the outbox in the last round.
    has_backfill: bool,
    in_flight: FuturesUnordered<BoxFuture<'static, Relayed>>,
    /// The time of the last success, or since when there is work.
    progressed: Instant,
    /// Whether the database was found damaged; then nothing more is relayed.
    is_damaged: bool,
}

/// The pause of a producer after a failure.
struct Rest {
    until: Instant,
    pause: Duration,
}

/// The result of a batch.
struct Relayed {
    producer: String,
    result: Result<()>,
}

/// How the relay waits for its next round.
enum Pause {
    /// Until records are put into the outbox, or for this long.
    Idle(Duration),
    /// For this long.
    Rest(Duration),
}

impl Relay {
    pub(crate) fn new(
        resources: Resources,
        activity: Arc<Activity>,
        notifier: Notifier,
        stages: Vec<StageInfo>,
        dead_letters: Vec<&'static str>,
    ) -> Self {
        let letters = Letters { stages, names: dead_letters };
        Self {
            appender: Appender { resources, activity, letters },
            notifier,
            busy: BTreeSet::new(),
            resting: BTreeMap::new(),
            backfill: BackfillGate::default(),
            has_backfill: false,
            in_flight: FuturesUnordered::new(),
            progressed: Instant::now(),
            is_damaged: false,
        }
    }

    /// Relays until stopped. An append waits for as long as the log is unavailable, so it is
    /// cancelled on stop.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut lease = match RelayLease::new() {
            Ok(lease) => lease,
            Err(error) => return tracing::error!(%error, "the relay cannot start"),
        };
        while !*stop.borrow() {
            let pause = tokio::select! {
                pause = self.round(&mut lease) => pause,
                _ = stop.changed() => break,
            };
            let Some(pause) = pause else { break };
            let notifier = &self.notifier;
            let paused = async {
                match pause {
                    Pause::Idle(most) => notifier.outgoing(most).await,
                    Pause::Rest(pause) => tokio::time::sleep(pause).await,
                }
            };
            tokio::select! {
                Some(relayed) = self.in_flight.next() => self.end(relayed),
                () = paused => {}
                _ = stop.changed() => break,
            }
            while let Some(Some(relayed)) = self.in_flight.next().now_or_never() {
                self.end(relayed);
            }
        }
        lease.release(&self.appender.resources).await;
    }

    /// Starts a batch for each producer that waits, if this process holds the lease. Returns `None`
    /// if the database is damaged: then nothing more is relayed.
    async fn round(&mut self, lease: &mut RelayLease) -> Option<Pause> {
        if self.is_damaged {
            tracing::error!("the outbox is not relayed any more, because the database is damaged");
            return None;
        }
        if self.is_stuck() {
            // Relaying may work in another process. The batches in flight stay there, because
            // appending their records again would only add duplicates.
            lease.release(&self.appender.resources).await;
            self.progressed = Instant::now();
            return Some(Pause::Rest(IDLE * 4));
        }
        let started = match lease.acquire(&self.appender.resources).await {
            Ok(true) => self.start_batches().await,
            Ok(false) => {
                self.resting.clear();
                self.appender.activity.keep_appends(|producer| self.busy.contains(producer));
                return Some(Pause::Rest(IDLE));
            }
            Err(error) => Err(error),
        };
        match started {
            Ok(()) => Some(Pause::Idle(self.idle())),
            Err(error) if error.is_damage() => {
                tracing::error!(%error, "the outbox is not relayed any more");
                None
            }
            Err(error) => {
                tracing::warn!(%error, "cannot read the outbox; retrying");
                lease.release(&self.appender.resources).await;
                Some(Pause::Rest(IDLE * 4))
            }
        }
    }

    /// Returns whether another process should try. With a database of its own there is none.
    fn is_stuck(&self) -> bool {
        let waits = !self.busy.is_empty() || !self.resting.is_empty();
        self.appender.resources.db.is_shared() && waits && self.progressed.elapsed() > STUCK
    }

    /// Returns the time until the next poll or the next retry of a producer.
    fn idle(&self) -> Duration {
        let poll = match self.appender.resources.db.is_shared() {
            _ if self.backfill.is_closed() => backfill::POLL,
            true => OTHERS_IDLE,
            false => IDLE,
        };
        let now = Instant::now();
        let retries = self.resting.values().map(|rest| rest.until.saturating_duration_since(now));
        retries.filter(|wait| !wait.is_zero()).fold(poll, Duration::min)
    }

    /// Reads the oldest records of each producer that neither has a batch in flight nor rests, and
    /// starts to append them.
    async fn start_batches(&mut self) -> Result<()> {
        let now = Instant::now();
        let resting = self.resting.iter().filter(|(_, rest)| rest.until > now);
        let mut skipped: BTreeSet<String> = resting.map(|(producer, _)| producer.clone()).collect();
        skipped.extend(self.busy.iter().cloned());
        if self.has_backfill && !skipped.contains(BACKFILL_PRODUCER) {
            let Appender { resources, letters, .. } = &self.appender;
            if !self.backfill.admits(resources, &letters.stages).await? {
                skipped.insert(BACKFILL_PRODUCER.to_owned());
            }
        }
        let read = self.appender.resources.db.read(move |tx| {
            Box::pin(async move {
                let producers = tx.outbox_producers().await?;
                let mut batches = Vec::new();
                for producer in producers.iter().filter(|producer| !skipped.contains(*producer)) {
                    batches.push(tx.outbox_of(producer, RECORDS_MAX, CHARS_MAX).await?);
                }
                Ok((producers, batches))
            })
        });
        let (producers, batches) = read.await?;
        let producers: BTreeSet<String> = producers.into_iter().collect();
        self.has_backfill = producers.contains(BACKFILL_PRODUCER);
        // Another process may have relayed the records of a producer that failed here.
        self.resting.retain(|producer, _| producers.contains(producer));
        let waits = |producer: &str| producers.contains(producer) || self.busy.contains(producer);
        self.appender.activity.keep_appends(waits);
        if self.busy.is_empty() && self.resting.is_empty() {
            self.progressed = now;
        }
        for batch in batches {
            let Some(first) = batch.first() else { continue };
            let producer = first.producer.clone();
            self.busy.insert(producer.clone());
            self.appender.activity.append_begun(&producer);
            let appender = self.appender.clone();
            self.in_flight.push(Box::pin(async move {
                let result = appender.send(&batch).await;
                Relayed { producer, result }
            }));
        }
        Ok(())
    }

    fn end(&mut self, Relayed { producer, result }: Relayed) {
        self.busy.remove(&producer);
        let now = Instant::now();
        match result {
            Ok(()) => {
                self.progressed = now;
                self.resting.remove(&producer);
                self.appender.activity.append_ended(&producer);
            }
            Err(error) => {
                self.is_damaged |= error.is_damage();
                tracing::warn!(producer, %error, "cannot append the records of a producer; retrying");
                self.appender.activity.append_failed(&producer, &error);
                let previous = self.resting.get(&producer).map(|rest| rest.pause * 2);
                let pause = previous.unwrap_or(RETRY_FIRST).min(RETRY_MOST);
                self.resting.insert(producer, Rest { until: now + pause, pause });
            }
        }
    }
}

/// Appends the records of a producer. A clone is the same.
#[derive(Clone)]
struct Appender {
    resources: Resources,
    activity: Arc<Activity>,
    letters: Letters,
}

impl Appender {
    /// Appends the records of one producer in order and deletes them from the outbox. It stops at
    /// the first failure, and after a record that was replaced: the next round reads it again.
    async fn send(&self, batch: &[Numbered]) -> Result<()> {
        let mut rest = batch;
        while let Some(first) = rest.first() {
            let of_topic = |one: &&Numbered| one.record.topic == first.record.topic;
            let (now, later) = rest.split_at(rest.iter().take_while(of_topic).count());
            match self.append(now).await {
                Err(error) if error.kind() == ErrorKind::Poison => {
                    return self.send_each(now).await;
                }
                appended => appended?,
            }
            rest = later;
        }
        Ok(())
    }

    /// Appends records one by one, up to and including the first that the log can never hold, which
    /// is replaced by a dead letter.
    async fn send_each(&self, records: &[Numbered]) -> Result<()> {
        for one in records {
            match self.append(std::slice::from_ref(one)).await {
                Err(error) if error.kind() == ErrorKind::Poison => {
                    return self.replace(one, error).await;
                }
                appended => appended?,
            }
        }
        Ok(())
    }

    /// Appends records of one topic, then deletes them from the outbox.
    async fn append(&self, records: &[Numbered]) -> Result<()> {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(()) };
        let new: Vec<NewRecord> = records.iter().cloned().map(NewRecord::from).collect();
        self.resources.log.append(&first.record.topic, new).await?;
        let (producer, number) = (last.producer.clone(), last.number);
        self.resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move { tx.outbox_done(&producer, number).await })
            })
            .await
    }

    /// Replaces a record in the outbox by its dead letter. One that is a dead letter already, and
    /// still too large for this log, stays: it holds up no other producer.
    async fn replace(&self, record: &Numbered, error: StoreError) -> Result<()> {
        let letter = self.letters.letter(record, &error, self.resources.now())?;
        let Some(letter) = letter.filter(|new| new.payload.len() < record.record.payload.len())
        else {
            return Err(error);
        };
        tracing::warn!(
            producer = record.producer,
            %error,
            "a record that the log cannot hold becomes a dead letter; see `leadq dead`"
        );
        let (producer, number) = (record.producer.clone(), record.number);
        let (topic, payload) = (letter.topic, letter.payload);
        self.resources
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(
                    async move { tx.replace_outgoing(&producer, number, &topic, &payload).await },
                )
            })
            .await?;
        self.activity.gave_up(letter.stage);
        Ok(())
    }
}

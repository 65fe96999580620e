//! The feed: the changes of signals, in the order in which they were scored.
//!
//! The log itself is its storage. A record of `signals.detected` is available once the score stage
//! has passed it; the feed determines this position once for all clients, after each commit of the
//! engine. Each client reads from its own position at its own pace: after a disconnect it resumes
//! exactly there, and a slow client blocks no other client and fills no queue.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use answer::dossier::{read_of_entity, read_standing};
use answer::{Dossier, Profile, ReadContext, SignalDetail};
use flow::{Context, EngineStatus};
use model::{EntityId, Signal, SignalDetected, SignalId, Topic, decode};
use store::log::Record;
use store::{Result, StoreError};
use tokio::sync::{Mutex, watch};

use crate::stream_position::Position;

/// The stage after which a signal's score is final.
const LAST_STAGE: &str = "score";
/// The interval at which the head is read when this process commits nothing.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// The time over which commits are batched.
const GATHER: Duration = Duration::from_millis(20);
/// The number of records whose changes are cached, so that they are computed once for all clients.
const REMEMBERED_MAX: usize = 512;
/// The maximum size of the cached changes, in bytes.
const REMEMBERED_BYTES_MAX: usize = 4 << 20;

/// A change of a signal.
#[derive(Debug, Clone)]
pub(crate) enum LiveChange {
    /// A signal is new or has changed: its detail as JSON.
    Signal(Box<str>),
    /// A signal was withdrawn, or is now shown as another signal.
    Gone(SignalId),
}

/// The changes of one record, in parts that are each sent completely or not at all.
pub(crate) type Parts = Vec<Vec<LiveChange>>;

/// The record after a position.
pub(crate) enum NextRecord {
    /// There is none yet.
    None,
    /// The record, as its partition, its position and its parts. A record without changes has no
    /// parts.
    Found(usize, u64, Arc<Parts>),
    /// The log no longer holds it.
    Deleted,
}

/// The feed.
pub(crate) struct LiveFeed {
    context: Arc<Context>,
    answers: ReadContext,
    head: watch::Sender<Vec<u64>>,
    recent: Mutex<RecentChanges>,
}

/// The changes of the records that were computed last.
#[derive(Default)]
struct RecentChanges {
    records: VecDeque<Remembered>,
    /// The sum of their sizes.
    bytes: usize,
}

/// The cached parts of a record, with its partition, its position and its size.
struct Remembered {
    record: (usize, u64),
    parts: Arc<Parts>,
    bytes: usize,
}

impl RecentChanges {
    fn find(&self, record: (usize, u64)) -> Option<Arc<Parts>> {
        let cached = self.records.iter().rev().find(|one| one.record == record);
        cached.map(|one| Arc::clone(&one.parts))
    }

    /// Adds a record, and removes the oldest ones beyond the limits.
    fn add(&mut self, record: (usize, u64), parts: Arc<Parts>) {
        let size = |change: &LiveChange| {
            size_of::<LiveChange>()
                + if let LiveChange::Signal(json) = change { json.len() } else { 0 }
        };
        let bytes = size_of::<Remembered>() + parts.iter().flatten().map(size).sum::<usize>();
        self.bytes += bytes;
        self.records.push_back(Remembered { record, parts, bytes });
        while self.records.len() > REMEMBERED_MAX || self.bytes > REMEMBERED_BYTES_MAX {
            let Some(oldest) = self.records.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
    }
}

impl LiveFeed {
    /// Opens a feed at the position of the score stage.
    pub(crate) async fn open(context: Arc<Context>, answers: ReadContext) -> Result<Self> {
        let head = watch::Sender::new(head(&context).await?);
        Ok(Self { context, answers, head, recent: Mutex::default() })
    }

    /// Follows the engine's commits until `stop` becomes true.
    pub(crate) async fn follow(
        self: Arc<Self>,
        pulse: Arc<EngineStatus>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut beat = pulse.beat();
        while !*stop.borrow() {
            pulse.set_streamed(self.head.borrow().clone());
            if let Err(error) = self.advance().await {
                tracing::warn!(%error, "cannot read changes; retrying");
            }
            tokio::select! {
                _ = tokio::time::timeout(POLL_EVERY, beat.changed()) => {}
                _ = stop.changed() => return,
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Returns the position up to which every change is available.
    pub(crate) fn position(&self) -> Position {
        Position { next: self.head.borrow().clone(), told: None }
    }

    /// Subscribes to the head, which moves whenever changes become available.
    pub(crate) fn news(&self) -> watch::Receiver<Vec<u64>> {
        self.head.subscribe()
    }

    /// Reads the new head.
    async fn advance(&self) -> Result<()> {
        let new = head(&self.context).await?;
        self.head.send_if_modified(|head| {
            let is_new = *head != new;
            *head = new;
            is_new
        });
        Ok(())
    }

    /// Reads the record at a position, or the first one after it.
    async fn record(&self, partition: usize, from: u64) -> Result<Option<Record>> {
        let partition = u32::try_from(partition).unwrap_or(u32::MAX);
        let topic = Topic::SignalsDetected.name();
        Ok(self.context.log.read(topic, partition, from, 1).await?.into_iter().next())
    }

    /// Finds the first available record after a position.
    pub(crate) async fn next(&self, position: &Position) -> answer::Result<NextRecord> {
        let head = self.head.borrow().clone();
        // A partly sent record comes first, because a position can describe only one of them.
        let mut order: Vec<usize> = (0..head.len()).collect();
        if let Some((partition, _)) = position.told {
            order.sort_by_key(|one| *one != partition);
        }
        for partition in order {
            let (from, next) = (position.of(partition), head.get(partition).copied().unwrap_or(0));
            if from >= next {
                continue;
            }
            if let Some(parts) = self.recent.lock().await.find((partition, from)) {
                return Ok(NextRecord::Found(partition, from, parts));
            }
            let record = self.record(partition, from).await?;
            let is_next = record.as_ref().is_some_and(|record| record.position == from);
            if !is_next && !self.has(position).await? {
                return Ok(NextRecord::Deleted);
            }
            let Some(record) = record else { continue };
            let parts = Arc::new(self.parts(&record).await?);
            self.recent.lock().await.add((partition, record.position), Arc::clone(&parts));
            return Ok(NextRecord::Found(partition, record.position, parts));
        }
        Ok(NextRecord::None)
    }

    /// Finds the first available record after a position, with its entity instead of its parts.
    pub(crate) async fn next_entity(
        &self,
        position: &Position,
    ) -> Result<Option<(usize, u64, Option<EntityId>)>> {
        let head = self.head.borrow().clone();
        for (partition, next) in head.iter().enumerate() {
            let from = position.of(partition);
            if from < *next {
                let record = self.record(partition, from).await?;
                return Ok(record.map(|one| (partition, one.position, entity_of(&one))));
            }
        }
        Ok(None)
    }

    /// Checks that the log still holds every record from a position on, and that the position is
    /// not ahead of the head.
    pub(crate) async fn has(&self, position: &Position) -> Result<bool> {
        let bounds = self.context.log.bounds(Topic::SignalsDetected.name()).await?;
        let head = self.head.borrow().clone();
        Ok(position.next.len() <= bounds.len()
            && bounds.iter().zip(head).enumerate().all(|(partition, (bounds, head))| {
                let from = position.of(partition);
                bounds.first <= from && from <= head
            }))
    }

    /// Computes the parts of a record: one for each signal that it names. A record without signals
    /// means that scores may have changed, so it has a part for every signal of the company, unless
    /// its cause was an observation of a page.
    async fn parts(&self, record: &Record) -> answer::Result<Parts> {
        let Ok(detected) = decode::<SignalDetected>(&record.record.payload) else {
            return Ok(Vec::new());
        };
        let entity = detected.entity;
        let read_context = self.answers.clone();
        let read = self.answers.read(move |tx| {
            Box::pin(async move {
                let profile = Profile::read(tx).await?;
                let company = read_of_entity(tx, &read_context, &profile, entity).await?;
                Ok(company.map(|company| (profile, company)))
            })
        });
        let Some((profile, company)) = read.await? else { return Ok(Vec::new()) };
        if detected.signals.is_empty() {
            let by_page = detected.cause.look().is_some();
            let rescored = company.signals.iter().filter(|_| !by_page);
            let change =
                |signal: &Signal| self.signal_change(&company, signal).map(|change| vec![change]);
            return rescored.map(change).collect();
        }
        let mut parts = Vec::with_capacity(detected.signals.len());
        let mut reported = BTreeSet::new();
        for id in detected.signals {
            parts.push(self.part(&profile, &company, id, &mut reported).await?);
        }
        Ok(parts)
    }

    async fn part(
        &self,
        profile: &Profile,
        company: &Dossier,
        id: SignalId,
        reported: &mut BTreeSet<SignalId>,
    ) -> answer::Result<Vec<LiveChange>> {
        if company.reading(id).is_some() {
            return self.changes(company, id, reported);
        }
        // It may belong to another company since the two were separated.
        let (read_context, profile) = (self.answers.clone(), profile.clone());
        let read = self.answers.read(move |tx| {
            Box::pin(async move { read_standing(tx, &read_context, &profile, id).await })
        });
        match read.await? {
            Some((other, _)) => self.changes(&other, id, reported),
            None => Ok(vec![LiveChange::Gone(id)]),
        }
    }

    /// Lists the removal of signals that are now shown as this one, then the signal itself.
    fn changes(
        &self,
        company: &Dossier,
        id: SignalId,
        reported: &mut BTreeSet<SignalId>,
    ) -> answer::Result<Vec<LiveChange>> {
        let Some(signal) = company.reading(id).filter(|signal| reported.insert(signal.id)) else {
            return Ok(Vec::new());
        };
        let hidden = company.read_as.iter().filter(|(_, shown)| **shown == signal.id);
        let mut changes: Vec<LiveChange> =
            hidden.map(|(hidden, _)| LiveChange::Gone(*hidden)).collect();
        changes.push(self.signal_change(company, signal)?);
        Ok(changes)
    }

    fn signal_change(&self, company: &Dossier, signal: &Signal) -> answer::Result<LiveChange> {
        let detail = SignalDetail::of(&self.answers, company, signal, self.answers.day(None));
        let json = serde_json::to_string(&detail).map_err(StoreError::from)?;
        Ok(LiveChange::Signal(json.into()))
    }
}

/// Reads the position of the score stage in each partition.
async fn head(context: &Context) -> Result<Vec<u64>> {
    let positions = context.db.read(|tx| Box::pin(tx.positions())).await?;
    let partitions = context.log.partitions(Topic::SignalsDetected.name()).await?;
    let mut head = vec![0; partitions as usize];
    for (stage, partition, position) in positions {
        if let Some(next) = head.get_mut(partition as usize).filter(|_| stage == LAST_STAGE) {
            *next = position;
        }
    }
    Ok(head)
}

fn entity_of(record: &Record) -> Option<EntityId> {
    decode::<SignalDetected>(&record.record.payload).ok().map(|detected| detected.entity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_changes_are_bounded_by_number_and_size() {
        let signal = |bytes: usize| LiveChange::Signal("x".repeat(bytes).into());
        let mut recent = RecentChanges::default();
        for record in 0..2_000 {
            recent.add((0, record), Arc::new(vec![vec![signal(10)]]));
        }
        assert_eq!(recent.records.len(), REMEMBERED_MAX);
        assert!(recent.find((0, 1_999)).is_some() && recent.find((0, 1)).is_none());
        for record in 0..20 {
            recent.add((1, record), Arc::new(vec![vec![signal(REMEMBERED_BYTES_MAX / 4)]]));
            assert!(recent.bytes <= REMEMBERED_BYTES_MAX, "{}", recent.bytes);
        }
        assert!(recent.find((1, 19)).is_some() && recent.records.len() < 4);
        // What does not fit is computed for each client.
        recent.add((2, 0), Arc::new(vec![vec![signal(REMEMBERED_BYTES_MAX)]]));
        assert_eq!((recent.records.len(), recent.bytes), (0, 0));
    }
}

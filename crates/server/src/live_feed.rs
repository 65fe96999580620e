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
use flow::Context;
use model::{EntityId, SignalDetected, SignalId, Topic, decode};
use store::Result;
use store::log::Record;
use tokio::sync::{Mutex, watch};

use crate::company_cache::CompanyCache;
use crate::stream_position::Position;

/// The stage after which a signal's score is final.
const LAST_STAGE: &str = "score";
/// The interval at which the head is read when this process commits nothing.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// The time over which commits are batched.
const GATHER: Duration = Duration::from_millis(20);
/// The number of records whose changes are cached, so that they are computed once for all clients.
const REMEMBERED: usize = 512;
/// The number of records read from the log at a time.
const PAGE: usize = 256;

/// A change of a signal.
#[derive(Debug, Clone)]
pub(crate) enum LiveChange {
    /// A signal is new or has changed.
    Signal(Box<SignalDetail>),
    /// A signal was withdrawn, or is now shown as another signal.
    Gone(SignalId),
}

/// The changes of one record, in parts that are each sent completely or not at all.
pub(crate) type Parts = Vec<Vec<LiveChange>>;

/// The feed.
pub(crate) struct LiveFeed {
    context: Arc<Context>,
    answers: ReadContext,
    wall: Arc<CompanyCache>,
    head: watch::Sender<Vec<u64>>,
    recent: Mutex<VecDeque<Remembered>>,
}

/// The cached parts of a record, with its partition and its position.
struct Remembered {
    record: (usize, u64),
    parts: Arc<Parts>,
}

impl LiveFeed {
    /// Opens a feed at the position of the score stage.
    pub(crate) async fn open(
        context: Arc<Context>,
        answers: ReadContext,
        wall: Arc<CompanyCache>,
    ) -> Result<Self> {
        let head = watch::Sender::new(head(&context).await?);
        Ok(Self { context, answers, wall, head, recent: Mutex::default() })
    }

    /// Follows the engine's commits until `stop` becomes true.
    pub(crate) async fn follow(
        self: Arc<Self>,
        mut beat: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
    ) {
        // Built here and not for the first client, whose disconnect would cancel it.
        if let Err(error) = self.build_wall().await {
            tracing::warn!(%error, "cannot build the wall; the next search builds it");
        }
        while !*stop.borrow() {
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

    async fn build_wall(&self) -> answer::Result<()> {
        let profile = Profile::load(&self.answers).await?;
        self.wall.companies(&self.answers, &profile).await.map(drop)
    }

    /// Returns the position up to which every change is available.
    pub(crate) fn position(&self) -> Position {
        Position { next: self.head.borrow().clone(), told: None }
    }

    /// Subscribes to the head, which moves whenever changes become available.
    pub(crate) fn news(&self) -> watch::Receiver<Vec<u64>> {
        self.head.subscribe()
    }

    /// Reads the new head, and updates the wall before any client is notified.
    async fn advance(&self) -> answer::Result<()> {
        let new = head(&self.context).await?;
        let old = self.head.borrow().clone();
        if new == old {
            return Ok(());
        }
        let mut changed = BTreeSet::new();
        for (partition, next) in new.iter().enumerate() {
            let mut from = old.get(partition).copied().unwrap_or(0);
            while from < *next {
                let records = self.records(partition, from, *next).await?;
                let Some(last) = records.last() else { break };
                from = last.position + 1;
                changed.extend(records.iter().filter_map(entity_of));
            }
        }
        let changed: Vec<EntityId> = changed.into_iter().collect();
        self.wall.refresh(&self.answers, &changed).await?;
        self.head.send_replace(new);
        Ok(())
    }

    async fn records(&self, partition: usize, from: u64, next: u64) -> Result<Vec<Record>> {
        let limit = usize::try_from(next.saturating_sub(from)).unwrap_or(PAGE).min(PAGE);
        let partition = u32::try_from(partition).unwrap_or(u32::MAX);
        self.context.log.read(Topic::SignalsDetected.name(), partition, from, limit).await
    }

    /// Finds the first available record after a position, as its partition, its position and its
    /// parts. A record without changes has no parts.
    pub(crate) async fn next(
        &self,
        position: &Position,
    ) -> answer::Result<Option<(usize, u64, Arc<Parts>)>> {
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
            if let Some(parts) = self.recent_parts(partition, from).await {
                return Ok(Some((partition, from, parts)));
            }
            let records = self.records(partition, from, from + 1).await?;
            let Some(record) = records.into_iter().next() else { continue };
            let parts = Arc::new(self.parts(&record).await?);
            self.remember(partition, record.position, Arc::clone(&parts)).await;
            return Ok(Some((partition, record.position, parts)));
        }
        Ok(None)
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
                let records = self.records(partition, from, from + 1).await?;
                let next_record =
                    records.first().map(|one| (partition, one.position, entity_of(one)));
                return Ok(next_record);
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

    async fn recent_parts(&self, partition: usize, record: u64) -> Option<Arc<Parts>> {
        let recent = self.recent.lock().await;
        let cached = recent.iter().rev().find(|one| one.record == (partition, record));
        cached.map(|one| Arc::clone(&one.parts))
    }

    async fn remember(&self, partition: usize, record: u64, parts: Arc<Parts>) {
        let mut recent = self.recent.lock().await;
        if recent.len() >= REMEMBERED {
            recent.pop_front();
        }
        recent.push_back(Remembered { record: (partition, record), parts });
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
            return Ok(rescored.map(|signal| vec![self.signal_change(&company, signal)]).collect());
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
            return Ok(self.changes(company, id, reported));
        }
        // It may belong to another company since the two were separated.
        let (read_context, profile) = (self.answers.clone(), profile.clone());
        let read = self.answers.read(move |tx| {
            Box::pin(async move { read_standing(tx, &read_context, &profile, id).await })
        });
        match read.await? {
            Some((other, _)) => Ok(self.changes(&other, id, reported)),
            None => Ok(vec![LiveChange::Gone(id)]),
        }
    }

    /// Lists the removal of signals that are now shown as this one, then the signal itself.
    fn changes(
        &self,
        company: &Dossier,
        id: SignalId,
        reported: &mut BTreeSet<SignalId>,
    ) -> Vec<LiveChange> {
        let Some(signal) = company.reading(id).filter(|signal| reported.insert(signal.id)) else {
            return Vec::new();
        };
        let hidden = company.read_as.iter().filter(|(_, shown)| **shown == signal.id);
        let mut changes: Vec<LiveChange> =
            hidden.map(|(hidden, _)| LiveChange::Gone(*hidden)).collect();
        changes.push(self.signal_change(company, signal));
        changes
    }

    fn signal_change(&self, company: &Dossier, signal: &model::Signal) -> LiveChange {
        let day = self.answers.day(None);
        LiveChange::Signal(Box::new(SignalDetail::of(&self.answers, company, signal, day)))
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

//! Promotion of a run, in steps that are jobs: entities under new names are joined with those under
//! the old ones, then the stored readings are replaced, then the companies concerned are woken, and at
//! last all others, whose signals may be detected in another way.
//!
//! Each step is one transaction with the order of the next, so that a kill neither repeats nor loses
//! one. The companies are woken last, so that their histories hold all new readings, and what they
//! were told about is known under its new id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use answer::ReadContext;
use engine::BACKFILL_PRODUCER;
use model::{
    BlobRef, Cause, CleanEvent, Clock, Digest, EntityId, RawEvent, RawId, Timestamp, Topic,
};
use serde::{Deserialize, Serialize};
use store::Result;
use store::blob::BlobStore;
use store::db::{
    ConcernedEntity, Db, LeasedJob, NewJob, Outgoing, PageReading, RereadRun, RereadState, Tx,
    Urgency,
};

use crate::context::Context;
use crate::recomputation::{RecomputationOrder, order_recomputation, update_record};
use crate::stages::clean::{Clean, ReadPage};
use crate::{listing, membership};

/// The kind of the jobs.
pub(crate) const KIND: &str = "reread";
const ATTEMPTS_MAX: i64 = 5;
/// The number of entities that a step compares with those under old names.
const ENTITIES: i64 = 100;
/// The number of captures that a step replaces, or whose companies it wakes.
const CAPTURES: i64 = 16;

/// The payload of a job.
#[derive(Serialize, Deserialize)]
struct PromotionOrder {
    run: String,
}

/// Starts the promotion of a run.
///
/// # Errors
/// When the database fails.
pub(super) async fn order(context: &Context, run: RereadRun) -> Result<()> {
    let now = context.now();
    let write = context.db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move {
            tx.move_reread(&run, RereadState::Joining, "", None).await?;
            add_job(tx, &run.id, &format!("{KIND}:{}", run.id), now).await
        })
    });
    write.await
}

/// Adds the job of a promotion that has none. Returns whether a run is being promoted.
///
/// # Errors
/// When the database fails.
pub(super) async fn resume(context: &Context) -> Result<bool> {
    let now = context.now();
    let write = context.db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move {
            let open = tx.open_reread().await?.filter(|run| !run.state.is_before_promotion());
            let Some(run) = open else { return Ok(false) };
            if tx.open_job_count(KIND).await? == 0 {
                add_job(tx, &run.id, &format!("{KIND}:{}@{now}", run.id), now).await?;
            }
            Ok(true)
        })
    });
    write.await
}

async fn add_job(tx: &mut Tx, run: &str, key: &str, now: Timestamp) -> Result<()> {
    tx.add_job(NewJob {
        unique_key: key,
        kind: KIND,
        payload: &serde_json::to_string(&PromotionOrder { run: run.to_owned() })?,
        cause: Cause::from(run),
        run_at: now,
        max_attempts: ATTEMPTS_MAX,
        lane: None,
    })
    .await
    .map(drop)
}

/// The capabilities that a step needs.
pub(crate) struct Promotion {
    db: Db,
    blobs: Arc<dyn BlobStore>,
    clean: Clean,
    answers: ReadContext,
    clock: Arc<dyn Clock>,
}

impl Promotion {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            blobs: Arc::clone(&context.blobs),
            clean: Clean::with(context),
            answers: context.answers(),
            clock: Arc::clone(&context.clock),
        }
    }

    /// Does the next step of the run of a job, and ends the job in the transaction of its effect.
    ///
    /// # Errors
    /// When a store fails.
    pub(crate) async fn step(&self, job: &LeasedJob) -> Result<()> {
        let PromotionOrder { run: id } = serde_json::from_str(&job.payload)?;
        let run = self.db.read(move |tx| Box::pin(async move { tx.reread(&id).await })).await?;
        if let Some(run) = run {
            match run.state {
                RereadState::Joining => return self.join(run, job).await,
                RereadState::Replacing => return self.replace(run, job).await,
                RereadState::Waking => return self.wake(run, job).await,
                _ => {}
            }
        }
        let job = job.clone();
        let write = self
            .db
            .write(Urgency::Normal, move |tx| Box::pin(async move { tx.finish_job(&job).await }));
        write.await
    }

    /// Joins entities under new names with those under the old ones.
    async fn join(&self, run: RereadRun, job: &LeasedJob) -> Result<()> {
        let (job, now, answers) = (job.clone(), self.clock.now(), self.answers.clone());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                membership::lock(tx).await?;
                let entities = tx.reread_entities_after(&run, &run.after, ENTITIES).await?;
                let Some(last) = entities.last().map(ToString::to_string) else {
                    return advance(tx, &run, RereadState::Replacing, "", &job, now).await;
                };
                let renamed = tx.renamed_entities(&run, &entities).await?;
                let changed = membership::join_renamed(tx, &renamed, now).await?;
                listing::relist(tx, &answers, &changed, now.day()).await?;
                advance(tx, &run, RereadState::Joining, &last, &job, now).await
            })
        });
        write.await
    }

    /// Replaces stored readings, and stores their texts before.
    async fn replace(&self, run: RereadRun, job: &LeasedJob) -> Result<()> {
        let of = run.clone();
        let read = self.db.read(move |tx| {
            Box::pin(async move { tx.differing_readings(&of, &of.after, CAPTURES).await })
        });
        let mut readings = read.await?;
        let last = readings.last().map(|reading| reading.page.raw.to_string());
        let texts = self.store_texts(&mut readings).await?;
        let (job, now) = (job.clone(), self.clock.now());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let Some(last) = last else {
                    return advance(tx, &run, RereadState::Waking, "", &job, now).await;
                };
                let raws: Vec<RawId> = readings.iter().map(|reading| reading.page.raw).collect();
                let concerned = tx.reread_entities_of(&run, &raws).await?;
                let named = concerned.iter().filter_map(|one| Some((one.entity.as_ref()?, one.id)));
                let named: Vec<_> = named.collect();
                tx.add_entities(&named).await?;
                let texts: Vec<(Digest, &BlobRef)> =
                    texts.iter().map(|(hash, blob)| (*hash, blob)).collect();
                tx.add_texts(&texts).await?;
                tx.replace_readings(&readings).await?;
                advance(tx, &run, RereadState::Replacing, &last, &job, now).await
            })
        });
        write.await
    }

    /// Stores the texts of readings that are not stored yet. A reading whose text its capture does
    /// not give any more is left out: the stored one stays.
    async fn store_texts(
        &self,
        readings: &mut Vec<PageReading>,
    ) -> Result<BTreeMap<Digest, BlobRef>> {
        let present: Vec<(RawId, Digest)> = readings
            .iter()
            .filter(|reading| reading.page.look.outcome.is_present())
            .map(|reading| (reading.page.raw, reading.page.look.text_hash))
            .collect();
        let read = self.db.read(move |tx| {
            Box::pin(async move {
                let hashes: Vec<Digest> = present.iter().map(|(_, hash)| *hash).collect();
                let blobs = tx.text_blobs(&hashes).await?;
                let both = present.into_iter().zip(blobs);
                let missing = both.filter(|(_, blob)| blob.is_none()).map(|(one, _)| one);
                let missing: Vec<(RawId, Digest)> = missing.collect();
                let raws: Vec<RawId> = missing.iter().map(|(raw, _)| *raw).collect();
                let captures = tx.captures(&raws).await?;
                Ok(missing.into_iter().zip(captures).collect::<Vec<_>>())
            })
        });
        let (mut lost, mut pages) = (BTreeSet::new(), Vec::new());
        for ((raw, hash), capture) in read.await? {
            match self.read_again(capture, hash).await? {
                Some(page) => pages.push(Ok(page)),
                None => {
                    lost.insert(raw);
                }
            }
        }
        if !pages.is_empty() {
            self.clean.store_texts(&mut pages).await?;
        }
        readings.retain(|reading| !lost.contains(&reading.page.raw));
        let stored = pages.iter().flatten();
        Ok(stored.filter_map(|page| Some((page.text_hash(), page.blob()?.clone()))).collect())
    }

    /// Reads a capture again; `None` if it does not give the text with this digest.
    async fn read_again(
        &self,
        capture: Option<RawEvent>,
        hash: Digest,
    ) -> Result<Option<ReadPage>> {
        let Some(capture) = capture else { return Ok(None) };
        let raw = capture.raw;
        let read = async {
            let stored = self.blobs.read(&capture.blob).await?;
            self.clean.read_capture(capture, stored).await
        };
        match read.await {
            Ok(page) if page.text_hash() == hash => Ok(Some(page)),
            Ok(_) => {
                tracing::warn!(%raw, "a stored page is read in another way than before; left");
                Ok(None)
            }
            Err(error) if error.is_retryable() || error.is_damage() => Err(error),
            Err(error) => {
                tracing::warn!(%raw, %error, "a stored page cannot be read again; left");
                Ok(None)
            }
        }
    }

    /// Wakes the companies of replaced readings, and deletes what the run kept of them.
    async fn wake(&self, run: RereadRun, job: &LeasedJob) -> Result<()> {
        let (job, now, answers) = (job.clone(), self.clock.now(), self.answers.clone());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                membership::lock(tx).await?;
                let readings = tx.differing_readings(&run, "", CAPTURES).await?;
                let raws: Vec<RawId> = readings.iter().map(|reading| reading.page.raw).collect();
                let Some(last) = raws.last().map(ToString::to_string) else {
                    return advance(tx, &run, RereadState::Promoted, "", &job, now).await;
                };
                let concerned = tx.reread_entities_of(&run, &raws).await?;
                let ids: BTreeSet<EntityId> = concerned.iter().map(|one| one.id).collect();
                let ids: Vec<EntityId> = ids.into_iter().collect();
                let changed = membership::relearn(tx, &answers.key, &ids, now).await?;
                listing::relist(tx, &answers, &changed, now.day()).await?;
                let records = records(&readings, &concerned, changed, &run.id, now)?;
                tx.send_later(BACKFILL_PRODUCER, records).await?;
                tx.forget_differing_pages(&run, &raws).await?;
                advance(tx, &run, RereadState::Waking, &last, &job, now).await
            })
        });
        write.await
    }
}

/// Moves a run on, orders its next step, and ends the job of this one.
async fn advance(
    tx: &mut Tx,
    run: &RereadRun,
    state: RereadState,
    after: &str,
    job: &LeasedJob,
    now: Timestamp,
) -> Result<()> {
    let is_over = state == RereadState::Promoted;
    tx.move_reread(run, state, after, is_over.then_some(now)).await?;
    if is_over {
        // Those that no page concerns learn the rules and detectors of today.
        let order = RecomputationOrder { learns: true, ..RecomputationOrder::default() };
        order_recomputation(tx, &order, &Cause::from(run.id.as_str()), now).await?;
    } else {
        let key = format!("{KIND}:{}:{}:{after}", run.id, state.as_str());
        add_job(tx, &run.id, &key, now).await?;
    }
    tx.finish_job(job).await
}

/// Builds the records that wake companies: of each page, for the entities it names, and of each
/// entity that only the stored reading named, and of each company whose members have changed.
fn records(
    readings: &[PageReading],
    concerned: &[ConcernedEntity],
    changed: BTreeSet<EntityId>,
    run: &str,
    now: Timestamp,
) -> Result<Vec<Outgoing>> {
    let mut records = Vec::new();
    for PageReading { page, .. } in readings {
        let record = CleanEvent {
            raw: page.raw,
            look: page.look.id,
            owner: page.look.owner,
            text_hash: page.look.text_hash,
            observed: page.look.observed,
        };
        records.push(Outgoing {
            topic: Topic::CleanEvents.name().to_owned(),
            key: page.look.owner.to_string(),
            event: page.look.observed,
            payload: model::encode(&record)?,
        });
    }
    let unnamed = concerned.iter().filter(|one| one.entity.is_none()).map(|one| one.id);
    let woken: BTreeSet<EntityId> = unnamed.chain(changed).collect();
    for entity in woken {
        records.push(update_record(entity, &Cause::from(run), now)?);
    }
    Ok(records)
}

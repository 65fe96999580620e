//! Reading stored captures again by the rules of today.
//!
//! A run reads them in steps and keeps the readings that differ from the stored ones, beside these:
//! nothing is emitted, and no answer changes. Then its effect on signals is computed, and a person
//! promotes or discards it. Promotion is a series of jobs (`promotion`).

mod compare;
mod diff;
pub(crate) mod promotion;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use model::{Day, Entity, IdHasher, RawEvent, Timestamp};
use store::blob::BlobError;
use store::db::{DifferingPage, PageReading, RereadCounts, RereadRun, RereadState, Tx, Urgency};
use store::{Result, StoreError};

use crate::context::Context;
use crate::stages::clean::{Clean, ReadPage};

pub use diff::{RereadDiff, SignalChange, SignalChangeKind};

/// The number of captures read in one step.
const CAPTURES: i64 = 32;
/// The number of captures whose results are deleted in one transaction.
const DELETED: i64 = 200;
/// The lock under which a run begins.
const LOCK: &str = "reread";

/// Which captures are read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RereadFilter {
    /// Those observed on this day or later.
    pub since: Option<Day>,
    /// Those of the site or board at this address or domain.
    pub domain: Option<String>,
}

/// A run.
pub struct Reread {
    context: Arc<Context>,
    clean: Clean,
    run: RereadRun,
    /// The segments that expired, as of its beginning.
    expired: BTreeSet<String>,
    yields: bool,
}

/// The result of reading one capture.
enum CaptureRead {
    Page(Box<ReadPage>),
    /// Its bytes have expired.
    Expired,
    /// Its bytes are damaged, or no page.
    Unreadable,
}

impl Reread {
    /// Begins a run, or resumes the one that was interrupted if it reads the same captures by the
    /// same rules; another one is discarded.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`](store::ErrorKind::Rejected) when the filter names no site or board,
    /// or while an earlier run is being promoted; when the database fails.
    pub async fn begin(context: &Arc<Context>, filter: &RereadFilter) -> Result<Self> {
        let wanted = wanted(context, filter)?;
        let open = context.db.read(|tx| Box::pin(tx.open_reread())).await?;
        if let Some(open) = open.filter(|open| !is_same(open, &wanted)) {
            check_not_promoted(&open)?;
            discard(context, &open).await?;
        }
        let now = context.now();
        let write = context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move { open_run(tx, wanted, now).await })
        });
        let run = write.await?;
        let expired = context.db.read(|tx| Box::pin(tx.expired_segments())).await?;
        let (context, clean) = (Arc::clone(context), Clean::with(context));
        Ok(Self { context, clean, run, expired, yields: false })
    }

    /// Makes the run pause after each step for as long as the step took, so that the other work of
    /// this process gets at least half of its time.
    #[must_use]
    pub fn yielding(self) -> Self {
        Self { yields: true, ..self }
    }

    /// Returns the id of the run.
    pub fn id(&self) -> &str {
        &self.run.id
    }

    /// Returns what was read so far.
    pub fn counts(&self) -> RereadCounts {
        self.run.counts
    }

    /// Returns the number of captures that are stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn captures(&self) -> Result<u64> {
        let count = self.context.db.read(|tx| Box::pin(tx.raw_count())).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Reads the next captures. Returns false when all are read.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](store::ErrorKind::Fenced) when another process works on the run; when
    /// a store fails.
    pub async fn read_some(&mut self) -> Result<bool> {
        if self.run.state != RereadState::Reading {
            return Ok(false);
        }
        let begun = Instant::now();
        let has_more = self.read_captures().await?;
        if self.yields {
            tokio::time::sleep(begun.elapsed()).await;
        }
        Ok(has_more)
    }

    async fn read_captures(&mut self) -> Result<bool> {
        let (db, run) = (&self.context.db, self.run.clone());
        let captures =
            db.read(move |tx| Box::pin(async move { tx.captures_to_reread(&run, CAPTURES).await }));
        let mut captures = captures.await?;
        let Some(last) = captures.last().map(|capture| capture.raw.to_string()) else {
            self.move_to(RereadState::Ready).await?;
            return Ok(false);
        };
        // Neighbours in a segment are read one after the other.
        captures.sort_by(|one, other| {
            (&one.blob.segment, one.blob.offset).cmp(&(&other.blob.segment, other.blob.offset))
        });
        let mut counts = self.run.counts;
        let (mut readings, mut owners) = (Vec::new(), Vec::new());
        for capture in captures {
            match read(&self.context, &self.clean, &self.expired, capture).await? {
                CaptureRead::Page(page) => {
                    counts.pages += 1;
                    owners.push(page.owner().clone());
                    readings.push(page.into_reading());
                }
                CaptureRead::Expired => counts.expired += 1,
                CaptureRead::Unreadable => counts.unreadable += 1,
            }
        }
        let differing = self.differing(readings, &owners).await?;
        counts.differing += differing.len() as u64;
        let (run, after) = (self.run.clone(), last.clone());
        let write = self.context.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.add_differing_pages(&run, &after, counts, &differing).await })
        });
        write.await?;
        (self.run.after, self.run.counts) = (last, counts);
        Ok(true)
    }

    /// Selects the readings, of pages with these owners, that differ from the stored ones.
    async fn differing(
        &self,
        readings: Vec<PageReading>,
        owners: &[Entity],
    ) -> Result<Vec<DifferingPage>> {
        let read = self.context.db.read(move |tx| {
            Box::pin(async move {
                let stored = tx.stored_readings(&readings).await?;
                Ok((readings, stored))
            })
        });
        let (readings, stored) = read.await?;
        let both = readings.into_iter().zip(owners).zip(&stored);
        Ok(both
            .filter(|(_, stored)| !stored.is_same)
            .map(|((reading, owner), stored)| compare::difference(reading, owner, stored))
            .collect())
    }

    /// Computes what the run would change: for each company concerned, the signals of its history
    /// with the new readings in place of the stored ones, compared with the stored signals. Nothing
    /// is changed. Calls `on_progress` for each company.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn diff(&self, on_progress: impl FnMut()) -> Result<RereadDiff> {
        diff::of_run(&self.context, &self.run, self.yields, on_progress).await
    }

    /// Orders that the readings of the run replace the stored ones.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`](store::ErrorKind::Rejected) when not all captures are read; when the
    /// database fails.
    pub async fn promote(self) -> Result<()> {
        if self.run.state != RereadState::Ready {
            return Err(StoreError::rejected("not all stored pages are read yet"));
        }
        promotion::order(&self.context, self.run).await
    }

    /// Ends the run without effect.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn discard(self) -> Result<()> {
        discard(&self.context, &self.run).await
    }

    async fn move_to(&mut self, state: RereadState) -> Result<()> {
        let run = self.run.clone();
        let write = self.context.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.move_reread(&run, state, "", None).await })
        });
        write.await?;
        (self.run.state, self.run.after) = (state, String::new());
        Ok(())
    }
}

/// Continues a promotion whose job is neither waiting nor running, because it was given up. Returns
/// whether a run is being promoted.
///
/// # Errors
/// When the database fails.
pub async fn resume_promotion(context: &Context) -> Result<bool> {
    promotion::resume(context).await
}

/// Builds the run that reads the captures of a filter by the rules of this program.
fn wanted(context: &Context, filter: &RereadFilter) -> Result<RereadRun> {
    let owner = match &filter.domain {
        None => None,
        Some(domain) => Some(resolve::owner(domain).ok_or_else(|| {
            StoreError::rejected(format!(
                "{domain:?} is not a site; give a domain such as acme.example"
            ))
        })?),
    };
    Ok(RereadRun {
        id: String::new(),
        rules: rules(context),
        since: filter.since.map_or(Timestamp(i64::MIN), Day::start),
        owner: owner.map(|owner| context.id_of(&owner)),
        state: RereadState::Reading,
        after: String::new(),
        counts: RereadCounts::default(),
    })
}

/// Describes everything that a reading depends on besides the capture.
fn rules(context: &Context) -> String {
    let mut hasher = IdHasher::new("reread_rules");
    for pack in context.packs.iter() {
        hasher = hasher.part(pack.label());
    }
    let packs = hasher.part(context.limits.body_bytes_max.to_le_bytes()).digest();
    format!("{} {packs}", env!("CARGO_PKG_VERSION"))
}

fn is_same(one: &RereadRun, other: &RereadRun) -> bool {
    one.state.is_before_promotion()
        && (&one.rules, one.since, one.owner) == (&other.rules, other.since, other.owner)
}

fn check_not_promoted(run: &RereadRun) -> Result<()> {
    if run.state.is_before_promotion() {
        return Ok(());
    }
    let id = &run.id;
    Err(StoreError::rejected(format!("the run {id} is being promoted; wait until it has ended")))
}

/// Resumes the open run, or stores the wanted one.
async fn open_run(tx: &mut Tx, mut wanted: RereadRun, now: Timestamp) -> Result<RereadRun> {
    tx.lock(LOCK).await?;
    if let Some(open) = tx.open_reread().await? {
        check_not_promoted(&open)?;
        if !is_same(&open, &wanted) {
            return Err(StoreError::rejected("another `leadq reread` has just begun; wait for it"));
        }
        return Ok(open);
    }
    wanted.id = format!("reread-{}", tx.reread_count().await? + 1);
    tx.add_reread(&wanted, now).await?;
    Ok(wanted)
}

/// Ends a run and deletes its results.
async fn discard(context: &Context, run: &RereadRun) -> Result<()> {
    loop {
        let of = run.clone();
        let write = context.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let raws = tx.differing_captures(&of, DELETED).await?;
                tx.forget_differing_pages(&of, &raws).await?;
                Ok(raws.is_empty())
            })
        });
        if write.await? {
            break;
        }
    }
    let (run, now) = (run.clone(), context.now());
    let write = context.db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.move_reread(&run, RereadState::Discarded, "", Some(now)).await })
    });
    write.await
}

/// Reads a capture. Only a transient error of a store is an error.
async fn read(
    context: &Context,
    clean: &Clean,
    expired: &BTreeSet<String>,
    capture: RawEvent,
) -> Result<CaptureRead> {
    let raw = capture.raw;
    let unreadable = |why: String| {
        tracing::warn!(%raw, why, "a stored page cannot be read again");
        Ok(CaptureRead::Unreadable)
    };
    let stored = match context.blobs.read(&capture.blob).await {
        Ok(stored) => stored,
        Err(BlobError::Missing(segment)) if expired.contains(&segment) => {
            return Ok(CaptureRead::Expired);
        }
        Err(error @ (BlobError::Full | BlobError::Io { .. })) => return Err(error.into()),
        Err(error) => return unreadable(error.to_string()),
    };
    match clean.read_capture(capture, stored).await {
        Ok(page) => Ok(CaptureRead::Page(Box::new(page))),
        Err(error) if error.is_retryable() || error.is_damage() => Err(error),
        Err(error) => unreadable(error.to_string()),
    }
}

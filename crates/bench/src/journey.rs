//! The real journey on the embedded engines, in a folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use detect::Packs;
use flow::{Accepted, Context, Intake, JourneyEngine, JourneyLimits};
use ingest::{Capture, Options, PageCache, Readers, Rejected, Taken};
use model::{Clock, InstallKey, Product};
use store::db::{Db, Urgency};
use store::engines;
use tokio::sync::mpsc;

/// The key of every journey.
pub(crate) const KEY: InstallKey = InstallKey([7; 32]);
const DATABASE: &str = "sqlite:leadq.db";
const BLOBS: &str = "file:blobs";
/// Pages made durable by one acknowledgement.
const BATCH: usize = 16;
const BATCH_BYTES_MAX: usize = 4 << 20;

/// A running instance of leadq.
pub(crate) struct Journey {
    engine: JourneyEngine,
    clock: Arc<dyn Clock>,
}

/// The outcomes of the intake.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Intaken {
    pub(crate) accepted: usize,
    pub(crate) duplicate: usize,
    /// Refused or unreadable.
    pub(crate) rejected: usize,
}

#[derive(Default)]
struct Batch {
    captures: Vec<Capture>,
    rejected: Vec<Rejected>,
    bytes: usize,
}

impl Journey {
    /// Starts a journey in an empty folder, with a product without filters.
    pub(crate) async fn start(
        folder: &Path,
        clock: Arc<dyn Clock>,
        limits: JourneyLimits,
        threads: usize,
    ) -> anyhow::Result<Self> {
        let db = embedded(folder).await?;
        Self::start_on(db.clone(), db, folder, clock, limits, threads).await
    }

    /// Starts a journey whose state is in a PostgreSQL database, which must be empty.
    pub(crate) async fn start_at(
        url: &str,
        folder: &Path,
        clock: Arc<dyn Clock>,
        limits: JourneyLimits,
        threads: usize,
    ) -> anyhow::Result<Self> {
        let db = engines::open_db(url, folder).await?;
        let log = embedded(folder).await?;
        Self::start_on(db, log, folder, clock, limits, threads).await
    }

    async fn start_on(
        db: Db,
        log: Db,
        folder: &Path,
        clock: Arc<dyn Clock>,
        limits: JourneyLimits,
        threads: usize,
    ) -> anyhow::Result<Self> {
        db.write(Urgency::Urgent, |tx| {
            Box::pin(async move { tx.set_products(&[product()]).await })
        })
        .await?;
        let context = Context {
            log: engines::open_log(DATABASE, &log)?,
            blobs: engines::open_blobs(BLOBS, folder, false, &clock)?,
            db,
            search: None,
            outside: flow::Outside::default(),
            key: KEY,
            packs: Arc::new(Packs::builtin()),
            clock: Arc::clone(&clock),
            limits,
            readers: Readers::new(threads)?,
            pages: PageCache::default(),
        };
        let engine = JourneyEngine::start(Arc::new(context)).await?;
        Ok(Self { engine, clock })
    }

    pub(crate) fn context(&self) -> &Arc<Context> {
        self.engine.context()
    }

    /// Ingests at most `pages_per_file` pages of each file, durably.
    pub(crate) async fn take_in(
        &self,
        files: Vec<PathBuf>,
        pages_per_file: usize,
    ) -> anyhow::Result<Intaken> {
        self.take_in_with(Options::at(self.clock.now()), files, pages_per_file).await
    }

    /// Does the same with explicit options for reading the files.
    pub(crate) async fn take_in_with(
        &self,
        options: Options,
        files: Vec<PathBuf>,
        pages_per_file: usize,
    ) -> anyhow::Result<Intaken> {
        let intake = Intake::new(&self.engine).for_backfill();
        let (sender, mut batches) = mpsc::channel(1);
        let reader = std::thread::spawn(move || read(&files, &options, pages_per_file, &sender));
        let mut sum = Intaken::default();
        while let Some(Batch { captures, rejected, .. }) = batches.recv().await {
            sum.rejected += rejected.len();
            intake.reject(rejected).await?;
            for outcome in intake.accept(captures).await? {
                match outcome {
                    Accepted::New(_) => sum.accepted += 1,
                    Accepted::Duplicate(_) => sum.duplicate += 1,
                    Accepted::Refused(_) => sum.rejected += 1,
                }
            }
        }
        reader.join().map_err(|_| anyhow::anyhow!("the reading thread panicked"))??;
        Ok(sum)
    }

    /// Waits until all accepted records are processed.
    pub(crate) async fn settle(&self) -> anyhow::Result<()> {
        Ok(self.engine.settle(|_| {}).await?)
    }

    /// Stops the tasks and returns the context, through which the stored data can still be read.
    pub(crate) async fn stop(self) -> Arc<Context> {
        let context = Arc::clone(self.engine.context());
        self.engine.stop().await;
        context
    }
}

async fn embedded(folder: &Path) -> anyhow::Result<Db> {
    Ok(engines::open_db(DATABASE, folder).await?)
}

/// Returns the database file of an embedded journey in `folder`.
pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join("leadq.db")
}

/// Returns the folder of a journey's segments in `folder`.
pub(crate) fn blobs_in(folder: &Path) -> PathBuf {
    folder.join("blobs")
}

/// Builds the runtime of leadq with `threads` threads.
pub(crate) fn runtime(threads: usize) -> anyhow::Result<tokio::runtime::Runtime> {
    flow::runtime(threads).context("cannot start the runtime")
}

/// Builds a product without filters: any place, any role, any tender.
fn product() -> Product {
    Product::for_anyone("bench", "Bench")
}

fn read(
    files: &[PathBuf],
    options: &Options,
    pages_per_file: usize,
    sender: &mpsc::Sender<Batch>,
) -> anyhow::Result<()> {
    let mut batch = Batch::default();
    for file in files {
        let mut pages = 0;
        for entry in ingest::open(file, options.clone())? {
            match entry {
                Taken::Record(capture) => {
                    pages += 1;
                    batch.bytes +=
                        capture.block.len() + capture.member.as_ref().map_or(0, Vec::len);
                    batch.captures.push(*capture);
                }
                Taken::Rejected(rejected) => batch.rejected.push(rejected),
                Taken::Noted(_) => {}
            }
            let is_full = batch.captures.len() >= BATCH || batch.bytes >= BATCH_BYTES_MAX;
            if is_full && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
            if pages >= pages_per_file {
                break;
            }
        }
    }
    // The receiver is gone only when the intake has failed, and that error is reported.
    drop(sender.blocking_send(batch));
    Ok(())
}

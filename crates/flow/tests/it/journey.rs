//! A whole journey in a temporary folder, on any pair of database and log.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use detect::Packs;
use flow::{Accepted, Context, Intake, JourneyEngine, JourneyLimits, Outside};
use ingest::{Capture, Options, Rejected, Taken};
use model::{Clock, Digest, FixedClock, InstallKey, Product, RunId, Signal, Timestamp};
use store::blob::FsBlobs;
use store::db::{Db, InMemory, Sqlite, Urgency, canonical_hash};
use store::log::{EventLog, MemoryLog, SqliteLog};
use store::search::SearchIndex;
use tempfile::TempDir;

/// The database and log of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engines {
    /// Database and log in memory, separate from each other like PostgreSQL and Kafka.
    Memory,
    /// Both in one SQLite file, as shipped.
    Disk,
    /// PostgreSQL and Kafka.
    #[cfg(all(feature = "kafka", feature = "postgres"))]
    Cluster,
}

pub(crate) struct Journey {
    pub(crate) engine: JourneyEngine,
    pub(crate) clock: Arc<FixedClock>,
    /// Deleted with the journey.
    folder: TempDir,
}

/// The parts from which a journey is opened.
type Opened =
    (TempDir, Engines, Arc<FixedClock>, Option<Arc<dyn SearchIndex>>, Outside, JourneyLimits);

/// Reads the built-in packs as another version of leadq would have them: `change` returns the text
/// of each kind's pack, or nothing for a kind that this version does not know.
pub(crate) fn packs_of(change: impl Fn(&str, &str) -> Option<String>) -> Packs {
    let packs = detect::KINDS.map(|kind| Some((kind.name, change(kind.name, kind.pack)?)));
    let packs: Vec<(&str, String)> = packs.into_iter().flatten().collect();
    let files: Vec<(&str, &str)> =
        packs.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Packs::parse(&files).unwrap()
}

/// Creates a folder in memory if possible, where fsync costs nothing: these tests are about order
/// and repetition, not about the disk.
fn temporary_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    // In a container it may be smaller than the space that must stay free.
    let is_large = |disk: rustix::fs::StatVfs| disk.f_bavail * disk.f_frsize > 512 << 20;
    match rustix::fs::statvfs(memory).is_ok_and(is_large) {
        true => TempDir::new_in(memory).unwrap(),
        false => TempDir::new().unwrap(),
    }
}

impl Journey {
    pub(crate) async fn start(engines: Engines, products: Vec<Product>, now: Timestamp) -> Self {
        let clock = Arc::new(FixedClock::at(now));
        Self::start_with(engines, products, clock, None, Outside::default()).await
    }

    /// Starts a journey with a search index or with connections to the outside.
    pub(crate) async fn start_with(
        engines: Engines,
        products: Vec<Product>,
        clock: Arc<FixedClock>,
        search: Option<Arc<dyn SearchIndex>>,
        outside: Outside,
    ) -> Self {
        let limits = JourneyLimits { partitions: 3, ..JourneyLimits::default() };
        let journey = (temporary_folder(), engines, clock, search, outside, limits);
        Self::open(journey, Some(products)).await
    }

    /// Starts a journey on an embedded database with other limits.
    pub(crate) async fn start_limited(
        products: Vec<Product>,
        clock: Arc<FixedClock>,
        search: Option<Arc<dyn SearchIndex>>,
        limits: JourneyLimits,
    ) -> Self {
        let outside = Outside::default();
        let journey = (temporary_folder(), Engines::Disk, clock, search, outside, limits);
        Self::open(journey, Some(products)).await
    }

    /// Starts a journey on an embedded database with the packs of another version.
    pub(crate) async fn start_by(packs: Packs, products: Vec<Product>, now: Timestamp) -> Self {
        let (clock, outside) = (Arc::new(FixedClock::at(now)), Outside::default());
        let limits = JourneyLimits { partitions: 3, ..JourneyLimits::default() };
        let journey = (temporary_folder(), Engines::Disk, clock, None, outside, limits);
        Self::open_by(packs, journey, Some(products)).await
    }

    /// Stops a journey on an embedded database and starts it again.
    pub(crate) async fn restart(self, search: Option<Arc<dyn SearchIndex>>) -> Self {
        self.engine.stop().await;
        self.context().db.close().await;
        let limits = self.context().limits.clone();
        let Self { engine, clock, folder } = self;
        drop(engine);
        let journey = (folder, Engines::Disk, clock, search, Outside::default(), limits);
        Self::open(journey, None).await
    }

    async fn open(journey: Opened, products: Option<Vec<Product>>) -> Self {
        Self::open_by(Packs::builtin(), journey, products).await
    }

    async fn open_by(
        packs: Packs,
        (folder, engines, clock, search, outside, limits): Opened,
        products: Option<Vec<Product>>,
    ) -> Self {
        let path = folder.path().join("leadq.db");
        let db = match engines {
            Engines::Memory => InMemory::open().await.unwrap(),
            Engines::Disk => Db::new(Arc::new(Sqlite::open(&path).await.unwrap())),
            #[cfg(all(feature = "kafka", feature = "postgres"))]
            Engines::Cluster => crate::cluster::database().await,
        };
        let log: Arc<dyn EventLog> = match engines {
            Engines::Memory => Arc::new(MemoryLog::default()),
            Engines::Disk => Arc::new(SqliteLog::new(db.clone())),
            #[cfg(all(feature = "kafka", feature = "postgres"))]
            Engines::Cluster => Arc::new(crate::cluster::log()),
        };
        if let Some(products) = products {
            db.write(Urgency::Urgent, move |tx| {
                Box::pin(async move { tx.set_products(&products).await })
            })
            .await
            .unwrap();
        }
        let watch: Arc<dyn Clock> = clock.clone();
        let blobs = FsBlobs::open(folder.path().join("blobs"), &watch).unwrap();
        let context = Context {
            db,
            log,
            blobs: Arc::new(blobs),
            search,
            outside,
            key: InstallKey([42; 32]),
            packs: Arc::new(packs),
            clock: watch,
            limits,
            readers: ingest::Readers::new(2).unwrap(),
            pages: ingest::PageCache::default(),
        };
        let engine = JourneyEngine::start(Arc::new(context)).await.unwrap();
        Self { engine, clock, folder }
    }

    pub(crate) fn context(&self) -> &Arc<Context> {
        self.engine.context()
    }

    pub(crate) async fn accept(&self, captures: Vec<Capture>) -> Vec<Accepted> {
        Intake::new(&self.engine).accept(captures).await.unwrap()
    }

    pub(crate) async fn settle(&self) {
        let settled = self.engine.settle(|_| {});
        tokio::time::timeout(Duration::from_secs(60), settled)
            .await
            .expect("the journey settles")
            .unwrap();
    }

    /// Settles, which runs the tick of the clock's day, and computes the canonical hash.
    pub(crate) async fn hash(&self) -> (Digest, Vec<(&'static str, usize, Digest)>) {
        self.settle().await;
        canonical_hash(&self.context().db).await.unwrap()
    }

    pub(crate) async fn signals(&self) -> Vec<Signal> {
        self.settle().await;
        let db = &self.context().db;
        let rows = db
            .read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await }))
            .await
            .unwrap();
        rows.into_iter().map(|row| row.signal).collect()
    }
}

/// Reads lines of JSON events like a user's file.
pub(crate) fn captures_of_lines(lines: &[String], now: Timestamp) -> (Vec<Capture>, Vec<Rejected>) {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    taken(file.path(), Options::at(now))
}

/// Reads one saved page like a user's file.
pub(crate) fn capture_of_html(url: &str, html: &str, observed: Timestamp) -> Capture {
    let mut file = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
    file.write_all(html.as_bytes()).unwrap();
    let mut options = Options::at(observed);
    options.url = Some(url.to_owned());
    options.observed = Some(observed);
    let (mut captures, rejected) = taken(file.path(), options);
    assert!(rejected.is_empty(), "{rejected:?}");
    captures.remove(0)
}

pub(crate) fn taken(path: &Path, options: Options) -> (Vec<Capture>, Vec<Rejected>) {
    let mut captures = Vec::new();
    let mut rejected = Vec::new();
    for entry in ingest::open(path, options).unwrap() {
        match entry {
            Taken::Record(capture) => captures.push(*capture),
            Taken::Rejected(rejection) => rejected.push(rejection),
            Taken::Noted(_) => {}
        }
    }
    (captures, rejected)
}

/// Waits until `holds` is true. The timeout is long, because a slow machine is no failure.
pub(crate) async fn until(condition: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !holds().await {
        assert!(Instant::now() < deadline, "{condition}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

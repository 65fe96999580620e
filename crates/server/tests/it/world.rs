//! A small world: the pages and events of the tour, processed by the real stages.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use flow::{Context, Intake, JourneyEngine, JourneyLimits};
use ingest::{Options, Taken};
use model::{By, Clock, FixedClock, InstallKey, Product, Timestamp};
use serde_json::Value;
use server::status::Mode;
use server::{App, ConnectionLimits, Measures, ServerSettings};
use store::blob::FsBlobs;
use store::db::{Db, Sqlite};
use store::log::SqliteLog;
use store::search::{SearchIndex, TantivyIndex};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const TODAY: &str = "2026-11-20T12:00:00Z";

pub(crate) struct World {
    pub(crate) engine: JourneyEngine,
    pub(crate) app: App,
    pub(crate) router: Router,
    /// The clock of everything, which a test may set.
    pub(crate) clock: Arc<FixedClock>,
    /// Deleted together with the world.
    folder: TempDir,
}

/// Creates a temporary folder, in memory if possible, because fsync is free there.
fn temporary_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    // In a container it may be smaller than the disk space that is kept free.
    let is_large = |disk: rustix::fs::StatVfs| disk.f_bavail * disk.f_frsize > 512 << 20;
    match rustix::fs::statvfs(memory).is_ok_and(is_large) {
        true => TempDir::new_in(memory).unwrap(),
        false => TempDir::new().unwrap(),
    }
}

fn measures() -> Measures {
    static ONCE: OnceLock<Measures> = OnceLock::new();
    ONCE.get_or_init(|| Measures::install().unwrap()).clone()
}

/// Starts a server's state over a running engine.
pub(crate) async fn start_app(
    engine: &JourneyEngine,
    clock: &Arc<FixedClock>,
    is_loopback: bool,
    plain_http: bool,
    limits: ConnectionLimits,
) -> App {
    let session_clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(clock);
    let settings =
        ServerSettings { mode: Mode::Up, is_loopback, plain_http, session_clock, limits };
    App::start(engine, settings, measures()).await.unwrap()
}

fn tour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tour")
}

impl World {
    pub(crate) async fn empty() -> Self {
        Self::with(Vec::new(), flow::Outside::default()).await
    }

    /// Builds a world with nothing taken in yet, with its products and its outside capabilities.
    pub(crate) async fn with(products: Vec<Product>, outside: flow::Outside) -> Self {
        Self::built(products, outside, JourneyLimits::default(), None).await
    }

    /// Builds a world in which no more is taken in while this number of records is waiting.
    pub(crate) async fn full_at(waiting_max: u64) -> Self {
        let limits = JourneyLimits { waiting_max, ..JourneyLimits::default() };
        Self::built(Vec::new(), flow::Outside::default(), limits, None).await
    }

    async fn built(
        products: Vec<Product>,
        outside: flow::Outside,
        limits: JourneyLimits,
        search: Option<Arc<dyn SearchIndex>>,
    ) -> Self {
        let folder = temporary_folder();
        let db = Db::new(Arc::new(Sqlite::open(&folder.path().join("leadq.db")).await.unwrap()));
        let log = Arc::new(SqliteLog::new(db.clone()));
        let now: Timestamp = TODAY.parse().unwrap();
        let fixed_clock = Arc::new(FixedClock::at(now));
        let clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(&fixed_clock);
        let blobs = Arc::new(FsBlobs::open(folder.path().join("blobs"), &clock).unwrap());
        let context = Arc::new(Context {
            search,
            outside,
            db,
            log,
            blobs,
            key: InstallKey([42; 32]),
            packs: Arc::new(detect::Packs::builtin()),
            clock,
            limits: JourneyLimits { partitions: 3, ..limits },
            readers: ingest::Readers::new(2).unwrap(),
            pages: ingest::PageCache::default(),
        });
        flow::introduce(&context, Some(products), &[], &By::OPERATOR).await.unwrap();
        let engine = JourneyEngine::start(context).await.unwrap();
        let app = start_app(&engine, &fixed_clock, true, false, ConnectionLimits::default()).await;
        let router = server::router(app.clone());
        Self { engine, app, router, clock: fixed_clock, folder }
    }

    /// Builds the router of a server that other machines can reach.
    pub(crate) async fn public_router(&self, plain_http: bool) -> Router {
        let limits = ConnectionLimits::default();
        let app = start_app(&self.engine, &self.clock, false, plain_http, limits).await;
        server::router(app)
    }

    /// Builds a world in which everything of the tour was taken in and processed.
    pub(crate) async fn tour() -> Self {
        let product = Product {
            buyer_role: "Head of Data".to_owned(),
            roles: vec!["data engineer".to_owned()],
            tools: vec!["Segment".to_owned()],
            ..Product::for_anyone("clearfold", "Clearfold data quality")
        };
        let search: Arc<dyn SearchIndex> = Arc::new(TantivyIndex::in_memory());
        let (outside, limits) = (flow::Outside::default(), JourneyLimits::default());
        let world = Self::built(vec![product], outside, limits, Some(search)).await;
        world.take_in_tour().await;
        flow::catch_up_search(world.engine.context()).await.unwrap();
        world
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn take_in_tour(&self) {
        let mut files: Vec<PathBuf> = std::fs::read_dir(tour().join("pages"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        files.push(tour().join("events.jsonl"));
        let mut captures = Vec::new();
        for file in files {
            let mut options = Options::at(self.engine.context().now());
            options.observed = Some("2026-11-20".parse().unwrap());
            for entry in ingest::open(&file, options).unwrap() {
                if let Taken::Record(capture) = entry {
                    captures.push(*capture);
                }
            }
        }
        Intake::new(&self.engine).accept(captures).await.unwrap();
        self.settle().await;
    }

    pub(crate) async fn settle(&self) {
        let settled = self.engine.settle(|_| {});
        let in_time = tokio::time::timeout(std::time::Duration::from_secs(120), settled);
        in_time.await.expect("everything comes through").unwrap();
        // The feed sees the last commit a moment later.
        let positions = self.engine.context().db.read(|tx| Box::pin(tx.positions())).await.unwrap();
        let mut scored: Vec<(u32, u64)> = positions
            .into_iter()
            .filter(|(stage, _, _)| stage == "score")
            .map(|(_, partition, position)| (partition, position))
            .collect();
        scored.sort_unstable();
        let scored: Vec<String> = scored.iter().map(|(_, position)| position.to_string()).collect();
        while self.get("/api/v1/signals/search").await["position"] != scored.join("-") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.send(ask("GET", path)).await;
        let status = answer.status();
        let json = body(answer).await;
        assert!(status.is_success(), "{path}: {status}: {json}");
        json
    }
}

/// Builds a request as a program on this machine sends it.
pub(crate) fn ask(method: &str, path: &str) -> Request<Body> {
    with_body(method, path, "")
}

pub(crate) fn with_body(method: &str, path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(crate) async fn text(answer: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(answer.into_body(), 64 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) async fn body(answer: Response<Body>) -> Value {
    let text = text(answer).await;
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

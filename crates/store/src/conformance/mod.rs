//! What tests of any crate use: the suites that every engine must pass, the addresses of real engines
//! (those of `cargo xtask engines up`), and what only a test asks of the rows or does to them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod copies;
mod damage;
mod inspect;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use copies::{Pattern, TableRows, Turn};
pub use damage::EvidenceField;
pub use inspect::{
    KeptPage, LaneJob, analyze, kept_pages, lane_jobs, pass_time, raws, token_hashes,
};

pub use crate::blob::suite as blob;
pub use crate::db::suite as db;
pub use crate::log::suite as log;
pub use crate::search::suite as search;
pub use crate::{db_suite, log_suite, search_suite};

/// What opens an engine: nothing where the machine has none, else the engine and what must be kept as
/// long as it.
pub type Opened<Engine, Kept> = Option<(Engine, Kept)>;

/// Where an engine is kept; `cargo xtask engines` says the same.
pub fn place_of(engine: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("LEADQ_ENGINES").unwrap_or_else(|| "target/engines".into());
    workspace.join(folder).join(engine)
}

/// An engine's address. Without one the test is skipped, and says so.
pub fn address(engine: &str) -> Option<String> {
    if let Ok(url) = std::fs::read_to_string(place_of(engine).join("url")) {
        return Some(url.trim().to_owned());
    }
    let reason = format!("no {engine}: run cargo xtask engines up {engine}");
    println!("skipped: {reason}");
    if let Some(file) = std::env::var_os("LEADQ_SKIPPED_FILE") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let told = file.and_then(|mut file| writeln!(file, "tests on {engine}: {reason}"));
        assert!(told.is_ok(), "the skip is not noted: {told:?}");
    }
    None
}

/// A name that nobody else uses on a shared engine.
pub fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The address of a new database on a server.
///
/// # Panics
/// When the server cannot be reached.
#[cfg(feature = "postgres")]
pub async fn fresh_database(server: &str) -> String {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let name = fresh_name();
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// A module for each engine, in it a test for each case of a suite. `db_suite!` and its like know
/// their cases.
#[macro_export]
macro_rules! conformance_cases {
    ($suite:ident, $($engine:ident),+: $cases:tt) => {
        $($crate::conformance_cases!(@engine $suite $engine $cases);)+
    };
    (@engine $suite:ident $engine:ident [$($case:ident),+ $(,)?]) => {
        mod $engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let Some((engine, _kept)) = super::$engine().await else { return };
                $crate::conformance::$suite::$case(engine).await;
            })+
        }
    };
}

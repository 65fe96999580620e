//! Helpers for tests of any crate: the suites that every engine must pass, the addresses of real
//! engines (those of `cargo xtask engines up`), and queries and changes of rows that only tests need.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test reports a failure by panicking"
)]

mod copies;
mod damage;
mod inspect;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use copies::{Pattern, TableRows, Turn};
pub use damage::{EvidenceField, lose_table};
pub use inspect::{
    KeptPage, LaneJob, analyze, forget_lists, kept_pages, lane_jobs, listed_rows, pass_time, raws,
    token_hashes,
};

pub use crate::blob::suite as blob;
pub use crate::db::suite as db;
pub use crate::log::suite as log;
pub use crate::search::suite as search;
pub use crate::{db_suite, log_suite, search_suite};

/// The result of opening an engine: `None` if the machine has none, otherwise the engine and a value
/// that must live as long as it.
pub type Opened<Engine, Kept> = Option<(Engine, Kept)>;

/// Returns the folder of an engine; `cargo xtask engines` uses the same.
pub fn place_of(engine: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("LEADQ_ENGINES").unwrap_or_else(|| "target/engines".into());
    workspace.join(folder).join(engine)
}

/// Reads an engine's address. Without one the test is skipped, and the skip is reported.
pub fn address(engine: &str) -> Option<String> {
    if let Ok(url) = std::fs::read_to_string(place_of(engine).join("url")) {
        return Some(url.trim().to_owned());
    }
    let reason = format!("no {engine}: run cargo xtask engines up {engine}");
    println!("skipped: {reason}");
    if let Some(file) = std::env::var_os("LEADQ_SKIPPED_FILE") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let recorded = file.and_then(|mut file| writeln!(file, "tests on {engine}: {reason}"));
        assert!(recorded.is_ok(), "the skip could not be recorded: {recorded:?}");
    }
    None
}

/// Creates a name that is unique on a shared engine.
pub fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Creates a new database on a server and returns its address.
///
/// # Panics
/// If the server cannot be reached.
#[cfg(feature = "postgres")]
pub async fn fresh_database(server: &str) -> String {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let name = fresh_name();
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// Expands to a module for each engine, with a test for each case of a suite. `db_suite!` and the
/// similar macros list their cases.
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

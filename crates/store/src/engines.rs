//! Where the real engines are that tests may use: those of `cargo xtask engines up`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where an engine is kept; `cargo xtask engines` says the same.
pub(crate) fn place_of(engine: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("LEADQ_ENGINES").unwrap_or_else(|| "target/engines".into());
    workspace.join(folder).join(engine)
}

/// An engine's address. Without one the test is skipped, and says so.
pub(crate) fn address(engine: &str) -> Option<String> {
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
pub(crate) fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The address of a new database on a server.
#[cfg(feature = "postgres")]
pub(crate) async fn fresh_database(server: &str) -> String {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let name = fresh_name();
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

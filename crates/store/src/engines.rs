//! THE one place that opens engines, each by its URL: a row for its scheme and an arm of its role's
//! match. Configuration, backups, migration and tests all use it.
//!
//! An embedded engine's URL names a file or folder inside the data folder, such as `sqlite:leadq.db`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Clock;

use crate::blob::{BlobStore, FsBlobs};
#[cfg(feature = "postgres")]
use crate::db::Postgres;
use crate::db::{Db, SqlEngine, Sqlite};
#[cfg(feature = "kafka")]
use crate::log::KafkaLog;
use crate::log::{EventLog, SqliteLog};
use crate::search::{SearchIndex, TantivyIndex};
use crate::{Result, StoreError};

/// The role of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineRole {
    /// The event log.
    Log,
    /// The database.
    Db,
    /// Pages and texts.
    Blobs,
    /// The search index.
    Search,
}

/// The URL scheme of one engine.
struct Scheme {
    prefix: &'static str,
    /// An example for the user.
    example: &'static str,
    /// Whether the engine belongs to one process.
    is_embedded: bool,
    /// Whether this build has the engine. A scheme is named like the Cargo feature for its engine.
    is_built: bool,
}

const SQLITE: Scheme =
    Scheme { prefix: "sqlite:", example: "\"sqlite:leadq.db\"", is_embedded: true, is_built: true };

impl EngineRole {
    /// Returns the name of the role's setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Db => "db",
            Self::Blobs => "blobs",
            Self::Search => "search",
        }
    }

    /// Returns THE engines of a role.
    const fn schemes(self) -> &'static [Scheme] {
        match self {
            Self::Log => &[
                SQLITE,
                Scheme {
                    prefix: "kafka://",
                    example: "\"kafka://…\"",
                    is_embedded: false,
                    is_built: cfg!(feature = "kafka"),
                },
            ],
            Self::Db => &[
                SQLITE,
                Scheme {
                    prefix: "postgres://",
                    example: "\"postgres://…\"",
                    is_embedded: false,
                    is_built: cfg!(feature = "postgres"),
                },
            ],
            Self::Blobs => &[Scheme {
                prefix: "file:",
                example: "\"file:blobs\"",
                is_embedded: true,
                is_built: true,
            }],
            Self::Search => &[Scheme {
                prefix: "tantivy:",
                example: "\"tantivy:search\"",
                is_embedded: true,
                is_built: true,
            }],
        }
    }

    fn scheme(self, url: &str) -> Option<&'static Scheme> {
        let is_of =
            |scheme: &&Scheme| url.strip_prefix(scheme.prefix).is_some_and(|rest| !rest.is_empty());
        self.schemes().iter().find(is_of)
    }

    /// Creates an error that lists valid URLs but omits the given one, because a database's URL may
    /// contain a password.
    fn unknown(self) -> StoreError {
        let examples: Vec<&str> = self.schemes().iter().map(|scheme| scheme.example).collect();
        StoreError::rejected(format!("{}: write {}", self.name(), examples.join(" or ")))
    }

    /// Returns whether a URL names an engine that belongs to one process.
    pub fn is_embedded(self, url: &str) -> bool {
        self.scheme(url).is_some_and(|scheme| scheme.is_embedded)
    }

    /// Returns the file or folder in which an embedded engine stores everything.
    ///
    /// # Errors
    /// If the URL does not name an embedded engine.
    pub fn path(self, url: &str, folder: &Path) -> Result<PathBuf> {
        let scheme = self.scheme(url).filter(|scheme| scheme.is_embedded);
        let rest = scheme.and_then(|scheme| url.strip_prefix(scheme.prefix));
        rest.map(|rest| folder.join(rest)).ok_or_else(|| self.unknown())
    }

    /// Returns the scheme of a URL whose engine this build has.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) for a URL of no engine,
    /// [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable), with the name of the feature, for
    /// an engine that was not built.
    pub fn check(self, url: &str) -> Result<&'static str> {
        let scheme = self.scheme(url).ok_or_else(|| self.unknown())?;
        let name = scheme.prefix.trim_end_matches(['/', ':']);
        if scheme.is_built {
            return Ok(name);
        }
        let embedded = self.schemes().iter().find(|scheme| scheme.is_embedded);
        let embedded = embedded.map_or("", |scheme| scheme.example);
        Err(StoreError::unavailable(format!(
            "{}: this leadq has only the embedded engines; write {embedded}, or build it with \
             --features {name}",
            self.name()
        )))
    }
}

/// Opens the database and migrates its schema. `folder` is the data folder.
///
/// # Errors
/// As [`EngineRole::check`], and errors of the engine.
pub async fn open_db(url: &str, folder: &Path) -> Result<Db> {
    let role = EngineRole::Db;
    let engine: Arc<dyn SqlEngine> = match role.check(url)? {
        "sqlite" => Arc::new(Sqlite::open(&role.path(url, folder)?).await?),
        #[cfg(feature = "postgres")]
        "postgres" => Arc::new(Postgres::open(url).await?),
        _ => return Err(role.unknown()),
    };
    Ok(Db::new(engine))
}

/// Opens a database that must hold the data of an earlier run, because its installation left other
/// data behind. A database without any is left as it is.
///
/// # Errors
/// As [`open_db`], and [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) when the database is
/// missing, or holds nothing of leadq.
pub async fn reopen_db(url: &str, folder: &Path) -> Result<Db> {
    let role = EngineRole::Db;
    let engine: Arc<dyn SqlEngine> = match role.check(url)? {
        "sqlite" => Arc::new(Sqlite::reopen(&role.path(url, folder)?).await?),
        #[cfg(feature = "postgres")]
        "postgres" => Arc::new(Postgres::reopen(url).await?),
        _ => return Err(role.unknown()),
    };
    Ok(Db::new(engine))
}

/// Opens the log. The embedded one is in the database.
///
/// # Errors
/// As [`EngineRole::check`], and errors of the engine.
pub fn open_log(url: &str, db: &Db) -> Result<Arc<dyn EventLog>> {
    let role = EngineRole::Log;
    Ok(match role.check(url)? {
        "sqlite" => Arc::new(SqliteLog::new(db.clone())),
        #[cfg(feature = "kafka")]
        "kafka" => Arc::new(KafkaLog::open(url)?),
        _ => return Err(role.unknown()),
    })
}

/// Opens the blob store; if `is_shared`, other processes may have it open too.
///
/// # Errors
/// As [`EngineRole::check`], and errors of the engine.
pub fn open_blobs(
    url: &str,
    folder: &Path,
    is_shared: bool,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn BlobStore>> {
    let role = EngineRole::Blobs;
    Ok(match role.check(url)? {
        "file" if is_shared => Arc::new(FsBlobs::open_shared(role.path(url, folder)?, clock)?),
        "file" => Arc::new(FsBlobs::open(role.path(url, folder)?, clock)?),
        _ => return Err(role.unknown()),
    })
}

/// Opens the search index.
///
/// # Errors
/// As [`EngineRole::check`], and errors of the engine.
pub fn open_search(url: &str, folder: &Path) -> Result<Arc<dyn SearchIndex>> {
    let role = EngineRole::Search;
    Ok(match role.check(url)? {
        "tantivy" => Arc::new(TantivyIndex::in_folder(role.path(url, folder)?)),
        _ => return Err(role.unknown()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_url_names_an_engine_or_what_is_missing() {
        let kafka = if cfg!(feature = "kafka") { Ok("kafka") } else { Err(ErrorKind::Unavailable) };
        for (role, url, expect) in [
            (EngineRole::Db, "sqlite:leadq.db", Ok("sqlite")),
            (EngineRole::Db, "sqlite:", Err(ErrorKind::Rejected)),
            (EngineRole::Db, "kafka://broker:9092", Err(ErrorKind::Rejected)),
            (EngineRole::Log, "kafka://broker:9092", kafka),
            (EngineRole::Blobs, "file:blobs", Ok("file")),
            (EngineRole::Search, "sqlite:leadq.db", Err(ErrorKind::Rejected)),
        ] {
            assert_eq!(role.check(url).map_err(|error| error.kind()), expect, "{url}");
        }
        let error = EngineRole::Db.check("postgres:secret").unwrap_err().to_string();
        assert_eq!(error, "db: write \"sqlite:leadq.db\" or \"postgres://…\"");
        let data = Path::new("data");
        let path = EngineRole::Db.path("sqlite:leadq.db", data).unwrap();
        assert_eq!(path, Path::new("data/leadq.db"));
        assert!(EngineRole::Db.path("postgres://server/leadq", data).is_err());
    }

    /// A new scheme needs an arm of its own: every engine that a role lists as built can be opened.
    #[tokio::test]
    async fn every_engine_that_is_built_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let db = open_db("sqlite:leadq.db", folder.path()).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(model::SystemClock);
        assert!(open_log("sqlite:leadq.db", &db).is_ok());
        assert!(open_blobs("file:blobs", folder.path(), false, &clock).is_ok());
        assert!(open_search("tantivy:search", folder.path()).is_ok());
        db.close().await;
    }
}

//! Errors of the engines, classified by what the caller should do about them.

use std::error::Error;
use std::fmt;

/// The kind of an error: how the caller should react.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Retry later: a transient error, because the engine is busy, unreachable or out of space.
    Retryable,
    /// Drop the work: another worker has taken it over.
    Fenced,
    /// Report to the user: the request is invalid, and nothing was done.
    Rejected,
    /// Report to the user: this installation, or this build, does not support the request.
    Unavailable,
    /// Set the input aside without a retry: the input itself is invalid.
    Poison,
    /// Set the input aside after some attempts: the work itself failed or panicked.
    Work,
    /// Stop: a person must intervene.
    Fatal,
    /// Stop: stored data is damaged or gone, and a person must restore it. No record is at fault.
    Damaged,
}

/// The remedy for an embedded database that is damaged or gone.
const RESTORE: &str = "stop leadq, move the data folder away, then `leadq restore BACKUP`; to start \
                       anew on purpose, move the folder away and run the command again";

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: ErrorKind,
    message: String,
    source: Option<EngineError>,
}

/// An engine's own error, as the source of a [`StoreError`], for diagnosis. The message of the
/// [`StoreError`] contains everything that a user needs, so code that shows errors to users stops
/// before this one.
#[derive(Debug)]
pub struct EngineError(Box<dyn Error + Send + Sync>);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for EngineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl StoreError {
    /// Creates an error with a message: lower case, no full stop, with advice on what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Creates a transient error: the same call may succeed later.
    pub fn retryable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Retryable, message)
    }

    /// Creates an error for work that another worker has taken over; `resource` names it.
    pub fn fenced(resource: impl fmt::Display) -> Self {
        let message = format!("{resource} was taken over by another worker; this one stops");
        Self::new(ErrorKind::Fenced, message)
    }

    /// Creates an error for an invalid request.
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Rejected, message)
    }

    /// Creates an error for a request that is not supported here.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// Creates an error for input that is itself invalid.
    pub fn poison(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Poison, message)
    }

    /// Creates an error for work that failed.
    pub fn work(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Work, message)
    }

    /// Creates an error that a person must resolve.
    pub fn fatal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Fatal, message)
    }

    /// Creates an error for an embedded database that is damaged or gone, with the remedy. `cause`
    /// names the file.
    pub fn damaged(cause: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Damaged, format!("{cause}: {RESTORE}"))
    }

    /// Returns the error with the engine's error as its source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(EngineError(source.into()));
        self
    }

    /// Returns the kind: how the caller should react.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.kind == ErrorKind::Retryable
    }

    /// Returns whether stored data is damaged or gone.
    pub fn is_damage(&self) -> bool {
        self.kind == ErrorKind::Damaged
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let converted = match &error {
            rusqlite::Error::SqliteFailure(failure, message) => {
                let message = message.as_deref().unwrap_or("no details");
                sqlite_error(failure.extended_code, message)
            }
            _ => Self::fatal(format!("database: {error}")),
        };
        converted.with_source(error)
    }
}

/// Classifies an error of SQLite by its extended result code.
fn sqlite_error(code: i32, message: &str) -> StoreError {
    // 5 busy, 6 locked, 8 read only, 10 input/output, 11 corrupt, 13 full, 14 cannot open, 26 not a
    // database: SQLite's primary result codes. 4874 means that there was no space for the shared
    // index, 778 that a write was refused because the disk became read-only or a quota is used up,
    // 8202 and 8458 that the file system found damage.
    match (code, code & 0xff) {
        (8202 | 8458, _) | (_, 11 | 26) => StoreError::new(ErrorKind::Damaged, message),
        // Every statement is of this crate, so the schema has lost what it names.
        (_, 1) if MISSING.iter().any(|missing| message.starts_with(missing)) => {
            StoreError::new(ErrorKind::Damaged, message)
        }
        (_, 5 | 6) => StoreError::retryable(format!("the database is busy: {message}")),
        (4874, _) | (_, 13) => {
            StoreError::retryable("the disk is full: free some space; nothing acknowledged is lost")
        }
        (778, _) | (_, 8 | 14) => StoreError::retryable(format!(
            "the database file cannot be written to: {message}; nothing acknowledged is lost"
        )),
        (_, 10) => StoreError::fatal(format!("input/output error of the database: {message}")),
        _ => StoreError::work(format!("database: {message} (code {code})")),
    }
}

#[cfg(feature = "postgres")]
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let converted = match &error {
            sqlx::Error::Database(inner) => database_error(inner.as_ref()),
            sqlx::Error::Io(inner) => Self::retryable(format!("no database connection: {inner}")),
            sqlx::Error::PoolTimedOut => {
                Self::retryable("no database connection is free, or the database is unreachable")
            }
            _ => Self::fatal(format!("database: {error}")),
        };
        converted.with_source(error)
    }
}

#[cfg(feature = "postgres")]
fn database_error(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    match error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        Some(error) => postgres_error(error.code(), error.message()),
        None => StoreError::work(format!("database: {}", error.message())),
    }
}

/// The first words of SQLite's messages about a schema without something that a statement names.
const MISSING: [&str; 3] = ["no such table", "no such column", "no such index"];

/// Classifies an error of PostgreSQL by the class of its code (appendix A of its manual).
#[cfg(feature = "postgres")]
fn postgres_error(code: &str, message: &str) -> StoreError {
    let detail = format!("{message} (code {code})");
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "53100") => StoreError::retryable(format!(
            "the database's disk is full: free some space; nothing acknowledged is lost: {detail}"
        )),
        (_, "25006") => StoreError::retryable(format!("the database is read-only now: {detail}")),
        // Deadlocks, serialization failures, and a row that another transaction has inserted.
        ("40", _) | (_, "23505" | "55P03") => {
            StoreError::retryable(format!("the transaction collided with another: {detail}"))
        }
        // Lost connections, insufficient resources, timeouts, shutdowns, errors of the system.
        ("08" | "53" | "57" | "58", _) | (_, "25P03") => {
            StoreError::retryable(format!("the database is temporarily unavailable: {detail}"))
        }
        // Undefined tables and columns, and damaged files: every statement is of this crate.
        ("XX", "XX001" | "XX002") | ("42", "42P01" | "42703") => StoreError::new(
            ErrorKind::Damaged,
            format!(
                "the database is damaged ({detail}): stop leadq, and restore the database with \
                 PostgreSQL's own tools"
            ),
        ),
        ("28" | "3D", _) => {
            StoreError::fatal(format!("the database refuses the connection: {detail}"))
        }
        _ => StoreError::work(format!("database: {detail}")),
    }
}

impl From<model::RecordError> for StoreError {
    fn from(error: model::RecordError) -> Self {
        Self::poison(error.to_string()).with_source(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::work(format!("malformed JSON in a row: {error}")).with_source(error)
    }
}

/// The result type of this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_its_source_and_its_message() {
        let busy = rusqlite::ffi::Error::new(5);
        let message = Some("locked".to_owned());
        let error = StoreError::from(rusqlite::Error::SqliteFailure(busy, message));
        assert!(error.is_retryable());
        assert_eq!(error.to_string(), "the database is busy: locked");
        let source = error.source().unwrap();
        assert!(source.is::<EngineError>());
        assert!(source.source().is_some_and(|inner| inner.is::<rusqlite::ffi::Error>()));
        let fenced = StoreError::fenced("clean partition 0");
        assert_eq!(
            fenced.to_string(),
            "clean partition 0 was taken over by another worker; this one stops"
        );
        assert!(fenced.source().is_none());
    }
}

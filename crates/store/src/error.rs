//! What can go wrong below the door, sorted by what the caller should do about it.

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Worth trying again: the engine is busy, away or out of room.
    #[error("{0}")]
    Retryable(String),
    /// Another process has taken this work over; drop it.
    #[error("{0} was taken over by another worker; this one stops")]
    Fenced(String),
    /// The input itself is wrong: trying it again is no use at all.
    #[error("{0}")]
    Poison(String),
    /// The work itself failed or panicked; trying the same again is no use for ever.
    #[error("{0}")]
    Work(String),
    /// Needs a person.
    #[error("{0}")]
    Fatal(String),
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Retryable(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) => said_by_database(inner.as_ref()),
            sqlx::Error::Io(inner) => Self::Retryable(format!("the database is away: {inner}")),
            sqlx::Error::PoolTimedOut => {
                Self::Retryable("the database is away, or all its connections are taken".into())
            }
            _ => Self::Fatal(format!("database: {error}")),
        }
    }
}

fn said_by_database(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return crate::db::said_by_postgres(error.code(), error.message());
    }
    let message = error.message();
    let code = error.code().unwrap_or_default();
    let code = code.parse::<u32>().unwrap_or(0);
    // 5 busy, 6 locked, 8 read only, 10 input/output, 13 full, 14 cannot open: SQLite's primary
    // result codes. 4874 is its way of saying that the shared index found no room, 778 that a write
    // was refused: the disk turned read-only, or a quota is used up.
    match (code, code & 0xff) {
        (_, 5 | 6) => StoreError::Retryable(format!("the database is busy: {message}")),
        (4874, _) | (_, 13) => StoreError::Retryable(
            "the disk is full: free some space; nothing acknowledged is lost".to_owned(),
        ),
        (778, _) | (_, 8 | 14) => StoreError::Retryable(format!(
            "the database file cannot be written to: {message}; nothing acknowledged is lost"
        )),
        (_, 10) => StoreError::Fatal(format!("the database file cannot be written: {message}")),
        _ => StoreError::Work(format!("database: {message} (code {code})")),
    }
}

impl From<crate::blob::BlobError> for StoreError {
    fn from(error: crate::blob::BlobError) -> Self {
        use crate::blob::BlobError;
        match &error {
            BlobError::Full | BlobError::Io { .. } => Self::Retryable(error.to_string()),
            BlobError::Missing(_) | BlobError::Corrupt { .. } => Self::Work(error.to_string()),
            BlobError::Refused(_) => Self::Poison(error.to_string()),
        }
    }
}

impl From<model::RecordError> for StoreError {
    fn from(error: model::RecordError) -> Self {
        Self::Poison(error.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Work(format!("malformed JSON in a row: {error}"))
    }
}

/// The result of everything below the door.
pub type Result<T> = std::result::Result<T, StoreError>;

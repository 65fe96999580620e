//! What can go wrong in the engine, beside what the stores say.

use store::StoreError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No stage has this name.
    #[error("there is no stage {0:?} to redrive into; `leadq dead` lists them")]
    UnknownStage(String),
    /// Stages stopped, each for a reason that a person must see.
    #[error("{}", .0.join("; "))]
    Stopped(Vec<String>),
    /// Log and state cannot be moved while records are on their way.
    #[error("{waiting} records are still on their way: `leadq ingest` finishes them")]
    NotSettled {
        /// Records that wait.
        waiting: u64,
    },
    /// The log to move to holds records.
    #[error("the new log is not empty: see its {0}")]
    LogNotEmpty(model::Topic),
}

/// The result of everything the engine does.
pub type Result<T> = std::result::Result<T, Error>;

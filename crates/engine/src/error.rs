//! The errors of the engine, including those of the stores.

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
    /// Stages that stopped, each with a cause that needs an operator.
    #[error("{}", .0.join("; "))]
    Stopped(Vec<String>),
    /// The log and the database cannot be moved while records are pending.
    #[error("{waiting} records are still on their way: `leadq ingest` finishes them")]
    NotSettled {
        /// The number of pending records.
        waiting: u64,
    },
    /// The target log already holds records.
    #[error("the new log is not empty: see its {0}")]
    LogNotEmpty(model::Topic),
}

/// The result type of the engine.
pub type Result<T> = std::result::Result<T, Error>;

//! The errors of the engine, including those of the stores.

use store::StoreError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No stage has this name.
    #[error("no stage is named {0:?}; `leadq dead` lists the stages")]
    UnknownStage(String),
    /// Stages that stopped, each with a cause that needs an operator.
    #[error("{}", .0.join("; "))]
    Stopped(Vec<String>),
    /// The log and the database cannot be moved while records are pending.
    #[error("{waiting} records are not processed yet; run `leadq ingest` to finish them")]
    NotSettled {
        /// The number of pending records.
        waiting: u64,
    },
    /// The target log already holds records.
    #[error("the target log is not empty: topic {0} holds records")]
    LogNotEmpty(model::Topic),
}

/// The result type of the engine.
pub type Result<T> = std::result::Result<T, Error>;

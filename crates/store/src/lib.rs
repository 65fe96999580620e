//! Storage: the only access to state. Event log, database, blobs and search, each a trait with
//! engines.
//!
//! Invariant: data that a call here has acknowledged is on the disk.
//!
//! Not here: the meaning of the data. Stages decide, `flow` runs them.

pub mod backup;
pub mod blob;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod db;
pub mod engines;
mod error;
pub mod log;
pub mod permissions;
pub mod search;

pub use error::{EngineError, ErrorKind, Result, StoreError};

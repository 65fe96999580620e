//! The door down: the only way to state. Event log, database, blobs and search, each a trait with
//! engines.
//!
//! Invariant: what a call here has acknowledged is on the disk.
//!
//! Not here: what any of it means. Stages decide, `flow` runs them.

#[cfg(test)]
#[macro_use]
mod suite;

pub mod blob;
pub mod db;
#[cfg(test)]
#[cfg(any(feature = "kafka", feature = "postgres"))]
mod engines;
mod error;
pub mod log;
pub mod search;

pub use error::{Result, StoreError};

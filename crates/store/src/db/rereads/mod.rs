//! Runs that read stored pages again (`reread_run`), with the readings that differ from the stored
//! ones (`reread_page`) and the entities concerned (`reread_entity`).

mod read;
mod rows;
mod write;

pub use rows::{
    ConcernedEntity, DifferingPage, PageReading, RenamedEntity, RereadCounts, RereadRun,
    RereadState, StoredClaim, StoredReading,
};

//! The state of the journey: backlog, dead letters, health and what can be deleted; and migration.

use std::sync::Arc;

use engine::{Redriven, Result, Trouble};
use model::{DeadLetter, Topic};
use store::db::{Copied, Db};
use store::log::EventLog;

use crate::context::Context;
use crate::journey_engine::EngineStatus;
use crate::retention::{Deletable, Retention, Streamed};
use crate::stages::{STAGES, dead_stages};

/// Counts the records that wait at the outbox, then before each stage.
///
/// # Errors
/// When a store fails.
pub async fn backlog(context: &Context) -> store::Result<Vec<(&'static str, u64)>> {
    engine::backlog(&context.resources(), &STAGES).await
}

/// Counts all records that wait.
///
/// # Errors
/// When a store fails.
pub async fn waiting(context: &Context) -> store::Result<u64> {
    engine::waiting(&context.resources(), &STAGES).await
}

/// Counts what the next run of the daily deletion would delete.
///
/// # Errors
/// When a store fails.
pub async fn deletable(context: &Context) -> store::Result<Deletable> {
    Retention::new(context, &STAGES, &Streamed::default()).deletable(context.now()).await
}

/// Checks every part of leadq and reports the problems found. It takes at most five seconds.
pub async fn troubles(context: &Context, status: &EngineStatus) -> Vec<Trouble> {
    engine::troubles(&context.resources(), status.activity(), Topic::RawEvents).await
}

/// Reads every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// When a store fails.
pub async fn dead_letters(context: &Context, stage: &str) -> store::Result<Vec<(u64, DeadLetter)>> {
    engine::dead_letters(&context.resources(), stage).await
}

/// Counts the dead letters of a stage (or of `ingest`) by the positions that the log holds; none if
/// nothing ran yet.
///
/// # Errors
/// When the log fails.
pub async fn dead_letter_count(context: &Context, stage: &str) -> store::Result<u64> {
    engine::dead_letter_count(&context.resources(), stage).await
}

/// Sends the dead letters of a stage back to its input, and removes them; those whose records were
/// too large to be kept stay.
///
/// # Errors
/// When a store fails, or for `ingest`, whose dead letters hold bytes instead of records.
pub async fn redrive(context: &Context, stage: &str) -> Result<Redriven> {
    engine::redrive(&context.resources(), &STAGES, stage).await
}

/// Copies everything into empty stores; calls `on_progress` after each table.
///
/// # Errors
/// When records are pending, when the new stores are not empty, when they do not hold the same
/// content afterwards, or when a store fails.
pub async fn migrate(
    context: &Context,
    db: &Db,
    log: &Arc<dyn EventLog>,
    on_progress: impl FnMut(&Copied),
) -> Result<Vec<Copied>> {
    let dead_letters: Vec<&str> = dead_stages().collect();
    engine::migrate(&context.resources(), &STAGES, &dead_letters, db, log, on_progress).await
}

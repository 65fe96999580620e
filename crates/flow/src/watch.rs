//! What the engine answers about the journey: how much waits, what was given up, what is wrong.

use std::sync::Arc;

use engine::{Result, Trouble};
use model::{DeadLetter, Topic};
use store::db::{Copied, Db};
use store::log::EventLog;

use crate::context::Context;
use crate::engine::EngineStatus;
use crate::stages::{STAGES, dead_stages};

/// Returns how many records wait at the outbox, then before each stage.
///
/// # Errors
/// What the stores say.
pub async fn backlog(context: &Context) -> store::Result<Vec<(&'static str, u64)>> {
    engine::backlog(&context.resources(), &STAGES).await
}

/// Returns how many records wait, all together.
///
/// # Errors
/// What the stores say.
pub async fn waiting(context: &Context) -> store::Result<u64> {
    engine::waiting(&context.resources(), &STAGES).await
}

/// Returns what keeps leadq from working; nothing when all is well. It takes five seconds at most.
pub async fn troubles(context: &Context, pulse: &EngineStatus) -> Vec<Trouble> {
    engine::troubles(&context.resources(), pulse.activity(), Topic::RawEvents).await
}

/// Returns every dead letter of a stage (or of `ingest`), oldest first, with its position.
///
/// # Errors
/// What the stores say.
pub async fn dead_letters(context: &Context, stage: &str) -> store::Result<Vec<(u64, DeadLetter)>> {
    engine::dead_letters(&context.resources(), stage).await
}

/// Sends the dead letters of a stage back to its input and forgets them there; returns how many.
///
/// # Errors
/// What the stores say; there is no way back for `ingest`, whose bytes were no records.
pub async fn redrive(context: &Context, stage: &str) -> Result<usize> {
    engine::redrive(&context.resources(), &STAGES, stage).await
}

/// Copies everything into empty stores, and tells of each table.
///
/// # Errors
/// When something is still on its way, when the new stores are not empty, or when they do not hold
/// the same afterwards; what the stores say.
pub async fn migrate(
    context: &Context,
    db: &Db,
    log: &Arc<dyn EventLog>,
    tell: impl FnMut(&Copied),
) -> Result<Vec<Copied>> {
    let dead_letters: Vec<&str> = dead_stages().collect();
    engine::migrate(&context.resources(), &STAGES, &dead_letters, db, log, tell).await
}

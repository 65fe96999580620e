//! What several commands do with the journey: wait for it, and look at what it gave up.

use anyhow::bail;
use flow::{Engine, Rooms};
use server::answer::Profile;
use store::db::Db;

use crate::show::{self, Progress};

/// Said once where nobody said what they sell.
const NO_PROFILE: &str =
    "hint: leadq does not know yet what you sell, so every company fits alike; run `leadq init`";

/// Reads the profile; an empty one stands for anything, with a hint.
pub(crate) async fn profile(db: &Db, quiet: bool) -> anyhow::Result<Profile> {
    let profile = Profile::load(db).await?;
    if profile.is_empty && !quiet {
        show::warn(NO_PROFILE);
    }
    Ok(profile)
}

/// Waits until everything has come through, showing how much has not.
pub(crate) async fn settle(engine: &Engine, progress: &Progress) -> anyhow::Result<()> {
    progress.waiting_begins();
    let settled = engine.settle(|now| progress.waiting(now.waiting)).await;
    progress.finish();
    Ok(settled?)
}

/// The dead letters of a stage, with their positions; none in a folder that nothing ran in yet.
pub(crate) async fn dead_letters(
    rooms: &Rooms,
    stage: &str,
) -> anyhow::Result<Vec<(u64, model::DeadLetter)>> {
    if !flow::dead_stages().any(|known| known == stage) {
        let known: Vec<&str> = flow::dead_stages().collect();
        bail!("there is no stage {stage:?}; there are {}", known.join(", "));
    }
    if rooms.log.bounds(&model::Topic::dead(stage)).await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(flow::dead_letters(rooms, stage).await?)
}

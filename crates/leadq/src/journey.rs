//! What several commands begin and end with: the profile, and waiting for the journey.

use answer::{Profile, ReadContext};
use flow::JourneyEngine;

use crate::show::{self, Progress};

/// Said once where nobody said what they sell.
const NO_PROFILE: &str =
    "hint: leadq does not know yet what you sell, so every company fits alike; run `leadq init`";

/// Reads the profile; an empty one stands for anything, with a hint.
pub(crate) async fn profile(answers: &ReadContext, quiet: bool) -> anyhow::Result<Profile> {
    let profile = Profile::load(answers).await?;
    if profile.is_empty && !quiet {
        show::warn(NO_PROFILE);
    }
    Ok(profile)
}

/// Waits until everything has come through, showing how much has not.
pub(crate) async fn settle(engine: &JourneyEngine, progress: &Progress) -> anyhow::Result<()> {
    progress.waiting_begins();
    let settled = engine.settle(|now| progress.waiting(now.waiting)).await;
    progress.finish();
    Ok(settled?)
}

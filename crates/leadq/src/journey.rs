//! Steps that several commands share: loading the profile, and waiting for the journey.

use answer::{Profile, ReadContext};
use flow::JourneyEngine;

use crate::show::{self, ProgressDisplay};

/// The hint that is shown when the profile is empty.
const NO_PROFILE: &str =
    "hint: no products are configured, so every company fits equally; run `leadq init`";

/// Loads the profile. An empty profile means any product, and a hint is shown.
pub(crate) async fn profile(answers: &ReadContext, quiet: bool) -> anyhow::Result<Profile> {
    let profile = Profile::load(answers).await?;
    if profile.is_empty && !quiet {
        show::warn(NO_PROFILE);
    }
    Ok(profile)
}

/// Waits until all records are processed, and shows how many still wait.
pub(crate) async fn settle(
    engine: &JourneyEngine,
    progress: &ProgressDisplay,
) -> anyhow::Result<()> {
    progress.waiting_begins();
    let settled = engine.settle(|now| progress.waiting(now.waiting)).await;
    progress.finish();
    Ok(settled?)
}

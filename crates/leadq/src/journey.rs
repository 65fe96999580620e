//! Steps that several commands share: loading the profile, and waiting for the journey.

use std::time::Duration;

use answer::{Profile, ReadContext};
use anyhow::bail;
use flow::{JourneyEngine, Patience, SentWork, Settled};
use model::Topic;

use crate::show::{self, ProgressDisplay};
use crate::wiring::{EngineHandle, Session};

/// The maximum time without progress. A worker's partitions need less to move to another.
const STALLED_MAX: Duration = Duration::from_secs(60);
/// The maximum time that a command waits for what it sent if other processes go on with it.
pub(crate) const SENT_MAX: Duration = Duration::from_secs(30);

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

/// Waits until all records are processed, and shows how many still wait. Fails if their number does
/// not fall for a minute, because others keep sending or nothing is processed.
pub(crate) async fn settle(
    engine: &JourneyEngine,
    progress: &ProgressDisplay,
) -> anyhow::Result<()> {
    progress.waiting_begins();
    let patience = Patience { stalled_max: STALLED_MAX, total_max: None };
    let settled = engine.settle_within(patience, |now| progress.waiting(now.waiting)).await;
    progress.finish();
    match settled? {
        Settled::Done => Ok(()),
        Settled::Behind(waiting) => bail!(
            "{} are waiting, and their number did not fall for {} s: this command needs an empty \
             backlog; run it again when nothing is being sent",
            records(waiting),
            STALLED_MAX.as_secs()
        ),
    }
}

/// Returns what a command sent: records, the first of them on a topic.
pub(crate) const fn sent_to(topic: Topic) -> SentWork {
    SentWork { topic, has_jobs: false, is_backfill: false }
}

/// Waits until what a command sent is processed, and shows how many records are ahead. Returns a
/// note if that takes too long; if other processes go on with it, `most` is the maximum.
pub(crate) async fn settle_sent(
    session: &Session,
    engine: &EngineHandle,
    sent: SentWork,
    most: Duration,
    progress: &ProgressDisplay,
) -> anyhow::Result<Option<String>> {
    let others_go_on = engine.is_shared() || session.context.db.is_shared();
    let patience = Patience { stalled_max: STALLED_MAX, total_max: others_go_on.then_some(most) };
    progress.waiting_begins();
    let settled = engine.settle_sent(sent, patience, |now| progress.waiting(now.waiting)).await;
    progress.finish();
    let waiting = match settled {
        Ok(Settled::Done) => return Ok(None),
        Ok(Settled::Behind(waiting)) => records(waiting),
        // What was sent is durable, and the process that runs the engine reports the error.
        Err(error) if engine.is_shared() => {
            return Ok(Some(format!("durable; not processed yet, because {error}")));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Some(match others_go_on {
        true => format!("durable; still being processed: {waiting} are ahead"),
        false => format!(
            "durable; {waiting} are waiting without progress: `leadq ingest` without a file \
             processes the records"
        ),
    }))
}

fn records(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} record{plural}", show::number(count))
}

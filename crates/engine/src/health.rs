//! Health checks: each store is probed, and stages that have stopped permanently are reported.

use std::time::Duration;

use model::{Clock as _, SystemClock, Topic};
use store::Result;
use store::db::{Db, Urgency};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::activity::Activity;
use crate::random::random_name;
use crate::resources::Resources;

/// The timeout of a health check.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// An external database that takes longer to write one value is reported as slow. The embedded
/// database is exempt, because at times this process keeps it busy.
const SLOW: Duration = Duration::from_secs(1);
/// The time after which records that are not appended are reported.
const HELD_UP: Duration = Duration::from_secs(5);
/// The number of producers that are named.
const NAMED_MAX: usize = 5;

/// The interval at which the place of the database's files is checked.
const PLACE_CHECK: Duration = Duration::from_secs(5);

/// A part of the system that a health check reports on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The database.
    Database,
    /// The event log.
    Log,
    /// The blob store, which holds the pages.
    Pages,
    /// The stages.
    Stages,
}

impl Part {
    /// Returns the name of the part.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Log => "log",
            Self::Pages => "pages",
            Self::Stages => "stages",
        }
    }
}

/// A problem that keeps leadq from working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The affected part.
    pub part: Part,
    /// The cause, and how to fix it.
    pub cause: String,
    /// Whether the part still works, but slowly.
    pub is_slow: bool,
}

/// Checks every part and reports the problems found; empty when there are none. It takes at most
/// five seconds. The log is checked by reading the bounds of `topic`.
pub async fn troubles(resources: &Resources, activity: &Activity, topic: Topic) -> Vec<Trouble> {
    let (database, log, pages) = tokio::join!(
        check_part(Part::Database, database(resources)),
        check_part(Part::Log, async { resources.log.bounds(topic.name()).await.map(|_| None) }),
        check_part(Part::Pages, async { Ok(resources.blobs.check().await.map(|()| None)?) }),
    );
    // Whatever has met the damage, nothing is written to the database any more.
    let damage = resources.db.damage().map(|cause| Trouble {
        part: Part::Database,
        cause: cause.to_owned(),
        is_slow: false,
    });
    let database = damage.or(database);
    // The embedded log is a table of the same file.
    let log = log.filter(|_| resources.db.is_shared() || database.is_none());
    // Without a log no producer can append, which is reported once.
    let held_up = if log.is_none() { held_up(activity) } else { None };
    let stopped = activity.stopped().borrow().clone();
    let stopped = stopped.into_iter().map(|why| {
        let cause = format!("{why}; fix the cause, then restart leadq");
        Trouble { part: Part::Stages, cause, is_slow: false }
    });
    [database, log, pages, held_up].into_iter().flatten().chain(stopped).collect()
}

/// Reports the producers whose records cannot be appended. The log still works for all others.
fn held_up(activity: &Activity) -> Option<Trouble> {
    let producers = activity.held_up(HELD_UP);
    if producers.is_empty() {
        return None;
    }
    let mut named: Vec<String> = producers.iter().take(NAMED_MAX).cloned().collect();
    if producers.len() > NAMED_MAX {
        named.push(format!("{} more", producers.len() - NAMED_MAX));
    }
    let cause = format!(
        "the records of some producers wait and are retried, no others are held up: {}",
        named.join(", ")
    );
    Some(Trouble { part: Part::Log, cause, is_slow: true })
}

/// Runs a check with a timeout and reports the problem of the part, if there is one.
async fn check_part(
    part: Part,
    request: impl Future<Output = Result<Option<String>>>,
) -> Option<Trouble> {
    let (cause, is_slow) = match tokio::time::timeout(ANSWER_MAX, request).await {
        Ok(Ok(slow)) => (slow?, true),
        Ok(Err(error)) => (error.to_string(), false),
        Err(_) => {
            let advice = "check that it is running and reachable";
            (format!("no response within {} s: {advice}", ANSWER_MAX.as_secs()), false)
        }
    };
    Some(Trouble { part, cause, is_slow })
}

/// Checks the database with a write, because a read does not detect a full disk. Returns a message
/// when the write is slow.
async fn database(resources: &Resources) -> Result<Option<String>> {
    resources.db.check_place().await?;
    let (started, now) = (Instant::now(), SystemClock.now().to_string());
    // Each check writes a row of its own and deletes it, because processes that share a row would
    // wait for each other.
    let name = format!("health {}", random_name()?);
    resources
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                tx.set_setting(&name, &now).await?;
                tx.drop_setting(&name).await
            })
        })
        .await?;
    let took = started.elapsed();
    let is_slow = resources.db.is_shared() && took >= SLOW;
    Ok(is_slow.then(|| {
        format!(
            "it is slow: writing one value took {:.1} s, and all work waits for it",
            took.as_secs_f64()
        )
    }))
}

/// Checks the place of the database's files until stopped: after they were removed or replaced,
/// what is written would be lost at the next start, so the database refuses it from then on.
pub(crate) async fn watch_place(db: Db, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        // The database logs and remembers the damage.
        if db.check_place().await.is_err_and(|error| error.is_damage()) {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(PLACE_CHECK) => {}
            _ = stop.changed() => {}
        }
    }
}

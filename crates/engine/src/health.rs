//! Whether the engines give and take: each is asked, and what has stopped for good says so itself.

use std::time::Duration;

use model::{Clock as _, SystemClock, Topic};
use store::Result;
use store::db::Urgency;
use tokio::time::Instant;

use crate::activity::Activity;
use crate::random::random_name;
use crate::resources::Resources;

/// How long an engine may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// A database of others that takes longer to keep one value is called slow. The embedded one is ours,
/// and at times busy with us.
const SLOW: Duration = Duration::from_secs(1);

/// What can have trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The database.
    Database,
    /// The event log.
    Log,
    /// The disk with the pages.
    Pages,
    /// The work itself.
    Stages,
}

impl Part {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Log => "log",
            Self::Pages => "pages",
            Self::Stages => "stages",
        }
    }
}

/// Something that keeps leadq from working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What has it.
    pub part: Part,
    /// What it is, and what to do.
    pub cause: String,
    /// Whether it still works, only badly.
    pub is_slow: bool,
}

/// Returns what keeps leadq from working; nothing when all is well. It takes five seconds at most.
/// The log is asked about `topic`.
pub async fn troubles(resources: &Resources, activity: &Activity, topic: Topic) -> Vec<Trouble> {
    let (database, log, pages) = tokio::join!(
        answered(Part::Database, database(resources)),
        answered(Part::Log, async { resources.log.bounds(topic.name()).await.map(|_| None) }),
        answered(Part::Pages, async { Ok(resources.blobs.check().await.map(|()| None)?) }),
    );
    // The embedded log is a table of the same file.
    let log = log.filter(|_| resources.db.is_shared() || database.is_none());
    let stopped = activity.stopped().borrow().clone();
    let stopped = stopped.into_iter().map(|why| {
        let cause = format!("{why}; start leadq again when its cause is gone");
        Trouble { part: Part::Stages, cause, is_slow: false }
    });
    [database, log, pages].into_iter().flatten().chain(stopped).collect()
}

/// What is wrong with a part, where something is.
async fn answered(
    part: Part,
    asked: impl Future<Output = Result<Option<String>>>,
) -> Option<Trouble> {
    let (cause, is_slow) = match tokio::time::timeout(ANSWER_MAX, asked).await {
        Ok(Ok(slow)) => (slow?, true),
        Ok(Err(error)) => (error.to_string(), false),
        Err(_) => {
            let advice = "see whether it runs and can be reached";
            (format!("no answer within {} s: {advice}", ANSWER_MAX.as_secs()), false)
        }
    };
    Some(Trouble { part, cause, is_slow })
}

/// Writes, for a read would say nothing of a full disk; tells when it is slow.
async fn database(resources: &Resources) -> Result<Option<String>> {
    let (begun, now) = (Instant::now(), SystemClock.now().to_string());
    // A row of its own, gone at once: processes that shared one would wait for each other.
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
    let took = begun.elapsed();
    let is_slow = resources.db.is_shared() && took >= SLOW;
    Ok(is_slow.then(|| {
        format!(
            "it is slow: keeping one value took {:.1} s; everything waits for it",
            took.as_secs_f64()
        )
    }))
}

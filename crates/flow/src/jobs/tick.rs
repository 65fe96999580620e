//! tick: triggers recomputation of the companies whose signals change by time alone, in chunks.

use std::sync::Arc;

use engine::{Job, Pool, Schedule};
use model::{Cause, Clock, Day};
use serde::{Deserialize, Serialize};
use store::Result;
use store::db::{Db, LeasedJob, NewJob, Urgency};

use crate::context::Context;
use crate::recomputation::send_updates;

/// The daily schedule, shortly after midnight, UTC.
pub(super) const SCHEDULE: Schedule = Schedule { kind: Tick::KIND, cron: "5 0 * * *" };
/// The number of companies that one job processes; the next job continues after them.
const CHUNK: i64 = 500;

/// The payload: that of a firing, and the company after which the job begins, in the order of ids.
#[derive(Serialize, Deserialize)]
struct Due {
    day: Day,
    /// Omitted by the schedule.
    #[serde(default)]
    after: String,
}

pub(crate) struct Tick {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Tick {
    pub(super) fn new(context: &Context) -> Self {
        Self { db: context.db.clone(), clock: Arc::clone(&context.clock) }
    }
}

impl Job for Tick {
    const KIND: &'static str = "tick";
    const POOL: Pool = super::STATE;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let Due { day, after } = serde_json::from_str(&job.payload)?;
        let (job, now) = (job.clone(), self.clock.now());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let due = tx.due_for_review(day, &after, CHUNK).await?;
                if let Some(last) = due.last() {
                    let root = job.unique_key.split('@').next().unwrap_or_default();
                    tx.add_job(NewJob {
                        unique_key: &format!("{root}@{last}"),
                        kind: Self::KIND,
                        payload: &serde_json::to_string(&Due { day, after: last.to_string() })?,
                        cause: job.cause.clone(),
                        run_at: now,
                        max_attempts: job.max_attempts,
                        lane: None,
                    })
                    .await?;
                    send_updates(tx, now, &due.into_iter().collect(), &Cause::Tick).await?;
                }
                tx.finish_job(&job).await
            })
        });
        write.await
    }
}

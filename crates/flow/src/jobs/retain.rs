//! retain: deletes finished jobs, records of the log and raw pages that are older than the settings
//! say.

use std::sync::Arc;
use std::time::Duration;

use engine::{Job, Pool, Schedule, StageInfo};
use model::{Clock, Day};
use serde::{Deserialize, Serialize};
use store::Result;
use store::db::{Db, LeasedJob, NewJob, Urgency};
use tokio::time::Instant;

use crate::context::Context;
use crate::retention::{Retention, Streamed};

/// The daily schedule, after the tick, UTC.
pub(super) const SCHEDULE: Schedule = Schedule { kind: Retain::KIND, cron: "35 0 * * *" };
/// The time after which a job leaves the rest to the next one, well before its lease ends.
const BUDGET: Duration = Duration::from_secs(20);

/// The payload: that of a firing, and the number of jobs before this one on the same day.
#[derive(Serialize, Deserialize)]
struct Part {
    day: Day,
    /// Omitted by the schedule.
    #[serde(default)]
    part: u32,
}

pub(crate) struct Retain {
    db: Db,
    clock: Arc<dyn Clock>,
    retention: Retention,
}

impl Retain {
    pub(super) fn new(context: &Context, stages: &[StageInfo], streamed: &Streamed) -> Self {
        Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            retention: Retention::new(context, stages, streamed),
        }
    }
}

impl Job for Retain {
    const KIND: &'static str = "retain";
    const POOL: Pool = super::RETENTION;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let Part { day, part } = serde_json::from_str(&job.payload)?;
        let (now, deadline) = (self.clock.now(), Instant::now() + BUDGET);
        if part == 0 {
            self.retention.mark_log(now).await?;
        }
        self.retention.delete_raw_segments().await?;
        let is_complete = self.retention.delete_jobs(now, deadline).await?
            && self.retention.cut_log(now, deadline).await?;
        let job = job.clone();
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                if !is_complete {
                    let part = part + 1;
                    tx.add_job(NewJob {
                        unique_key: &format!("{}:{day}@{part}", Self::KIND),
                        kind: Self::KIND,
                        payload: &serde_json::to_string(&Part { day, part })?,
                        cause: job.cause.clone(),
                        run_at: now,
                        max_attempts: job.max_attempts,
                        lane: None,
                    })
                    .await?;
                }
                tx.finish_job(&job).await
            })
        });
        write.await
    }
}

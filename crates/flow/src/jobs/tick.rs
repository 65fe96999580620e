//! tick: triggers recomputation of the companies whose signals change by time alone.

use std::sync::Arc;

use engine::{Firing, Job, Pool, Schedule};
use model::{Cause, Clock};
use store::Result;
use store::db::{Db, LeasedJob, Urgency};

use crate::context::Context;
use crate::recomputation::send_updates;

/// The daily schedule, shortly after midnight, UTC.
pub(super) const SCHEDULE: Schedule = Schedule { kind: Tick::KIND, cron: "5 0 * * *" };

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
        let Firing { day } = serde_json::from_str(&job.payload)?;
        let (job, now) = (job.clone(), self.clock.now());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let due = tx.due_for_review(day).await?;
                send_updates(tx, now, &due.into_iter().collect(), &Cause::Tick).await?;
                tx.finish_job(&job).await
            })
        });
        write.await
    }
}

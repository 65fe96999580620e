//! recompute: triggers recomputation of every company, in chunks, after a change of products or
//! packs.

use std::sync::Arc;

use engine::{Job, Pool};
use model::{Cause, Clock};
use store::Result;
use store::db::{Db, LeasedJob, NewJob, Urgency};

use crate::context::Context;
use crate::recomputation::{After, RECOMPUTATION, order_recomputation, send_updates};

/// The number of companies that one job processes; the next job continues after them.
const CHUNK: i64 = 500;

/// Adds a job that triggers recomputation of every company, after a change of products or packs.
///
/// # Errors
/// When the database fails.
pub async fn recompute_all(context: &Context, cause: &Cause) -> Result<()> {
    let (now, cause) = (context.now(), cause.clone());
    let write = context.db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move { order_recomputation(tx, &cause, now).await })
    });
    write.await
}

pub(crate) struct Recompute {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Recompute {
    pub(super) fn new(context: &Context) -> Self {
        Self { db: context.db.clone(), clock: Arc::clone(&context.clock) }
    }
}

impl Job for Recompute {
    const KIND: &'static str = RECOMPUTATION;
    const POOL: Pool = super::STATE;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let After { after } = serde_json::from_str(&job.payload)?;
        let (job, now) = (job.clone(), self.clock.now());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                let companies = tx.company_ids(&after, CHUNK).await?;
                if let Some(last) = companies.last() {
                    let root = job.unique_key.split('@').next().unwrap_or_default();
                    tx.add_job(NewJob {
                        unique_key: &format!("{root}@{last}"),
                        kind: Self::KIND,
                        payload: &serde_json::to_string(&After { after: last.to_string() })?,
                        cause: job.cause.clone(),
                        run_at: now,
                        max_attempts: job.max_attempts,
                        lane: None,
                    })
                    .await?;
                    send_updates(tx, now, &companies.into_iter().collect(), &job.cause).await?;
                }
                tx.finish_job(&job).await
            })
        });
        write.await
    }
}

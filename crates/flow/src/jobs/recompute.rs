//! recompute: triggers recomputation of every company, in chunks, after a change of products or
//! packs.

use std::sync::Arc;

use engine::{Job, Pool};
use model::{Cause, Clock};
use serde::{Deserialize, Serialize};
use store::Result;
use store::db::{Db, LeasedJob, NewJob, Urgency};

use crate::context::Context;
use crate::recomputation::send_updates;

/// The number of companies that one job processes; the next job continues after them.
const CHUNK: i64 = 500;
const ATTEMPTS_MAX: i64 = 5;

/// The payload of a job: it begins after this company, in the order of ids.
#[derive(Serialize, Deserialize)]
struct After {
    after: String,
}

/// Adds a job that triggers recomputation of every company, after a change of products or packs.
///
/// # Errors
/// When the database fails.
pub async fn recompute_all(context: &Context, cause: &Cause) -> Result<()> {
    let (now, cause) = (context.now(), cause.clone());
    let payload = serde_json::to_string(&After { after: String::new() })?;
    let write = context.db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move {
            tx.add_job(NewJob {
                unique_key: &format!("{}:{cause}:{}", Recompute::KIND, now.0),
                kind: Recompute::KIND,
                payload: &payload,
                cause,
                run_at: now,
                max_attempts: ATTEMPTS_MAX,
                lane: None,
            })
            .await
        })
    });
    write.await.map(drop)
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
    const KIND: &'static str = "recompute";
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

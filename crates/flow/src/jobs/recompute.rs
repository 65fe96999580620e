//! recompute: triggers recomputation of every company, in chunks, after a change of products or
//! packs.

use std::collections::BTreeSet;
use std::sync::Arc;

use answer::ReadContext;
use engine::{Job, Pool};
use model::{Cause, Clock, EntityId, InstallKey, Timestamp};
use store::Result;
use store::db::{Db, LeasedJob, NewJob, Tx, Urgency};

use crate::context::Context;
use crate::recomputation::{RECOMPUTATION, RecomputationOrder, order_recomputation, send_updates};
use crate::{listing, membership};

/// The number of companies that one job processes; the next job continues after them.
const CHUNK: i64 = 500;
/// The same number if their facts are computed anew too, which keeps the writer busy for longer.
const CHUNK_LEARNING: i64 = 50;

/// Adds a job that triggers recomputation of every company, after a change of products or packs.
///
/// # Errors
/// When the database fails.
pub async fn recompute_all(context: &Context, cause: &Cause) -> Result<()> {
    let (now, cause) = (context.now(), cause.clone());
    let write = context.db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move {
            order_recomputation(tx, &RecomputationOrder::default(), &cause, now).await
        })
    });
    write.await
}

pub(crate) struct Recompute {
    db: Db,
    answers: ReadContext,
    clock: Arc<dyn Clock>,
}

impl Recompute {
    pub(super) fn new(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            answers: context.answers(),
            clock: Arc::clone(&context.clock),
        }
    }
}

impl Job for Recompute {
    const KIND: &'static str = RECOMPUTATION;
    const POOL: Pool = super::STATE;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let RecomputationOrder { after, learns } = serde_json::from_str(&job.payload)?;
        let (job, now, answers) = (job.clone(), self.clock.now(), self.answers.clone());
        let write = self.db.write(Urgency::Normal, move |tx| {
            Box::pin(async move {
                if learns {
                    membership::lock(tx).await?;
                }
                let chunk = if learns { CHUNK_LEARNING } else { CHUNK };
                let companies = tx.company_ids(&after, chunk).await?;
                if let Some(last) = companies.last() {
                    let order = RecomputationOrder { after: last.to_string(), learns };
                    let root = job.unique_key.split('@').next().unwrap_or_default();
                    tx.add_job(NewJob {
                        unique_key: &format!("{root}@{last}"),
                        kind: Self::KIND,
                        payload: &serde_json::to_string(&order)?,
                        cause: job.cause.clone(),
                        run_at: now,
                        max_attempts: job.max_attempts,
                        lane: None,
                    })
                    .await?;
                    let mut companies: BTreeSet<EntityId> = companies.into_iter().collect();
                    if learns {
                        let changed = learn_again(tx, &answers.key, &companies, now).await?;
                        listing::relist(tx, &answers, &changed, now.day()).await?;
                        companies.extend(changed);
                    }
                    send_updates(tx, now, &companies, &job.cause).await?;
                }
                tx.finish_job(&job).await
            })
        });
        write.await
    }
}

/// Computes the facts of the members of companies anew. Returns the ids of the companies whose
/// members changed.
async fn learn_again(
    tx: &mut Tx,
    key: &InstallKey,
    companies: &BTreeSet<EntityId>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let ids: Vec<EntityId> = companies.iter().copied().collect();
    let members = tx.members_of(&ids).await?;
    let members: Vec<EntityId> = members.into_iter().flatten().map(|member| member.id).collect();
    membership::learn(tx, key, &members, now).await
}

//! resolve: updates the facts and companies of the entities a page is about, and sends an update of
//! each.

use std::collections::BTreeMap;
use std::sync::Arc;

use answer::ReadContext;
use engine::{Input, Stage, Step, unprepared};
use model::{
    Cause, CleanEvent, CompanyUpdate, Entity, EntityId, ObservationId, Timestamp, Topic, decode,
};
use store::Result;
use store::log::Record;

use crate::context::Context;
use crate::latency::LatencyMeter;
use crate::{listing, membership};

pub(crate) struct Resolve {
    answers: ReadContext,
}

impl Resolve {
    pub(super) fn new(context: &Context, _: &Arc<LatencyMeter>) -> Self {
        Self { answers: context.answers() }
    }
}

impl Stage for Resolve {
    const NAME: &'static str = "resolve";
    const INPUT: Topic = Topic::CleanEvents;
    const OUTPUT: Option<Topic> = Some(Topic::CompaniesUpdates);
    const BATCH: usize = 64;
    type Prepared = ();

    async fn prepare(&self, records: &[Record]) -> Vec<Result<()>> {
        unprepared(records)
    }

    async fn apply(&self, step: &mut Step<'_>, inputs: &[Input<()>]) -> Result<()> {
        membership::lock(step.tx).await?;
        let mut affected: BTreeMap<EntityId, (Option<Entity>, Origin)> = BTreeMap::new();
        let mut records = Vec::with_capacity(inputs.len());
        for input in inputs {
            let record: CleanEvent = decode(&input.record.record.payload)?;
            records.push(record);
        }
        let observations: Vec<ObservationId> = records.iter().map(|record| record.look).collect();
        let named = step.tx.entities_at_addresses_of(&observations).await?;
        for (record, named) in records.iter().zip(named) {
            let origin = Origin { cause: record.look.into(), observed: record.observed };
            affected.entry(record.owner).or_insert_with(|| (None, origin.clone()));
            // This observation may correct the entities that an earlier one of this address named.
            for (id, entity) in named {
                let entry = affected.entry(id).or_insert_with(|| (None, origin.clone()));
                entry.0 = Some(entity);
            }
        }
        let named: Vec<(&Entity, EntityId)> =
            affected.iter().filter_map(|(id, (entity, _))| Some((entity.as_ref()?, *id))).collect();
        step.tx.add_entities(&named).await?;
        let ids: Vec<EntityId> = affected.keys().copied().collect();
        let changed = membership::learn(step.tx, &self.answers.key, &ids, step.now).await?;
        listing::relist(step.tx, &self.answers, &changed, step.now.day()).await?;
        let first = affected.values().next().map(|(_, origin)| origin.clone());
        let mut updates: BTreeMap<EntityId, Origin> =
            changed.into_iter().zip(first.into_iter().cycle()).collect();
        for (id, (_, origin)) in affected {
            updates.insert(id, origin);
        }
        for (entity, Origin { cause, observed }) in updates {
            let record = CompanyUpdate { entity, cause, observed };
            step.emit(Topic::CompaniesUpdates, entity.to_string(), observed, &record)?;
        }
        Ok(())
    }
}

/// The cause of an update, and the time at which it was observed.
#[derive(Clone)]
struct Origin {
    cause: Cause,
    observed: Timestamp,
}

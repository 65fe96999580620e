//! resolve: the entities a page is about get their facts and their place among companies, and
//! each is told that something new is known.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use model::{CleanEvent, CompanyUpdate, Entity, EntityId, Timestamp, Topic, decode};
use store::Result;

use crate::membership;
use crate::stages::{Input, Step};

pub(crate) fn apply<'a>(step: &'a mut Step<'_>, inputs: &'a [Input]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        membership::lock(step.tx).await?;
        let mut concerned: BTreeMap<EntityId, (Option<Entity>, Cause)> = BTreeMap::new();
        for input in inputs {
            let record: CleanEvent = decode(&input.record.record.payload)?;
            let cause = Cause { cause: record.look.to_string(), observed: record.observed };
            concerned.entry(record.owner).or_insert_with(|| (None, cause.clone()));
            // Whoever an earlier look at this address spoke of may have been corrected by this one.
            for (id, entity) in step.tx.entities_at_address_of(record.look).await? {
                let known = concerned.entry(id).or_insert_with(|| (None, cause.clone()));
                known.0 = Some(entity);
            }
        }
        let mut moved: BTreeMap<EntityId, Cause> = BTreeMap::new();
        for (id, (entity, cause)) in &concerned {
            if let Some(entity) = entity {
                step.tx.add_entity(entity, *id).await?;
            }
            for company in membership::learn(step.tx, *id, step.now).await? {
                moved.entry(company).or_insert_with(|| cause.clone());
            }
        }
        for (id, (_, cause)) in concerned {
            moved.entry(id).or_insert(cause);
        }
        for (entity, Cause { cause, observed }) in moved {
            let record = CompanyUpdate { entity, cause, observed };
            step.emit(Topic::CompaniesUpdates, entity.to_string(), observed, &record)?;
        }
        Ok(())
    })
}

#[derive(Clone)]
struct Cause {
    cause: String,
    observed: Timestamp,
}

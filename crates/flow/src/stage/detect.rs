//! detect: a company's whole history, under its lock, becomes its signals.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use model::{CompanyUpdate, EntityId, RunId, Signal, SignalDetected, Timestamp, Topic, decode};
use store::Result;

use crate::company;
use crate::stages::{Input, Step};

pub(crate) fn apply<'a>(step: &'a mut Step<'_>, inputs: &'a [Input]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut companies: BTreeMap<EntityId, (String, Timestamp)> = BTreeMap::new();
        for input in inputs {
            let update: CompanyUpdate = decode(&input.record.record.payload)?;
            if let Some(member) = step.tx.entity(update.entity).await? {
                companies.insert(member.company, (update.cause, update.observed));
            }
        }
        for (company, (cause, observed)) in companies {
            recompute(step, company, cause, observed).await?;
        }
        Ok(())
    })
}

async fn recompute(
    step: &mut Step<'_>,
    company: EntityId,
    cause: String,
    observed: Timestamp,
) -> Result<()> {
    step.tx.lock_company(company).await?;
    let history = company::history(step.tx, company).await?;
    let products = step.tx.products().await?;
    let today = step.now.day();
    let (signals, notes) = detect::signals(&history, &step.rooms.packs, &products, today);
    let run = RunId::default();
    let mut changed = Vec::new();
    for (_, member) in &history.company.members {
        let own: Vec<&Signal> = signals.iter().filter(|signal| signal.entity == *member).collect();
        changed.extend(step.tx.set_signals(*member, &run, &own, step.now).await?);
    }
    step.tx.set_review(company, detect::review_on(&history, &signals, today)).await?;
    for note in notes {
        step.tx.count(&format!("note.detect.{}", note.code), 1).await?;
    }
    if signals.is_empty() && changed.is_empty() {
        return Ok(());
    }
    let record = SignalDetected { entity: company, signals: changed, run, cause };
    step.emit(Topic::SignalsDetected, company.to_string(), observed, &record)
}

//! detect: a company's whole history, under its lock, becomes its signals.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use model::{
    Clock as _, CompanyUpdate, EntityId, LookId, RunId, Signal, SignalDetected, SystemClock,
    Timestamp, Topic, decode,
};
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
        step.tx.count(&format!("note.detect.{}", note.code), 1);
    }
    if signals.is_empty() && changed.is_empty() {
        return Ok(());
    }
    // Only a look at a page has been taken in; a tick, a profile or a word of feedback has not.
    if let (false, Ok(page)) = (changed.is_empty(), cause.parse::<LookId>())
        && let Some(taken) = step.tx.taken_in(page).await?
    {
        step.latencies_us.push(SystemClock.now().0 - taken.0);
    }
    let record = SignalDetected { entity: company, signals: changed, run, cause };
    step.emit(Topic::SignalsDetected, company.to_string(), observed, &record)
}
